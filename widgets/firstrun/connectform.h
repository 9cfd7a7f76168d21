// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/error.h"

#include <QStringList>
#include <QWidget>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace projectionist {

/// What was typed, before anything is read or resolved.
struct ConnectInput
{
    BrokerReference reference; ///< Kind::None: bootstrap servers
    std::string bootstrapServers;
    std::string properties;      ///< "name=value" lines
    std::string storeConnection; ///< empty: no store
    std::string contextName;
    Environment environment = Environment::Development;
    std::string file; ///< to save to

    bool operator==(const ConnectInput&) const = default;
};

/// Settings made of the input: references read, ${env:} and ${file:} replaced. Reads files, so not on the GUI thread.
struct ResolvedInput
{
    BrokerSettings broker;
    std::optional<StoreSettings> store;
    QStringList notes; ///< what an imported file had that does not count
};
[[nodiscard]] Result<ResolvedInput> resolve(const ConnectInput& input);

/// The fields of the Connect page.
class ConnectForm : public QWidget
{
    Q_OBJECT
public:
    explicit ConnectForm(QWidget* parent = nullptr);
    [[nodiscard]] ConnectInput input() const;
    /// kafkactl's contexts and PostgreSQL services found on this machine.
    void offer(const QStringList& kafkactlContexts, const QStringList& services);

signals:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    void addBroker();
    void addStore();
    void addRow(const QString& name, QWidget* field);
    void showBrokerFields();
    void browse();

    QGridLayout* m_layout;
    std::map<QWidget*, QLabel*> m_labels; ///< by field
    QComboBox* m_brokerKind;
    QLineEdit* m_servers;
    QWidget* m_fileRow;
    QLineEdit* m_brokerFile;
    QComboBox* m_kafkactlContext;
    QPlainTextEdit* m_properties;
    QComboBox* m_storeKind;
    QLineEdit* m_storeUri;
    QComboBox* m_service;
};

} // namespace projectionist
