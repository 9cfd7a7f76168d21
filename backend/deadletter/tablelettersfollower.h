// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/lettersource.h"
#include "backend/deadletter/tablelettersrow.h"

#include <unordered_map>

namespace projectionist {

/// Reads a table and follows its changes. Knows the key and the version of every row that it gave to the sink. One
/// thread.
class TableFollower
{
public:
    TableFollower(RelationalStore& store, const LetterTableSettings& settings);

    /// One portion of the table, or one look at what has changed. True: something came or went.
    [[nodiscard]] Result<bool> step(LetterSink& sink, const std::stop_token& stop);
    /// The next step should follow at once.
    [[nodiscard]] bool hasMore() const { return m_scanning || m_moreNew; }
    /// Everything but the error of a step.
    void report(ScanProgress& progress) const;

    /// One row now; nullopt: there is none.
    [[nodiscard]] Result<std::optional<TableRowLetter>> row(const std::vector<std::string>& key,
                                                            const TableSql::Limits& limits);
    [[nodiscard]] Result<std::size_t> keySize();
    [[nodiscard]] std::optional<std::vector<std::string>> keyAt(Offset offset) const;
    /// The offset of a row, given to it now if it has none.
    [[nodiscard]] Offset place(const std::vector<std::string>& key);
    [[nodiscard]] std::string family() const { return m_shape ? m_shape->family : std::string(); }

private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    struct Row
    {
        Offset offset = 0;
        std::uint64_t version = 0;
        std::uint32_t generation = 0; ///< of the last scan that saw it
    };
    using Known = std::unordered_map<std::string, Row>;

    Result<void> open();
    Result<void> lookAtState(LetterSink& sink);
    void forget(LetterSink& sink);
    void beginScan();
    Result<bool> scanPortion(LetterSink& sink);
    Result<bool> look(LetterSink& sink, const std::stop_token& stop);
    Result<bool> readNew(LetterSink& sink);
    Result<bool> compare(LetterSink& sink, const std::stop_token& stop);
    Result<bool> readChanges(LetterSink& sink, const std::stop_token& stop);
    Result<bool> removeMissing(LetterSink& sink, const std::stop_token& stop);
    Result<bool> removeUnseen(LetterSink& sink);
    /// Gives rows to the sink, unless it has them as they are. True: it had some not.
    bool take(std::vector<TableRowLetter> rows, LetterSink& sink);
    bool give(TableRowLetter& letter, LetterSink& sink);
    void drop(Known::iterator row, LetterSink& sink);
    [[nodiscard]] Error badKey(const std::string& why) const;
    [[nodiscard]] Result<std::vector<TableRowLetter>> rows(const std::string& sql,
                                                           const std::vector<Parameter>& parameters, bool& more);

    RelationalStore& m_store;
    const LetterTableSettings& m_settings;
    std::optional<TableShape> m_shape;
    std::string m_since;                  ///< transactions from this one on may have changed what was read
    std::vector<std::string> m_scannedTo; ///< key of the last row of the scan; empty: at its begin
    std::vector<RawHeader> m_views;
    Known m_rows;                                          ///< by keyText(): what the sink has
    std::unordered_map<Offset, const std::string*> m_keys; ///< in m_rows
    std::unordered_map<Offset, std::string> m_located;     ///< rows that were looked up before they were read
    Offset m_next = 0;
    std::int64_t m_largest = 0; ///< integer key
    std::uint32_t m_generation = 0;
    std::vector<std::string> m_strange; ///< keys that the last comparison did not know
    std::uint64_t m_scanned = 0;
    SteadyTime m_compareAt{};
    bool m_scanning = false;
    bool m_moreNew = false;
    bool m_complete = false;
};

} // namespace projectionist
