// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "backend/deadletter/rawletter.h"

#include <memory>
#include <stop_token>

namespace projectionist {

/// Where a letter lies: an offset of a topic's partition. A table is a topic of one partition, whose source counts the
/// rows it has seen; such an offset means nothing to another program run, a reference does.
struct LetterPlace
{
    TopicPartition id;
    Offset offset = 0;

    auto operator<=>(const LetterPlace&) const = default;
    bool operator==(const LetterPlace&) const = default;
};

/// Takes what a source reads, in the thread that reads.
class LetterSink
{
public:
    virtual ~LetterSink() = default;
    /// Of each partition in the order of offsets. The views last for the call.
    virtual void add(const RawLetter& letter) = 0;
    /// No longer there: its row was deleted, or has changed and is added anew.
    virtual void remove(const LetterPlace& place) = 0;
    /// Retention, or somebody, deleted all below `start`.
    virtual void removeBelow(const TopicPartition& id, Offset start) = 0;
    /// The topic or table is gone, or is another one of the same name: whatever was read of it counts no more.
    virtual void removeTopic(const std::string& topic) = 0;

protected:
    LetterSink() = default;
    LetterSink(const LetterSink&) = default;
    LetterSink& operator=(const LetterSink&) = default;
};

/// How far one topic or table has been read.
struct ScanProgress
{
    std::string topic;
    std::uint64_t scanned = 0;  ///< records or rows gone through, since the source began
    std::uint64_t total = 0;    ///< there were to go through, as known now
    bool complete = false;      ///< what was there at the last look has been read
    std::optional<Error> error; ///< why it cannot be read on at present; what was read before stays
};

/// A whole letter, with as much of its value as was asked for. Owns what viewOf() shows.
struct StoredLetter
{
    Record record;
    std::size_t valueSize = 0; ///< of the whole value, in bytes
    std::string table;         ///< see RawLetter::table
    /// Of a table, whose columns are the record's headers: the headers that the event had, where the table keeps them.
    std::vector<Header> eventHeaders{};
};

/// A view of `letter`; `headers` is filled anew and has to live as long.
[[nodiscard]] inline RawLetter viewOf(const StoredLetter& letter, std::vector<RawHeader>& headers)
{
    RawLetter view = viewOf(letter.record, headers);
    view.valueSize = letter.valueSize;
    view.table = letter.table;
    return view;
}

/// Where dead letters lie. Reading disturbs nobody and changes nothing. Belongs to one thread.
class LetterSource
{
public:
    virtual ~LetterSource() = default;
    LetterSource(const LetterSource&) = delete;
    LetterSource& operator=(const LetterSource&) = delete;

    /// Reads on: gives what it finds to `sink` and returns when `most` has passed, on `stop`, or soon after something
    /// came. Each topic's trouble stands in its progress(); an Error means that nothing at all can be read at present.
    [[nodiscard]] virtual Result<void> read(LetterSink& sink, Duration most, const std::stop_token& stop) = 0;
    /// Of every topic or table of the source, sorted by name.
    [[nodiscard]] virtual const std::vector<ScanProgress>& progress() const = 0;
    /// NotFound: it is no longer there. Works without having read the rest.
    [[nodiscard]] virtual Result<StoredLetter> fetch(const LetterPlace& place, std::size_t maxBytes,
                                                     Duration timeout) = 0;
    /// What names a letter in links, plans and the audit trail, for good: "parcel-dlt[3]@17", "ops.dead_letter#42".
    [[nodiscard]] virtual std::string reference(const LetterPlace& place) const = 0;
    /// The way back. NotFound where it is not of this source.
    [[nodiscard]] virtual Result<LetterPlace> locate(std::string_view reference, Duration timeout) = 0;

protected:
    LetterSource() = default;
};

} // namespace projectionist
