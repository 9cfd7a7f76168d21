// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

#include "backend/deadletter/decode.h"
#include "backend/deadletter/tableletters.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/support/testservers.h"

#include <map>
#include <set>

namespace projectionist {

inline StoreSettings storeSettings(const std::string& connection, Duration timeout = Duration(20'000))
{
    StoreSettings settings;
    settings.name = "orders";
    settings.connection = connection;
    settings.statementTimeout = timeout;
    return settings;
}

/// Somebody who writes to the database.
class Writer
{
public:
    explicit Writer(const std::string& connection)
        : m_store(*connectPostgres(storeSettings(connection), Access::ReadWrite))
    {
    }
    /// All in one transaction; fails the test with the server's words.
    void run(const std::vector<std::string>& statements)
    {
        const auto done = m_store->transaction([&](Transaction& transaction) -> Result<void> {
            for (const auto& statement : statements)
                if (auto result = transaction.execute(statement); !result)
                    return tl::unexpected(result.error());
            return {};
        });
        if (!done)
            qFatal("%s", toString(done.error()).c_str());
    }
    [[nodiscard]] RelationalStore& store() { return *m_store; }

private:
    std::unique_ptr<RelationalStore> m_store;
};

/// What a sink knows after all that it was told, and whether it was told sense.
class Collected final : public LetterSink
{
public:
    struct Letter
    {
        StoredLetter stored;
        std::size_t told = 0; ///< number of the call
    };
    void add(const RawLetter& raw) override
    {
        auto& letter = letters[raw.offset];
        if (raw.offset <= last || raw.partition != 0)
            orderly = false;
        last = raw.offset;
        ++added;
        letter.stored.record.id = {std::string(raw.topic), raw.partition};
        letter.stored.record.offset = raw.offset;
        letter.stored.record.timestamp = raw.timestamp;
        if (raw.key)
            letter.stored.record.key = std::string(*raw.key);
        if (raw.value)
            letter.stored.record.value = std::string(*raw.value);
        letter.stored.valueSize = raw.valueSize;
        letter.stored.table = raw.table;
        for (const auto& header : raw.headers)
            letter.stored.record.headers.push_back(
                {std::string(header.name), header.value ? std::optional(std::string(*header.value)) : std::nullopt});
    }
    void remove(const LetterPlace& place) override
    {
        orderly = letters.erase(place.offset) == 1 && orderly;
        ++removed;
    }
    void removeBelow(const TopicPartition&, Offset) override { orderly = false; }
    void removeTopic(const std::string&) override
    {
        letters.clear();
        ++topicsRemoved;
    }

    /// The values of one header of all letters.
    [[nodiscard]] std::multiset<std::string> all(const std::string& header) const
    {
        std::multiset<std::string> values;
        for (const auto& [offset, letter] : letters)
            for (const auto& one : letter.stored.record.headers)
                if (one.name == header)
                    values.insert(one.value.value_or("NULL"));
        return values;
    }
    [[nodiscard]] const StoredLetter& first() const { return letters.begin()->second.stored; }

    std::map<Offset, Letter> letters;
    Offset last = -1;
    std::size_t added = 0;
    std::size_t removed = 0;
    int topicsRemoved = 0;
    bool orderly = true;
};

/// "family | from topic partition offset | consumer | exception | message | type id | attempts"
inline QString decodedText(const StoredLetter& stored, const DecodeSettings& settings = {})
{
    std::vector<RawHeader> headers;
    RawLetter raw = viewOf(stored.record, headers);
    raw.table = stored.table;
    LetterScanner scanner(*DecodeRules::build(settings));
    const DeadLetter letter = decode(scanner, raw);
    std::string families;
    for (const auto& family : letter.families)
        families += (families.empty() ? "" : "+") + family;
    const auto number = [](const auto& value) { return value ? std::to_string(*value) : std::string("-"); };
    return QString::fromStdString(families + " | from " + letter.origin.topic + ' ' + number(letter.origin.partition) +
                                  ' ' + number(letter.origin.offset) + " | " + letter.consumer + " | " +
                                  letter.failure.exception + " | " + letter.failure.message + " | " + letter.eventType +
                                  ' ' + letter.eventId + " | " + number(letter.attempts));
}

/// A table's letters and who reads them.
class TableReader
{
public:
    TableReader(const std::string& connection, LetterTableSettings settings, Duration timeout = Duration(20'000))
        : source(open(connection, std::move(settings), timeout))
    {
    }
    /// Reads until a condition on what was collected holds.
    template<typename Condition>
    [[nodiscard]] bool readUntil(const Condition& condition)
    {
        return eventually([&] {
            last = source->read(sink, Duration(50), {});
            return condition();
        });
    }
    [[nodiscard]] bool readAll()
    {
        return readUntil([this] { return progress().complete; }) && !progress().error;
    }
    [[nodiscard]] const ScanProgress& progress() const { return source->progress().front(); }
    [[nodiscard]] QString trouble() const
    {
        return progress().error ? QString(toString(progress().error->kind)) + ": " +
                                      QString::fromStdString(toString(*progress().error))
                                : QString();
    }

    Collected sink;
    std::unique_ptr<LetterSource> source;
    Result<void> last;

private:
    static std::unique_ptr<LetterSource> open(const std::string& connection, LetterTableSettings settings,
                                              Duration timeout)
    {
        settings.store = "orders";
        if (settings.name.empty())
            settings.name = settings.table;
        return makeTableLetters(std::move(settings),
                                *connectPostgres(storeSettings(connection, timeout), Access::ReadOnly));
    }
};

} // namespace projectionist
