// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/differenceexports.h"

#include "backend/deadletter/exportfile.h"

namespace projectionist {

namespace {

/// The file is whole or not there.
Result<void> writeDifferenceFile(const DifferenceExportOrder& order, const std::stop_token& stop)
{
    auto file = ExportFile::open(order.file.toStdString());
    if (!file)
        return tl::unexpected(file.error());
    const auto written = exportDifferences(
        *order.result, order.differences, order.format, [&](std::string_view text) { return file->write(text); },
        [&] { return !stop.stop_requested(); });
    return written ? file->finish() : written;
}

} // namespace

void DifferenceExports::start(const DifferenceExportOrder& order)
{
    m_tasks.cancel(m_running);
    m_running = m_tasks.start<Result<void>>(
        [order](const std::stop_token& stop) { return writeDifferenceFile(order, stop); },
        [this, token = order.token](const Result<void>& outcome) { m_page.setExported(token, outcome); });
}

} // namespace projectionist
