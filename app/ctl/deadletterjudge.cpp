// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What replaying letters would do: "deadletters judge".
#include "app/ctl/deadlettercommand.h"
#include "app/ctl/deadletterlook.h"
#include "app/ctl/deadletterreader.h"
#include "app/ctl/livetable.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist::ctl {

namespace {

constexpr std::uint64_t judgedAtOnce = 1000;

/// What is judged, and what it is called.
struct JudgedRow
{
    std::string reference;
    LetterPlace place;
    std::string projection;
    std::optional<std::string> key;
};

constexpr std::array verdictOrder{ReplayVerdict::Safe,           ReplayVerdict::AfterEarlier,
                                  ReplayVerdict::AlreadyApplied, ReplayVerdict::NewerApplied,
                                  ReplayVerdict::WouldFailAgain, ReplayVerdict::Unknown};

bool mayBeReplayed(ReplayVerdict verdict)
{
    return verdict == ReplayVerdict::Safe || verdict == ReplayVerdict::AfterEarlier;
}

/// As the verdicts of projections are coloured; the words say it, too.
std::string colorOfReplay(ReplayVerdict verdict)
{
    return mayBeReplayed(verdict)                     ? "\x1b[32m"
           : verdict == ReplayVerdict::Unknown        ? std::string()
           : verdict == ReplayVerdict::AlreadyApplied ? "\x1b[33m"
                                                      : "\x1b[31m";
}

Json rowJson(const RowState& row)
{
    return {{"found", row.found},
            {"version", orNull(row.version)},
            {"topic", row.topic.empty() ? Json() : Json(row.topic)},
            {"partition", orNull(row.partition)},
            {"position", orNull(row.position)},
            {"updated_at", row.updatedAt ? Json(formatRfc3339(*row.updatedAt)) : Json()}};
}

class LetterJudgeCommand
{
public:
    LetterJudgeCommand(const DeadLetterOptions& options, Session& session, const DeadLetterRequest& request,
                       Duration log)
        : m_options(options)
        , m_session(session)
        , m_request(request)
        , m_log(log)
        , m_masks(masksOf(request.workspace, request.workspace.currentContext))
        , m_look{options.unmask ? nullptr : &m_masks, false}
        , m_reader(request.workspace, session)
    {
    }

    int run()
    {
        LetterQuery query = m_request.query;
        query.rows = m_options.references.empty() ? limit() : 0;
        query.groups = 0;
        // All letters, also for a few of them: the others tell what else failed.
        const auto answer = m_reader.read(query, m_request.timeout);
        const int code = reportGaps(answer, m_session.console);
        if (!answer.board || answer.interrupted)
            return Critical;
        if (m_options.references.empty())
            takeListed(*answer.board);
        else if (const int missing = takeNamed(); missing != Fine)
            return missing;
        std::vector<LetterPlace> places;
        for (const auto& row : m_rows)
            places.push_back(row.place);
        const auto judged = m_reader.judge(std::move(places), m_log);
        if (!judged) {
            m_session.console.complain(judged.error());
            return Critical;
        }
        for (const auto& trouble : judged->troubles)
            m_session.console.complain("not complete: " + harmless(toString(trouble)));
        print(*judged, answer.board->listed);
        return std::max({code, judged->troubles.empty() ? int{Fine} : int{Critical}, exitCodeOf(*judged)});
    }

private:
    [[nodiscard]] std::size_t limit() const { return m_options.limit > 0 ? m_options.limit : judgedAtOnce; }

    void takeListed(const LetterBoard& board)
    {
        const auto references = m_reader.references(board.rows);
        for (std::size_t i = 0; i < board.rows.size(); ++i)
            m_rows.push_back({references[i], board.rows[i].place, board.rows[i].projection, board.rows[i].key});
    }
    int takeNamed()
    {
        for (const auto& reference : m_options.references) {
            const auto opened = m_reader.open(reference, 1, m_request.timeout);
            if (!opened || !opened->letter) {
                const auto& error = opened ? opened->letter.error() : opened.error();
                m_session.console.complain(harmless(toString(error)));
                return exitCodeOf(error);
            }
            m_rows.push_back({opened->reference, opened->place, opened->projection, opened->letter->key});
        }
        return Fine;
    }
    void print(const JudgedLetters& judged, std::size_t listed)
    {
        std::string text;
        if (m_options.json) {
            for (std::size_t i = 0; i < m_rows.size(); ++i)
                text += harmlessJson(ctl::text(json(m_rows[i], judged.letters[i], judged.at), true));
        } else {
            text = table(judged) + summary(judged) + '\n';
        }
        if (!m_session.console.print(text))
            return;
        const auto beyond = m_options.references.empty() && m_rows.size() < listed;
        if (beyond)
            m_session.console.complain(fmt::format("{} of {} letters judged; --limit judges more, --where others",
                                                   formatNumber(static_cast<std::int64_t>(m_rows.size())),
                                                   formatNumber(static_cast<std::int64_t>(listed))));
    }
    [[nodiscard]] std::string table(const JudgedLetters& judged) const
    {
        TextTable table({"VERDICT", "KEY", "PROJECTION", "WHY", "REFERENCE"});
        const auto orDash = [](const std::string& word) {
            return word.empty() ? std::string("\u2014") : harmless(word);
        };
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const auto& judgement = judged.letters[i];
            table.add({std::string(toString(judgement.verdict)),
                       m_rows[i].key ? orDash(shownKey(*m_rows[i].key, m_look)) : "\u2014",
                       orDash(m_rows[i].projection), harmless(judgement.why), orDash(m_rows[i].reference)},
                      m_session.console.color() ? colorOfReplay(judgement.verdict) : std::string());
        }
        return table.text();
    }
    /// "412 letters: 300 safe, 12 after-earlier, 100 newer-applied".
    [[nodiscard]] static std::string summary(const JudgedLetters& judged)
    {
        std::vector<std::string> counts;
        for (const auto verdict : verdictOrder)
            if (const auto count = std::ranges::count(judged.letters, verdict, &LetterJudgement::verdict); count > 0)
                counts.push_back(fmt::format("{} {}", formatNumber(count), toString(verdict)));
        const auto letters = judged.letters.size();
        return fmt::format("{} {}{}{}", formatNumber(static_cast<std::int64_t>(letters)),
                           letters == 1 ? "letter" : "letters", counts.empty() ? "" : ": ", fmt::join(counts, ", "));
    }
    [[nodiscard]] Json json(const JudgedRow& row, const LetterJudgement& judgement, TimePoint at) const
    {
        Json json{{"reference", row.reference.empty() ? Json() : Json(row.reference)},
                  {"projection", row.projection.empty() ? Json() : Json(row.projection)}};
        setBytes(json, "key", row.key ? std::optional(shownKey(*row.key, m_look)) : std::nullopt);
        json["verdict"] = toString(judgement.verdict);
        json["why"] = judgement.why;
        json["earlier"] = judgement.earlier;
        json["newer_offset"] = orNull(judgement.newer);
        json["row"] = judgement.row ? rowJson(*judgement.row) : Json();
        json["judged_at"] = formatRfc3339(at);
        return json;
    }
    [[nodiscard]] static int exitCodeOf(const JudgedLetters& judged)
    {
        int code = Fine;
        for (const auto& letter : judged.letters)
            code = std::max<int>(code, mayBeReplayed(letter.verdict)              ? Fine
                                       : letter.verdict == ReplayVerdict::Unknown ? Critical
                                                                                  : Warning);
        return code;
    }
    [[nodiscard]] static int exitCodeOf(const Error& error) { return ctl::exitCodeOf(error); }

    const DeadLetterOptions& m_options;
    Session& m_session;
    const DeadLetterRequest& m_request;
    const Duration m_log;
    const LetterMasks m_masks;
    const DeadLetterLook m_look;
    DeadLetterReader m_reader;
    std::vector<JudgedRow> m_rows;
};

} // namespace

int judgeDeadLetters(const DeadLetterOptions& options, Session& session)
{
    const auto log = parseDuration(options.logTime);
    if (!log) {
        session.console.complain(fmt::format("--log-time {}: not a duration; write 4s or 1m", options.logTime));
        return Failed;
    }
    if (!options.references.empty() && (!options.where.empty() || !options.group.empty())) {
        session.console.complain("judge: name letters, or choose them by --where and --group; not both");
        return Failed;
    }
    const auto request = deadLetterRequest(options, session);
    return request ? LetterJudgeCommand(options, session, *request, *log).run() : Failed;
}

} // namespace projectionist::ctl
