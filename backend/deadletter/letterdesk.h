// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/filterproblem.h"
#include "backend/deadletter/letterchoice.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/deadletter/letterjudging.h"
#include "backend/deadletter/letterview.h"
#include "backend/deadletter/payloaddecode.h"
#include "backend/deadletter/topicpatterns.h"

namespace projectionist {

/// What somebody wants to see.
struct LetterQuery
{
    std::uint64_t number = 0;             ///< comes back with the board that answers it
    std::string filter{};                 ///< empty: all letters
    bool resolved = false;                ///< those that were resolved, too; as with a filter that names their state
    bool localTime = false;               ///< the filter's times without a zone are this machine's; else they are UTC
    std::optional<std::uint32_t> group{}; ///< list only its letters
    LetterOrder order{};
    /// Instead of `order`: as they were read, from this row on; to go through all of them, or on with new ones.
    std::optional<std::size_t> from{};
    std::size_t rows = 500;   ///< of the list, from its top
    std::size_t groups = 500; ///< with the most letters
    bool operator==(const LetterQuery&) const = default;
};

/// All that the page shows, as of one moment. Immutable once published.
struct LetterBoard
{
    std::uint64_t query = 0; ///< number of the query that was answered
    TimePoint at{};
    std::vector<DeadLetterTopic> topics;   ///< that are read, and why
    std::vector<ScanProgress> progress;    ///< of topics and tables, sorted by name
    std::vector<TopicRetention> retention; ///< of topics with letters, and of those that the events came from
    std::optional<Error> retentionTrouble; ///< why it is not known when letters expire
    std::vector<Error> troubles;           ///< what cannot be read, found or decoded at present
    bool complete = false;                 ///< all that was there at the last look has been read
    std::uint64_t letters = 0;             ///< that were read and are still there
    std::uint64_t resolved = 0;            ///< of them
    bool resolvedShown = false;            ///< they are in groups and list
    std::uint64_t refused = 0;             ///< letters beyond what an index can hold
    std::uint64_t passing = 0;             ///< letters that pass the filter
    std::uint64_t undecided = 0;           ///< that have to be read once more before the filter can tell
    bool searching = false;                ///< they are being read, or rows are still to be tested
    std::vector<FilterProblem> problems;   ///< the filter is not in force then; the last good one stays
    std::size_t groupCount = 0;            ///< there are; `groups` holds the largest
    std::vector<GroupView> groups;
    std::size_t listed = 0; ///< letters of the list; `rows` holds its top
    std::vector<LetterView> rows;
    std::size_t rowEnd = 0;              ///< above every LetterView::row that there is
    std::vector<NamedCount> projections; ///< of all letters that are not resolved, whatever the filter
};

/// One letter, fetched for a look.
struct OpenedLetter
{
    std::uint64_t token = 0;
    LetterPlace place;
    std::string reference; ///< see LetterSource::reference()
    std::string projection;
    Result<DeadLetter> letter{DeadLetter{}};
    DecodedBody decoded{}; ///< where it is pending, the same letter comes once more
};

/// The record that failed, fetched from where it came from.
struct FetchedOriginal
{
    std::uint64_t token = 0;
    Result<StoredLetter> record{StoredLetter{}};
    DecodedBody decoded{}; ///< where it is pending, the same record comes once more
};

/// See LetterSource::reference(); in the order of the places, empty where the source cannot be reached.
struct LetterReferences
{
    std::uint64_t token = 0;
    std::vector<std::string> references;
};

/// Where results go. Called on the desk's threads, must not block: push into a Mailbox.
struct LetterDeskSinks
{
    std::function<void(std::shared_ptr<const LetterBoard>)> board;
    std::function<void(OpenedLetter)> opened{};
    std::function<void(FetchedOriginal)> original{};
    std::function<void(LetterReferences)> referred{};
    std::function<void(LetterVerdicts)> judged{};
    std::function<void(JudgingProgress)> judging{};
    std::function<void(ChosenLetters)> chosen{};
};

/// Reads the dead letters of one context, keeps their index and answers queries. A thread for each source, one that
/// looks for topics, one that answers. Changes nothing anywhere. Construction starts, destruction stops within the
/// connections' timeouts and joins. Functions may be called by any thread.
class LetterDesk
{
public:
    LetterDesk(const Workspace& workspace, const std::string& context, LetterConnectors connectors, const Clock& clock,
               LetterDeskSinks sinks, const std::vector<ResolvedLetter>& resolved = {});
    ~LetterDesk();
    LetterDesk(const LetterDesk&) = delete;
    LetterDesk& operator=(const LetterDesk&) = delete;

    /// Answered by boards until the next query; a new one comes whenever something changed, at most four a second.
    void ask(LetterQuery query);
    /// A letter that the index has, or any other that a reference names; not more than `maxBytes` of its value.
    void open(std::uint64_t token, const LetterPlace& place, std::size_t maxBytes);
    void open(std::uint64_t token, const std::string& reference, std::size_t maxBytes);
    void fetchOriginal(std::uint64_t token, const TopicPartition& id, Offset offset, std::size_t maxBytes);
    /// Reads the broker's topics once more, fast, and gives away the letters that pass the filter, partition by
    /// partition, where the whole value comes by; letters of tables never do. Both are called on a reader's thread,
    /// which waits meanwhile; `done` is the last call.
    void readAgain(std::function<void(const LetterView&, const DeadLetter&)> take,
                   std::function<void(Result<void>)> done);
    /// What names letters of the index for good; reads none of them.
    void refer(std::uint64_t token, std::vector<LetterPlace> places);
    /// The letters that are resolved from now on, and no others; also letters that are yet to be read.
    void setResolved(std::shared_ptr<const std::vector<ResolvedLetter>> letters);
    /// Names letters for resolving or restoring.
    void choose(LetterChoice choice);
    /// What replaying these letters would do, also those that the index does not have (yet). The source log is read
    /// for at most `log`. Ends the order before, which is answered no more; without places that is all.
    void judge(std::uint64_t token, std::vector<LetterPlace> places, Duration log = JudgeLimits{}.log);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace projectionist
