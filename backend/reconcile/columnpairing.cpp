// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/columnpairing.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Types of one kind can be compared with each other.
enum class Family : std::uint8_t
{
    Integer,
    Numeric,
    Float,
    Stamp,
    Interval,
    Json,
    Text,
    NumberList,
    Same, ///< has an equality of its own that says what its text says
    Other ///< has none, or one that says something else: box and circle compare areas
};

constexpr std::array<std::pair<Family, std::string_view>, 9> familyTypes{
    {{Family::Integer, " int2 int4 int8 oid "},
     {Family::Numeric, " numeric money "},
     {Family::Float, " float4 float8 "},
     {Family::Stamp, " timestamp timestamptz date "},
     {Family::Interval, " interval "},
     {Family::Json, " json jsonb "},
     {Family::Text, " text varchar bpchar name "},
     {Family::NumberList, " _numeric _float4 _float8 numrange nummultirange "},
     {Family::Same, " bool uuid bytea time inet cidr macaddr macaddr8 pg_lsn _int2 _int4 _int8 _uuid _bool int4range "
                    "int8range daterange "}}};

Family familyOf(const ResultColumn& column)
{
    if (column.kind == 'e' || column.type == "citext")
        return Family::Text;
    const auto found = std::find_if(familyTypes.begin(), familyTypes.end(), [&](const auto& family) {
        return family.second.find(' ' + column.type + ' ') != std::string_view::npos;
    });
    return found == familyTypes.end() || !column.builtin ? Family::Other : found->first;
}

std::string mixedTypes(const ResultColumn& expected, const ResultColumn& actual)
{
    return fmt::format("{} is compared with {} as text", expected.type, actual.type);
}

bool hasTextRule(const ColumnRule& rule)
{
    return rule.trim || rule.ignoreCase || rule.unicode != UnicodeForm::AsIs;
}

/// Trimmed at first: what lower() and normalize() do cannot make new blanks of the kind that is cut.
ColumnText ruledText(const ColumnRule& rule)
{
    ColumnText text{"", "::text"};
    if (rule.trim) {
        text.before = "btrim(" + text.before;
        text.after += ", E' \\t\\n\\r\\f\\v')";
    }
    if (rule.ignoreCase) {
        text.before = "lower(" + text.before;
        text.after += ')';
    }
    if (rule.unicode != UnicodeForm::AsIs) {
        text.before = "normalize(" + text.before;
        text.after += fmt::format(", {})", toString(rule.unicode));
    }
    return text;
}

ColumnPairing pairTexts(const ResultColumn& expected, const ResultColumn& actual, const ColumnRule& rule)
{
    ColumnPairing pairing;
    const bool plain = !hasTextRule(rule);
    const auto written = [&](const ResultColumn& column) {
        return plain && (column.type == "text" || column.type == "varchar") ? ColumnText{} : ruledText(rule);
    };
    pairing.expected = written(expected);
    pairing.actual = written(actual);
    pairing.text = true;
    return pairing;
}

ColumnPairing pairStamps(const ResultColumn& expected, const ResultColumn& actual)
{
    ColumnPairing pairing{ValueClass::Time, {}, {}, false, false, {}};
    if (expected.type == actual.type)
        return pairing;
    const auto written = [](const ResultColumn& column) {
        return column.type == "timestamptz" ? ColumnText{"(", " AT TIME ZONE 'UTC')"} : ColumnText{"", "::timestamp"};
    };
    pairing.expected = written(expected);
    pairing.actual = written(actual);
    pairing.concern = fmt::format("{} is compared with {} as times in UTC", expected.type, actual.type);
    return pairing;
}

ColumnPairing pairNumbers(const ResultColumn& expected, const ResultColumn& actual, Family family, Family other)
{
    ColumnPairing pairing{ValueClass::Number, {}, {}, false, false, {}};
    const auto written = [&](const ResultColumn& column) {
        if (column.type == "money")
            return ColumnText{"", "::numeric"};
        return column.type == "float4" && expected.type != actual.type ? ColumnText{"", "::float8"} : ColumnText{};
    };
    pairing.expected = written(expected);
    pairing.actual = written(actual);
    if (family == Family::Integer && other == Family::Integer) {
        pairing.valueClass = ValueClass::Exact;
        pairing.integers = true;
    } else if (family != other && (family == Family::Float || other == Family::Float)) {
        // Made one type, either of them would lose digits.
        pairing.expected = pairing.actual = {"", "::text"};
        pairing.text = true;
        pairing.concern = fmt::format("{} is compared with {} by their decimal digits", expected.type, actual.type);
    }
    return pairing;
}

ColumnPairing pairByText(const ResultColumn& expected, const ResultColumn& actual)
{
    ColumnPairing pairing{ValueClass::Exact, {"", "::text"}, {"", "::text"}, false, true, {}};
    pairing.concern = expected.type == actual.type ? fmt::format("{} is compared as text", actual.type)
                                                   : mixedTypes(expected, actual);
    return pairing;
}

bool isNumber(Family family)
{
    return family == Family::Integer || family == Family::Numeric || family == Family::Float;
}

} // namespace

ColumnPairing pairColumns(const ResultColumn& expected, const ResultColumn& actual, const ColumnRule& rule)
{
    const Family family = familyOf(expected);
    const Family other = familyOf(actual);
    if (isNumber(family) && isNumber(other))
        return pairNumbers(expected, actual, family, other);
    if (family != other || family == Family::Other)
        return pairByText(expected, actual);
    const bool same = expected.type == actual.type;
    switch (family) {
    case Family::Stamp:
        return pairStamps(expected, actual);
    case Family::Text:
        return pairTexts(expected, actual, rule);
    case Family::Interval: // equal intervals, as 24 hours and a day, are written alike
        return {ValueClass::Exact, {"justify_interval(", ")"}, {"justify_interval(", ")"}, false, false, {}};
    case Family::Json:
        return {ValueClass::Json, {"", "::jsonb"}, {"", "::jsonb"}, false, false, {}};
    case Family::NumberList:
        return same ? ColumnPairing{ValueClass::Numbers, {}, {}, false, false, {}} : pairByText(expected, actual);
    default:
        return same ? ColumnPairing{ValueClass::Exact, {}, {}, false, false, {}} : pairByText(expected, actual);
    }
}

tl::expected<ColumnPairing, std::string> pairKeys(const ResultColumn& expected, const ResultColumn& actual,
                                                  const ColumnRule& rule)
{
    ColumnPairing pairing = pairColumns(expected, actual, rule);
    const bool exact = pairing.valueClass == ValueClass::Exact || pairing.valueClass == ValueClass::Time;
    if (!exact && pairing.valueClass != ValueClass::Number)
        return tl::unexpected(fmt::format("{} cannot be a key", actual.type));
    if (rule.absolute || rule.relative || rule.time)
        return tl::unexpected(std::string("a key has no tolerance"));
    if (pairing.integers)
        return pairing;
    if (pairing.valueClass == ValueClass::Number) {
        // Adding zero takes the sign of zero away.
        const bool floats = familyOf(expected) == Family::Float && familyOf(actual) == Family::Float;
        const ColumnText text =
            floats ? ColumnText{"(", "::float8 + 0)::text"} : ColumnText{"trim_scale(", "::numeric)::text"};
        pairing.expected = pairing.actual = text;
    } else {
        for (auto* text : {&pairing.expected, &pairing.actual})
            if (!text->after.ends_with("::text"))
                *text = {"(" + text->before, text->after + ")::text"};
    }
    return pairing;
}

} // namespace projectionist
