// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What people read of letters. Everything that comes from a letter passes harmless() on its way.
#include "app/ctl/deadletterlook.h"
#include "app/ctl/livetable.h"
#include "backend/core/format.h"
#include "backend/deadletter/jsonwalk.h"
#include "backend/deadletter/letterescape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist::ctl {

namespace {

constexpr const char* nothingKnown = "\u2014";

std::string orDash(const std::string& text)
{
    return text.empty() ? nothingKnown : harmless(text);
}

std::string timeText(const std::optional<TimePoint>& time)
{
    return time ? formatDateTime(*time) : nothingKnown;
}

/// The last part of a class's name.
std::string shortClass(std::string_view exception)
{
    if (exception.find(' ') == std::string_view::npos)
        exception.remove_prefix(exception.find_last_of(".$:/") + 1); // npos + 1 is 0
    return orDash(std::string(exception));
}

std::string triesText(const std::optional<std::int64_t>& fewest, const std::optional<std::int64_t>& most)
{
    if (!most)
        return nothingKnown;
    return fewest && *fewest != *most ? fmt::format("{}-{}", *fewest, *most) : fmt::format("{}", *most);
}

/// At most `most` bytes, without cutting a character.
std::string beginning(std::string_view text, std::size_t most)
{
    if (text.size() <= most)
        return std::string(text);
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
        --end;
    return std::string(text.substr(0, end)) + "\u2026";
}

std::string keyText(const std::optional<std::string>& key, const DeadLetterLook& look)
{
    constexpr std::size_t longest = 40;
    return key ? beginning(harmless(shownKey(*key, look)), longest) : nothingKnown;
}

bool isWhole(const JsonWalk& walk)
{
    return walk.state() == JsonWalk::State::Whole;
}

std::string payloadBody(const std::string& payload)
{
    const bool framed = payload.size() > 5 && payload.front() == '\0'; // see maskedValue()
    const auto json = std::string_view(payload).substr(framed ? 5 : 0);
    JsonWalk walk(json);
    while (walk.next())
        ;
    if (isWhole(walk) && isUtf8(json))
        return harmlessLines(indentedJson(json)) + '\n';
    if (isReadableText(payload))
        return harmlessLines(payload) + '\n';
    return hexLines(payload);
}

std::string payloadText(const char* title, const std::optional<std::string>& value, std::size_t size,
                        const DecodedBody& decoded, const DeadLetterLook& look)
{
    if (!value)
        return fmt::format("\n{}: none\n", title);
    const auto payload = shownPayload(readableBytes(*value, decoded.payload()), look);
    std::string text = fmt::format(
        "\n{} ({} bytes{}{})\n", title, formatNumber(static_cast<std::int64_t>(size)),
        decoded.payload() ? ", " + harmless(decoded.payload()->format) : "",
        size > value->size() ? fmt::format(", the first {} were read; --bytes reads more", value->size()) : "");
    if (decoded.trouble())
        text += fmt::format("  ({})\n", harmless(toString(*decoded.trouble())));
    if (const auto note = maskNote(payload); !note.empty())
        text += fmt::format("  ({})\n", harmless(note));
    if (payload.withheld == Withheld::No && !payload.value.text.empty())
        text += payloadBody(payload.value.text);
    return text;
}

void addCause(std::string& text, const FailureCause& cause, bool root, bool allFrames)
{
    text += root ? "" : cause.suppressed ? "Suppressed: " : "Wrapped in: ";
    text += harmless(cause.exception);
    if (!cause.message.empty())
        text += ": " + harmlessLines(cause.message);
    text += '\n';
    std::size_t folded = 0;
    const auto endRun = [&] {
        if (folded > 0)
            text += fmt::format("    \u2026 {} library frame{}\n", folded, folded == 1 ? "" : "s");
        folded = 0;
    };
    for (const auto& frame : cause.frames) {
        if (frame.library && !allFrames) {
            ++folded;
            continue;
        }
        endRun();
        text += "    at " + harmless(frame.text) + '\n';
    }
    endRun();
    if (cause.omitted > 0)
        text += fmt::format("    \u2026 {} more, as in what it is wrapped in\n", cause.omitted);
}

/// The root first: it is what somebody looks for.
std::string stackLines(const Failure& failure, bool allFrames)
{
    if (failure.chain.empty() && failure.stackTrace.empty())
        return {};
    std::string text = "\nStack\n";
    if (failure.chain.empty())
        return text + harmlessLines(failure.stackTrace) + '\n';
    bool root = true;
    for (auto cause = failure.chain.rbegin(); cause != failure.chain.rend(); ++cause)
        if (!cause->suppressed)
            addCause(text, *cause, std::exchange(root, false), allFrames);
    for (const auto& cause : failure.chain)
        if (cause.suppressed)
            addCause(text, cause, false, allFrames);
    return text;
}

std::string headerLines(const DeadLetter& letter, const DeadLetterLook& look)
{
    TextTable table({"HEADER", "MEANS", "VALUE"});
    for (const auto& header : letter.headers) {
        constexpr std::size_t longest = 400;
        const auto shown = shownHeader(header, look);
        const auto line = shown.substr(0, shown.find('\n')); // the whole stack trace stands above
        const auto value =
            header.value ? beginning(harmless(line), longest) + (line == shown ? "" : " \u2026") : "null";
        const auto meaning = header.family.empty() ? "" : fmt::format("{}, {}", header.role, header.family);
        table.add({harmless(header.name), harmless(meaning), value});
    }
    const auto lines = table.text();
    return lines.empty() ? "\nHeaders: none\n" : '\n' + lines;
}

std::string pathLines(const DeadLetter& letter)
{
    std::string text =
        fmt::format("\nPath\n  {}  written to {}\n", timeText(letter.eventTime), orDash(placeText(letter.origin)));
    for (const auto& hop : letter.hops) {
        text += fmt::format("  {}  given up from {}", timeText(hop.failedAt), orDash(placeText(hop.from)));
        for (const auto& [name, value] : {std::pair(" by ", hop.consumer), std::pair(" in ", hop.stage)})
            if (!value.empty())
                text += name + harmless(value);
        if (hop.attempts)
            text += fmt::format(" after {} tries", *hop.attempts);
        if (!hop.exception.empty())
            text += ": " + shortClass(hop.exception);
        text += fmt::format(" ({})\n", harmless(hop.family));
    }
    text += fmt::format("  {}  dead letter, by {} time\n", timeText(letter.arrived), basisWord(letter.arrivedBy));
    if (letter.nextAttempt)
        text += fmt::format("  {}  tried again by its framework\n", timeText(letter.nextAttempt));
    return text;
}

std::string facts(const OpenedLetter& opened, const DeadLetterLook& look)
{
    const DeadLetter& letter = *opened.letter;
    const Failure& failure = letter.failure;
    std::string text;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty())
            text += fmt::format("{:<12}{}\n", name, value);
    };
    add("Letter", harmless(opened.reference));
    add("Exception", failure.exception.empty() ? "not told by the letter" : harmless(failure.exception));
    add("Message", harmlessLines(failure.message));
    if (failure.thrown != failure.exception)
        add("Thrown as", harmless(failure.thrown));
    add("Thrown in", harmless(failure.frame));
    add("Projection", harmless(opened.projection));
    add("Consumer", harmless(letter.consumer));
    add("Event", harmless(letter.eventType + (letter.eventId.empty() ? "" : " " + letter.eventId)));
    add("Key", letter.key ? harmless(shownKey(readableBytes(*letter.key, opened.decoded.readKey()), look)) : "none");
    add("Origin", harmless(placeText(letter.origin)));
    add("Tries", letter.attempts ? fmt::format("{}", *letter.attempts) : "");
    add("Decoded by", letter.families.empty() ? "no framework whose headers are known"
                                              : harmless(fmt::format("{}", fmt::join(letter.families, ", "))));
    add("Group", fingerprintText(letter.fingerprint) + ", because of " + harmless(reasonText(letter.reason)));
    for (const auto& note : flagNotes(letter.flags))
        add("Note", note);
    return text;
}

std::string namesText(const std::vector<NamedCount>& counts)
{
    std::vector<std::string> names;
    for (const auto& count : counts)
        names.push_back(orDash(count.name));
    return names.empty() ? nothingKnown : fmt::format("{}", fmt::join(names, ", "));
}

} // namespace

std::string letterText(const OpenedLetter& opened, const DeadLetterLook& look)
{
    const DeadLetter& letter = *opened.letter;
    return facts(opened, look) + stackLines(letter.failure, look.allFrames) +
           payloadText("Payload", letter.value, letter.valueSize, opened.decoded, look) + headerLines(letter, look) +
           pathLines(letter);
}

std::string comparisonText(const OpenedLetter& opened, const FetchedOriginal& fetched, const DeadLetterLook& look)
{
    const DeadLetter& letter = *opened.letter;
    const StoredLetter& original = *fetched.record;
    std::string text =
        fmt::format("\nOriginal {}, of {}\n", orDash(placeText(letter.origin)), timeText(original.record.timestamp));
    for (const auto& part : compareParts(opened, fetched))
        text += fmt::format("  {}: {}\n", harmless(part.name), toString(part.outcome));
    if (letter.value != original.record.value)
        text +=
            payloadText("Payload of the original", original.record.value, original.valueSize, fetched.decoded, look);
    return text;
}

std::string listTable(const std::vector<LetterView>& rows, const std::vector<std::string>& references,
                      const DeadLetterLook& look)
{
    TextTable table({"ARRIVED", "EVENT", "KEY", "ORIGIN", ">TRIES", "PROJECTION", "EXCEPTION", "REFERENCE"});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const LetterView& row = rows[i];
        table.add({timeText(row.arrived), orDash(row.eventType), keyText(row.key, look), orDash(placeText(row.origin)),
                   triesText(row.attempts, row.attempts), orDash(row.projection), shortClass(row.exception),
                   orDash(references[i])});
    }
    return table.text();
}

std::string groupTable(const std::vector<GroupView>& groups)
{
    TextTable table({">LETTERS", "EXCEPTION", "THROWN IN", "PROJECTIONS", ">TRIES", "FIRST", "LAST", "GROUP"});
    std::string reasons;
    for (const auto& group : groups) {
        const auto& numbers = group.numbers;
        const auto name =
            group.fingerprints.empty() ? std::string(nothingKnown) : fingerprintText(group.fingerprints.front());
        table.add({formatNumber(static_cast<std::int64_t>(numbers.count)), orDash(group.example.exception),
                   orDash(group.example.frame), namesText(group.projections),
                   triesText(numbers.fewestAttempts, numbers.mostAttempts), timeText(numbers.first),
                   timeText(numbers.last), name});
        reasons += fmt::format("{}: \"{}\"; grouped because of {}\n", name, harmless(group.example.messagePattern),
                               harmless(reasonText(group.reason)));
    }
    const auto lines = table.text();
    return lines.empty() ? lines : lines + '\n' + reasons;
}

} // namespace projectionist::ctl
