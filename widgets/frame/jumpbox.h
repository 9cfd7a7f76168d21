// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <QIcon>
#include <QLineEdit>
#include <QPointer>
#include <vector>

class QListWidget;

namespace projectionist {

/// Something the jump box can go to or do.
struct JumpTarget
{
    QString title;
    QString kind; ///< "projection", "topic", "action"; shown beside it
    QIcon icon;
    std::function<void()> go;
};

/// One line that finds projections, topics and actions by some of their letters (Ctrl+K).
class JumpBox : public QLineEdit
{
    Q_OBJECT
public:
    /// `targets` is asked with what was typed whenever something is offered, so that it needs no upkeep.
    JumpBox(std::function<std::vector<JumpTarget>(const QString& typed)> targets, QWidget* parent = nullptr);

    void open();
    /// The titles now on offer, best first; for tests.
    [[nodiscard]] QStringList offered() const;

protected:
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void offer();
    void choose();
    void close();

    std::function<std::vector<JumpTarget>(const QString&)> m_source;
    std::vector<JumpTarget> m_targets;
    std::vector<std::size_t> m_offered; ///< indices into m_targets, in the order of the list
    QListWidget* m_list;
    QPointer<QWidget> m_former; ///< had the focus before open()
};

} // namespace projectionist
