// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"
#include "backend/config/workspace.h"
#include "backend/core/error.h"

#include <memory>
#include <span>
#include <stop_token>
#include <string_view>

namespace projectionist {

struct HeaderView
{
    std::string_view name;
    std::optional<std::string_view> value; ///< nullopt: null header value
};

/// A record in the reader's memory.
struct RecordView
{
    std::string_view topic;
    std::int32_t partition = 0;
    Offset offset = 0;
    std::optional<TimePoint> timestamp;
    bool appendTime = false;
    std::optional<std::string_view> key;
    std::optional<std::string_view> value; ///< at most as much as was asked for
    std::size_t valueSize = 0;             ///< of the whole value
    std::span<const HeaderView> headers;
};

/// Takes what a RecordScan finds. Views last for the call.
class RecordSink
{
public:
    virtual ~RecordSink() = default;
    /// Of each partition in the order of offsets, each once.
    virtual void take(const RecordView& record) = 0;
    /// Retention, or somebody, deleted all below `start`: of what was given, and perhaps some that never was.
    virtual void startMoved(const TopicPartition& id, Offset start) = 0;
    /// The topic is gone, or is another one of the same name, or lost its end: what was given of it counts no more. If
    /// there is one it is read again from its start.
    virtual void topicGone(const std::string& topic) = 0;

protected:
    RecordSink() = default;
    RecordSink(const RecordSink&) = default;
    RecordSink& operator=(const RecordSink&) = default;
};

/// How far a topic has been read, in offsets: those that compaction emptied, aborted events and the marks of
/// transactions count as well, so that all are passed in the end.
struct TopicScan
{
    std::string topic;
    std::uint64_t passed = 0;
    std::uint64_t total = 0;    ///< from the log's start when it was first seen to its head at the last look
    bool complete = false;      ///< all that was there at the last look has been passed
    std::optional<Error> error; ///< why it cannot be read on at present
};

struct RecordScanOptions
{
    std::size_t maxValueBytes = 1 << 16; ///< longer values are given in part
    Duration lookInterval{1000};         ///< between looks at topics, partitions, starts and heads
};

struct FetchedRecord
{
    Record record;
    std::size_t valueSize = 0; ///< of the whole value
};

/// Reads topics from their starts, fast, and then what is added. Assigned partitions, no group, no commits; the
/// isolation level is that of the settings. Works in threads of its own between calls; an object belongs to one thread.
class RecordScan
{
public:
    virtual ~RecordScan() = default;
    RecordScan(const RecordScan&) = delete;
    RecordScan& operator=(const RecordScan&) = delete;

    /// What is to be read from now on. Topics that are no longer named are forgotten without a word to the sink; named
    /// again they are read from their starts.
    virtual void setTopics(std::vector<std::string> topics) = 0;
    /// Gives to `sink` what has come. Returns when `most` has passed, on `stop`, or soon after something came. An
    /// Error: the broker did not answer at the last look, and nothing came; it goes on by itself as soon as that is
    /// over.
    [[nodiscard]] virtual Result<void> read(RecordSink& sink, Duration most, const std::stop_token& stop) = 0;
    /// Of every topic, sorted by name; as read() left it.
    [[nodiscard]] virtual const std::vector<TopicScan>& progress() const = 0;
    /// One record, also of topics that are not read. NotFound: there is none at this offset.
    [[nodiscard]] virtual Result<FetchedRecord> fetch(const TopicPartition& id, Offset offset, std::size_t maxBytes,
                                                      Duration timeout) = 0;

protected:
    RecordScan() = default;
};

/// Settings are checked here; the first read connects.
[[nodiscard]] Result<std::unique_ptr<RecordScan>> scanKafka(const BrokerSettings& settings,
                                                            RecordScanOptions options = {});

} // namespace projectionist
