// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/worker.h"
#include "backend/deadletter/kafkaletters.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/deadletter/sharedletters.h"
#include "backend/deadletter/topicpatterns.h"

#include <set>

namespace projectionist {

/// What is read at present.
struct LetterReading
{
    std::vector<DeadLetterTopic> topics;
    std::vector<ScanProgress> progress;    ///< sorted by name
    std::vector<TopicRetention> retention; ///< of topics with letters, and of those that the events came from
    std::optional<Error> retentionTrouble;
    std::vector<Error> troubles;
    bool complete = false; ///< all that was there at the last look, topics looked for included
};

/// All sources of a context, each read on a thread of its own, and the search for topics. Constructed and stepped by
/// the desk's thread; destruction ends what runs.
class LetterReaders
{
public:
    /// `changed`: called on the readers' threads when reading() may say something new.
    LetterReaders(const Workspace& workspace, const std::string& context, LetterConnectors connectors,
                  const Clock& clock, SharedLetters& letters, std::function<void()> changed);
    ~LetterReaders();
    LetterReaders(const LetterReaders&) = delete;
    LetterReaders& operator=(const LetterReaders&) = delete;

    /// Begins what is due. Call it a few times a second.
    void step();
    [[nodiscard]] LetterReading reading() const;

    using Work = std::function<Result<StoredLetter>(LetterSource&)>;
    using Done = std::function<void(Result<StoredLetter>)>;
    /// Runs `work` on the source that has, or would have, letters of this topic or table; `done` on the same thread.
    void post(const std::string& topic, Work work, Done done);
    /// The topic or table of a reference.
    [[nodiscard]] std::string topicOf(std::string_view reference) const;

    /// Fetches letters of a table, which keep their places; those that are gone are passed over.
    void fetchRows(const std::string& table, std::vector<LetterPlace> places, const std::shared_ptr<LetterSink>& sink,
                   const std::stop_token& stop, const std::function<void(Result<void>)>& done);
    [[nodiscard]] bool isTable(const std::string& topic) const;
    /// Reads the letters of `topics` (and tables) once more, from their start to what is their end now, and puts them
    /// into `sink`; `done` when all is through, `stop` was requested, or it went wrong.
    void readAgain(const std::vector<std::string>& topics, const std::shared_ptr<LetterSink>& sink,
                   const std::stop_token& stop, const std::function<void(Result<void>)>& done);

private:
    using SourceWorker = Worker<LetterSource>;
    using Connect = std::vector<std::unique_ptr<HttpGetter>>;
    /// One source. What is read of it is guarded by m_mutex.
    struct Reader
    {
        std::string table; ///< empty: the broker's topics
        SourceWorker::Open open;
        std::vector<ScanProgress> progress;
        std::optional<Error> trouble;
        bool running = false;
        Duration retryAt{0};
        std::unique_ptr<SourceWorker> worker;
    };

    void addReader(std::string table, SourceWorker::Open open);
    [[nodiscard]] Reader& readerOf(const std::string& topic);
    void readOn(Reader& reader);
    void took(Reader& reader, Result<std::vector<ScanProgress>> read);
    void lookForTopics();
    void askConnect();
    void askRetention();
    void chooseTopics();
    [[nodiscard]] Result<bool> readToEnd(LetterSource& source, LetterSink& sink, const std::stop_token& stop) const;

    const DeadLetterSettings m_settings;
    const LetterConnectors m_connectors;
    const std::optional<BrokerSettings> m_broker;
    const Clock& m_clock;
    SharedLetters& m_letters;
    const std::function<void()> m_changed;

    mutable std::mutex m_mutex;
    std::vector<std::unique_ptr<Reader>> m_readers; ///< the list itself is constant; the broker's first, if any
    ClusterDescription m_cluster;                   ///< guarded, as all below
    bool m_described = false;
    bool m_connectAsked = false;
    std::vector<ConnectQueue> m_queues;
    std::vector<Error> m_connectTroubles;
    std::optional<Error> m_clusterTrouble;
    std::vector<DeadLetterTopic> m_topics;
    bool m_chosen = false; ///< by what the cluster and Connect say
    std::vector<TopicRetention> m_retention;
    std::optional<Error> m_retentionTrouble; ///< says nothing of letters: shown where they expire
    Duration m_nextRetention{0};
    Duration m_nextLook{0};
    Duration m_nextConnect{0};
    bool m_looking = false;
    bool m_asking = false;

    std::stop_source m_stop;
    std::unique_ptr<Worker<Broker>> m_describer;
    std::unique_ptr<Worker<Connect>> m_connect;
    struct Again
    {
        std::unique_ptr<SourceWorker> worker;
        std::shared_ptr<std::atomic<bool>> done;
    };
    std::vector<Again> m_again; ///< of the desk's thread, as the next two
    std::set<std::string> m_retentionAsked;
    Duration m_retentionDue{0};
};

} // namespace projectionist
