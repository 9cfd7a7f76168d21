// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkdesk.h"
#include "modelfixtures.h"

namespace projectionist::fixtures {

inline CheckSettings checkNamed(const std::string& name)
{
    CheckSettings check;
    check.name = name;
    check.context = "demo";
    check.expected = {"shop", "orders", {}, {}};
    check.actual = {"shop", "order_summary", {}, {}};
    check.key = {"order_id"};
    return check;
}

inline CheckRunRecord runOf(std::uint64_t number, CheckRunState state, std::size_t different = 0)
{
    CheckRunRecord run;
    run.number = number;
    run.by = "ann@desk7";
    run.began = noon + Duration(static_cast<std::int64_t>(number) * 1000);
    run.took = Duration(4900);
    run.state = state;
    run.drift = different > 0;
    run.different = different;
    run.expectedRows = 10'204'118;
    run.actualRows = 10'204'117;
    return run;
}

inline RowDifference missing(const std::string& key, std::vector<Cell> row)
{
    return {{key}, std::move(row), std::nullopt, {}, DriftState::Confirmed};
}

inline RowDifference extra(const std::string& key, std::vector<Cell> row)
{
    return {{key}, std::nullopt, std::move(row), {}, DriftState::Confirmed};
}

inline RowDifference different(const std::string& key, std::vector<Cell> expected, std::vector<Cell> actual,
                               std::vector<std::size_t> columns)
{
    return {{key}, std::move(expected), std::move(actual), std::move(columns), DriftState::Confirmed};
}

/// Orders by status and total.
inline CheckResult resultOf(std::vector<RowDifference> differences)
{
    CheckResult result;
    result.check = "orders";
    result.keyColumns = {"order_id"};
    result.columns = {"status", "total"};
    result.expectedRows = 100;
    result.actualRows = 99;
    result.verifiedAt = noon;
    result.differences = std::move(differences);
    return result;
}

} // namespace projectionist::fixtures
