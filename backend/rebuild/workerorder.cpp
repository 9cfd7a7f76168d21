// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/workerorder.h"

#include "backend/reconcile/eventkeys.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace projectionist {

namespace {

using nlohmann::json;

const char* wordOf(WriteStage stage)
{
    switch (stage) {
    case WriteStage::Began:
        return "began";
    case WriteStage::RowsWritten:
        return "rows";
    case WriteStage::PositionsWritten:
        return "positions";
    case WriteStage::Committed:
        break;
    }
    return "committed";
}

/// At once, however soon we are killed.
void say(int out, const std::string& line)
{
    const std::string whole = line + '\n';
    if (::write(out, whole.data(), whole.size()) < 0)
        ::_exit(1); // nobody listens any more
}

Error unknownProjection(const WorkerOrder& order)
{
    return {ErrorKind::Configuration,
            "The order cannot be served",
            "the workspace has no projection \"" + order.projection + '"',
            {},
            false};
}

Result<void> applyOrder(const WorkerOrder& order, const Workspace& workspace, const LetterConnectors& letters,
                        const OpenScratch& open, const MakeTarget& target, int out)
{
    const auto* const projection = projectionCalled(workspace, order.context, order.projection);
    const auto* const settings =
        projection && projection->declared ? workspace.store(projection->declared->store) : nullptr;
    if (!settings)
        return tl::unexpected(unknownProjection(order));
    const SystemClock clock;
    auto store = open(*settings);
    auto worker = BuiltinWorker::open(workspace, *projection, letters, clock, {});
    if (!store || !worker)
        return tl::unexpected(store ? worker.error() : store.error());
    worker->setBatch(order.batch);
    const auto rows =
        target(**store, order.tables, worker->declaration(), [out](WriteStage stage) { say(out, wordOf(stage)); });
    return worker->run(*rows, order.upTo).map([](std::int64_t) {});
}

} // namespace

std::string WorkerOrder::text() const
{
    json positions = json::array();
    for (const auto& [id, offset] : upTo)
        positions.push_back({id.topic, id.partition, offset});
    return json{{"context", context},  {"projection", projection},
                {"rows", tables.rows}, {"positions", tables.positions},
                {"batch", batch},      {"up_to", std::move(positions)}}
        .dump();
}

Result<WorkerOrder> WorkerOrder::parse(const std::string& text)
{
    try {
        const auto all = json::parse(text);
        WorkerOrder order;
        order.context = all.at("context");
        order.projection = all.at("projection");
        order.tables = {all.at("rows"), all.at("positions")};
        order.batch = all.at("batch");
        for (const auto& one : all.at("up_to"))
            order.upTo.emplace(TopicPartition{one.at(0), one.at(1)}, one.at(2).get<Offset>());
        return order;
    } catch (const json::exception& problem) {
        return tl::unexpected(Error{ErrorKind::InvalidData, "That is no order for a worker", problem.what(),
                                    "Drills give orders; nobody else has to.", false});
    }
}

bool serveOrder(const WorkerOrder& order, const Workspace& workspace, const LetterConnectors& letters,
                const OpenScratch& open, const MakeTarget& target, int out)
{
    const auto done = applyOrder(order, workspace, letters, open, target, out);
    say(out, done ? "done" : "error " + toString(done.error()));
    return done.has_value();
}

} // namespace projectionist
