// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/firstrun/connectpage.h"

#include "backend/config/brokerimport.h"
#include "backend/config/workspacefile.h"
#include "backend/core/format.h"
#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/flatheader.h"
#include "widgets/common/icons.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/firstrun/saveform.h"

#include <QFocusEvent>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollArea>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr Duration discoveryTimeout{10'000};

QTreeWidget* makeProposals(QWidget* parent)
{
    auto* tree = new QTreeWidget(parent);
    auto* header = new FlatHeader(tree);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setStretchLastSection(true);
    tree->setHeader(header);
    tree->setHeaderLabels(
        {ConnectPage::tr("Watch"), ConnectPage::tr("Topics"), ConnectPage::tr("Backlog"), ConnectPage::tr("Found by")});
    tree->setRootIsDecorated(false);
    tree->setUniformRowHeights(true);
    tree->setMinimumHeight(180);
    tree->setAccessibleName(ConnectPage::tr("What to watch"));
    return tree;
}

QTreeWidgetItem* addItem(QTreeWidget* tree, const QString& name, const QString& topics, const QString& backlog,
                         const QString& evidence, bool ticked)
{
    auto* item = new QTreeWidgetItem(
        tree, {displayable(name, 80), displayable(topics, 80), backlog, displayable(evidence, 300)});
    item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
    item->setCheckState(0, ticked ? Qt::Checked : Qt::Unchecked);
    item->setToolTip(3, evidence.toHtmlEscaped());
    item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
    return item;
}

QString joined(const std::vector<std::string>& names)
{
    QStringList texts;
    for (const auto& name : names)
        texts << toQString(name);
    return texts.join(QStringLiteral(", "));
}

QStringList toList(const std::vector<std::string>& names)
{
    QStringList list;
    for (const auto& name : names)
        list << toQString(name);
    return list;
}

} // namespace

ConnectPage::ConnectPage(ConnectServices services, QWidget* parent)
    : QWidget(parent)
    , m_services(std::move(services))
    , m_form(new ConnectForm(this))
    , m_messages(new MessageArea(this))
    , m_progress(new PlainLabel({}, this))
    , m_test(new QPushButton(tr("Test and discover"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_results(new QWidget(this))
    , m_proposals(makeProposals(m_results))
    , m_save(new SaveForm(m_results))
{
    auto* content = new QWidget(this);
    content->setMaximumWidth(980);
    auto* column = new QVBoxLayout(content);
    column->setSpacing(12);
    column->addWidget(makeForm());
    column->addWidget(m_messages);
    column->addWidget(makeResults(), 100);
    column->addStretch(1);
    auto* holder = new QWidget(this);
    auto* row = new QHBoxLayout(holder);
    row->addStretch(1);
    row->addWidget(content, 20);
    row->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(holder);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    wire();
    setRunning(false);
}

void ConnectPage::test()
{
    m_tasks.cancel(m_running);
    for (const auto& message : m_messages->messages())
        m_messages->remove(message.id);
    m_results->hide();
    auto input = m_form->input();
    input.contextName = m_save->context();
    m_running = m_tasks.start<Findings>(
        [services = m_services, input](const std::stop_token& stop) { return find(services, input, stop); },
        [this](Findings findings) { showFindings(std::move(findings)); });
    setRunning(true);
}

void ConnectPage::cancel()
{
    m_tasks.cancel(m_running);
    setRunning(false);
}

void ConnectPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    using Offers = std::pair<QStringList, QStringList>;
    m_tasks.start<Offers>(
        [](const std::stop_token&) {
            return Offers(toList(kafkactlContexts(kafkactlFile())), toList(postgresServices()));
        },
        [this](const Offers& offers) { m_form->offer(offers.first, offers.second); });
    m_save->refresh();
}

ConnectPage::Findings ConnectPage::find(const ConnectServices& services, const ConnectInput& input,
                                        const std::stop_token& stop)
{
    Findings findings;
    auto resolvedInput = resolve(input);
    if (!resolvedInput) {
        findings.inputError = resolvedInput.error();
        return findings;
    }
    findings.input = *resolvedInput;
    findings.broker = services.testBroker(findings.input.broker);
    if (!stop.stop_requested() && findings.input.store)
        findings.store = services.testStore(*findings.input.store);
    const bool good = findings.broker->has_value() && (!findings.store || findings.store->has_value());
    if (!stop.stop_requested() && good)
        discover(services, findings);
    return findings;
}

void ConnectPage::discover(const ConnectServices& services, Findings& findings)
{
    if (auto broker = services.connectors.broker(findings.input.broker))
        findings.brokerDiscovery = discoverBroker(**broker, discoveryTimeout);
    else
        findings.brokerDiscovery.problems.push_back(broker.error());
    if (findings.input.store) {
        if (auto store = services.connectors.store(*findings.input.store))
            findings.storeDiscoveries.push_back(discoverStore(**store, findings.input.store->name));
        else
            findings.storeDiscoveries.push_back({{}, {}, {store.error()}});
    }
    findings.proposed = proposeProjections(findings.brokerDiscovery, findings.storeDiscoveries);
}

QWidget* ConnectPage::makeForm()
{
    auto* panel = new Panel(this);
    panel->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    auto* back = new QPushButton(themeIcon(QStringLiteral("back")), tr("Back"), panel);
    connect(back, &QPushButton::clicked, this, &ConnectPage::backRequested);
    auto* title = makeHeading(tr("Connect to Kafka and PostgreSQL"), panel);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(back);
    buttons->addStretch(1);
    buttons->addWidget(m_progress);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_test);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(12);
    layout->addWidget(title);
    layout->addWidget(m_form);
    layout->addLayout(buttons);
    return panel;
}

QWidget* ConnectPage::makeResults()
{
    auto* panel = new Panel(m_results);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(12);
    layout->addWidget(makeHeading(tr("Tick what to watch"), panel));
    layout->addWidget(m_proposals, 1);
    layout->addWidget(m_save);
    auto* outer = new QVBoxLayout(m_results);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(panel);
    m_results->hide();
    return m_results;
}

void ConnectPage::wire()
{
    connect(m_test, &QPushButton::clicked, this, &ConnectPage::test);
    connect(m_cancel, &QPushButton::clicked, this, &ConnectPage::cancel);
    connect(m_save, &SaveForm::saveRequested, this, &ConnectPage::save);
    // What was found belongs to other servers then.
    connect(m_form, &ConnectForm::changed, m_results, &QWidget::hide);
}

void ConnectPage::setRunning(bool running)
{
    m_progress->setText(running ? tr("Connecting…") : QString());
    const bool focused = m_test->hasFocus() || m_cancel->hasFocus();
    m_cancel->setVisible(running);
    m_test->setEnabled(!running);
    if (focused)
        (running ? m_cancel : m_test)->setFocus();
}

void ConnectPage::showFindings(Findings findings)
{
    setRunning(false);
    m_findings = std::move(findings);
    showProblems();
    if (m_messages->has(QStringLiteral("input")) || m_messages->has(QStringLiteral("broker")) ||
        m_messages->has(QStringLiteral("store")))
        return;
    showProposals();
    m_results->show();
    m_proposals->setFocus();
}

void ConnectPage::showProblems()
{
    const auto& found = m_findings;
    if (found.inputError)
        m_messages->show(messageOf(QStringLiteral("input"), *found.inputError, MessageLevel::Critical));
    if (found.broker && !*found.broker)
        m_messages->show(messageOf(QStringLiteral("broker"), found.broker->error(), MessageLevel::Critical));
    if (found.store && !*found.store)
        m_messages->show(messageOf(QStringLiteral("store"), found.store->error(), MessageLevel::Critical));
    QStringList good = found.input.notes;
    std::vector<Error> remarks = found.brokerDiscovery.problems;
    for (const auto& store : found.storeDiscoveries)
        remarks.insert(remarks.end(), store.problems.begin(), store.problems.end());
    if (found.broker && *found.broker) {
        const auto& report = **found.broker;
        good.prepend(tr("Kafka answers. Brokers: %1, topics: %2, partitions: %3.")
                         .arg(report.cluster.brokers)
                         .arg(report.cluster.topics.size())
                         .arg(report.partitions));
        for (const auto& warning : report.warnings)
            good << toQString(warning);
        remarks.insert(remarks.end(), report.remarks.begin(), report.remarks.end());
    }
    if (found.store && *found.store)
        good << tr("%1 answers: user %2, database %3.")
                    .arg(toQString((*found.store)->serverVersion), toQString((*found.store)->user),
                         toQString((*found.store)->database));
    if (!good.isEmpty())
        m_messages->show({QStringLiteral("good"), MessageLevel::Info, good.takeFirst(), good.join(u' '), {}, {}, {}});
    for (std::size_t i = 0; i < remarks.size(); ++i)
        if (std::find(remarks.begin(), remarks.begin() + static_cast<std::ptrdiff_t>(i), remarks[i]) ==
            remarks.begin() + static_cast<std::ptrdiff_t>(i)) // test and discovery may meet the same
            m_messages->show(messageOf(QStringLiteral("remark%1").arg(i), remarks[i]));
}

void ConnectPage::showProposals()
{
    m_proposals->clear();
    for (const auto& proposed : m_findings.proposed)
        addItem(m_proposals, toQString(proposed.settings.name), joined(proposed.settings.topics),
                countText(proposed.backlog), toQString(proposed.evidence), proposed.recommended);
    for (const auto& store : m_findings.storeDiscoveries)
        for (const auto& outbox : store.outboxes)
            addItem(m_proposals, tr("Write side: %1").arg(toQString(outbox.table)), {}, {}, toQString(outbox.evidence),
                    true);
    for (int column = 0; column + 1 < m_proposals->columnCount(); ++column) // the last has the rest
        m_proposals->resizeColumnToContents(column);
    if (m_proposals->topLevelItemCount() == 0)
        m_messages->show(
            {QStringLiteral("nothing"),
             MessageLevel::Warning,
             tr("There is nothing to propose"),
             tr("No consumer group has committed an offset, and no table looks like checkpoints."),
             tr("Save anyway and add [[projections]] to the file by hand; it is taken over while running."),
             {},
             {}});
    m_save->refresh();
}

void ConnectPage::save()
{
    std::vector<ProposedProjection> projections;
    std::vector<DiscoveredOutbox> outboxes;
    int row = 0;
    const auto ticked = [&] { return m_proposals->topLevelItem(row++)->checkState(0) == Qt::Checked; };
    for (const auto& proposed : m_findings.proposed)
        if (ticked())
            projections.push_back(proposed);
    for (const auto& store : m_findings.storeDiscoveries)
        for (const auto& outbox : store.outboxes)
            if (ticked())
                outboxes.push_back(outbox);
    std::vector<StoreSettings> stores;
    if (m_findings.input.store)
        stores.push_back(*m_findings.input.store);
    auto workspace = proposeWorkspace(m_save->context(), m_findings.input.broker, stores, projections, outboxes);
    workspace.contexts.front().environment = m_save->environment();
    m_save->setBusy(true);
    m_tasks.start<Result<void>>(
        [workspace, file = m_save->file()](const std::stop_token&) {
            std::error_code ignored;
            return std::filesystem::exists(file, ignored) ? addToWorkspace(workspace, file)
                                                          : saveWorkspace(workspace, file);
        },
        [this, file = toQString(m_save->file().string()),
         context = workspace.currentContext](const Result<void>& done) {
            m_save->setBusy(false);
            m_save->refresh();
            if (!done)
                m_messages->show(messageOf(QStringLiteral("save"), done.error(), MessageLevel::Critical));
            else
                emit saved(file, toQString(context));
        });
}

/// No focus proxy: Tab would skip all that comes before it.
void ConnectPage::focusInEvent(QFocusEvent* event)
{
    m_form->setFocus(event->reason());
}

} // namespace projectionist
