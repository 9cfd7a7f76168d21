// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspacefile.h"
#include "backend/reconcile/columnpairing.h"
#include "backend/reconcile/relationshape.h"

namespace projectionist {

/// Something about a check that `lint` tells: an Error keeps it from running.
struct CheckFinding
{
    DiagnosticLevel level = DiagnosticLevel::Info;
    std::string column; ///< of the actual side; empty = the check as a whole
    std::string text;
    std::string next; ///< what to do about it; may be empty

    bool operator==(const CheckFinding&) const = default;
};

struct ComparedColumn
{
    std::string name;         ///< on the actual side
    std::string expectedName; ///< on the expected side
    ColumnPairing pairing;
    ColumnRule rule;
};

/// Which rows changed a moment ago, see CheckSettings::settledBy: a condition on alias "r" of either side.
struct YoungRows
{
    std::string expected;
    std::string actual;
};

/// Which columns of two relations are compared, and how.
struct ComparisonPlan
{
    std::vector<ComparedColumn> key;
    std::vector<ComparedColumn> columns;
    std::optional<YoungRows> young{}; ///< keys with such a row on either side are left out
    std::vector<CheckFinding> findings;

    [[nodiscard]] bool usable() const;
    /// Columns whose cells differ, both rows being there.
    [[nodiscard]] std::vector<std::size_t> differing(const std::vector<Cell>& expected,
                                                     const std::vector<Cell>& actual) const;
    /// The order of keys in results and streams; < 0, 0, > 0.
    [[nodiscard]] int compareKeys(const std::vector<std::string>& a, const std::vector<std::string>& b) const;
};

/// Which side of a comparison something is about.
enum class ComparedSide : std::uint8_t
{
    Expected,
    Actual
};
/// "expected", "actual".
[[nodiscard]] std::string_view toString(ComparedSide side) noexcept;

[[nodiscard]] ComparisonPlan planComparison(const CheckSettings& check, const RelationShape& expected,
                                            const RelationShape& actual);

/// The key's columns in one side's words, as canonical text: "a::text", ...
[[nodiscard]] std::vector<std::string> keyTexts(const ComparisonPlan& plan, ComparedSide side);
/// Those of key and columns, and in the end whether the row is young if that matters.
[[nodiscard]] std::vector<std::string> rowTexts(const ComparisonPlan& plan, ComparedSide side);
/// SELECT of key and columns as text that is alike for equal keys, and in the end whether the row is young if that
/// matters, without WHERE and ORDER BY; alias "r".
[[nodiscard]] std::string selectRows(const ComparisonPlan& plan, const RelationShape& shape, ComparedSide side);
/// What puts the rows of selectRows() into the order of compareKeys().
[[nodiscard]] std::string orderByKey(const ComparisonPlan& plan, ComparedSide side);
/// A condition on alias "r": rows that come behind this key in that order.
[[nodiscard]] std::string behindKey(const ComparisonPlan& plan, ComparedSide side, const std::vector<std::string>& key);

/// Which rows of both sides are younger than `since`; what is wrong with CheckSettings::settledBy goes to `findings`.
[[nodiscard]] std::optional<YoungRows> youngRows(const CheckSettings& check, TimePoint since,
                                                 const RelationShape& expected, const RelationShape& actual,
                                                 std::vector<CheckFinding>& findings);

/// "a, b" of any strings.
[[nodiscard]] std::string joined(const std::vector<std::string>& all, std::string_view separator);

} // namespace projectionist
