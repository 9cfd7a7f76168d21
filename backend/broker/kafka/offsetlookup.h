// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"
#include "backend/core/position.h"

#include <future>
#include <map>
#include <span>
#include <vector>

namespace projectionist::kafka {

/// What to ask of a partition, as the ListOffsets request has it: a timestamp in milliseconds, or one of these.
constexpr std::int64_t askEnd = -1;
constexpr std::int64_t askStart = -2;

struct OffsetQuestion
{
    TopicPartition id;
    std::int64_t time = askEnd;

    bool operator==(const OffsetQuestion&) const = default;
};

/// offset is nullopt when there is no such event, or with an error.
struct OffsetAnswer
{
    std::optional<Offset> offset;
    std::optional<Error> error;
    Duration late{0}; ///< see PartitionBounds::late
};

struct OffsetRow
{
    std::int64_t offset = -1;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    Duration late{0};
};

/// Batched look-ups of ends, starts and times. The library fails a whole request when one partition of it fails, or one
/// broker is silent; so each leader is asked for itself, and a partition that spoils a request is found, so that only
/// those rows carry the error. What a leader does not answer in time goes on in the background, and a later call takes
/// the answer to the same questions. Nobody waits for leaders that were silent last time, unless all are.
class OffsetLookup
{
public:
    /// An answer for each question, in the order asked. Returns by the deadline.
    [[nodiscard]] std::vector<OffsetAnswer> ask(Handle& handle, std::span<const OffsetQuestion> questions,
                                                SteadyTime deadline);

private:
    using Leaders = std::map<TopicPartition, std::int32_t>;
    /// Questions to one leader on their way.
    struct Inquiry
    {
        std::vector<OffsetQuestion> questions;
        SteadyTime began{};
        std::future<std::vector<OffsetRow>> answers{};
    };
    struct Leader
    {
        std::vector<Inquiry> open{}; ///< left by earlier calls
        bool silent = false;
    };
    /// What one call wants of a leader.
    struct Part
    {
        Leader& leader;
        std::vector<std::size_t> rows;    ///< indexes of questions
        std::optional<Inquiry> inquiry{}; ///< none: too many are on their way already
        bool isNew = false;
    };

    void learnLeaders(const Handle& handle, SteadyTime deadline);
    [[nodiscard]] std::vector<Part> partsOf(const Handle& handle, std::span<const OffsetQuestion> questions,
                                            SteadyTime deadline);
    static void findInquiry(Part& part, const Handle& handle, std::vector<OffsetQuestion> questions,
                            SteadyTime deadline);
    static void collect(Part& part, SteadyTime began, std::vector<OffsetRow>& rows);

    Leaders m_leaders; ///< read at first, so that a broker that falls silent is known by its partitions
    std::map<std::int32_t, Leader> m_asked;
    std::future<std::optional<Leaders>> m_learning;
    bool m_stale = true; ///< m_leaders is not read yet, or a topic or leader was unknown or silent last time
    SteadyTime m_refreshed{};
};

/// One request to each leader. Answers of NO_ERROR fill `rows` (parallel to the chunk), each perhaps with its own
/// error. At most 250 different partitions: the library compares each with each (20 000 at once: a second of CPU; in
/// 250s: 45 ms).
constexpr std::size_t maxPartitionsPerRequest = 250;
/// Whether the ends that this instance sees are last stable offsets, not high watermarks.
[[nodiscard]] bool readsCommitted(rd_kafka_t* rk);
[[nodiscard]] rd_kafka_resp_err_t requestOffsets(rd_kafka_t* rk, std::span<const OffsetQuestion* const> chunk,
                                                 int timeoutMs, std::vector<OffsetRow>& rows);

} // namespace projectionist::kafka
