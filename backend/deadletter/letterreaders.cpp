// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterreaders.h"

#include "backend/deadletter/tableletters.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr Duration portion{200};        ///< orders wait that long at most
constexpr Duration lookInterval{5'000}; ///< for new topics
constexpr Duration connectInterval{60'000};
constexpr Duration retryInterval{2'000};
constexpr Duration retentionInterval{300'000};
constexpr Duration newTopicsInterval{5'000};
constexpr std::size_t rowsInTurn = 50;        ///< fetched of a table before others have their turn
constexpr std::size_t mostAnswered = 1 << 20; ///< bytes of a payload that a filter may ask
constexpr Duration describeTimeout{10'000};

LetterTableSettings namedTable(const LetterTableSettings& table)
{
    LetterTableSettings named = table;
    if (named.name.empty())
        named.name = named.table;
    return named;
}

} // namespace

LetterReaders::LetterReaders(const Workspace& workspace, const std::string& context, LetterConnectors connectors,
                             const Clock& clock, SharedLetters& letters, std::function<void()> changed)
    : m_settings(workspace.context(context) ? workspace.context(context)->deadLetters : DeadLetterSettings{})
    , m_connectors(std::move(connectors))
    , m_broker([&]() -> std::optional<BrokerSettings> {
        const auto* settings = workspace.context(context);
        const auto* broker = settings ? workspace.broker(settings->broker) : nullptr;
        return broker ? std::optional(*broker) : std::nullopt;
    }())
    , m_clock(clock)
    , m_letters(letters)
    , m_changed(std::move(changed))
{
    if (m_broker) {
        addReader({}, [this]() -> Result<std::unique_ptr<LetterSource>> {
            return m_connectors.scan(*m_broker).map([](auto scan) -> std::unique_ptr<LetterSource> {
                return std::make_unique<KafkaLetterSource>(std::move(scan));
            });
        });
        m_describer = std::make_unique<Worker<Broker>>([this] { return m_connectors.broker(*m_broker); });
    }
    for (const auto& table : m_settings.tables) {
        const auto* store = workspace.store(table.store);
        if (!store)
            continue; // reading the workspace complained of it
        addReader(namedTable(table).name, [this, table = namedTable(table), settings = *store] {
            return m_connectors.store(settings).map(
                [&](auto opened) { return makeTableLetters(table, std::move(opened)); });
        });
    }
    m_connectAsked = m_settings.connect.empty();
    if (!m_connectAsked) {
        m_connect = std::make_unique<Worker<Connect>>([this]() -> Result<std::unique_ptr<Connect>> {
            auto getters = std::make_unique<Connect>();
            for (const auto& endpoint : m_settings.connect)
                getters->push_back(std::make_unique<HttpGetter>(endpoint, "Kafka Connect"));
            return getters;
        });
    }
    chooseTopics();
}

LetterReaders::~LetterReaders()
{
    m_stop.request_stop();
    for (const auto& reader : m_readers)
        reader->worker->stop();
    // All end at the same time, not one after the other; then each is joined by its destructor.
}

void LetterReaders::addReader(std::string table, SourceWorker::Open open)
{
    auto reader = std::make_unique<Reader>();
    reader->table = std::move(table);
    reader->open = std::move(open);
    reader->worker = std::make_unique<SourceWorker>(reader->open);
    m_readers.push_back(std::move(reader));
}

LetterReaders::Reader& LetterReaders::readerOf(const std::string& topic)
{
    const auto found = std::ranges::find_if(
        m_readers, [&](const auto& reader) { return !reader->table.empty() && reader->table == topic; });
    return found == m_readers.end() ? *m_readers.front() : **found;
}

void LetterReaders::step()
{
    std::erase_if(m_again, [](const Again& again) { return again.done->load(); });
    const Duration now = m_clock.monotonic();
    for (const auto& reader : m_readers) {
        const std::lock_guard lock(m_mutex);
        if (!reader->running && now >= reader->retryAt) {
            reader->running = true;
            readOn(*reader);
        }
    }
    lookForTopics();
    askConnect();
    askRetention();
}

/// One portion after the other, as long as it goes well; orders come in between.
void LetterReaders::readOn(Reader& reader)
{
    reader.worker->post<std::vector<ScanProgress>>(
        [this](LetterSource& source) {
            LetterFiller filler(m_letters, &source);
            return source.read(filler, portion, m_stop.get_token()).map([&] { return source.progress(); });
        },
        [this, &reader](auto read) { took(reader, std::move(read)); });
}

void LetterReaders::took(Reader& reader, Result<std::vector<ScanProgress>> read)
{
    {
        const std::lock_guard lock(m_mutex);
        if (read) {
            reader.progress = *std::move(read);
            reader.trouble.reset();
            readOn(reader);
        } else {
            reader.trouble = std::move(read.error());
            reader.running = false;
            reader.retryAt = m_clock.monotonic() + retryInterval;
        }
    }
    m_changed();
}

void LetterReaders::lookForTopics()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_describer || m_looking || m_clock.monotonic() < m_nextLook)
            return;
        m_looking = true;
    }
    m_describer->post<ClusterDescription>([](Broker& broker) { return broker.describe(describeTimeout); },
                                          [this](Result<ClusterDescription> described) {
                                              {
                                                  const std::lock_guard lock(m_mutex);
                                                  m_looking = false;
                                                  m_nextLook = m_clock.monotonic() + lookInterval;
                                                  m_clusterTrouble.reset();
                                                  if (described) {
                                                      m_cluster = *std::move(described);
                                                      m_described = true;
                                                  } else {
                                                      m_clusterTrouble = std::move(described.error());
                                                  }
                                              }
                                              chooseTopics();
                                          });
}

void LetterReaders::askConnect()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_connect || m_asking || m_clock.monotonic() < m_nextConnect)
            return;
        m_asking = true;
    }
    struct Answer
    {
        std::vector<ConnectQueue> queues;
        std::vector<Error> troubles;
    };
    m_connect->post<Answer>(
        [stop = m_stop.get_token()](Connect& endpoints) -> Result<Answer> {
            Answer answer;
            for (const auto& endpoint : endpoints) {
                auto read = readConnectQueues(*endpoint, stop);
                if (!read) {
                    answer.troubles.push_back(std::move(read.error()));
                    continue;
                }
                std::ranges::move(read->queues, std::back_inserter(answer.queues));
                std::ranges::move(read->remarks, std::back_inserter(answer.troubles));
            }
            return answer;
        },
        [this](Result<Answer> answer) {
            {
                const std::lock_guard lock(m_mutex);
                m_asking = false;
                m_connectAsked = true;
                m_nextConnect = m_clock.monotonic() + connectInterval;
                if (answer) {
                    m_queues = std::move(answer->queues);
                    m_connectTroubles = std::move(answer->troubles);
                } else {
                    m_connectTroubles = {std::move(answer.error())};
                }
            }
            chooseTopics();
        });
}

/// Those that are named can be read before the cluster has described itself.
void LetterReaders::chooseTopics()
{
    if (!m_broker)
        return;
    std::vector<std::string> names;
    {
        const std::lock_guard lock(m_mutex);
        auto topics = findDeadLetterTopics(m_cluster, m_settings, m_queues);
        m_chosen = m_described && m_connectAsked;
        const bool same = topics == m_topics && m_described;
        m_topics = std::move(topics);
        if (same)
            return;
        for (const auto& topic : m_topics)
            if (!topic.missing || !m_described)
                names.push_back(topic.name);
    }
    m_readers.front()->worker->post<bool>(
        [names](LetterSource& source) -> Result<bool> {
            static_cast<KafkaLetterSource&>(source).setTopics(names);
            return true;
        },
        [](const Result<bool>&) {});
    m_changed();
}

/// Now and then, and soon when letters came from topics that nobody asked about.
void LetterReaders::askRetention()
{
    const Duration now = m_clock.monotonic();
    std::set<std::string> names;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_describer || !m_described || now < m_nextRetention)
            return;
        m_nextRetention = now + newTopicsInterval;
        for (const auto& topic : m_topics)
            if (!topic.missing)
                names.insert(topic.name);
    }
    m_letters.ask([&](const LetterIndex& index, const auto&) {
        for (std::uint32_t code = 0; code < index.dictionarySize(static_cast<std::size_t>(LetterField::Origin)); ++code)
            names.emplace(index.textOf(LetterField::Origin, code));
    });
    names.erase(std::string());
    if (names.empty() || (names == m_retentionAsked && now < m_retentionDue))
        return;
    m_retentionAsked = names;
    m_retentionDue = now + retentionInterval;
    m_describer->post<std::vector<TopicRetention>>(
        [this, asked = std::vector(names.begin(), names.end())](Broker&) {
            return m_connectors.retention(*m_broker, asked, m_stop.get_token());
        },
        [this](Result<std::vector<TopicRetention>> told) {
            {
                const std::lock_guard lock(m_mutex);
                m_retentionTrouble = told ? std::nullopt : std::optional(told.error());
                if (told)
                    m_retention = *std::move(told);
            }
            m_changed();
        });
}

LetterReading LetterReaders::reading() const
{
    const std::lock_guard lock(m_mutex);
    LetterReading reading;
    reading.topics = m_topics;
    reading.retention = m_retention;
    reading.retentionTrouble = m_retentionTrouble;
    reading.complete = m_broker ? m_chosen : m_connectAsked;
    for (const auto& reader : m_readers) {
        reading.progress.insert(reading.progress.end(), reader->progress.begin(), reader->progress.end());
        if (reader->trouble)
            reading.troubles.push_back(*reader->trouble);
        const bool read = std::ranges::all_of(reader->progress, &ScanProgress::complete) && !reader->trouble;
        const std::size_t expected =
            reader->table.empty()
                ? static_cast<std::size_t>(std::ranges::count_if(m_topics, [](const auto& t) { return !t.missing; }))
                : 1;
        reading.complete = reading.complete && read && reader->progress.size() >= expected;
    }
    if (m_clusterTrouble)
        reading.troubles.push_back(*m_clusterTrouble);
    reading.troubles.insert(reading.troubles.end(), m_connectTroubles.begin(), m_connectTroubles.end());
    for (const auto& topic : reading.progress)
        if (topic.error)
            reading.troubles.push_back(*topic.error);
    std::ranges::sort(reading.progress, {}, &ScanProgress::topic);
    return reading;
}

void LetterReaders::post(const std::string& topic, Work work, Done done)
{
    if (m_readers.empty())
        return done(tl::unexpected(Error{ErrorKind::NotFound, "The letter cannot be opened",
                                         "this context has neither a broker nor a table with dead letters",
                                         "Name them in the workspace file.", false}));
    readerOf(topic).worker->post<StoredLetter>(std::move(work), std::move(done));
}

std::string LetterReaders::topicOf(std::string_view reference) const
{
    for (const auto& reader : m_readers)
        if (!reader->table.empty() && reference.size() > reader->table.size() && reference.starts_with(reader->table) &&
            reference[reader->table.size()] == '#')
            return reader->table;
    return std::string(reference.substr(0, reference.rfind('[')));
}

void LetterReaders::readAgain(const std::vector<std::string>& topics, const std::shared_ptr<LetterSink>& sink,
                              const std::stop_token& stop, const std::function<void(Result<void>)>& done)
{
    struct State
    {
        std::mutex mutex;
        std::size_t left = 0;
        Result<void> outcome{};
    };
    std::map<Reader*, std::vector<std::string>> parts;
    for (const auto& topic : topics)
        parts[&readerOf(topic)].push_back(topic);
    const auto state = std::make_shared<State>();
    state->left = parts.size();
    for (const auto& [reader, names] : parts) {
        const auto ended = std::make_shared<std::atomic<bool>>(false);
        m_again.push_back({std::make_unique<SourceWorker>(reader->open), ended});
        m_again.back().worker->post<bool>(
            [this, sink, stop, names = names, broker = reader->table.empty()](LetterSource& source) -> Result<bool> {
                if (broker)
                    static_cast<KafkaLetterSource&>(source).setTopics(names);
                return readToEnd(source, *sink, stop);
            },
            [state, done, ended](const Result<bool>& read) {
                ended->store(true);
                const std::lock_guard lock(state->mutex);
                if (!read)
                    state->outcome = tl::unexpected(read.error());
                if (--state->left == 0)
                    done(std::move(state->outcome));
            });
    }
    if (parts.empty())
        done({});
}

bool LetterReaders::isTable(const std::string& topic) const
{
    return std::ranges::any_of(m_readers,
                               [&](const auto& reader) { return !reader->table.empty() && reader->table == topic; });
}

/// Another source would count the rows anew, and a scan leaves their payloads out.
void LetterReaders::fetchRows(const std::string& table, std::vector<LetterPlace> places,
                              const std::shared_ptr<LetterSink>& sink, const std::stop_token& stop,
                              const std::function<void(Result<void>)>& done)
{
    auto& worker = *readerOf(table).worker;
    std::vector<LetterPlace> now;
    while (!places.empty() && now.size() < rowsInTurn) {
        now.push_back(std::move(places.back()));
        places.pop_back();
    }
    worker.post<bool>(
        [this, now = std::move(now), sink, stop](LetterSource& source) -> Result<bool> {
            for (const auto& place : now) {
                if (stop.stop_requested() || m_stop.stop_requested())
                    break;
                const auto letter = source.fetch(place, mostAnswered, describeTimeout);
                if (!letter && letter.error().kind != ErrorKind::NotFound)
                    return tl::unexpected(letter.error());
                std::vector<RawHeader> headers;
                if (letter)
                    sink->add(viewOf(*letter, headers));
            }
            return true;
        },
        [this, table, places = std::move(places), sink, stop, done](const Result<bool>& read) {
            if (!read)
                done(tl::unexpected(read.error()));
            else if (places.empty() || stop.stop_requested())
                done({});
            else
                fetchRows(table, places, sink, stop, done);
        });
}

Result<bool> LetterReaders::readToEnd(LetterSource& source, LetterSink& sink, const std::stop_token& stop) const
{
    while (!stop.stop_requested() && !m_stop.stop_requested()) {
        if (auto read = source.read(sink, portion, stop); !read)
            return tl::unexpected(read.error());
        const auto& progress = source.progress();
        const auto through = [](const ScanProgress& topic) { return topic.complete || topic.error; };
        if (!progress.empty() && std::ranges::all_of(progress, through))
            break;
    }
    return true;
}

} // namespace projectionist
