// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/history.h"

#include "backend/history/historyfile.h"
#include "backend/history/historyreader.h"

#include <algorithm>
#include <condition_variable>
#include <fmt/format.h>
#include <thread>

namespace projectionist {

namespace {

/// What kill -9 may cost.
constexpr std::chrono::seconds writeInterval{2};
constexpr std::int64_t maintenanceInterval = 60;

std::int64_t floorSeconds(TimePoint time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::int64_t ceilSeconds(TimePoint time)
{
    return std::chrono::ceil<std::chrono::seconds>(time.time_since_epoch()).count();
}

} // namespace

class History::Private
{
public:
    Private(std::filesystem::path path, const Clock& clock)
        : file(std::move(path))
        , reader(file)
        , m_clock(clock)
        , m_thread([this](const std::stop_token& stop) { run(stop); })
    {
    }
    ~Private()
    {
        m_thread.request_stop();
        m_thread.join();
    }

    void flush();
    /// For readers: what they came upon makes the writer begin a new file.
    Error readFailed(const SqliteError& error);

    const std::filesystem::path file;
    HistoryFileReader reader;
    mutable std::mutex mutex;
    OpenHistory open;            ///< guarded by mutex
    bool writes = false;         ///< guarded by mutex: `open` has all that the file's journal has
    std::optional<Error> health; ///< guarded by mutex

private:
    void run(const std::stop_token& stop);
    void work(bool last);
    bool openFile();
    void replaceDamaged();
    void setHealth(std::optional<Error> state);
    std::int64_t now() const { return floorSeconds(m_clock.now()); }

    const Clock& m_clock;
    std::unique_ptr<HistoryFile> m_writer; ///< of the thread
    std::int64_t m_nextMaintenance = 0;    ///< of the thread
    bool m_damaged = false;                ///< guarded by mutex
    std::uint64_t m_wanted = 0;            ///< guarded by mutex: flushes asked for
    std::uint64_t m_done = 0;              ///< guarded by mutex: flushes done
    std::condition_variable_any m_changed;
    std::jthread m_thread; ///< ends first
};

void History::Private::run(const std::stop_token& stop)
{
    for (bool last = false; !last;) {
        std::uint64_t wanted = 0;
        {
            std::unique_lock lock(mutex);
            m_changed.wait_for(lock, stop, writeInterval, [this] { return m_wanted != m_done; });
            wanted = m_wanted;
            last = stop.stop_requested();
        }
        work(last);
        const std::lock_guard lock(mutex);
        m_done = wanted;
        m_changed.notify_all();
    }
}

void History::Private::flush()
{
    std::unique_lock lock(mutex);
    const std::uint64_t ticket = ++m_wanted;
    m_changed.notify_all();
    m_changed.wait(lock, [&] { return m_done >= ticket; });
}

void History::Private::setHealth(std::optional<Error> state)
{
    const std::lock_guard lock(mutex);
    health = std::move(state);
}

bool History::Private::openFile()
{
    if (m_writer && m_writer->inPlace())
        return true;
    m_writer.reset();
    reader.reset();
    {
        const std::lock_guard lock(mutex);
        writes = false;
    }
    OpenHistory known;
    auto opened = HistoryFile::open(file, known);
    if (!opened) {
        setHealth(opened.error());
        return false;
    }
    m_writer = std::move(*opened);
    m_nextMaintenance = 0;
    const std::lock_guard lock(mutex);
    open.adopt(std::move(known));
    writes = true;
    return true;
}

void History::Private::replaceDamaged()
{
    m_writer.reset();
    reader.reset();
    if (fileKind(file) != FileKind::Ours)
        return; // not ours to move; health says what is wrong with it
    const auto kept = HistoryFile::setAside(file, now());
    if (kept.empty())
        return; // whoever comes upon the damage next tries again
    const std::lock_guard lock(mutex);
    open.annotate({{},
                   {m_clock.now(),
                    "history",
                    {},
                    fmt::format("The history file was damaged. It was set aside as {} "
                                "and a new one begun",
                                kept.string())}});
}

void History::Private::work(bool last)
{
    HistoryBatch batch;
    const auto giveUp = [this](Error error) {
        const std::lock_guard lock(mutex);
        health = std::move(error);
        open.failed();
    };
    try {
        bool damaged = false;
        {
            const std::lock_guard lock(mutex);
            damaged = std::exchange(m_damaged, false);
        }
        if (damaged)
            replaceDamaged();
        if (!openFile()) {
            const std::lock_guard lock(mutex);
            return open.failed();
        }
        {
            const std::lock_guard lock(mutex);
            batch = open.collect(now(), last);
        }
        m_writer->write(batch);
        {
            const std::lock_guard lock(mutex);
            open.committed(batch);
            health.reset();
        }
        if (!last && now() >= m_nextMaintenance && !m_writer->maintain(now()))
            m_nextMaintenance = now() + maintenanceInterval;
    } catch (const SqliteError& error) {
        giveUp(historyError(file, error));
        if (isDamage(error))
            replaceDamaged();
    } catch (const std::exception& error) {
        giveUp({ErrorKind::Internal, "History is not kept", error.what(), "It is tried again by itself.", true});
    }
}

Error History::Private::readFailed(const SqliteError& error)
{
    const std::lock_guard lock(mutex);
    m_damaged = m_damaged || isDamage(error);
    Error result = historyError(file, error);
    result.what = "History cannot be read from " + file.string();
    return result;
}

History::History(std::filesystem::path file, const Clock& clock) : d(std::make_unique<Private>(std::move(file), clock))
{
}

History::~History() = default;

void History::append(const std::shared_ptr<const Snapshot>& snapshot)
{
    if (!snapshot)
        return;
    const std::lock_guard lock(d->mutex);
    d->open.add(*snapshot);
}

void History::appendRetroactive(const std::string& context, const std::string& projection,
                                const std::vector<HistoryPoint>& points)
{
    const std::lock_guard lock(d->mutex);
    d->open.addRetroactive({context, projection}, points);
}

Result<std::vector<HistoryPoint>> History::read(const std::string& context, const std::string& projection,
                                                TimePoint from, TimePoint to, std::size_t maxPoints) const
{
    const SeriesName name{context, projection};
    const std::int64_t first = ceilSeconds(from);
    const std::int64_t end = ceilSeconds(to);
    Buckets buckets;
    bool writes = false;
    {
        // Memory first: what moves to the file meanwhile is then seen twice, not never.
        const std::lock_guard lock(d->mutex);
        buckets = d->open.buckets(name, first, end);
        writes = d->writes;
    }
    try {
        if (!writes)
            buckets = overlay(buckets, d->reader.young().buckets(name, first, end));
        buckets = overlay(buckets, d->reader.buckets(name, first, end));
    } catch (const SqliteError& error) {
        return tl::unexpected(d->readFailed(error));
    }
    std::vector<HistoryPoint> points;
    for (const auto& bucket : thin(std::move(buckets), first, end, maxPoints))
        points.push_back(toPoint(bucket));
    return points;
}

Result<std::vector<PartitionHistory>> History::readPartitions(const std::string& context, const std::string& projection,
                                                              TimePoint from, TimePoint to, std::size_t maxPoints) const
{
    const SeriesName name{context, projection};
    const std::int64_t first = ceilSeconds(from);
    const std::int64_t end = ceilSeconds(to);
    PartitionTable young;
    bool writes = false;
    {
        const std::lock_guard lock(d->mutex);
        young = d->open.partitionsOf(name, first, end);
        writes = d->writes;
    }
    PartitionTable table;
    try {
        const PartitionTable journal = writes ? PartitionTable() : d->reader.young().partitionsOf(name, first, end);
        table = d->reader.partitionsOf(name, first, end);
        table.add(journal);
    } catch (const SqliteError& error) {
        return tl::unexpected(d->readFailed(error));
    }
    table.add(young);
    const auto most = static_cast<std::int64_t>(std::max<std::size_t>(maxPoints, 2) - 1);
    const bool wide = maxPoints > 0 && table.rows.size() > maxPoints;
    const std::int64_t width = wide ? std::max((end - first + most - 1) / most, partitions.width) : partitions.width;
    PartitionTable thinned;
    thinned.ids = table.ids;
    for (const auto& [at, row] : table.rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            thinned.add(wide ? floorTo(at, width) : at, i, row[i]);
    }
    return thinned.histories();
}

Result<std::vector<Annotation>> History::annotations(const std::string& context, TimePoint from, TimePoint to) const
{
    std::vector<Annotation> young;
    {
        const std::lock_guard lock(d->mutex);
        young = d->open.annotations(context, from, to);
    }
    try {
        auto all = d->reader.annotations(context, from, to);
        for (const auto& one : young) {
            if (std::find(all.begin(), all.end(), one) == all.end())
                all.push_back(one);
        }
        std::stable_sort(all.begin(), all.end(),
                         [](const auto& left, const auto& right) { return left.at < right.at; });
        return all;
    } catch (const SqliteError& error) {
        return tl::unexpected(d->readFailed(error));
    }
}

Result<std::vector<std::pair<std::string, std::string>>> History::projections() const
{
    std::vector<SeriesName> names;
    bool writes = false;
    {
        const std::lock_guard lock(d->mutex);
        names = d->open.names();
        writes = d->writes;
    }
    try {
        if (!writes)
            for (auto& name : d->reader.young().names())
                names.push_back(std::move(name));
        const auto stored = d->reader.names();
        names.insert(names.end(), stored.begin(), stored.end());
    } catch (const SqliteError& error) {
        return tl::unexpected(d->readFailed(error));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::vector<std::pair<std::string, std::string>> result;
    for (auto& name : names)
        result.emplace_back(std::move(name.context), std::move(name.projection));
    return result;
}

std::optional<Error> History::health() const
{
    const std::lock_guard lock(d->mutex);
    return d->health;
}

void History::flush()
{
    d->flush();
}

} // namespace projectionist
