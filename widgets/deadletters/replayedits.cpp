// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/replayedits.h"

#include "backend/deadletter/replay/replayplanner.h"
#include "widgets/deadletters/editvaluedialog.h"

namespace projectionist {

ReplayEdits::ReplayEdits(QWidget* page) : QObject(page), m_page(page) {}
ReplayEdits::~ReplayEdits() = default;

EditValueDialog* ReplayEdits::dialog() const
{
    return m_dialog;
}

void ReplayEdits::clear()
{
    m_values.clear();
    m_waiting.reset();
    delete m_dialog;
}

void ReplayEdits::edit(const EditableValue& value)
{
    if (value.masked.isEmpty())
        return open(value);
    m_waiting = value;
    emit unmaskWanted(value.reference, value.masked);
}

void ReplayEdits::setUnmaskRecorded(const std::string& reference, bool recorded)
{
    if (!m_waiting || m_waiting->reference != reference)
        return;
    const auto value = *std::exchange(m_waiting, std::nullopt);
    if (recorded)
        open(value);
}

void ReplayEdits::open(const EditableValue& value)
{
    const auto text = editableText(value.before);
    if (!text || (m_dialog && m_dialog->isVisible()))
        return;
    m_dialog = new EditValueDialog(value, *text, m_page);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &EditValueDialog::edited, this,
            [this, reference = value.reference](const std::optional<std::string>& edited) {
                if (edited)
                    m_values.insert_or_assign(reference, *edited);
                else
                    m_values.erase(reference);
                emit changed();
            });
    m_dialog->open();
}

void ReplayEdits::applyTo(ReplayRequest& request) const
{
    for (auto& letter : request.letters)
        if (const auto value = m_values.find(letter.reference); value != m_values.end())
            letter.edited = value->second;
}

} // namespace projectionist
