// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/letterexports.h"

#include "backend/deadletter/exportfile.h"
#include "widgets/deadletters/deadletterspage.h"

namespace projectionist {

namespace {

/// Writes the file, whole or not at all.
Result<ExportOutcome> exportToFile(const LetterExportOrder& order, LetterDesk& desk, const Clock& clock,
                                   const LetterMasks& masks, std::function<void(std::uint64_t, std::uint64_t)> progress,
                                   const std::stop_token& stop)
{
    auto file = ExportFile::open(order.file.toStdString());
    if (!file)
        return tl::unexpected(file.error());
    const DeadLetterLook look{&masks, false};
    LetterExport letters(desk, clock, order.content, look,
                         {[&](std::string_view text) { return file->write(text); }, std::move(progress),
                          [&] { return !stop.stop_requested(); }});
    auto outcome = letters.run(order.query, order.places);
    if (!outcome)
        return outcome;
    if (auto finished = file->finish(); !finished)
        return tl::unexpected(finished.error());
    return outcome;
}

} // namespace

void LetterExports::start(const LetterExportOrder& order, std::shared_ptr<LetterLink> link, const LetterMasks& masks)
{
    cancel();
    const auto progress = std::make_shared<Progress>();
    m_progress = progress;
    m_token = order.token;
    m_running = m_tasks.start<Result<ExportOutcome>>(
        [this, order, link = std::move(link), masks, progress](const std::stop_token& stop) {
            return exportToFile(
                order, link->desk(), m_clock, masks,
                [&](std::uint64_t done, std::uint64_t total) {
                    progress->total = total;
                    progress->done = done;
                },
                stop);
        },
        [this, token = order.token](const Result<ExportOutcome>& outcome) {
            m_progress = nullptr;
            m_page.setExported(token, outcome);
        });
}

void LetterExports::cancel()
{
    m_tasks.cancel(m_running);
    m_progress = nullptr;
}

void LetterExports::poll()
{
    if (m_progress && m_progress->total > 0)
        m_page.setExporting(m_token, m_progress->done, m_progress->total);
}

} // namespace projectionist
