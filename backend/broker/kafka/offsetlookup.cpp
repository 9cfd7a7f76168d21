// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/offsetlookup.h"

#include "backend/broker/kafka/background.h"
#include "backend/broker/kafka/metadatarequest.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t maxThreads = 8;
constexpr std::int32_t unknownLeader = -1;
/// How long the library waits for an answer in the background; longer than it lets a request live (socket.timeout.ms).
constexpr auto lasting = 20s;
/// Questions of a silent leader that go on in the background at a time.
constexpr std::size_t maxOpen = 4;

using Job = std::vector<std::size_t>; ///< indexes of questions, all of different partitions

bool needsNewLeaders(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH || code == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/// A request may name a partition once: the second question about it goes to another request.
std::vector<Job> jobsOf(std::span<const OffsetQuestion> questions)
{
    std::unordered_map<TopicPartition, std::size_t> seen;
    std::map<std::size_t, Job> rounds;
    for (std::size_t row = 0; row < questions.size(); ++row)
        rounds[seen[questions[row].id]++].push_back(row);
    std::vector<Job> jobs;
    for (const auto& [round, rows] : rounds)
        for (std::size_t begin = 0; begin < rows.size(); begin += maxPartitionsPerRequest) {
            const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin);
            jobs.emplace_back(
                first, first + static_cast<std::ptrdiff_t>(std::min(maxPartitionsPerRequest, rows.size() - begin)));
        }
    return jobs;
}

/// The questions to one leader: what its threads share.
class LeaderInquiry
{
public:
    LeaderInquiry(rd_kafka_t* rk, std::span<const OffsetQuestion> questions, SteadyTime deadline)
        : m_rk(rk)
        , m_questions(questions)
        , m_deadline(deadline)
        , m_rows(questions.size(), {-1, RD_KAFKA_RESP_ERR__TIMED_OUT, {}})
    {
    }

    [[nodiscard]] std::vector<OffsetRow> run()
    {
        const std::vector<Job> jobs = jobsOf(m_questions);
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t i = next++; i < jobs.size(); i = next++)
                run(jobs[i]);
        };
        {
            std::vector<std::jthread> helpers;
            for (std::size_t i = 1; i < std::min(jobs.size(), maxThreads); ++i)
                helpers.emplace_back(work);
            work();
        }
        return std::move(m_rows);
    }

private:
    void run(const Job& job)
    {
        std::vector<const OffsetQuestion*> chunk;
        for (const std::size_t row : job)
            chunk.push_back(&m_questions[row]);
        std::vector<OffsetRow> rows;
        const int timeoutMs = m_silent ? 0 : millisecondsUntil(m_deadline);
        auto code = timeoutMs == 0 ? RD_KAFKA_RESP_ERR__TIMED_OUT : requestOffsets(m_rk, chunk, timeoutMs, rows);
        if (needsNewLeaders(code) && refreshLeaders())
            code = requestOffsets(m_rk, chunk, std::max(1, millisecondsUntil(m_deadline)), rows);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            store(job, rows);
        else if (isSilence(code) || job.size() == 1)
            giveUp(job, code);
        else
            halve(job);
    }

    /// One partition spoils the request: find it.
    void halve(const Job& job)
    {
        const auto middle = job.begin() + static_cast<std::ptrdiff_t>(job.size() / 2);
        run(Job{job.begin(), middle});
        run(Job{middle, job.end()});
    }

    /// Each row of m_rows belongs to one job, so threads never meet there.
    void store(const Job& job, const std::vector<OffsetRow>& rows)
    {
        for (std::size_t i = 0; i < job.size(); ++i)
            m_rows[job[i]] = rows[i];
    }

    void giveUp(const Job& job, rd_kafka_resp_err_t code)
    {
        for (const std::size_t row : job)
            m_rows[row].code = code;
        m_silent = m_silent || isSilence(code);
    }

    /// librdkafka refreshes by itself only topics that it produces to or consumes from.
    bool refreshLeaders()
    {
        bool mine = false;
        std::call_once(m_refreshed, [&] {
            const rd_kafka_metadata_t* raw = nullptr;
            const int timeoutMs = std::max(1, millisecondsUntil(m_deadline) / 4);
            mine = rd_kafka_metadata(m_rk, 1, nullptr, &raw, timeoutMs) == RD_KAFKA_RESP_ERR_NO_ERROR;
            const MetadataPtr owned(raw);
        });
        return mine;
    }

    rd_kafka_t* const m_rk;
    const std::span<const OffsetQuestion> m_questions;
    const SteadyTime m_deadline;
    std::vector<OffsetRow> m_rows;
    std::once_flag m_refreshed;
    std::atomic<bool> m_silent = false;
};

bool allSilent(const std::vector<OffsetRow>& rows)
{
    return std::ranges::all_of(rows, [](const OffsetRow& row) { return isSilence(row.code); });
}

OffsetAnswer answerOf(const Handle& handle, const OffsetQuestion& question, const OffsetRow& row)
{
    if (row.code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return {{}, handle.explain(row.code, "Offsets of " + toString(question.id) + " cannot be read")};
    return {row.offset < 0 ? std::nullopt : std::optional(row.offset), {}, row.late};
}

} // namespace

/// The library remembers for 15 minutes that a topic does not exist, and for as long who led it; a silent leader may
/// have been replaced. Only the first time somebody waits for it.
void OffsetLookup::learnLeaders(const Handle& handle, SteadyTime deadline)
{
    constexpr auto pause = 5s; // the answer names all topics of the cluster
    if (!m_learning.valid() && m_stale && steadyNow() - m_refreshed >= pause) {
        m_refreshed = steadyNow();
        m_learning = inBackground([rk = handle.share()]() mutable {
            const MetadataAnswer answer = requestMetadata(rk, steadyNow() + lasting);
            rk.reset();
            std::optional<Leaders> leaders;
            for (int t = 0; answer.metadata && t < answer.metadata->topic_cnt; ++t) {
                const auto& topic = answer.metadata->topics[t];
                for (int p = 0; p < topic.partition_cnt; ++p)
                    (leaders ? *leaders : leaders.emplace())[{topic.topic, topic.partitions[p].id}] =
                        topic.partitions[p].leader;
            }
            return leaders;
        });
    }
    const auto until = m_leaders.empty() ? steadyNow() + (deadline - steadyNow()) / 2 : steadyNow();
    if (!m_learning.valid() || m_learning.wait_until(until) != std::future_status::ready)
        return;
    if (auto leaders = m_learning.get()) // else what we knew stays
        m_leaders = *std::move(leaders);
}

/// Takes up the same questions where they are on their way or were answered lately; else asks.
void OffsetLookup::findInquiry(Part& part, const Handle& handle, std::vector<OffsetQuestion> questions,
                               SteadyTime deadline)
{
    auto& open = part.leader.open;
    std::erase_if(open, [&](const Inquiry& inquiry) {
        return isReady(inquiry.answers) && (inquiry.questions != questions || steadyNow() - inquiry.began > newsFor);
    });
    const auto same = std::ranges::find(open, questions, &Inquiry::questions);
    if (same != open.end()) {
        part.inquiry = std::move(*same);
        open.erase(same);
    } else if (open.size() < maxOpen) {
        const auto until = std::max(deadline, steadyNow() + lasting);
        part.isNew = true;
        part.inquiry = Inquiry{questions, steadyNow(), inBackground([rk = handle.share(), questions, until]() mutable {
                                   auto rows = LeaderInquiry(rk.get(), questions, until).run();
                                   rk.reset(); // before anybody learns of the answer: see Handle's end
                                   return rows;
                               })};
    }
}

std::vector<OffsetLookup::Part> OffsetLookup::partsOf(const Handle& handle, std::span<const OffsetQuestion> questions,
                                                      SteadyTime deadline)
{
    std::map<std::int32_t, std::vector<std::size_t>> rowsOf;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto at = m_leaders.find(questions[i].id);
        rowsOf[at == m_leaders.end() ? unknownLeader : at->second].push_back(i);
    }
    std::vector<Part> parts;
    for (auto& [id, rows] : rowsOf) {
        Part& part = parts.emplace_back(Part{m_asked[id], std::move(rows)});
        std::vector<OffsetQuestion> own;
        own.reserve(part.rows.size());
        for (const std::size_t row : part.rows)
            own.push_back(questions[row]);
        findInquiry(part, handle, std::move(own), deadline);
    }
    return parts;
}

/// What came goes to the rows; what did not stays with the leader.
void OffsetLookup::collect(Part& part, SteadyTime began, std::vector<OffsetRow>& rows)
{
    if (!part.inquiry)
        return;
    if (!isReady(part.inquiry->answers)) {
        part.leader.silent = true;
        part.leader.open.push_back(*std::move(part.inquiry));
        return;
    }
    const std::vector<OffsetRow> answers = part.inquiry->answers.get();
    for (std::size_t i = 0; i < part.rows.size(); ++i) {
        rows[part.rows[i]] = answers[i];
        rows[part.rows[i]].late = latenessOf(part.inquiry->began, began);
    }
    if (part.isNew) // else it was slow, if not silent
        part.leader.silent = allSilent(answers);
}

std::vector<OffsetAnswer> OffsetLookup::ask(Handle& handle, std::span<const OffsetQuestion> questions,
                                            SteadyTime deadline)
{
    const auto called = steadyNow();
    handle.serve();
    learnLeaders(handle, deadline);
    std::vector<Part> parts = partsOf(handle, questions, deadline);
    const auto began = steadyNow();
    const bool all = std::ranges::all_of(parts, [](const Part& part) { return part.leader.silent; });
    for (const Part& part : parts)
        if (part.inquiry && (all || !part.leader.silent))
            part.inquiry->answers.wait_until(deadline);
    // Silent ones that are asked anew answer as fast as others if they are back.
    const auto until =
        std::min(deadline, steadyNow() + std::max<SteadyTime::duration>(steadyNow() - began, leastGrace));
    for (const Part& part : parts)
        if (part.isNew && part.leader.silent)
            part.inquiry->answers.wait_until(until);
    std::vector<OffsetRow> rows(questions.size(), {-1, RD_KAFKA_RESP_ERR__TIMED_OUT, {}});
    for (Part& part : parts)
        collect(part, called, rows);

    std::vector<OffsetAnswer> answers;
    answers.reserve(questions.size());
    bool complete = true;
    m_stale = false;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        answers.push_back(answerOf(handle, questions[i], rows[i]));
        complete = complete && !isSilence(rows[i].code);
        m_stale = m_stale || needsNewLeaders(rows[i].code) || isSilence(rows[i].code);
    }
    m_stale = m_stale || m_leaders.empty();
    if (complete)
        handle.log().succeeded();
    return answers;
}

} // namespace projectionist::kafka
