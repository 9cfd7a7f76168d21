// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/letterboard.h"
#include "backend/deadletter/letterchoice.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/deadletter/letterjudging.h"
#include "backend/deadletter/letterlists.h"
#include "backend/deadletter/payloaddecode.h"

namespace projectionist {

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
    /// The wizard's comes first: the page's, and what is asked about it, wait until endAsking().
    void ask(LetterQuery query, LetterAsker asker = LetterAsker::Page);
    /// The wizard wants to see nothing any more.
    void endAsking();
    /// A letter that the index has, or any other that a reference names; not more than `maxBytes` of its value.
    void open(std::uint64_t token, const LetterPlace& place, std::size_t maxBytes);
    void open(std::uint64_t token, const std::string& reference, std::size_t maxBytes);
    /// Without asking what its bytes mean. `done` is called on a reader's thread.
    void open(const LetterPlace& place, std::size_t maxBytes, std::function<void(OpenedLetter)> done);
    void fetchOriginal(std::uint64_t token, const TopicPartition& id, Offset offset, std::size_t maxBytes);
    /// Reads the broker's topics once more, fast, and gives away the letters that pass the filter, partition by
    /// partition, where the whole value comes by; letters of tables never do. Both are called on a reader's thread,
    /// which waits meanwhile; `done` is the last call.
    void readAgain(std::function<void(const LetterView&, const DeadLetter&)> take, std::stop_token stop,
                   std::function<void(Result<void>)> done);
    /// All letters of the list that the page's query of this number makes, or the letters at `places`. Nothing that
    /// comes, or is asked, afterwards changes it. `done` is called on the desk's thread, with Cancelled if that is not
    /// the page's query any more.
    void list(std::uint64_t query, std::vector<LetterPlace> places, std::function<void(Result<ListedRows>)> done);
    /// What there is now of listed rows. `done` is called on a thread of the desk.
    void look(std::vector<std::uint32_t> rows, std::function<void(LetterPage)> done);
    /// What names letters of the index for good; reads none of them.
    void refer(std::uint64_t token, std::vector<LetterPlace> places);
    /// The letters that are resolved from now on, and no others; also letters that are yet to be read.
    void setResolved(std::shared_ptr<const std::vector<ResolvedLetter>> letters);
    /// Names letters for resolving or restoring.
    void choose(LetterChoice choice);
    /// What replaying these letters would do, also those that the index does not have (yet). The source log is read
    /// for at most `log`. Ends the order that the same asker gave before, which is answered no more; without places
    /// that is all. Orders of others come in their turn.
    void judge(std::uint64_t token, std::vector<LetterPlace> places, Duration log = JudgeLimits{}.log,
               LetterAsker asker = LetterAsker::Page);
    /// The same for listed rows of the page; those that are gone get no verdict.
    void judgeRows(std::uint64_t token, std::vector<std::uint32_t> rows, Duration log = JudgeLimits{}.log);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace projectionist
