// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/offsetlookup.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace projectionist::kafka {

namespace {

constexpr std::size_t maxThreads = 8;

struct Job
{
    std::vector<std::size_t> rows;        ///< indexes of questions, all of different partitions
    std::optional<std::int32_t> leader{}; ///< all of this one
};

bool needsNewLeaders(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH || code == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/// One ask(): what its threads share.
class LookupRound
{
public:
    LookupRound(Handle& handle, std::span<const OffsetQuestion> questions, SteadyTime deadline)
        : m_handle(handle)
        , m_questions(questions)
        , m_deadline(deadline)
        , m_rows(questions.size(), {-1, RD_KAFKA_RESP_ERR__TIMED_OUT})
    {
    }

    /// Jobs that do not know their leader get half of the time, so that their parts can be asked again.
    void run(std::span<const Job> jobs)
    {
        const auto half = std::chrono::steady_clock::now() + (m_deadline - std::chrono::steady_clock::now()) / 2;
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t i = next++; i < jobs.size(); i = next++)
                run(jobs[i], jobs[i].leader ? m_deadline : half);
        };
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < std::min(jobs.size(), maxThreads); ++i)
            helpers.emplace_back(work);
        work();
    }

    [[nodiscard]] std::vector<std::size_t> takeUnanswered() { return std::exchange(m_unanswered, {}); }
    [[nodiscard]] const std::vector<OffsetRow>& rows() const { return m_rows; }
    [[nodiscard]] const std::set<std::int32_t>& silent() const { return m_silent; }

private:
    void run(const Job& job, SteadyTime deadline)
    {
        std::vector<const OffsetQuestion*> chunk;
        for (const std::size_t row : job.rows)
            chunk.push_back(&m_questions[row]);
        std::vector<OffsetRow> rows;
        const int timeoutMs = isSilent(job.leader) ? 0 : millisecondsUntil(deadline);
        auto code =
            timeoutMs == 0 ? RD_KAFKA_RESP_ERR__TIMED_OUT : requestOffsets(m_handle.get(), chunk, timeoutMs, rows);
        if (needsNewLeaders(code) && refreshLeaders())
            code = requestOffsets(m_handle.get(), chunk, std::max(1, millisecondsUntil(deadline)), rows);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            store(job.rows, rows);
        else if (isSilence(code))
            giveUp(job, code);
        else if (job.rows.size() == 1)
            m_rows[job.rows.front()] = {-1, code};
        else
            halve(job, deadline);
    }

    /// One partition spoils the request: find it.
    void halve(const Job& job, SteadyTime deadline)
    {
        const auto middle = job.rows.begin() + static_cast<std::ptrdiff_t>(job.rows.size() / 2);
        run(Job{{job.rows.begin(), middle}, job.leader}, deadline);
        run(Job{{middle, job.rows.end()}, job.leader}, deadline);
    }

    /// Each row of m_rows belongs to one job, so threads never meet there.
    void store(const std::vector<std::size_t>& indexes, const std::vector<OffsetRow>& rows)
    {
        for (std::size_t i = 0; i < indexes.size(); ++i)
            m_rows[indexes[i]] = rows[i];
    }

    void giveUp(const Job& job, rd_kafka_resp_err_t code)
    {
        for (const std::size_t row : job.rows)
            m_rows[row].code = code;
        const std::lock_guard lock(m_mutex);
        if (job.leader)
            m_silent.insert(*job.leader);
        else
            m_unanswered.insert(m_unanswered.end(), job.rows.begin(), job.rows.end());
    }

    bool isSilent(const std::optional<std::int32_t>& leader)
    {
        const std::lock_guard lock(m_mutex);
        return leader && m_silent.contains(*leader);
    }

    /// librdkafka refreshes by itself only topics that it produces to or consumes from.
    bool refreshLeaders()
    {
        bool mine = false;
        std::call_once(m_refreshed, [&] {
            mine = m_handle.metadata(std::chrono::steady_clock::now() + timeLeft() / 4).has_value();
        });
        return mine;
    }

    [[nodiscard]] SteadyTime::duration timeLeft() const { return m_deadline - std::chrono::steady_clock::now(); }

    Handle& m_handle;
    const std::span<const OffsetQuestion> m_questions;
    const SteadyTime m_deadline;
    std::vector<OffsetRow> m_rows;
    std::once_flag m_refreshed;
    std::mutex m_mutex;
    std::vector<std::size_t> m_unanswered; ///< guarded by m_mutex
    std::set<std::int32_t> m_silent;       ///< guarded by m_mutex
};

void addChunks(std::vector<Job>& jobs, const std::vector<std::size_t>& rows, std::optional<std::int32_t> leader)
{
    for (std::size_t begin = 0; begin < rows.size(); begin += maxPartitionsPerRequest) {
        const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin);
        jobs.push_back(
            {{first, first + static_cast<std::ptrdiff_t>(std::min(maxPartitionsPerRequest, rows.size() - begin))},
             leader});
    }
}

/// A request may name a partition once: the second question about it goes to another request. The grouping key is the
/// leader, where one is to be asked apart.
template<typename LeaderOf>
std::vector<Job> makeJobs(std::span<const OffsetQuestion> questions, const std::vector<std::size_t>& rows,
                          LeaderOf&& leaderOf)
{
    std::unordered_map<TopicPartition, std::size_t> seen;
    std::map<std::pair<std::optional<std::int32_t>, std::size_t>, std::vector<std::size_t>> groups; // no leader first
    for (const std::size_t row : rows)
        groups[{leaderOf(questions[row].id), seen[questions[row].id]++}].push_back(row);
    std::vector<Job> jobs;
    for (const auto& [key, members] : groups)
        addChunks(jobs, members, key.first);
    return jobs;
}

/// Several tries help when the broker that is asked happens to be the silent one; each takes a quarter of the time.
template<typename Leaders>
bool readLeaders(const Handle& handle, SteadyTime deadline, int attempts, Leaders& leaders)
{
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const auto now = std::chrono::steady_clock::now();
        const auto metadata = handle.metadata(now + (deadline - now) / 4);
        if (!metadata)
            continue;
        leaders.clear();
        for (int t = 0; t < (*metadata)->topic_cnt; ++t) {
            const auto& topic = (*metadata)->topics[t];
            for (int p = 0; p < topic.partition_cnt; ++p)
                leaders[{topic.topic, topic.partitions[p].id}] = topic.partitions[p].leader;
        }
        return true;
    }
    return false;
}

OffsetAnswer answerOf(const Handle& handle, const OffsetQuestion& question, const OffsetRow& row)
{
    if (row.code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return {{}, handle.explain(row.code, "Offsets of " + toString(question.id) + " cannot be read")};
    return {row.offset < 0 ? std::nullopt : std::optional(row.offset), {}};
}

} // namespace

/// The library remembers for 15 minutes that a topic does not exist, and for as long who led it; a silent leader may
/// have been replaced.
void OffsetLookup::refreshWhenStale(const Handle& handle, SteadyTime deadline)
{
    constexpr auto pause = std::chrono::seconds(5); // the answer names all topics of the cluster
    const auto now = std::chrono::steady_clock::now();
    if (!m_stale || now - m_refreshed < pause)
        return;
    m_refreshed = now;
    static_cast<void>(readLeaders(handle, deadline, 1, m_leaders)); // else what we knew stays
}

std::vector<OffsetAnswer> OffsetLookup::ask(Handle& handle, std::span<const OffsetQuestion> questions,
                                            SteadyTime deadline)
{
    const auto leaderOf = [this](const TopicPartition& id) -> std::optional<std::int32_t> {
        const auto at = m_leaders.find(id);
        return at == m_leaders.end() ? std::nullopt : std::optional(at->second);
    };
    std::vector<std::size_t> all(questions.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;

    handle.serve();
    refreshWhenStale(handle, deadline);
    LookupRound round(handle, questions, deadline);
    round.run(makeJobs(questions, all, [&](const TopicPartition& id) {
        const auto leader = leaderOf(id);
        return leader && m_silent.contains(*leader) ? leader : std::nullopt;
    }));
    if (const auto unanswered = round.takeUnanswered(); !unanswered.empty()) {
        static_cast<void>(readLeaders(handle, deadline, 3, m_leaders)); // else by what we knew
        round.run(makeJobs(questions, unanswered,
                           [&](const TopicPartition& id) { return std::optional(leaderOf(id).value_or(-1)); }));
    }
    m_silent = round.silent();

    std::vector<OffsetAnswer> answers;
    answers.reserve(questions.size());
    bool complete = true;
    m_stale = false;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        answers.push_back(answerOf(handle, questions[i], round.rows()[i]));
        complete = complete && !isSilence(round.rows()[i].code);
        m_stale = m_stale || needsNewLeaders(round.rows()[i].code) || isSilence(round.rows()[i].code);
    }
    if (complete)
        handle.log().succeeded();
    return answers;
}

} // namespace projectionist::kafka
