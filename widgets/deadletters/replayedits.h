// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/editedvalue.h"

#include <map>
#include <QObject>
#include <QPointer>

namespace projectionist {

class EditValueDialog;
struct ReplayRequest;

/// Values that were edited for a replay: asks for them, and keeps them by letter until other letters are chosen.
class ReplayEdits : public QObject
{
    Q_OBJECT
public:
    explicit ReplayEdits(QWidget* page);
    ~ReplayEdits() override;

    void clear();
    /// Opens a dialog; where masks cover something of the value, after the audit trail has it.
    void edit(const EditableValue& value);
    void setUnmaskRecorded(const std::string& reference, bool recorded);
    void applyTo(ReplayRequest& request) const;
    [[nodiscard]] EditValueDialog* dialog() const;

signals:
    void changed();
    /// Answered by setUnmaskRecorded().
    void unmaskWanted(const std::string& reference, const QString& what);

private:
    void open(const EditableValue& value);

    QWidget* const m_page;
    std::map<std::string, std::string> m_values; ///< by reference
    std::optional<EditableValue> m_waiting;      ///< for the audit trail
    QPointer<EditValueDialog> m_dialog;
};

} // namespace projectionist
