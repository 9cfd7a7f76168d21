// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/differenceexports.h"

#include "backend/deadletter/exportfile.h"

namespace projectionist {

namespace {

/// The file is whole or not there.
Result<void> writeDifferenceFile(const DifferenceExportOrder& order, std::atomic<std::size_t>& done,
                                 const std::stop_token& stop)
{
    auto file = ExportFile::open(order.file.toStdString());
    if (!file)
        return tl::unexpected(file.error());
    const auto written = exportDifferences(
        *order.result, order.differences, order.format, [&](std::string_view text) { return file->write(text); },
        [&](std::size_t count) {
            done = count;
            return !stop.stop_requested();
        });
    return written ? file->finish() : written;
}

} // namespace

void DifferenceExports::start(const DifferenceExportOrder& order)
{
    cancel();
    const auto done = std::make_shared<std::atomic<std::size_t>>(0);
    m_done = done;
    m_token = order.token;
    m_running = m_tasks.start<Result<void>>(
        [order, done](const std::stop_token& stop) { return writeDifferenceFile(order, *done, stop); },
        [this, token = order.token](const Result<void>& outcome) {
            m_done = nullptr;
            m_page.setExported(token, outcome);
        });
}

void DifferenceExports::cancel()
{
    m_tasks.cancel(m_running);
    m_done = nullptr;
}

void DifferenceExports::poll()
{
    if (m_done)
        m_page.setExporting(m_token, *m_done);
}

} // namespace projectionist
