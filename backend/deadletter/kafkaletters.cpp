// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/kafkaletters.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Hands records on as letters.
class LettersOfRecords final : public RecordSink
{
public:
    LettersOfRecords(LetterSink& sink, std::vector<RawHeader>& headers) : m_sink(sink), m_headers(headers) {}

    void take(const RecordView& record) override
    {
        m_headers.resize(record.headers.size());
        std::transform(record.headers.begin(), record.headers.end(), m_headers.begin(), [](const HeaderView& header) {
            return RawHeader{header.name, header.value};
        });
        RawLetter letter;
        letter.topic = record.topic;
        letter.partition = record.partition;
        letter.offset = record.offset;
        letter.timestamp = record.timestamp;
        letter.appendTime = record.appendTime;
        letter.key = record.key;
        letter.value = record.value;
        letter.valueSize = record.valueSize;
        letter.headers = m_headers;
        m_sink.add(letter);
    }
    void startMoved(const TopicPartition& id, Offset start) override { m_sink.removeBelow(id, start); }
    void topicGone(const std::string& topic) override { m_sink.removeTopic(topic); }

private:
    LetterSink& m_sink;
    std::vector<RawHeader>& m_headers;
};

template<typename Number>
bool takeNumber(std::string_view text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

} // namespace

/// Topics may not contain brackets, so the last one is ours.
std::optional<LetterPlace> placeInKafka(std::string_view reference)
{
    const auto open = reference.rfind('[');
    const auto close = reference.rfind("]@");
    if (open == std::string_view::npos || close == std::string_view::npos || open == 0 || close < open)
        return std::nullopt;
    LetterPlace place{{std::string(reference.substr(0, open)), 0}, 0};
    if (!takeNumber(reference.substr(open + 1, close - open - 1), place.id.partition) ||
        !takeNumber(reference.substr(close + 2), place.offset))
        return std::nullopt;
    return place;
}

void KafkaLetterSource::setTopics(std::vector<std::string> topics)
{
    std::sort(topics.begin(), topics.end());
    topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
    std::set_difference(m_topics.begin(), m_topics.end(), topics.begin(), topics.end(), std::back_inserter(m_dropped));
    m_topics = topics;
    m_scan->setTopics(std::move(topics));
    renewProgress();
}

Result<void> KafkaLetterSource::read(LetterSink& sink, Duration most, const std::stop_token& stop)
{
    for (const auto& topic : m_dropped)
        sink.removeTopic(topic);
    m_dropped.clear();
    LettersOfRecords letters(sink, m_headers);
    auto result = m_scan->read(letters, most, stop);
    renewProgress();
    return result;
}

void KafkaLetterSource::renewProgress()
{
    m_progress.clear();
    for (const auto& topic : m_scan->progress())
        m_progress.push_back({topic.topic, topic.passed, topic.total, topic.complete, topic.error});
}

Result<StoredLetter> KafkaLetterSource::fetch(const LetterPlace& place, std::size_t maxBytes, Duration timeout)
{
    auto fetched = m_scan->fetch(place.id, place.offset, maxBytes, timeout);
    if (!fetched)
        return tl::unexpected(fetched.error());
    return StoredLetter{std::move(fetched->record), fetched->valueSize, {}};
}

std::string KafkaLetterSource::reference(const LetterPlace& place) const
{
    return referenceInKafka(place);
}

std::string referenceInKafka(const LetterPlace& place)
{
    return fmt::format("{}[{}]@{}", place.id.topic, place.id.partition, place.offset);
}

Result<LetterPlace> KafkaLetterSource::locate(std::string_view reference, Duration)
{
    if (auto place = placeInKafka(reference))
        return *std::move(place);
    return tl::unexpected(Error{ErrorKind::NotFound, fmt::format("There is no letter \"{}\" in Kafka", reference),
                                "Such letters are named topic[partition]@offset", "", false});
}

Result<std::unique_ptr<KafkaLetterSource>>
connectKafkaLetters(const BrokerSettings& settings, std::vector<std::string> topics, RecordScanOptions options)
{
    auto scan = scanKafka(settings, options);
    if (!scan)
        return tl::unexpected(scan.error());
    auto source = std::make_unique<KafkaLetterSource>(*std::move(scan));
    source->setTopics(std::move(topics));
    return source;
}

} // namespace projectionist
