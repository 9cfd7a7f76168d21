// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/openseries.h"
#include "backend/history/sqlite.h"

#include <mutex>
#include <optional>

namespace projectionist {

/// Reads a history file beside the one who writes it. Any thread, one at a time. A file that is not there, or not ours,
/// holds nothing. Members throw SqliteError. Times are seconds.
class HistoryFileReader
{
public:
    explicit HistoryFileReader(std::filesystem::path file) : m_file(std::move(file)) {}

    /// What no chunk holds yet: the writer's journal. Read it before the chunks; what moves meanwhile is then seen
    /// twice.
    [[nodiscard]] OpenHistory young();
    [[nodiscard]] Buckets buckets(const SeriesName& name, std::int64_t from, std::int64_t to);
    [[nodiscard]] PartitionTable partitionsOf(const SeriesName& name, std::int64_t from, std::int64_t to);
    [[nodiscard]] std::vector<Annotation> annotations(const std::string& context, TimePoint from, TimePoint to);
    [[nodiscard]] std::vector<SeriesName> names();
    /// The file was replaced.
    void reset();

private:
    bool open();
    std::int64_t seriesId(const SeriesName& name); ///< 0: unknown

    std::mutex m_mutex;
    const std::filesystem::path m_file;
    std::optional<SqliteDatabase> m_database; ///< guarded by m_mutex
};

} // namespace projectionist
