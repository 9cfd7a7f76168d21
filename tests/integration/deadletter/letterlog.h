// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/producer.h"
#include "backend/deadletter/kafkaletters.h"

#include <functional>
#include <map>
#include <memory>

namespace projectionist {

/// What a source gave, as it stands now. Says what was given twice, or out of order.
class LetterLog final : public LetterSink
{
public:
    void add(const RawLetter& letter) override;
    void remove(const LetterPlace& place) override { m_letters.erase(place); }
    void removeBelow(const TopicPartition& id, Offset start) override;
    void removeTopic(const std::string& topic) override;

    [[nodiscard]] const std::map<LetterPlace, std::string>& letters() const { return m_letters; }
    /// Keys of one topic, by place: "a b c".
    [[nodiscard]] std::string keys(const std::string& topic) const;
    /// Empty if all came once and in order.
    [[nodiscard]] const std::string& faults() const { return m_faults; }
    [[nodiscard]] int topicsRemoved() const { return m_topicsRemoved; }

private:
    std::map<LetterPlace, std::string> m_letters; ///< keys
    std::map<TopicPartition, Offset> m_last;
    std::string m_faults;
    int m_topicsRemoved = 0;
};

/// Makes, changes and empties topics as their owners do; with the library itself, because no seam of ours changes a
/// watched cluster. Throws with what went wrong.
class TopicOwner
{
public:
    explicit TopicOwner(const std::string& bootstrap, const std::string& transactionalId = {});
    ~TopicOwner();
    TopicOwner(const TopicOwner&) = delete;
    TopicOwner& operator=(const TopicOwner&) = delete;

    void make(const std::string& topic, int partitions, const std::map<std::string, std::string>& config = {});
    void remove(const std::string& topic);
    void addPartitions(const std::string& topic, int partitions);
    void deleteBelow(const TopicPartition& id, Offset start);
    /// Letters with the keys "<prefix>0", ... and two headers; acknowledged when this returns.
    void write(const TopicPartition& id, const std::string& prefix, int count, const std::string& value = "{}");
    void begin();
    void commit();
    void abort();

private:
    void* m_producer = nullptr; ///< rd_kafka_t
};

/// Reads on until the condition holds; false after a long time.
[[nodiscard]] bool readUntil(LetterSource& source, LetterSink& sink, const std::function<bool()>& condition);
/// All topics of the source have been read to their ends, and none has an error.
[[nodiscard]] bool readAll(const LetterSource& source);

} // namespace projectionist
