// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/livetable.h"
#include "app/ctl/program.h"
#include "app/ctl/snapshotjson.h"
#include "backend/config/brokerimport.h"
#include "backend/config/connection.h"
#include "backend/core/format.h"
#include "backend/discovery/discovery.h"
#include "backend/lag/connectors.h"

#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

constexpr const char* discoverFooter =
    "Examples:\n"
    "  projectionistctl discover --bootstrap localhost:9092\n"
    "  projectionistctl discover --properties client.properties --store postgresql://me@db/orders \\\n"
    "      --save ~/.config/projectionist/config.toml\n"
    "  projectionistctl --context prod discover             what the workspace's servers have\n"
    "Passwords do not belong on a command line: use --properties, ~/.pgpass, PGPASSWORD or pg_service.conf.";

struct DiscoverOptions
{
    std::string bootstrap;
    std::string properties;
    std::vector<std::string> stores;
    std::string save;
    bool force = false;
    bool json = false;
    std::string timeout = "10s";
};

struct Target
{
    BrokerSettings broker;
    std::vector<StoreSettings> stores;
    std::string context = "discovered";
};

struct Found
{
    BrokerDiscovery broker;
    std::vector<StoreDiscovery> stores;
    std::vector<ProposedProjection> proposals;
    bool unreachable = false;

    [[nodiscard]] std::vector<DiscoveredOutbox> outboxes() const
    {
        std::vector<DiscoveredOutbox> all;
        for (const auto& store : stores)
            all.insert(all.end(), store.outboxes.begin(), store.outboxes.end());
        return all;
    }
    [[nodiscard]] std::vector<Error> problems() const
    {
        auto all = broker.problems;
        for (const auto& store : stores)
            all.insert(all.end(), store.problems.begin(), store.problems.end());
        return all;
    }
};

std::optional<Target> fromWorkspace(Session& session)
{
    const auto workspace = session.workspace();
    if (!workspace)
        return std::nullopt;
    const auto* context = workspace->context(workspace->currentContext);
    Target target{*workspace->broker(context->broker), {}, context->name};
    for (const auto& store : context->stores)
        target.stores.push_back(*workspace->store(store));
    return target;
}

/// False: the file cannot be used.
bool useProperties(const std::string& file, Target& target, Session& session)
{
    target.broker.reference = {BrokerReference::Kind::PropertiesFile, std::filesystem::absolute(file).string(), {}};
    auto imported = importBroker(target.broker.reference, {});
    bool usable = true;
    for (const auto& diagnostic : imported.diagnostics) {
        if (diagnostic.level == DiagnosticLevel::Error)
            session.console.complain(toString(diagnostic));
        else
            session.console.note(toString(diagnostic));
        usable = usable && diagnostic.level != DiagnosticLevel::Error;
    }
    target.broker.properties = std::move(imported.properties);
    return usable;
}

std::optional<Target> fromOptions(const DiscoverOptions& options, Session& session)
{
    Target target;
    target.broker.name = "kafka";
    if (!session.options.context.empty())
        target.context = session.options.context;
    if (!options.properties.empty() && !useProperties(options.properties, target, session))
        return std::nullopt;
    if (!options.bootstrap.empty()) {
        target.broker.properties["bootstrap.servers"] = options.bootstrap;
        target.broker.written["bootstrap.servers"] = options.bootstrap;
    }
    if (target.broker.properties["bootstrap.servers"].empty()) {
        session.console.complain(
            "which broker? Add --bootstrap HOST:PORT, or --properties FILE with bootstrap.servers");
        return std::nullopt;
    }
    for (const auto& connection : options.stores) {
        StoreSettings store;
        store.name = options.stores.size() == 1 ? "store" : fmt::format("store-{}", target.stores.size() + 1);
        store.connection = connection;
        if (!isConnectionUri(connection) && !parseConnectionKeys(connection)) {
            session.console.complain(
                "--store is neither a URI nor key=value; write postgresql://user@host/database or service=NAME");
            return std::nullopt;
        }
        if (maskedConnection(connection).find("***") != std::string::npos) {
            session.console.complain(
                "--store holds a password, or a parameter that libpq does not know; everybody on this machine can "
                "read command lines, so use ~/.pgpass, PGPASSWORD or pg_service.conf");
            return std::nullopt;
        }
        target.stores.push_back(std::move(store));
    }
    return target;
}

Found discover(const Target& target, Duration timeout)
{
    Found found;
    const Connectors connect = defaultConnectors();
    if (const auto broker = connect.broker(target.broker))
        found.broker = discoverBroker(**broker, timeout);
    else
        found.broker.problems.push_back(broker.error());
    found.unreachable = found.broker.topics.empty() && found.broker.groups.empty() && !found.broker.problems.empty();
    for (const auto& settings : target.stores) {
        StoreDiscovery discovery;
        if (const auto store = connect.store(settings))
            discovery = discoverStore(**store, settings.name);
        else
            discovery.problems.push_back(store.error());
        found.unreachable = found.unreachable || (discovery.checkpoints.empty() && !discovery.problems.empty());
        found.stores.push_back(std::move(discovery));
    }
    found.proposals = proposeProjections(found.broker, found.stores);
    return found;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string asText(const Found& found)
{
    TextTable projections({"PROJECTION", "GROUP", ">BACKLOG", "TOPICS", "FOUND BY"});
    for (const auto& proposal : found.proposals)
        projections.add({proposal.settings.name, proposal.settings.group,
                         proposal.backlog ? formatCount(*proposal.backlog) : "\u2014", joined(proposal.settings.topics),
                         proposal.evidence + (proposal.recommended ? "" : " (not recommended)")});
    TextTable letters({"DEAD LETTERS", ">RECORDS", "OF"});
    for (const auto& topic : found.broker.deadLetters)
        letters.add({topic.topic, topic.records ? formatCount(*topic.records) : "\u2014", topic.source});
    TextTable outboxes({"OUTBOX", "STORE", "FOUND BY"});
    for (const auto& outbox : found.outboxes())
        outboxes.add({outbox.table, outbox.store, outbox.evidence});
    std::string text;
    for (const auto* table : {&projections, &letters, &outboxes})
        if (const auto part = table->text(); !part.empty())
            text += (text.empty() ? "" : "\n") + part;
    return text;
}

Json asJson(const Found& found)
{
    Json json;
    Json& projections = json["projections"] = Json::array();
    for (const auto& proposal : found.proposals) {
        const auto& checkpoint = proposal.settings.checkpoint;
        projections.push_back(
            {{"name", proposal.settings.name},
             {"group", proposal.settings.group},
             {"topics", proposal.settings.topics},
             {"checkpoint", checkpoint ? Json{{"store", checkpoint->store}, {"query", checkpoint->query}} : Json()},
             {"backlog", orNull(proposal.backlog)},
             {"evidence", proposal.evidence},
             {"recommended", proposal.recommended}});
    }
    Json& letters = json["dead_letters"] = Json::array();
    for (const auto& topic : found.broker.deadLetters)
        letters.push_back({{"topic", topic.topic},
                           {"retry", topic.retry},
                           {"source", topic.source},
                           {"records", orNull(topic.records)}});
    Json& outboxes = json["outboxes"] = Json::array();
    for (const auto& outbox : found.outboxes())
        outboxes.push_back(
            {{"store", outbox.store}, {"table", outbox.table}, {"query", outbox.query}, {"evidence", outbox.evidence}});
    json["topics"] = found.broker.topics;
    Json& problems = json["problems"] = Json::array();
    for (const auto& problem : found.problems())
        problems.push_back(toJson(problem));
    return json;
}

bool save(const DiscoverOptions& options, const Target& target, const Found& found, Session& session)
{
    std::error_code ignored;
    if (!options.force && std::filesystem::exists(options.save, ignored)) {
        session.console.complain(fmt::format("{} exists; --force replaces it", options.save));
        return false;
    }
    std::vector<ProposedProjection> recommended;
    for (const auto& proposal : found.proposals)
        if (proposal.recommended)
            recommended.push_back(proposal);
    const auto saved = saveWorkspace(
        proposeWorkspace(target.context, target.broker, target.stores, recommended, found.outboxes()), options.save);
    if (!saved)
        session.console.complain(saved.error());
    else
        session.console.note(fmt::format("{} projections saved to {}; \"projectionistctl --config {} lag\" shows them",
                                         recommended.size(), options.save, options.save));
    return saved.has_value();
}

int runDiscover(const DiscoverOptions& options, Session& session)
{
    session.applyOptions();
    const auto timeout = parseDuration(options.timeout);
    if (!timeout || *timeout == Duration(0)) {
        session.console.complain(fmt::format("--timeout {}: not a duration; write 10s or 1m", options.timeout));
        return Failed;
    }
    const bool byOptions = !options.bootstrap.empty() || !options.properties.empty() || !options.stores.empty();
    const auto target = byOptions ? fromOptions(options, session) : fromWorkspace(session);
    if (!target)
        return Failed;
    const Found found = discover(*target, *timeout);
    for (const auto& problem : found.problems())
        session.console.complain(problem);
    session.console.print(options.json ? text(asJson(found), false) : asText(found));
    if (!options.save.empty() && !save(options, *target, found, session))
        return Failed;
    return found.unreachable ? Critical : found.problems().empty() ? Fine : Warning;
}

} // namespace

void addDiscoverCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<DiscoverOptions>();
    auto* const command =
        app.add_subcommand("discover", "Propose projections, dead letters and outboxes from what servers have");
    command->footer(discoverFooter);
    command->add_option("--bootstrap", options->bootstrap, "Kafka broker")->type_name("HOST:PORT");
    command->add_option("--properties", options->properties, "client.properties of a Java client or of librdkafka")
        ->type_name("FILE");
    command->add_option("--store", options->stores, "PostgreSQL URI or key=value, without password; may be repeated")
        ->type_name("URI");
    command->add_option("--save", options->save, "Write a workspace file with what is recommended")->type_name("FILE");
    command->add_flag("--force", options->force, "With --save: replace an existing file");
    command->add_flag("--json", options->json, "JSON");
    command->add_option("--timeout", options->timeout, "Longest wait for each answer, 10s by default")
        ->type_name("DURATION");
    command->callback([options, &session, &exitCode] { exitCode = runDiscover(*options, session); });
}

} // namespace projectionist::ctl
