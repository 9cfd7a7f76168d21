// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterdesk.h"

#include "backend/deadletter/filterparser.h"
#include "backend/deadletter/letteranswering.h"
#include "backend/deadletter/letterexpiry.h"
#include "backend/deadletter/letteropening.h"
#include "backend/deadletter/letterpayloads.h"
#include "backend/deadletter/letterreaders.h"
#include "backend/deadletter/letterstreamer.h"
#include "backend/deadletter/resolvedrows.h"

#include <algorithm>
#include <ctime>
#include <set>

namespace projectionist {

namespace {

constexpr Duration idle{100};
constexpr Duration boardInterval{250};
constexpr int restFactor = 4; ///< at most a fifth of the time goes into boards
constexpr std::size_t rowsAtOnce = 1 << 20;

Duration localOffset(TimePoint at)
{
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    std::tm local{};
    localtime_r(&seconds, &local);
    return std::chrono::seconds(local.tm_gmtoff);
}

Error notListed()
{
    return {ErrorKind::Cancelled, "The letters were not listed", "something else was asked for meanwhile",
            "Try again in a moment.", true};
}

ProjectionOf ownersOf(const Workspace& workspace, const std::string& context)
{
    return [owners = std::make_shared<const LetterOwners>(workspace, context)](std::string_view consumer,
                                                                               std::string_view topic) {
        const auto owner = owners->ownerOf(topic, consumer);
        return owner ? owners->projections()[*owner].name : std::string();
    };
}

} // namespace

class LetterDesk::Private
{
public:
    Private(const Workspace& workspace, const std::string& context, LetterConnectors connectors, const Clock& clock,
            LetterDeskSinks sinks, const std::vector<ResolvedLetter>& resolved);
    ~Private();

    void run(const std::stop_token& stop);
    void ask(LetterQuery query, LetterAsker asker);
    void endAsking();
    template<typename Named> ///< a place or a reference
    void open(std::uint64_t token, const Named& letter, std::size_t maxBytes)
    {
        m_opening.open(token, letter, maxBytes,
                       [this](OpenedLetter opened) { m_payloads.give(std::move(opened), m_sinks.opened); });
    }
    void open(const LetterPlace& place, std::size_t maxBytes, LetterOpening::Done done)
    {
        m_opening.open(0, place, maxBytes, std::move(done));
    }
    void fetchOriginal(std::uint64_t token, const TopicPartition& id, Offset offset, std::size_t maxBytes)
    {
        m_opening.fetchOriginal(token, id, offset, maxBytes, [this](FetchedOriginal original) {
            m_payloads.give(std::move(original), m_sinks.original);
        });
    }
    void refer(std::uint64_t token, const std::vector<LetterPlace>& places)
    {
        m_lists.refer(places, [this, token](auto references) { m_sinks.referred({token, std::move(references)}); });
    }
    void setResolved(const std::vector<ResolvedLetter>& letters);
    void choose(const LetterChoice& choice);
    void list(std::uint64_t query, const std::vector<LetterPlace>& places,
              const std::function<void(Result<ListedRows>)>& done);
    void look(const std::vector<std::uint32_t>& rows, const std::function<void(LetterPage)>& done)
    {
        m_lists.look(rows, done);
    }
    void readAgain(LetterStreamer::Take take, const std::stop_token& stop,
                   const std::function<void(Result<void>)>& done);
    void judge(std::uint64_t token, std::vector<LetterPlace> places, Duration log, LetterAsker asker)
    {
        m_judging.judge(asker, token, std::move(places), log, m_readers);
    }
    void judgeRows(std::uint64_t token, const std::vector<std::uint32_t>& rows, Duration log)
    {
        judge(token, m_lists.placesOf(rows), log, LetterAsker::Page);
    }

    Inbox m_inbox;

private:
    /// Of a filter, as the query means it.
    [[nodiscard]] FilterMoment moment() const
    {
        return {m_clock.now(), m_localTime ? localOffset : std::function<Duration(TimePoint)>()};
    }
    void bringIntoForce(LetterAsker asker);
    void choose(const LetterChoice& choice, std::uint64_t query);
    void chooseRows(const LetterChoice& choice, const std::vector<ChosenRow>& rows);
    /// What is asked about the page's list has to wait for it.
    [[nodiscard]] bool isListAway() const { return m_asker != LetterAsker::Page || m_returning; }
    void answerWaiting();
    void search();
    void publish();
    void fill(LetterBoard& board, LetterIndex& index, LetterSearch& search);

    const Clock& m_clock;
    const LetterDeskSinks m_sinks;
    const ProjectionOf m_projectionOf;
    std::shared_ptr<const DecodeRules> m_rules;
    std::optional<Error> m_rulesTrouble;
    SharedLetters m_letters;
    struct Asked
    {
        LetterQuery query;
        std::string filter; ///< the last one without mistakes
    };
    std::map<LetterAsker, Asked> m_asked;
    LetterAsker m_asker = LetterAsker::Page;      ///< whose query is in force
    bool m_returning = false;                     ///< the page's is so again, but not all of it has been found yet
    std::vector<std::function<void()>> m_waiting; ///< asked about the page's list
    LetterQuery m_query;                          ///< in force
    bool m_localTime = false;                     ///< of the search in force
    std::vector<FilterProblem> m_problems;
    bool m_withResolved = false; ///< are in groups and list
    GroupTally m_all;            ///< of every letter that is not resolved
    std::uint64_t m_searches = 0;
    bool m_searching = false;
    std::atomic<bool> m_changed = true;
    Duration m_nextBoard{0};
    LetterAnswering m_answering;
    LetterJudging m_judging;   ///< readers read for it
    LetterPayloads m_payloads; ///< readers give it what they read
    LetterOpening m_opening{m_rules, m_projectionOf, m_readers};
    LetterReaders m_readers; ///< last but the thread: its threads use the rest
    LetterLists m_lists{m_letters, m_readers};
    std::jthread m_thread;
};

LetterDesk::Private::Private(const Workspace& workspace, const std::string& context, LetterConnectors connectors,
                             const Clock& clock, LetterDeskSinks sinks, const std::vector<ResolvedLetter>& resolved)
    : m_clock(clock)
    , m_sinks(std::move(sinks))
    , m_projectionOf(ownersOf(workspace, context))
    , m_rules([&] {
        const auto* settings = workspace.context(context);
        auto rules = DecodeRules::build(settings ? decodeSettingsOf(settings->deadLetters) : DecodeSettings{});
        if (!rules)
            m_rulesTrouble = rules.error();
        return rules ? *rules : DecodeRules::build().value();
    }())
    , m_letters(m_rules, m_projectionOf)
    , m_answering(workspace, context, clock, m_letters, m_inbox, [this] { m_changed = true; })
    , m_judging(workspace, context, connectors, clock, m_rules, m_letters, {m_sinks.judged, m_sinks.judging})
    , m_payloads(workspace, context, clock)
    , m_readers(workspace, context, std::move(connectors), clock, m_letters, [this] { m_changed = true; })
    , m_thread([this, resolved](const std::stop_token& stop) {
        setResolved(resolved); // before anything is read
        run(stop);
    })
{
}

LetterDesk::Private::~Private()
{
    m_answering.stop();
    m_thread.request_stop();
    m_thread.join();
    m_judging.stop();
    m_payloads.stop();
}

void LetterDesk::Private::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        m_readers.step();
        search();
        publish();
        for (const Inbox::Task& task : m_inbox.take(m_searching ? Duration(0) : idle, stop))
            if (!stop.stop_requested())
                task();
    }
}

void LetterDesk::Private::ask(LetterQuery query, LetterAsker asker)
{
    auto& asked = m_asked[asker];
    asked.query = std::move(query);
    if (asker == LetterAsker::Wizard || m_asker == LetterAsker::Page)
        bringIntoForce(asker);
    if (asker != LetterAsker::Page)
        return;
    m_returning = false;
    answerWaiting(); // that it will never be
}

void LetterDesk::Private::endAsking()
{
    if (m_asker == LetterAsker::Page)
        return;
    m_returning = true;
    bringIntoForce(LetterAsker::Page);
}

void LetterDesk::Private::bringIntoForce(LetterAsker asker)
{
    auto& asked = m_asked[asker];
    m_asker = asker;
    m_query = asked.query;
    const auto analysis = analyseFilter(m_query.filter, letterSchema());
    m_problems = analysis.problems;
    m_withResolved = m_query.resolved || (analysis.tree && namesField(*analysis.tree, nameOf(LetterField::State)));
    if (analysis.ok())
        asked.filter = m_query.filter;
    const bool anew = m_localTime != m_query.localTime || m_letters.ask([&](const LetterIndex&, const auto& search) {
        return search->text() != asked.filter;
    });
    m_changed = true;
    m_nextBoard = Duration(0);
    if (!anew)
        return;
    m_localTime = m_query.localTime;
    m_answering.restart();
    m_letters.ask([&](LetterIndex& index, auto& search) {
        search = asked.filter.empty() ? std::make_unique<LetterSearch>(index, ++m_searches)
                                      : std::make_unique<LetterSearch>(index, asked.filter, ++m_searches, moment());
    });
    m_searching = true;
}

/// Each answers, or waits on.
void LetterDesk::Private::answerWaiting()
{
    for (const auto& task : std::exchange(m_waiting, {}))
        task();
}

/// One portion of the rows that the filter has not seen.
void LetterDesk::Private::search()
{
    const bool more = m_letters.ask([&](LetterIndex&, auto& search) { return search->advance(moment(), rowsAtOnce); });
    m_changed = m_changed || more || m_searching;
    m_searching = more;
    if (!more)
        m_answering.step(m_readers);
}

void LetterDesk::Private::publish()
{
    const Duration began = m_clock.monotonic();
    if (began < m_nextBoard || (!m_changed && !m_answering.running()))
        return;
    m_changed = false;
    auto reading = m_readers.reading();
    search(); // what has been read by then: a board that says "complete" has no rows that nobody tested
    auto board = std::make_shared<LetterBoard>();
    board->query = m_query.number;
    board->at = m_clock.now();
    board->topics = std::move(reading.topics);
    board->progress = std::move(reading.progress);
    board->retention = std::move(reading.retention);
    board->retentionTrouble = std::move(reading.retentionTrouble);
    board->troubles = std::move(reading.troubles);
    if (m_rulesTrouble)
        board->troubles.push_back(*m_rulesTrouble);
    board->complete = reading.complete;
    board->searching = m_searching || m_answering.running();
    board->problems = m_problems;
    m_letters.ask([&](LetterIndex& index, auto& search) { fill(*board, index, *search); });
    board->searching = board->searching || m_answering.isDue(board->undecided);
    if (!board->searching) {
        auto troubles = m_answering.troubles(m_withResolved);
        std::ranges::move(troubles.errors, std::back_inserter(board->troubles));
        board->unexplained = board->undecided - std::min(board->undecided, troubles.letters);
    }
    const bool found = !board->searching;
    m_sinks.board(std::move(board));
    if (found && std::exchange(m_returning, false))
        answerWaiting();
    const Duration ended = m_clock.monotonic();
    m_nextBoard = ended + std::max(boardInterval, restFactor * (ended - began));
}

void LetterDesk::Private::fill(LetterBoard& board, LetterIndex& index, LetterSearch& search)
{
    m_all.update(index, board.at, nullptr, false);
    const auto& tally = search.tally(board.at, m_withResolved);
    board.letters = index.letterCount();
    board.resolved = board.letters - m_all.letterCount();
    board.resolvedShown = m_withResolved;
    board.refused = index.refusedCount();
    board.passing = tally.letterCount();
    board.undecided = tally.undecidedCount();
    board.projections = countsByProjection(index, m_all);

    std::vector<std::uint32_t> groups;
    for (std::uint32_t group = 0; group < tally.groups().size(); ++group)
        if (tally.groups()[group].count > 0)
            groups.push_back(group);
    board.groupCount = groups.size();
    const auto shown = static_cast<std::ptrdiff_t>(std::min(groups.size(), m_query.groups));
    const auto larger = [&](std::uint32_t a, std::uint32_t b) {
        const auto& [left, right] = std::pair(tally.groups()[a], tally.groups()[b]);
        return left.count != right.count ? left.count > right.count : a < b;
    };
    std::partial_sort(groups.begin(), groups.begin() + shown, groups.end(), larger);
    groups.resize(static_cast<std::size_t>(shown));
    for (const auto group : groups)
        setExpiry(board.groups.emplace_back(viewOf(index, tally, group)), board.retention);

    const bool known = m_query.group && *m_query.group < tally.groups().size();
    board.listed = known ? tally.groups()[index.groups().groupOf(*m_query.group)].count : board.passing;
    const auto group = known ? std::optional(index.groups().groupOf(*m_query.group)) : std::nullopt;
    board.rowEnd = index.rows().size();
    const auto rows = m_query.from
                          ? rowsFrom(index, *m_query.from, search.result(), group, m_query.rows, m_withResolved)
                          : sortedRows(index, m_query.order, search.result(), group, m_query.rows, m_withResolved);
    for (const auto row : rows)
        board.rows.push_back(viewOf(index, row));
}

void LetterDesk::Private::setResolved(const std::vector<ResolvedLetter>& letters)
{
    const auto present = std::make_shared<const ResolvedSet>(
        letters, [this](const std::string& reference) { return m_readers.topicOf(reference); });
    const auto former = m_letters.ask([&](const LetterIndex&, const auto&) { return m_letters.setResolved(present); });
    const auto isTable = [this](const std::string& topic) { return m_readers.isTable(topic); };
    for (const auto& table : markResolved(m_letters, *former, *present, isTable))
        m_readers.post(
            table,
            [this, table](LetterSource& source) {
                markResolvedRows(m_letters, source, table);
                return Result<StoredLetter>();
            },
            [this](const Result<StoredLetter>&) { m_changed = true; });
    m_changed = true;
}

void LetterDesk::Private::choose(const LetterChoice& choice)
{
    if (choice.places.empty())
        return choose(choice, m_asked[LetterAsker::Page].query.number);
    chooseRows(choice, m_letters.ask([&](LetterIndex& index, const auto&) {
        return chosenRows(index, rowsOf(index, choice.places), choice.resolved);
    }));
}

/// All of the list of a query.
void LetterDesk::Private::choose(const LetterChoice& choice, std::uint64_t query)
{
    if (query != m_asked[LetterAsker::Page].query.number)
        return m_sinks.chosen({choice.token, choice.resolved, {}, 0, notListed()});
    if (isListAway())
        return m_waiting.push_back([this, choice, query] { choose(choice, query); });
    chooseRows(choice, m_letters.ask([&](LetterIndex& index, const auto& search) {
        LetterQuery all = m_query;
        all.from = 0;
        return chosenRows(index, listedRows(index, *search, all, choice.resolved), choice.resolved);
    }));
}

void LetterDesk::Private::chooseRows(const LetterChoice& choice, const std::vector<ChosenRow>& rows)
{
    std::vector<LetterPlace> places;
    for (const auto& row : rows)
        places.push_back(row.place);
    m_lists.refer(places, [this, choice, rows](auto references) {
        m_sinks.chosen(namedChoice(choice, rows, std::move(references)));
    });
}

void LetterDesk::Private::list(std::uint64_t query, const std::vector<LetterPlace>& places,
                               const std::function<void(Result<ListedRows>)>& done)
{
    if (query != m_asked[LetterAsker::Page].query.number)
        return done(tl::unexpected(notListed()));
    if (!places.empty())
        return done(m_letters.ask([&](LetterIndex& index, const auto&) { return rowsOf(index, places); }));
    if (isListAway())
        return m_waiting.push_back([this, query, done] { list(query, {}, done); });
    done(m_letters.ask(
        [&](LetterIndex& index, const auto& search) { return listedRows(index, *search, m_query, m_withResolved); }));
}

void LetterDesk::Private::readAgain(LetterStreamer::Take take, const std::stop_token& stop,
                                    const std::function<void(Result<void>)>& done)
{
    std::vector<std::string> topics;
    for (const auto& topic : m_readers.reading().topics)
        if (!topic.missing)
            topics.push_back(topic.name);
    m_readers.readAgain(topics, std::make_shared<LetterStreamer>(m_letters, m_rules, m_withResolved, std::move(take)),
                        stop, done);
}

LetterDesk::LetterDesk(const Workspace& workspace, const std::string& context, LetterConnectors connectors,
                       const Clock& clock, LetterDeskSinks sinks, const std::vector<ResolvedLetter>& resolved)
    : d(std::make_unique<Private>(workspace, context, std::move(connectors), clock, std::move(sinks), resolved))
{
}

LetterDesk::~LetterDesk() = default;

void LetterDesk::ask(LetterQuery query, LetterAsker asker)
{
    d->m_inbox.push([this, query = std::move(query), asker] { d->ask(query, asker); });
}

void LetterDesk::endAsking()
{
    d->m_inbox.push([this] { d->endAsking(); });
}

void LetterDesk::open(std::uint64_t token, const LetterPlace& place, std::size_t maxBytes)
{
    d->m_inbox.push([this, token, place, maxBytes] { d->open(token, place, maxBytes); });
}

void LetterDesk::open(std::uint64_t token, const std::string& reference, std::size_t maxBytes)
{
    d->m_inbox.push([this, token, reference, maxBytes] { d->open(token, reference, maxBytes); });
}

void LetterDesk::fetchOriginal(std::uint64_t token, const TopicPartition& id, Offset offset, std::size_t maxBytes)
{
    d->m_inbox.push([this, token, id, offset, maxBytes] { d->fetchOriginal(token, id, offset, maxBytes); });
}

void LetterDesk::setResolved(std::shared_ptr<const std::vector<ResolvedLetter>> letters)
{
    d->m_inbox.push([this, letters = std::move(letters)] { d->setResolved(*letters); });
}

void LetterDesk::choose(LetterChoice choice)
{
    d->m_inbox.push([this, choice = std::move(choice)] { d->choose(choice); });
}

void LetterDesk::refer(std::uint64_t token, std::vector<LetterPlace> places)
{
    d->m_inbox.push([this, token, places = std::move(places)] { d->refer(token, places); });
}

void LetterDesk::judge(std::uint64_t token, std::vector<LetterPlace> places, Duration log, LetterAsker asker)
{
    d->m_inbox.push([this, token, places = std::move(places), log, asker] { d->judge(token, places, log, asker); });
}

void LetterDesk::judgeRows(std::uint64_t token, std::vector<std::uint32_t> rows, Duration log)
{
    d->m_inbox.push([this, token, rows = std::move(rows), log] { d->judgeRows(token, rows, log); });
}

void LetterDesk::open(const LetterPlace& place, std::size_t maxBytes, std::function<void(OpenedLetter)> done)
{
    d->m_inbox.push(
        [this, place, maxBytes, done = std::move(done)]() mutable { d->open(place, maxBytes, std::move(done)); });
}

void LetterDesk::list(std::uint64_t query, std::vector<LetterPlace> places,
                      std::function<void(Result<ListedRows>)> done)
{
    d->m_inbox.push(
        [this, query, places = std::move(places), done = std::move(done)] { d->list(query, places, done); });
}

void LetterDesk::look(std::vector<std::uint32_t> rows, std::function<void(LetterPage)> done)
{
    d->m_inbox.push([this, rows = std::move(rows), done = std::move(done)] { d->look(rows, done); });
}

void LetterDesk::readAgain(std::function<void(const LetterView&, const DeadLetter&)> take, std::stop_token stop,
                           std::function<void(Result<void>)> done)
{
    d->m_inbox.push([this, take = std::move(take), stop = std::move(stop), done = std::move(done)]() mutable {
        d->readAgain(std::move(take), stop, done);
    });
}

} // namespace projectionist
