// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/recordscan.h"
#include "backend/deadletter/lettersource.h"

namespace projectionist {

/// Dead-letter topics of one broker. References are "topic[partition]@offset".
class KafkaLetterSource final : public LetterSource
{
public:
    explicit KafkaLetterSource(std::unique_ptr<RecordScan> scan) : m_scan(std::move(scan)) {}

    /// What is to be read from now on. Letters of topics that are no longer named are removed from the sink by the next
    /// read().
    void setTopics(std::vector<std::string> topics);

    [[nodiscard]] Result<void> read(LetterSink& sink, Duration most, const std::stop_token& stop) override;
    [[nodiscard]] const std::vector<ScanProgress>& progress() const override { return m_progress; }
    [[nodiscard]] Result<StoredLetter> fetch(const LetterPlace& place, std::size_t maxBytes, Duration timeout) override;
    [[nodiscard]] std::string reference(const LetterPlace& place) const override;
    /// Of any topic, also of one that is not read.
    [[nodiscard]] Result<LetterPlace> locate(std::string_view reference, Duration timeout) override;

private:
    void renewProgress();

    std::unique_ptr<RecordScan> m_scan;
    std::vector<std::string> m_topics;  ///< sorted
    std::vector<std::string> m_dropped; ///< the sink has still letters of them
    std::vector<ScanProgress> m_progress;
    std::vector<RawHeader> m_headers; ///< reused
};

/// "parcel-dlt[3]@17"
[[nodiscard]] std::string referenceInKafka(const LetterPlace& place);
/// The way back; nullopt: it is no such reference.
[[nodiscard]] std::optional<LetterPlace> placeInKafka(std::string_view reference);

/// Settings are checked here; the first read connects.
[[nodiscard]] Result<std::unique_ptr<KafkaLetterSource>>
connectKafkaLetters(const BrokerSettings& settings, std::vector<std::string> topics, RecordScanOptions options = {});

} // namespace projectionist
