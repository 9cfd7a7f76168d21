// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/firstrun/connectform.h"

#include "backend/config/brokerimport.h"
#include "backend/config/references.h"
#include "models/text.h"
#include "widgets/common/fonts.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFocusEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <sstream>

namespace projectionist {

namespace {

enum StoreKind
{
    NoStore,
    Uri,
    Service
};

std::string trimmed(const QString& text)
{
    return text.trimmed().toStdString();
}

Result<std::string> resolved(const std::string& text, const std::string& where)
{
    std::vector<std::filesystem::path> files;
    auto value = resolveReferences(text, std::filesystem::current_path(), files);
    if (!value)
        return tl::unexpected(Error{ErrorKind::Configuration, where + " cannot be used", value.error().message,
                                    value.error().hint, false});
    return *value;
}

Result<void> addProperty(BrokerSettings& broker, const std::string& name, const std::string& written)
{
    auto value = resolved(written, "The property " + name);
    if (!value)
        return tl::unexpected(value.error());
    broker.properties[name] = *value;
    broker.written[name] = written;
    return {};
}

Result<void> addProperties(BrokerSettings& broker, const std::string& lines)
{
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) {
        const auto text = trimmed(toQString(line));
        if (text.empty() || text.front() == '#')
            continue;
        const auto equals = text.find('=');
        if (equals == std::string::npos)
            return tl::unexpected(Error{ErrorKind::Configuration, "A property line cannot be read",
                                        "\"" + text + "\" has no =", "Write one name=value a line.", false});
        if (auto added = addProperty(broker, trimmed(toQString(text.substr(0, equals))),
                                     trimmed(toQString(text.substr(equals + 1))));
            !added)
            return added;
    }
    return {};
}

Result<void> addImport(ResolvedInput& result, const BrokerReference& reference)
{
    auto imported = importBroker(reference, std::filesystem::current_path());
    for (const auto& diagnostic : imported.diagnostics) {
        if (diagnostic.level == DiagnosticLevel::Error)
            return tl::unexpected(Error{ErrorKind::Configuration, "The broker's settings cannot be used",
                                        toString(diagnostic), diagnostic.hint, false});
        result.notes << toQString(toString(diagnostic));
    }
    result.broker.properties = std::move(imported.properties);
    result.broker.reference = reference;
    return {};
}

} // namespace

Result<ResolvedInput> resolve(const ConnectInput& input)
{
    ResolvedInput result;
    result.broker.name = "kafka-" + input.contextName;
    if (input.reference.kind != BrokerReference::Kind::None) {
        if (auto imported = addImport(result, input.reference); !imported)
            return tl::unexpected(imported.error());
    } else if (input.bootstrapServers.empty()) {
        return tl::unexpected(Error{ErrorKind::Configuration, "There is no broker to connect to",
                                    "No bootstrap servers were given",
                                    "Type at least one host:port, for example kafka.example.org:9092.", false});
    } else if (auto added = addProperty(result.broker, "bootstrap.servers", input.bootstrapServers); !added) {
        return tl::unexpected(added.error());
    }
    if (auto added = addProperties(result.broker, input.properties); !added)
        return tl::unexpected(added.error());
    if (!input.storeConnection.empty()) {
        auto connection = resolved(input.storeConnection, "The PostgreSQL connection");
        if (!connection)
            return tl::unexpected(connection.error());
        StoreSettings store;
        store.name = "postgres-" + input.contextName;
        store.connection = *connection;
        store.written = input.storeConnection;
        result.store = store;
    }
    return result;
}

ConnectForm::ConnectForm(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QGridLayout(this))
    , m_brokerKind(new QComboBox(this))
    , m_servers(new QLineEdit(this))
    , m_fileRow(new QWidget(this))
    , m_brokerFile(new QLineEdit(m_fileRow))
    , m_kafkactlContext(new QComboBox(this))
    , m_properties(new QPlainTextEdit(this))
    , m_storeKind(new QComboBox(this))
    , m_storeUri(new QLineEdit(this))
    , m_service(new QComboBox(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setColumnStretch(1, 1);
    addBroker();
    addStore();
    showBrokerFields();
    for (auto* edit : {m_servers, m_brokerFile, m_storeUri})
        connect(edit, &QLineEdit::textChanged, this, &ConnectForm::changed);
    for (auto* box : {m_brokerKind, m_kafkactlContext, m_storeKind, m_service}) {
        connect(box, &QComboBox::currentIndexChanged, this, &ConnectForm::showBrokerFields);
        connect(box, &QComboBox::currentIndexChanged, this, &ConnectForm::changed);
        box->installEventFilter(this);
    }
    connect(m_properties, &QPlainTextEdit::textChanged, this, &ConnectForm::changed);
}

/// The wheel scrolls the page: a choice that passes under the pointer would change, and hide what was found.
bool ConnectForm::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::Wheel)
        return QWidget::eventFilter(watched, event);
    event->ignore();
    return true;
}

ConnectInput ConnectForm::input() const
{
    ConnectInput input;
    input.reference.kind = static_cast<BrokerReference::Kind>(m_brokerKind->currentIndex());
    if (input.reference.kind == BrokerReference::Kind::None)
        input.bootstrapServers = trimmed(m_servers->text());
    else
        input.reference.file = trimmed(m_brokerFile->text());
    if (input.reference.kind == BrokerReference::Kind::Kafkactl)
        input.reference.context = trimmed(m_kafkactlContext->currentText());
    input.properties = m_properties->toPlainText().toStdString();
    if (m_storeKind->currentIndex() == Uri)
        input.storeConnection = trimmed(m_storeUri->text());
    else if (m_storeKind->currentIndex() == Service && m_service->currentIndex() >= 0)
        input.storeConnection = "service=" + trimmed(m_service->currentText());
    return input;
}

void ConnectForm::offer(const QStringList& kafkactlContexts, const QStringList& services)
{
    m_kafkactlContext->clear();
    m_kafkactlContext->addItems(kafkactlContexts);
    m_service->clear();
    m_service->addItems(services);
}

void ConnectForm::addBroker()
{
    // In the order of BrokerReference::Kind.
    m_brokerKind->addItems({tr("Bootstrap servers"), tr("A client.properties file"), tr("kcat's configuration"),
                            tr("A kafkactl context")});
    m_brokerKind->setAccessibleName(tr("Where Kafka's settings are"));
    m_servers->setPlaceholderText(tr("kafka1.example.org:9092, kafka2.example.org:9092"));
    m_servers->setAccessibleName(tr("Bootstrap servers"));
    m_brokerFile->setPlaceholderText(tr("empty: where the tool itself looks for it"));
    m_brokerFile->setAccessibleName(tr("File with Kafka's settings"));
    auto* browse = new QPushButton(tr("Browse…"), m_fileRow);
    connect(browse, &QPushButton::clicked, this, &ConnectForm::browse);
    auto* row = new QHBoxLayout(m_fileRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_brokerFile, 1);
    row->addWidget(browse);
    m_kafkactlContext->setEditable(true);
    m_kafkactlContext->setAccessibleName(tr("kafkactl context"));
    m_properties->setPlaceholderText(tr("security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n"
                                        "sasl.username=reader\nsasl.password=${env:KAFKA_PASSWORD}"));
    m_properties->setFont(fixedFont(m_properties->font()));
    m_properties->setTabChangesFocus(true);
    m_properties->setAccessibleName(tr("More librdkafka properties"));
    m_properties->setFixedHeight(m_properties->fontMetrics().lineSpacing() * 4 + 14);
    addRow(tr("&Kafka"), m_brokerKind);
    addRow(tr("Servers"), m_servers);
    addRow(tr("File"), m_fileRow);
    addRow(tr("Context"), m_kafkactlContext);
    addRow(tr("More properties"), m_properties);
}

void ConnectForm::addStore()
{
    m_storeKind->addItems(
        {tr("None: positions are group offsets"), tr("A connection URI"), tr("A pg_service.conf entry")});
    m_storeKind->setCurrentIndex(Uri);
    m_storeKind->setAccessibleName(tr("Where checkpoints are"));
    m_storeUri->setPlaceholderText(
        tr("postgresql://reader@db.example.org/orders (password in ~/.pgpass or ${env:PGPASSWORD})"));
    m_storeUri->setAccessibleName(tr("PostgreSQL connection"));
    m_service->setEditable(true);
    m_service->setAccessibleName(tr("PostgreSQL service"));
    addRow(tr("&PostgreSQL"), m_storeKind);
    addRow(tr("Connection"), m_storeUri);
    addRow(tr("Service"), m_service);
}

void ConnectForm::addRow(const QString& name, QWidget* field)
{
    auto* label = new QLabel(name, this);
    label->setBuddy(field);
    const int row = m_layout->rowCount();
    m_layout->addWidget(label, row, 0, field == m_properties ? Qt::AlignTop : Qt::AlignVCenter);
    m_layout->addWidget(field, row, 1);
    m_labels[field] = label;
}

void ConnectForm::showBrokerFields()
{
    const auto show = [this](QWidget* field, bool visible) {
        field->setVisible(visible);
        m_labels.at(field)->setVisible(visible);
    };
    const auto kind = static_cast<BrokerReference::Kind>(m_brokerKind->currentIndex());
    show(m_servers, kind == BrokerReference::Kind::None);
    show(m_fileRow, kind != BrokerReference::Kind::None);
    show(m_kafkactlContext, kind == BrokerReference::Kind::Kafkactl);
    show(m_storeUri, m_storeKind->currentIndex() == Uri);
    show(m_service, m_storeKind->currentIndex() == Service);
}

void ConnectForm::browse()
{
    auto* dialog = new QFileDialog(this, tr("Kafka's settings"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, m_brokerFile, &QLineEdit::setText);
    dialog->open();
}

/// No focus proxy: Tab would skip all that comes before it.
void ConnectForm::focusInEvent(QFocusEvent* event)
{
    (m_servers->isVisible() ? static_cast<QWidget*>(m_servers) : m_brokerKind)->setFocus(event->reason());
}

} // namespace projectionist
