// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Checks as the workspace file has them: new ones, changed, copied and removed.
#include "widgets/reconcile/reconcilepage.h"

#include "backend/config/checkfile.h"
#include "backend/store/postgres/postgressnapshot.h"
#include "models/lettertext.h"
#include "models/text.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"
#include "widgets/reconcile/checkform.h"

#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString removalTrouble = QStringLiteral("check-removal");
const QKeySequence newKeys(Qt::Key_Insert);
const QKeySequence editKeys(Qt::Key_F2);
const QKeySequence duplicateKeys(QStringLiteral("Ctrl+D"));
const QKeySequence removeKeys(Qt::Key_Delete);

/// "name copy", "name copy 2"
std::string freeName(const std::string& name, const Workspace& workspace)
{
    const auto isTaken = [&](const std::string& wanted) {
        return std::any_of(workspace.checks.begin(), workspace.checks.end(),
                           [&](const auto& check) { return check.name == wanted; });
    };
    auto wanted = name + " copy";
    for (int number = 2; isTaken(wanted); ++number)
        wanted = name + " copy " + std::to_string(number);
    return wanted;
}

} // namespace

/// Forms use what is ours until they are gone.
ReconcilePage::~ReconcilePage()
{
    qDeleteAll(findChildren<CheckForm*>());
}

QToolButton* ReconcilePage::makeNewButton(QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(tr("New check…"));
    button->setFocusPolicy(Qt::StrongFocus);
    button->setToolTip(tr("A form with a preview, which writes the workspace file (Ins)"));
    connect(button, &QToolButton::clicked, this, &ReconcilePage::newCheck);
    return button;
}

QWidget* ReconcilePage::makeEmpty()
{
    auto* empty = new Panel(m_whole);
    m_noChecks = new PlainLabel({}, empty);
    m_noChecks->setWordWrap(true);
    m_noChecks->setTint(ColorMeaning::Muted);
    auto* layout = new QVBoxLayout(empty);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(16);
    layout->addWidget(m_noChecks);
    layout->addWidget(makeNewButton(empty), 0, Qt::AlignLeft);
    layout->addStretch(1);
    return empty;
}

QWidget* ReconcilePage::makeCheckBar(QWidget* parent)
{
    auto* bar = new QWidget(parent);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(10, 6, 8, 6);
    row->addWidget(makeHeading(tr("Checks"), bar), 1);
    row->addWidget(makeNewButton(bar));
    return bar;
}

void ReconcilePage::setWorkspace(const Workspace& workspace, const std::string& context)
{
    m_workspace = workspace;
    m_context = context;
    const auto file = fileForChecks(workspace, context);
    m_noChecks->setText(
        tr("This context has no checks.\n\nA check compares a read model with its source of truth, row "
           "by row, and names the rows that differ. A form helps to write one, shows the first rows "
           "of both sides meanwhile, and puts it into %1. Or write it there by hand, under [[checks]] as "
           "projectionist-workspace(5) tells; the page follows by itself.")
            .arg(file.empty() ? tr("the workspace file") : toQString(file.string())));
}

void ReconcilePage::wireChecks()
{
    const auto addKeys = [this](const QKeySequence& keys, QWidget* scope, void (ReconcilePage::*act)()) {
        auto* shortcut = new QShortcut(keys, scope);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    addKeys(newKeys, this, &ReconcilePage::newCheck);
    addKeys(editKeys, m_checkTable, &ReconcilePage::editCheck);
    addKeys(duplicateKeys, m_checkTable, &ReconcilePage::duplicateCheck);
    addKeys(removeKeys, m_checkTable, &ReconcilePage::removeCheck);
    m_checkTable->setRowMenu([this](QMenu* menu, const QModelIndex&) {
        menu->addAction(tr("New check…"), newKeys, this, &ReconcilePage::newCheck);
        menu->addAction(tr("Edit…"), editKeys, this, &ReconcilePage::editCheck);
        menu->addAction(tr("Duplicate…"), duplicateKeys, this, &ReconcilePage::duplicateCheck);
        menu->addAction(tr("Remove…"), removeKeys, this, &ReconcilePage::removeCheck);
    });
}

void ReconcilePage::newCheck()
{
    CheckSettings check;
    check.context = m_context;
    if (const auto* context = m_workspace.context(m_context); context && !context->stores.empty()) {
        check.expected.store = context->stores.front();
        check.actual.store = context->stores.back();
    }
    openForm(check, std::nullopt);
}

void ReconcilePage::editCheck()
{
    if (const auto* chosen = standing())
        openForm(chosen->check, chosen->check);
}

void ReconcilePage::duplicateCheck()
{
    const auto* chosen = standing();
    if (!chosen)
        return;
    auto check = chosen->check;
    check.name = freeName(check.name, m_workspace);
    check.origin = {};
    openForm(check, std::nullopt);
}

void ReconcilePage::openForm(const CheckSettings& check, std::optional<CheckSettings> before)
{
    auto* form = new CheckForm({m_workspace, m_context, check, std::move(before)}, readPostgresSnapshot,
                               m_services.feed, m_services.range, m_tasks, this);
    form->setAttribute(Qt::WA_DeleteOnClose);
    connect(form, &CheckForm::saved, this, &ReconcilePage::showChanged);
    form->open();
}

/// Once the file has been read again.
void ReconcilePage::showChanged(const std::string& check)
{
    m_messages->remove(removalTrouble);
    m_wanted = check;
}

void ReconcilePage::removeCheck()
{
    const auto* chosen = standing();
    if (!chosen)
        return;
    const auto check = chosen->check;
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("Remove check"),
                        tr("Remove the check “%1” from %2?")
                            .arg(strangersText(check.name, 80), displayable(toQString(check.origin.file.string()))),
                        QMessageBox::Cancel, this);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("Its lines go, with the comments in them. What its runs found stays in the history."));
    auto* remove = box->addButton(tr("Remove check"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->button(QMessageBox::Cancel)->setIcon({});
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(remove, &QPushButton::clicked, this, [this, check] { removeNow(check); });
    box->open();
}

void ReconcilePage::removeNow(const CheckSettings& check)
{
    m_tasks.start<Result<void>>([check](const std::stop_token&) { return projectionist::removeCheck(check); },
                                [this](const Result<void>& done) {
                                    if (done)
                                        m_messages->remove(removalTrouble);
                                    else
                                        m_messages->show(
                                            messageOf(removalTrouble, done.error(), MessageLevel::Critical));
                                });
}

} // namespace projectionist
