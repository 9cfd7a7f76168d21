// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/deadletter/naivefilter.h"

#include "backend/core/format.h"
#include "backend/deadletter/filterprinter.h"
#include "tests/unit/deadletter/filterfixture.h"

#include <algorithm>
#include <regex>

namespace projectionist {

namespace {

/// Wide enough for whole numbers of 64 bits.
using Wide = long double;

Wide wideOf(const FilterNumber& number)
{
    return number.whole() ? static_cast<Wide>(*number.whole()) : static_cast<Wide>(number.real());
}

template<typename T>
bool compares(FilterOperator operation, const T& first, const T& last, const T& given)
{
    switch (operation) {
    case FilterOperator::Less:
        return given < first;
    case FilterOperator::LessOrEqual:
        return given <= last;
    case FilterOperator::Greater:
        return given > last;
    case FilterOperator::GreaterOrEqual:
        return given >= first;
    default:
        return given >= first && given <= last;
    }
}

bool comparesText(FilterOperator operation, const std::string& literal, const std::string& given)
{
    switch (operation) {
    case FilterOperator::Contains:
        return given.find(literal) != std::string::npos;
    case FilterOperator::StartsWith:
        return given.substr(0, literal.size()) == literal;
    case FilterOperator::EndsWith:
        return given.size() >= literal.size() && given.substr(given.size() - literal.size()) == literal;
    case FilterOperator::Matches:
        return std::regex_search(given, std::regex(literal));
    default:
        return compares(operation, literal, literal, given);
    }
}

std::optional<Wide> asNumber(const FilterValue& value)
{
    if (const auto* number = std::get_if<FilterNumber>(&value))
        return wideOf(*number);
    const auto* text = std::get_if<std::string>(&value);
    if (!text || text->empty() || text->find_first_not_of("0123456789.-") != std::string::npos ||
        std::count(text->begin(), text->end(), '-') > 0)
        return std::nullopt;
    return std::stold(*text);
}

bool passesLiteral(FilterOperator operation, const FilterLiteral& literal, const FilterValue& value)
{
    if (const auto* text = std::get_if<std::string>(&literal)) {
        const auto given = textOf(value);
        return given && comparesText(operation, *text, *given);
    }
    if (const auto* truth = std::get_if<bool>(&literal))
        return textOf(value) == std::string(*truth ? "true" : "false");
    auto given = asNumber(value);
    const auto* text = std::get_if<std::string>(&value);
    if (const auto* number = std::get_if<FilterNumber>(&literal))
        return given && compares(operation, wideOf(*number), wideOf(*number), *given);
    if (const auto* duration = std::get_if<Duration>(&literal)) {
        if (const auto written = text ? parseDuration(*text) : std::nullopt; written && !given)
            given = static_cast<Wide>(written->count());
        const auto wanted = static_cast<Wide>(duration->count());
        return given && compares(operation, wanted, wanted, given ? std::floor(*given) : 0);
    }
    const auto span = resolve(std::get<FilterTime>(literal), {filterTestNow, {}});
    if (text && !given && parseFilterTime(*text))
        given = static_cast<Wide>(resolve(*parseFilterTime(*text), {filterTestNow, {}}).first);
    return given &&
           compares(operation, static_cast<Wide>(span.first), static_cast<Wide>(span.last), std::floor(*given));
}

/// nullopt: not fetched.
std::optional<FilterValue> valueOf(const FilterOperand& operand, const LetterTable& table, std::size_t row)
{
    const auto& letter = table.row(row);
    const auto name = printFilterOperand(operand);
    static const auto schema = filterTestSchema();
    const auto field = operand.kind == FilterOperand::Kind::Field ? schema.find(name) : std::nullopt;
    if (!field || !schema.fields()[*field].indexed) {
        if (!letter.fetched)
            return std::nullopt;
        const auto value = letter.values.find(name);
        return value == letter.values.end() ? FilterAbsent{} : value->second;
    }
    const auto cell = letter.cells.find(name == "age" ? "failed" : name);
    if (cell == letter.cells.end())
        return FilterAbsent{};
    if (const auto* text = std::get_if<std::string>(&cell->second))
        return *text;
    const auto number = std::get<std::int64_t>(cell->second);
    if (name == "masked")
        return number != 0;
    return FilterNumber(name == "age" ? filterTestNow.time_since_epoch().count() - number : number);
}

FilterVerdict verdictIf(bool yes)
{
    return yes ? FilterVerdict::Yes : FilterVerdict::No;
}

FilterOperand randomOperand(std::mt19937& random)
{
    static const std::vector<FilterOperand> all{{FilterOperand::Kind::Field, "projection"},
                                                {FilterOperand::Kind::Field, "exception"},
                                                {FilterOperand::Kind::Field, "state"},
                                                {FilterOperand::Kind::Field, "tries"},
                                                {FilterOperand::Kind::Field, "delay"},
                                                {FilterOperand::Kind::Field, "failed"},
                                                {FilterOperand::Kind::Field, "age"},
                                                {FilterOperand::Kind::Field, "masked"},
                                                {FilterOperand::Kind::Field, "customer"},
                                                {FilterOperand::Kind::Header, "h"},
                                                {FilterOperand::Kind::Payload, {}, {FilterPathPart(std::string("x"))}}};
    return all[random() % all.size()];
}

FilterLiteral randomLiteral(std::mt19937& random, FilterType type)
{
    static const std::vector<std::string> texts{"", "a", "ab", "b", "12", "true", "3s"};
    switch (type) {
    case FilterType::Enumeration:
        return std::string(random() % 2 != 0 ? "open" : "resolved");
    case FilterType::Number:
        return random() % 2 != 0 ? FilterNumber(static_cast<std::int64_t>(random() % 5000))
                                 : FilterNumber(static_cast<double>(random() % 100) / 8);
    case FilterType::Span:
        return Duration(static_cast<std::int64_t>(random() % (random() % 2 != 0 ? 5000 : 72 * 3'600'000)));
    case FilterType::Time:
        return *parseFilterTime(std::vector<std::string>{"today", "yesterday", "2026-11-19", "2026-11-20T10:00",
                                                         "2026-11-20T10:00:00.000Z"}[random() % 5]);
    case FilterType::Boolean:
        return random() % 2 == 0;
    default:
        return texts[random() % texts.size()];
    }
}

FilterNode randomComparison(std::mt19937& random)
{
    FilterNode node{FilterNode::Kind::Compare, {}, randomOperand(random)};
    static const auto schema = filterTestSchema();
    const auto field = node.operand.kind == FilterOperand::Kind::Field ? schema.find(node.operand.name) : std::nullopt;
    const auto type = field ? schema.fields()[*field].type : static_cast<FilterType>(random() % 6);
    const bool text = type == FilterType::Text;
    const bool words = type == FilterType::Enumeration && field;
    do
        node.operation = static_cast<FilterOperator>(random() % 11);
    while ((!text && node.operation >= FilterOperator::Contains && node.operation <= FilterOperator::Matches) ||
           (words && node.operation >= FilterOperator::Less && node.operation <= FilterOperator::GreaterOrEqual) ||
           (type == FilterType::Boolean && node.operation > FilterOperator::NotEqual));
    if (node.operation == FilterOperator::Matches)
        node.values = {std::string(random() % 2 != 0 ? "^a.?$" : "[b1]+")};
    else
        node.values = {randomLiteral(random, type)};
    for (auto more = node.operation == FilterOperator::In ? random() % 5 : 0; more > 0; --more)
        node.values.push_back(randomLiteral(random, type));
    return node;
}

} // namespace

FilterNode randomCondition(std::mt19937& random, int depth)
{
    if (depth == 0 || random() % 4 == 0)
        return random() % 10 == 0 ? FilterNode{FilterNode::Kind::Exists, {}, randomOperand(random)}
                                  : randomComparison(random);
    FilterNode node{random() % 5 == 0   ? FilterNode::Kind::Not
                    : random() % 2 == 0 ? FilterNode::Kind::And
                                        : FilterNode::Kind::Or};
    for (auto count = node.kind == FilterNode::Kind::Not ? 1 : 2 + random() % 3; count > 0; --count)
        node.children.push_back(randomCondition(random, depth - 1));
    return node;
}

FilterVerdict naiveVerdict(const FilterNode& node, const LetterTable& table, std::size_t row)
{
    if (!node.children.empty()) {
        std::vector<FilterVerdict> verdicts;
        for (const auto& child : node.children)
            verdicts.push_back(naiveVerdict(child, table, row));
        const auto has = [&](FilterVerdict one) { return std::count(verdicts.begin(), verdicts.end(), one) > 0; };
        if (node.kind == FilterNode::Kind::Not)
            return has(FilterVerdict::Undecided) ? FilterVerdict::Undecided : verdictIf(has(FilterVerdict::No));
        const bool all = node.kind == FilterNode::Kind::And;
        if (has(all ? FilterVerdict::No : FilterVerdict::Yes))
            return verdictIf(!all);
        return has(FilterVerdict::Undecided) ? FilterVerdict::Undecided : verdictIf(all);
    }
    const auto value = valueOf(node.operand, table, row);
    if (!value)
        return FilterVerdict::Undecided;
    const bool absent = std::holds_alternative<FilterAbsent>(*value);
    if (node.kind == FilterNode::Kind::Exists)
        return verdictIf(!absent);
    const bool any = !absent && std::any_of(node.values.begin(), node.values.end(), [&](const auto& literal) {
        return passesLiteral(node.operation, literal, *value);
    });
    return verdictIf(any != (node.operation == FilterOperator::NotEqual));
}

} // namespace projectionist
