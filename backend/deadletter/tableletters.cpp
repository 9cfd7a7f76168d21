// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tableletters.h"

#include "backend/deadletter/tablelettersfollower.h"

#include <algorithm>
#include <condition_variable>
#include <fmt/format.h>
#include <mutex>
#include <thread>

namespace projectionist {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr Duration lookPause{1000};
constexpr Duration retryPause{2000};

SteadyTime steadyNow()
{
    return std::chrono::steady_clock::now();
}

/// Interrupts what a store does at the end of a time.
class Alarm
{
public:
    Alarm(RelationalStore& store, Duration after)
        : m_thread([this, &store, after](const std::stop_token& stop) {
            std::unique_lock lock(m_mutex);
            if (!m_never.wait_for(lock, stop, after, [] { return false; }) && !stop.stop_requested())
                store.interrupt();
        })
    {
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_never;
    std::jthread m_thread; ///< ends first
};

/// Begins no query after it was asked to stop: one interrupt ends one query only.
class StoppableStore final : public RelationalStore
{
public:
    explicit StoppableStore(std::unique_ptr<RelationalStore> store) : m_store(std::move(store)) {}

    void stopOn(std::stop_token stop) { m_stop = std::move(stop); }
    Result<Rows> query(const std::string& sql, std::span<const Parameter> parameters, std::size_t maxRows) override
    {
        if (m_stop.stop_requested())
            return tl::unexpected(Error{ErrorKind::Cancelled, "Reading was stopped", {}, {}, true});
        return m_store->query(sql, parameters, maxRows);
    }
    Result<void> transaction(const std::function<Result<void>(Transaction&)>& body) override
    {
        return m_store->transaction(body);
    }
    void interrupt() noexcept override { m_store->interrupt(); }
    std::string serverVersion() const override { return m_store->serverVersion(); }

private:
    const std::unique_ptr<RelationalStore> m_store;
    std::stop_token m_stop;
};

/// Nothing of the store can be read, as opposed to this table alone.
bool concernsStore(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::NameNotFound:
    case ErrorKind::Refused:
    case ErrorKind::Unreachable:
    case ErrorKind::Tls:
    case ErrorKind::Authentication:
    case ErrorKind::Cancelled:
        return true;
    default:
        return false;
    }
}

class TableLetters final : public LetterSource
{
public:
    TableLetters(LetterTableSettings settings, std::unique_ptr<RelationalStore> store)
        : m_settings(std::move(settings)), m_store(std::move(store)), m_follower(m_store, m_settings)
    {
        m_progress.push_back({.topic = m_settings.name, .error = std::nullopt});
    }

    Result<void> read(LetterSink& sink, Duration most, const std::stop_token& stop) override;
    const std::vector<ScanProgress>& progress() const override { return m_progress; }
    Result<StoredLetter> fetch(const LetterPlace& place, std::size_t maxBytes, Duration timeout) override;
    std::string reference(const LetterPlace& place) const override;
    Result<LetterPlace> locate(std::string_view reference, Duration timeout) override;

private:
    [[nodiscard]] bool waitUntil(SteadyTime time, const std::stop_token& stop);
    [[nodiscard]] Error explained(Error error) const;
    [[nodiscard]] Error gone(std::string_view reference) const;
    [[nodiscard]] bool isOurs(const LetterPlace& place) const
    {
        return place.id.topic == m_settings.name && place.id.partition == 0;
    }
    [[nodiscard]] Result<std::optional<TableRowLetter>> rowOf(const std::vector<std::string>& key,
                                                              const TableSql::Limits& limits, Duration timeout);

    const LetterTableSettings m_settings;
    StoppableStore m_store;
    TableFollower m_follower;
    std::vector<ScanProgress> m_progress; ///< one
    SteadyTime m_nextLook{};
    std::mutex m_mutex;
    std::condition_variable_any m_stopped;
};

Result<void> TableLetters::read(LetterSink& sink, Duration most, const std::stop_token& stop)
{
    const auto deadline = steadyNow() + most;
    m_store.stopOn(stop);
    const std::stop_callback interrupt(stop, [this] { m_store.interrupt(); });
    auto& progress = m_progress.front();
    while (waitUntil(std::min(deadline, m_nextLook), stop) && steadyNow() >= m_nextLook) {
        const auto step = m_follower.step(sink, stop);
        m_follower.report(progress);
        if (stop.stop_requested())
            return {};
        if (!step) {
            m_nextLook = steadyNow() + retryPause;
            progress.error = explained(step.error());
            if (concernsStore(step.error()))
                return tl::unexpected(*progress.error);
            continue;
        }
        if (!m_follower.hasMore())
            m_nextLook = steadyNow() + lookPause;
        if (*step || steadyNow() >= deadline)
            return {};
    }
    return {};
}

/// False on stop.
bool TableLetters::waitUntil(SteadyTime time, const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    m_stopped.wait_until(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

Error TableLetters::explained(Error error) const
{
    error.what = fmt::format("The dead letters in {} (store \"{}\") cannot be read", m_settings.name, m_settings.store);
    if (error.kind == ErrorKind::Permission) {
        const bool object = error.why.find("large object") != std::string::npos;
        error.next = object
                         ? "The payloads are large objects: ask their owner to GRANT SELECT ON LARGE OBJECT, or the "
                           "server's administrator for lo_compat_privileges."
                         : fmt::format("Ask the owner to GRANT SELECT ON {}, and USAGE ON its SCHEMA, to the user of "
                                       "this store.",
                                       m_settings.table);
    }
    return error;
}

Error TableLetters::gone(std::string_view reference) const
{
    return {ErrorKind::NotFound, fmt::format("The dead letter {} cannot be shown", reference),
            fmt::format("its row is no longer in {}", m_settings.name),
            "It was deleted, or replayed by the framework that owns the table.", false};
}

Result<std::optional<TableRowLetter>> TableLetters::rowOf(const std::vector<std::string>& key,
                                                          const TableSql::Limits& limits, Duration timeout)
{
    m_store.stopOn({});
    const Alarm alarm(m_store, timeout);
    auto row = m_follower.row(key, limits);
    if (!row)
        return tl::unexpected(explained(row.error()));
    return row;
}

Result<StoredLetter> TableLetters::fetch(const LetterPlace& place, std::size_t maxBytes, Duration timeout)
{
    const auto key = isOurs(place) ? m_follower.keyAt(place.offset) : std::nullopt;
    if (!key)
        return tl::unexpected(gone(reference(place)));
    constexpr std::size_t largestCell = 4U << 20;
    auto row = rowOf(*key, {std::max<std::size_t>(maxBytes, 1), largestCell, true}, timeout);
    if (!row)
        return tl::unexpected(row.error());
    if (!*row)
        return tl::unexpected(gone(reference(place)));
    auto& letter = **row;
    if (letter.value && letter.value->size() > maxBytes)
        letter.value->resize(maxBytes);
    StoredLetter stored;
    stored.record = {place.id,
                     place.offset,
                     letter.time,
                     false,
                     std::move(letter.eventKey),
                     std::move(letter.value),
                     std::move(letter.headers)};
    stored.valueSize = letter.valueSize;
    stored.table = m_follower.family();
    stored.eventHeaders = std::move(letter.eventHeaders);
    return stored;
}

std::string TableLetters::reference(const LetterPlace& place) const
{
    const auto key = isOurs(place) ? m_follower.keyAt(place.offset) : std::nullopt;
    return m_settings.name + '#' + (key ? keyText(*key) : std::string());
}

Result<LetterPlace> TableLetters::locate(std::string_view reference, Duration timeout)
{
    const std::string prefix = m_settings.name + '#';
    const auto foreign = [&](std::string why) {
        return tl::unexpected(Error{ErrorKind::NotFound, fmt::format("There is no dead letter {}", reference),
                                    std::move(why), "Check the reference.", false});
    };
    if (!reference.starts_with(prefix))
        return foreign(fmt::format("it is not one of {}", m_settings.name));
    reference.remove_prefix(prefix.size());
    m_store.stopOn({});
    const Alarm alarm(m_store, timeout);
    const auto count = m_follower.keySize();
    if (!count)
        return tl::unexpected(explained(count.error()));
    const auto key = keyOfText(reference, *count);
    if (!key)
        return foreign(fmt::format("\"{}\" is no key of {}", reference, m_settings.name));
    const auto row = m_follower.row(*key, {1, 1, false});
    if (!row && row.error().kind == ErrorKind::InvalidData) // "abc" where numbers are
        return foreign(row.error().why);
    if (!row)
        return tl::unexpected(explained(row.error()));
    if (!*row)
        return tl::unexpected(gone(prefix + std::string(reference)));
    return LetterPlace{{m_settings.name, 0}, m_follower.place((*row)->key)};
}

} // namespace

std::unique_ptr<LetterSource> makeTableLetters(LetterTableSettings settings, std::unique_ptr<RelationalStore> store)
{
    return std::make_unique<TableLetters>(std::move(settings), std::move(store));
}

} // namespace projectionist
