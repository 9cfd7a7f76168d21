// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Keys whose rows are wrong go to the wizard of replays.
#include "backend/reconcile/eventkeys.h"
#include "backend/reconcile/reproject/rowwriter.h"
#include "models/text.h"
#include "widgets/common/messages.h"
#include "widgets/reconcile/reconcilepage.h"
#include "widgets/reconcile/reprojectdialog.h"

namespace projectionist {

namespace {

const QString reprojectTrouble = QStringLiteral("check-reproject");

} // namespace

/// Groups are no rows: all rows of those that were drilled into.
void ReconcilePage::reprojectListed()
{
    if (!result())
        return;
    std::vector<std::vector<std::string>> keys;
    const bool groups = result()->kind == CheckKind::Groups;
    if (!groups)
        for (const auto index : m_differences.shown())
            if (const auto& one = result()->differences[index];
                one.state == DriftState::Confirmed && one.repairedBy.empty())
                keys.push_back(one.key);
    if (groups || !keys.empty())
        reproject(keys);
}

void ReconcilePage::reproject(const std::vector<std::vector<std::string>>& keys)
{
    const auto* chosen = standing();
    if (!chosen || !result())
        return;
    auto wrong = wrongKeys(chosen->check, m_workspace, *result(), keys);
    if (!wrong) {
        m_messages->show(messageOf(reprojectTrouble, wrong.error()));
        return;
    }
    m_messages->remove(reprojectTrouble);
    const auto* const projection = projectionCalled(m_workspace, m_context, chosen->check.projection);
    const auto why = projection ? whyNotWritten(*projection) : std::nullopt;
    auto* dialog = new ReprojectDialog(wrong->size(), why ? toQString(toString(*why)) : QString(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    ReprojectionRequest request{chosen->check, m_shown.number, *std::move(wrong), {}};
    connect(dialog, &ReprojectDialog::planRequested, this,
            [this, request = std::move(request)](const ReplayTarget& target, const QString& reason) {
                auto asked = request;
                asked.draft.target = target;
                asked.draft.reason = reason.toStdString();
                emit reprojectWanted(asked);
            });
    dialog->open();
}

} // namespace projectionist
