// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The letter beside the record that failed.
#include "app/ctl/deadletterlook.h"
#include "backend/deadletter/jsonwalk.h"
#include "backend/deadletter/letterpayloads.h"

#include <map>

namespace projectionist::ctl {

namespace {

using Outcome = ComparedPart::Outcome;

/// Both sides of something; nullopt: not there.
struct Sides
{
    std::optional<std::string> letter{};
    std::optional<std::string> original{};
    bool added = false;
};
using Parts = std::map<std::string, Sides>;

Outcome outcomeOf(const Sides& sides)
{
    if (sides.letter == sides.original)
        return Outcome::Same;
    if (!sides.original)
        return sides.added ? Outcome::AddedOnFailure : Outcome::OnlyInLetter;
    return sides.letter ? Outcome::Differs : Outcome::OnlyInOriginal;
}

bool isWholeJson(const std::string& value)
{
    JsonWalk walk(value);
    bool container = false;
    for (bool first = true; walk.next(); first = false)
        if (first)
            container = walk.kind() == JsonWalk::Kind::Object || walk.kind() == JsonWalk::Kind::Array;
    return container && walk.state() == JsonWalk::State::Whole;
}

/// Values that are no objects and arrays, and empty ones of those.
void addLeaves(Parts& parts, const std::string& json, std::optional<std::string> Sides::*side)
{
    JsonWalk walk(json);
    bool opened = false;
    while (walk.next()) {
        const bool opens = walk.kind() == JsonWalk::Kind::Object || walk.kind() == JsonWalk::Kind::Array;
        const bool ends = walk.kind() == JsonWalk::Kind::End;
        if (ends ? opened : !opens)
            parts[toJsonPath(walk.path())].*side = ends ? "empty" : std::string(walk.text());
        opened = opens;
    }
}

void addDifferences(std::vector<ComparedPart>& compared, const Parts& parts)
{
    for (const auto& [name, sides] : parts)
        if (const auto outcome = outcomeOf(sides); outcome != Outcome::Same)
            compared.push_back({name, outcome});
}

void comparePayloads(std::vector<ComparedPart>& compared, const DeadLetter& letter, const Record& original)
{
    const Outcome whole = outcomeOf({letter.value, original.value});
    compared.push_back({"payload", whole});
    if (whole != Outcome::Differs || !isWholeJson(*letter.value) || !isWholeJson(*original.value))
        return;
    Parts fields;
    addLeaves(fields, *letter.value, &Sides::letter);
    addLeaves(fields, *original.value, &Sides::original);
    addDifferences(compared, fields);
}

/// Headers may come several times with one name.
void compareHeaders(std::vector<ComparedPart>& compared, const DeadLetter& letter, const Record& original)
{
    Parts parts;
    std::map<std::string, int> seen;
    const auto at = [&](const std::string& name) -> Sides& {
        const int nth = ++seen[name];
        return parts["header " + name + (nth == 1 ? "" : " (" + std::to_string(nth) + ")")];
    };
    for (const auto& header : letter.headers) {
        auto& sides = at(header.name);
        sides.letter = header.value.value_or("null");
        sides.added = !header.family.empty();
    }
    seen.clear();
    for (const auto& header : original.headers)
        at(header.name).original = header.value.value_or("null");
    for (const auto& [name, sides] : parts)
        compared.push_back({name, outcomeOf(sides)});
}

} // namespace

const char* toString(ComparedPart::Outcome outcome) noexcept
{
    switch (outcome) {
    case Outcome::Same:
        return "same";
    case Outcome::Differs:
        return "differs";
    case Outcome::OnlyInLetter:
        return "only in the letter";
    case Outcome::OnlyInOriginal:
        return "only in the original";
    case Outcome::AddedOnFailure:
        break;
    }
    return "added on failure";
}

std::vector<ComparedPart> compareParts(const OpenedLetter& opened, const FetchedOriginal& fetched)
{
    const auto [letter, original] = decodedBoth(*opened.letter, opened.decoded, *fetched.record, fetched.decoded);
    std::vector<ComparedPart> compared;
    compared.push_back({"key", outcomeOf({letter.key, original.record.key})});
    comparePayloads(compared, letter, original.record);
    const auto *ours = opened.decoded.payload(), *theirs = fetched.decoded.payload();
    if (ours && theirs)
        compared.push_back({"schema", ours->format == theirs->format ? Outcome::Same : Outcome::Differs});
    compareHeaders(compared, letter, original.record);
    return compared;
}

} // namespace projectionist::ctl
