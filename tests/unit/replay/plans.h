// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayplan.h"

#include <fmt/format.h>

namespace projectionist {

inline PlannedLetter plannedLetter(int number)
{
    PlannedLetter letter;
    letter.reference = fmt::format("orders-dlt[0]@{}", number);
    letter.place = {{"orders-dlt", 0}, number};
    letter.origin = {"orders", 0, 100 + number, TimePoint(Duration(1795269731042 + number))};
    letter.key = fmt::format("ORD-{}", number % 100);
    letter.fingerprint = 0xf00000000000000fULL;
    letter.digest = static_cast<std::uint64_t>(number) + 1;
    letter.eventType = "OrderPlaced";
    letter.eventId = fmt::format("{}-{}", *letter.key, number);
    letter.verdict = ReplayVerdict::Safe;
    letter.why = "the read model has no row for its key";
    return letter;
}

/// Every field is something else than its default.
inline ReplayPlan fullPlan()
{
    ReplayPlan plan;
    plan.id = "20261121-142530-7f3a9c0e";
    plan.made = TimePoint(Duration(1795269731042));
    plan.madeBy = "eva@desk7";
    plan.reason = "the depot is known now: \"north\"\n";
    plan.context = "live";
    plan.production = true;
    plan.cluster = "MkU3OEVBNTcwNTJENDM2Qk";
    plan.projection = "order_summary";
    plan.group = "order-summary-v2";
    plan.where = "exception contains \"Timeout\"";
    plan.target = {ReplayTargetKind::Command, "unused", {"/usr/bin/apply", "--one", ""}};
    plan.partition = ReplayPartition::Same;
    plan.timestamp = ReplayTimestamp::Now;
    plan.headers = {false, {"kafka_dlt-original-topic"}, {"trace"}, {{"by", "eva"}, {"raw", "\xff\x00z"}}};
    plan.headers.add[1].second = std::string("\xff\0z", 3);
    plan.rate = 12.75;
    plan.ladder = {2, 10, 50};
    plan.proofWithin = Duration(90'500);
    plan.letters = {plannedLetter(7), plannedLetter(3)};
    auto& odd = plan.letters[1];
    odd.table = true;
    odd.key = std::string("\x00\x81\xff", 3);
    odd.origin = {};
    odd.eventType = "Typ\xc3\xa9";
    odd.verdict = ReplayVerdict::AfterEarlier;
    odd.replays = 1;
    odd.edited = std::string("{\"a\":\"\xfe\"}");
    plan.leftBehind = {{"orders-dlt[0]@1", "ORD-7", "orders-dlt[0]@7"}, {"t#1", std::nullopt, "orders-dlt[0]@3"}};
    plan.targetHeads = {{{"orders", 0}, 4711}, {{"orders\xff", 3}, 0}};
    plan.receivers = {{"order-summary-v2", "orders", "Stable", "order_summary", true},
                      {"billing", "orders", "Empty", "", false}};
    plan.dryRun = {TimePoint(Duration(1795269731043)), {"read"}, {"warn \xff"}, {"no"}, 4, 123456789012};
    return plan;
}

} // namespace projectionist
