// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What "replay plan" and "replay show" do.
#include "app/ctl/deadlettercommand.h"
#include "app/ctl/deadletterreader.h"
#include "app/ctl/recordedact.h"
#include "app/ctl/replaycommand.h"
#include "app/ctl/replayplanlook.h"
#include "backend/core/format.h"
#include "backend/core/wholefile.h"
#include "backend/deadletter/letterescape.h"
#include "backend/deadletter/replay/replayplanner.h"
#include "backend/deadletter/replay/replayrun.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <future>
#include <limits>
#include <set>
#include <unistd.h>

namespace projectionist::ctl {

namespace {

constexpr std::size_t allRows = std::numeric_limits<std::size_t>::max();
constexpr std::size_t othersPage = 5000;
constexpr std::size_t listedLetters = 20;
constexpr std::size_t keyInIndex = 64; ///< bytes: longer keys are known by their beginning
constexpr Duration planPoll{50};

/// Blocks until `work` is done, and tells it to stop on Ctrl+C.
template<typename Work>
auto interruptible(Session& session, const Work& work)
{
    std::stop_source stop;
    auto running = std::async(std::launch::async, [&] { return work(stop.get_token()); });
    while (running.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        if (session.interruption.wait(planPoll))
            stop.request_stop();
    return running.get();
}

std::vector<std::string> wordsOf(const std::string& text, char between)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(between, at), text.size());
        if (end > at)
            words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

/// What the options ask for; complains about what they do not say well.
class DraftReader
{
public:
    DraftReader(const ReplayPlanOptions& options, const Console& console) : m_options(options), m_console(console) {}

    std::optional<ReplayPlan> read()
    {
        ReplayPlan draft;
        readTarget(draft.target);
        draft.partition = m_options.partition == "same" ? ReplayPartition::Same : ReplayPartition::ByKey;
        draft.timestamp = m_options.timestamp == "now" ? ReplayTimestamp::Now : ReplayTimestamp::Event;
        draft.headers.stripFailure = !m_options.keepFailure;
        draft.headers.keep = m_options.keep;
        draft.headers.drop = m_options.drop;
        readAdded(draft.headers);
        draft.rate = m_options.rate;
        readLadder(draft.ladder);
        const auto proof = parseDuration(m_options.proofWithin);
        if (!proof || *proof <= Duration(0) || *proof > std::chrono::hours(7 * 24))
            complain(fmt::format("--proof-within {}: no duration up to 7d; write 60s", m_options.proofWithin));
        draft.proofWithin = proof.value_or(Duration(0));
        draft.reason = m_options.reason;
        draft.madeBy = actingUser();
        return m_fine ? std::optional(std::move(draft)) : std::nullopt;
    }

private:
    void complain(const std::string& text)
    {
        m_console.complain(text);
        m_fine = false;
    }

    void readTarget(ReplayTarget& target)
    {
        constexpr std::string_view topic = "topic:";
        constexpr std::string_view command = "command:";
        const std::string& to = m_options.target;
        if (to.starts_with(topic) && to.size() > topic.size()) {
            target = {ReplayTargetKind::Topic, to.substr(topic.size()), {}};
        } else if (to.starts_with(command) && !wordsOf(to.substr(command.size()), ' ').empty()) {
            target = {ReplayTargetKind::Command, {}, wordsOf(to.substr(command.size()), ' ')};
            target.command.insert(target.command.end(), m_options.arguments.begin(), m_options.arguments.end());
        } else if (to != "origin") {
            complain(fmt::format("--to {}: no target; write origin, topic:NAME or command:PROGRAM", harmless(to)));
        }
        if (target.kind != ReplayTargetKind::Command && !m_options.arguments.empty())
            complain("--argument: only a command has arguments; write --to command:PROGRAM");
    }

    void readAdded(ReplayHeaders& headers)
    {
        for (const auto& pair : m_options.add) {
            const auto equals = pair.find('=');
            if (equals == std::string::npos || equals == 0)
                complain(fmt::format("--add {}: write NAME=VALUE", harmless(pair)));
            else
                headers.add.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
        }
    }

    void readLadder(std::vector<std::size_t>& ladder)
    {
        ladder.clear();
        for (const auto& word : wordsOf(m_options.ladder, ',')) {
            std::uint32_t step = 0;
            const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), step);
            if (error != std::errc() || end != word.data() + word.size() || step == 0 ||
                step > std::numeric_limits<std::int32_t>::max())
                return complain(
                    fmt::format("--ladder {}: write numbers of letters, 1,5,25", harmless(m_options.ladder)));
            ladder.push_back(step);
        }
        if (ladder.empty())
            complain("--ladder: there is no step; write 1,5,25");
    }

    const ReplayPlanOptions& m_options;
    const Console& m_console;
    bool m_fine = true;
};

DeadLetterOptions lettersOptions(const ReplayPlanOptions& options)
{
    DeadLetterOptions letters;
    letters.where = options.where;
    letters.zone = options.zone;
    letters.group = options.group;
    letters.timeout = options.timeout.empty() ? "60s" : options.timeout;
    return letters;
}

/// Finds the letters that are meant, and those that they may leave behind.
class LetterChooser
{
public:
    LetterChooser(const ReplayPlanOptions& options, const DeadLetterRequest& letters, Session& session)
        : m_options(options)
        , m_letters(letters)
        , m_session(session)
        , m_context(*letters.workspace.context(letters.workspace.currentContext))
        , m_reader(letters.workspace, session)
    {
    }

    /// An ExitCode; Critical with letters: some could not be read.
    int choose(ReplayRequest& request, Duration logTime)
    {
        LetterQuery query = m_letters.query;
        query.rows = m_options.references.empty() ? allRows : 0;
        query.groups = 0;
        const auto answer = m_reader.read(query, m_letters.timeout);
        const int code = reportGaps(answer, m_session.console);
        if (!answer.board || answer.interrupted)
            return Critical;
        if (m_options.references.empty())
            takeListed(*answer.board, request);
        else if (const int missing = takeNamed(request); missing != Fine)
            return missing;
        if (request.letters.empty()) {
            m_session.console.complain("no open letter was chosen");
            return Warning;
        }
        if (const int judged = judge(request, logTime); judged != Fine)
            return judged;
        findOthers(answer.board->rowEnd, request);
        return code;
    }

private:
    void takeListed(const LetterBoard& board, ReplayRequest& request)
    {
        std::vector<LetterView> rows;
        for (const auto& row : board.rows)
            if (row.state == LetterState::Open)
                rows.push_back(row);
        const auto references = m_reader.references(rows);
        for (std::size_t i = 0; i < rows.size(); ++i)
            request.letters.push_back(replayCandidate(rows[i], references[i], m_context));
    }

    int takeNamed(ReplayRequest& request)
    {
        for (const auto& reference : m_options.references) {
            constexpr std::size_t wholeValue = 1U << 26;
            const auto opened = m_reader.open(reference, wholeValue, m_letters.timeout);
            if (!opened || !opened->letter) {
                const auto& error = opened ? opened->letter.error() : opened.error();
                m_session.console.complain(harmless(toString(error)));
                return exitCodeOf(error);
            }
            request.letters.push_back(
                replayCandidate(opened->place, opened->reference, opened->projection, *opened->letter, m_context));
        }
        return Fine;
    }

    int judge(ReplayRequest& request, Duration logTime)
    {
        std::vector<LetterPlace> places;
        for (const auto& letter : request.letters)
            places.push_back(letter.place);
        const auto judged = m_reader.judge(places, logTime);
        if (!judged) {
            m_session.console.complain(harmless(toString(judged.error())));
            return Critical;
        }
        for (const auto& trouble : judged->troubles)
            m_session.console.note(harmless(toString(trouble)));
        for (std::size_t i = 0; i < request.letters.size() && i < judged->letters.size(); ++i) {
            request.letters[i].verdict = judged->letters[i].verdict;
            request.letters[i].why = judged->letters[i].why;
        }
        return Fine;
    }

    /// Open letters of the same keys. All of the index are gone through, few are kept.
    void findOthers(std::size_t end, ReplayRequest& request)
    {
        std::set<std::string> keys;
        std::set<LetterPlace> chosen;
        for (const auto& letter : request.letters) {
            chosen.insert(letter.place);
            if (letter.key)
                keys.insert(letter.key->substr(0, keyInIndex));
        }
        std::vector<LetterView> others;
        LetterQuery query;
        query.groups = 0;
        query.rows = othersPage;
        query.from = 0;
        while (*query.from < end) {
            const auto answer = m_reader.look(query);
            if (answer.interrupted || !answer.board)
                break;
            const auto& rows = answer.board->rows;
            for (const auto& row : rows)
                if (row.state == LetterState::Open && row.key && keys.contains(*row.key) && !chosen.contains(row.place))
                    others.push_back(row);
            query.from = rows.size() < othersPage ? end : rows.back().row + 1;
        }
        const auto references = m_reader.references(others);
        for (std::size_t i = 0; i < others.size(); ++i)
            request.others.push_back(replayCandidate(others[i], references[i], m_context));
    }

    const ReplayPlanOptions& m_options;
    const DeadLetterRequest& m_letters;
    Session& m_session;
    const ContextSettings& m_context;
    DeadLetterReader m_reader;
};

/// Takes over the files of --edit; complains about what cannot be.
bool takeEdits(const ReplayPlanOptions& options, ReplayRequest& request, const Console& console)
{
    constexpr std::uintmax_t mostBytes = 64U << 20U;
    for (const auto& edit : options.edits) {
        const auto letter = std::ranges::find_if(
            request.letters, [&](const auto& one) { return edit.starts_with(one.reference + '='); });
        if (letter == request.letters.end()) {
            console.complain(fmt::format("--edit {}: no such letter was chosen; write REFERENCE=FILE", harmless(edit)));
            return false;
        }
        const std::filesystem::path file = edit.substr(letter->reference.size() + 1);
        auto value = readWholeFile(file, mostBytes);
        if (!value) {
            console.complain(fmt::format("--edit {}: the file cannot be read: {}", harmless(edit), value.error()));
            return false;
        }
        letter->edited = std::move(*value);
    }
    return true;
}

std::string chosenBy(const ReplayPlanOptions& options, const DeadLetterRequest& letters)
{
    if (!options.references.empty())
        return fmt::format("{} named {}", options.references.size(),
                           options.references.size() == 1 ? "letter" : "letters");
    return letters.query.filter.empty() ? "all letters" : letters.query.filter;
}

int savePlan(const ReplayPlan& plan, const ReplayPlanOptions& options, Session& session)
{
    AuditEntry entry;
    entry.context = plan.context;
    entry.act = "replay-plan";
    entry.object = plan.id;
    entry.reason = plan.reason;
    entry.detail = fmt::format("{} letters, saved as {}", plan.letters.size(), options.output);
    entry.result = "done";
    if (!recordAct(std::move(entry), session.console))
        return Failed;
    if (const auto saved = saveReplayPlan(plan, options.output); !saved) {
        session.console.complain(saved.error());
        return Failed;
    }
    session.console.note(fmt::format("saved as {}; nothing was sent", options.output));
    return Fine;
}

/// False: it could not be recorded, so nothing is shown.
bool recordPlanUnmasking(const std::string& context, const std::string& object, const char* command,
                         const Console& console)
{
    AuditEntry entry;
    entry.context = context;
    entry.act = "unmask";
    entry.object = object;
    entry.detail = fmt::format("Asked for by projectionistctl replay {}", command);
    return recordAct(std::move(entry), console);
}

/// Of the first letter; empty where it cannot be read, which is said.
std::optional<ReplayPreview> exampleOf(const Workspace& workspace, const ReplayPlan& plan, Session& session)
{
    auto preview = interruptible(session, [&](const std::stop_token& stop) {
        return previewReplay(workspace, plan, 0, defaultReplayConnectors(), stop);
    });
    if (preview)
        return *std::move(preview);
    session.console.complain("there is no example: " + harmless(toString(preview.error())));
    return std::nullopt;
}

Result<ReplayPlan> makePlan(const DeadLetterRequest& letters, ReplayRequest request, Session& session)
{
    const SystemClock clock;
    request.journals = replayFolder(stateDirectory());
    return interruptible(session, [&](const std::stop_token& stop) {
        return planReplay(letters.workspace, std::move(request), defaultReplayConnectors(), clock, stop);
    });
}

/// A plan, and one letter of it where that could be read.
void printPlan(const ReplayPlan& plan, const std::optional<ReplayPreview>& example, std::size_t mostLetters, bool json,
               const DeadLetterLook& look, Session& session)
{
    if (!json) {
        session.console.print(planText(plan, mostLetters, look) + (example ? previewText(*example, look) : ""));
        return;
    }
    Json document = planJson(plan, look);
    document["example"] = example ? previewJson(*example, look) : Json();
    session.console.print(harmlessJson(text(document, false)));
}

/// `code`: what choosing the letters came to.
int finishPlan(const ReplayPlanOptions& options, const DeadLetterRequest& letters, ReplayRequest request, int code,
               Session& session)
{
    auto plan = makePlan(letters, std::move(request), session);
    if (!plan) {
        session.console.complain(harmless(toString(plan.error())));
        return exitCodeOf(plan.error());
    }
    if (code == Critical)
        plan->dryRun.warnings.insert(plan->dryRun.warnings.begin(),
                                     "Not all letters could be read: others of the same keys may stay behind");
    const LetterMasks masks = masksOf(letters.workspace, letters.workspace.currentContext);
    const DeadLetterLook look{options.unmask ? nullptr : &masks, false};
    const auto example = plan->letters.empty() ? std::nullopt : exampleOf(letters.workspace, *plan, session);
    printPlan(*plan, example, listedLetters, options.json, look, session);
    if (!plan->dryRun.refusals.empty()) {
        session.console.complain("no plan was saved, since it could not be run");
        return Warning;
    }
    const int saved = savePlan(*plan, options, session);
    return saved == Fine ? code : saved;
}

/// The dry run as of now takes the place of the plan's. False: it could not be made.
bool checkAgain(ReplayPlan& plan, const Workspace& workspace, Session& session)
{
    const SystemClock clock;
    auto dryRun = interruptible(session, [&](const std::stop_token& stop) {
        return dryRunReplay(workspace, plan, replayFolder(stateDirectory()), defaultReplayConnectors(), clock, stop);
    });
    if (!dryRun) {
        session.console.complain(harmless(toString(dryRun.error())));
        return false;
    }
    plan.dryRun = *std::move(dryRun);
    return true;
}

} // namespace

int planReplayOf(const ReplayPlanOptions& options, Session& session)
{
    if (options.references.empty() && options.where.empty() && options.group.empty() && !options.all) {
        session.console.complain("which letters? Name them, or give --where, --group or --all");
        return Failed;
    }
    auto draft = DraftReader(options, session.console).read();
    const auto logTime = parseDuration(options.logTime);
    if (!logTime)
        session.console.complain(fmt::format("--log-time {}: not a duration; write 30s", options.logTime));
    const auto letters = deadLetterRequest(lettersOptions(options), session);
    if (!letters || !draft || !logTime)
        return Failed;
    ReplayRequest request{*std::move(draft), {}, {}};
    request.draft.context = letters->workspace.currentContext;
    request.draft.where = chosenBy(options, *letters);
    if (options.unmask && !recordPlanUnmasking(request.draft.context, request.draft.where, "plan", session.console))
        return Failed;
    const int code = LetterChooser(options, *letters, session).choose(request, *logTime);
    if (request.letters.empty() || (code != Fine && code != Critical))
        return code;
    if (!takeEdits(options, request, session.console))
        return Failed;
    if (options.onlySafe) {
        keepSafe(request);
        for (const auto& left : request.others)
            if (left.edited)
                session.console.note(
                    fmt::format("{} is left out, with its edited value: {}", left.reference, left.why));
    }
    return finishPlan(options, *letters, std::move(request), code, session);
}

int showReplayPlan(const ReplayPlanOptions& options, Session& session)
{
    session.applyOptions();
    auto plan = loadReplayPlan(options.file);
    if (!plan) {
        session.console.complain(harmless(toString(plan.error())));
        return Failed;
    }
    const bool wantsExample = !options.noExample && !plan->letters.empty();
    const auto workspace = options.check || wantsExample ? session.workspace() : std::optional(Workspace{});
    if (!workspace)
        return Failed;
    if (options.unmask && !recordPlanUnmasking(plan->context, plan->id, "show", session.console))
        return Failed;
    const bool checked = !options.check || checkAgain(*plan, *workspace, session);
    const auto* const context = workspace->context(plan->context);
    const LetterMasks masks(context ? context->deadLetters.masks : MaskSettings{});
    const DeadLetterLook look{options.unmask ? nullptr : &masks, false};
    const auto example = wantsExample ? exampleOf(*workspace, *plan, session) : std::nullopt;
    printPlan(*plan, example, options.allLetters ? allRows : listedLetters, options.json, look, session);
    if (!checked || (wantsExample && !example))
        return Critical;
    return plan->dryRun.refusals.empty() ? Fine : Warning;
}

} // namespace projectionist::ctl
