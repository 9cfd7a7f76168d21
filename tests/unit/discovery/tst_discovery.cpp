// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// First, or moc 6.4 stumbles over <concepts>.
#include <QTest>

#include "backend/discovery/discovery.h"

using namespace projectionist;

namespace {

const Error refused{ErrorKind::Permission, "Cannot list groups", "not allowed", "Ask for DESCRIBE", false};

/// A broker of two topics, each with 100 records in two partitions, of which 10 are no longer kept.
class FakeBroker final : public Broker
{
public:
    std::vector<GroupOffsets> groups;
    bool listFails = false;

    Result<ClusterDescription> describe(Duration) override
    {
        ClusterDescription cluster;
        for (const char* name : {"__consumer_offsets", "orders.events", "orders.events.DLT", "parcels"})
            cluster.topics.push_back({name, 2, name[0] == '_', {}});
        return cluster;
    }
    Result<std::vector<PartitionBounds>> bounds(std::span<const TopicPartition> ids, Duration) override
    {
        std::vector<PartitionBounds> result;
        for (const auto& id : ids)
            result.push_back({id, 10, 100, {}});
        return result;
    }
    Result<std::vector<TimeAnswer>> offsetsForTimes(std::span<const TimeQuery>, Duration) override
    {
        return tl::unexpected(refused);
    }
    Result<std::vector<std::optional<Record>>> read(std::span<const std::pair<TopicPartition, Offset>>, std::size_t,
                                                    Duration) override
    {
        return tl::unexpected(refused);
    }
    Result<std::vector<GroupSummary>> list(Duration, std::vector<Error>& errors) override
    {
        if (listFails)
            return tl::unexpected(refused);
        errors.push_back(refused);
        std::vector<GroupSummary> result;
        for (const auto& group : groups)
            result.push_back({group.group, "Stable", "consumer"});
        return result;
    }
    Result<std::vector<GroupDescription>> describeGroups(std::span<const std::string>, Duration) override
    {
        return tl::unexpected(refused);
    }
    Result<std::vector<GroupOffsets>> offsets(std::span<const GroupOffsetsQuery> queries, Duration) override
    {
        std::vector<GroupOffsets> result;
        for (const auto& query : queries)
            for (const auto& group : groups)
                if (group.group == query.group && query.partitions.empty())
                    result.push_back(group);
        return result;
    }
};

GroupOffsets group(const std::string& name, const std::string& topic, std::optional<Offset> position)
{
    return {name, {{{topic, 0}, position, {}}, {{topic, 1}, position, {}}}, {}};
}

} // namespace

class TestDiscovery : public QObject
{
    Q_OBJECT
private slots:
    void deadLetterTopicsAreKnownByName_data()
    {
        QTest::addColumn<QString>("topic");
        QTest::addColumn<bool>("found");
        QTest::addColumn<bool>("retry");
        QTest::addColumn<QString>("source");
        for (const char* name :
             {"orders-dlt", "orders.DLT", "orders-dlq", "orders_dlq", "dlq.orders", "dead-letter-topic-orders",
              "error.orders", "orders_error", "orders.dead.letter", "orders-DeadLetters"})
            QTest::newRow(name) << name << true << false << "orders";
        QTest::newRow("retry") << "orders-retry-2" << true << true << "orders";
        QTest::newRow("retry without number") << "orders.retry" << true << true << "orders";
        QTest::newRow("of an unknown topic") << "parcels-dlq" << true << false << "";
        for (const char* name :
             {"orders", "terrors", "error", "dlqueue-orders", "retrying", "orders-retries", "headlight"})
            QTest::newRow(name) << name << false << false << "";
    }
    void deadLetterTopicsAreKnownByName()
    {
        QFETCH(QString, topic);
        QFETCH(bool, found);
        QFETCH(bool, retry);
        QFETCH(QString, source);
        const std::vector<std::string> topics{"orders"};
        const auto letters = asDeadLetters(topic.toStdString(), topics);
        QCOMPARE(letters.has_value(), found);
        if (letters) {
            QCOMPARE(letters->retry, retry);
            QCOMPARE(QString::fromStdString(letters->source), source);
        }
    }
    void groupsComeWithTheirTopicsAndBacklog()
    {
        FakeBroker broker;
        broker.groups = {group("b", "orders.events", 90), group("a", "parcels", 0),
                         group("never", "parcels", std::nullopt)};
        const auto discovery = discoverBroker(broker, Duration(1000));
        QCOMPARE(discovery.topics, (std::vector<std::string>{"orders.events", "parcels"}));
        QCOMPARE(discovery.groups.size(), std::size_t{3});
        QCOMPARE(discovery.groups[0].name, std::string("a"));
        QCOMPARE(discovery.groups[0].backlog,
                 std::optional<Offset>(180)); // what is no longer kept is lost, not backlog
        QCOMPARE(discovery.groups[1].backlog, std::optional<Offset>(20));
        QCOMPARE(discovery.groups[1].topics, std::vector<std::string>{"orders.events"});
        QVERIFY(discovery.groups[2].topics.empty());
        QCOMPARE(discovery.deadLetters.size(), std::size_t{1});
        QCOMPARE(discovery.deadLetters[0].source, std::string("orders.events"));
        QCOMPARE(discovery.deadLetters[0].records, std::optional<Offset>(180));
        QCOMPARE(discovery.problems, std::vector{refused});
    }
    void withoutGroupsTheRestIsStillFound()
    {
        FakeBroker broker;
        broker.listFails = true;
        const auto discovery = discoverBroker(broker, Duration(1000));
        QCOMPARE(discovery.topics.size(), std::size_t{2});
        QCOMPARE(discovery.problems, std::vector{refused});
    }
    void groupsAndCheckpointsOfOneProjectionBecomeOne()
    {
        BrokerDiscovery broker;
        broker.groups = {{"proj-order-summary", "Stable", {"orders.events"}, 7, {}},
                         {"order-summary-elsewhere", "Stable", {"other"}, 1, {}},
                         {"console-consumer-4711", "Empty", {"orders.events"}, 0, {}},
                         {"empty", "Empty", {}, 0, {}}};
        StoreDiscovery store;
        store.checkpoints = {{"db",
                              "public.checkpoint",
                              "SELECT 1",
                              "columns",
                              true,
                              {{"order_summary", {"orders.events"}}, {"parcels", {"parcel.events"}}}}};
        const auto proposals = proposeProjections(broker, std::span(&store, 1));
        QStringList names;
        for (const auto& proposal : proposals)
            names << QString::fromStdString(proposal.settings.name + '|' + proposal.settings.group + '|' +
                                            (proposal.settings.checkpoint ? "checkpoint" : "") + '|') +
                         (proposal.recommended ? "yes" : "no");
        QCOMPARE(names, (QStringList{"order-summary-elsewhere|order-summary-elsewhere||yes",
                                     "order_summary|proj-order-summary|checkpoint|yes", "parcels||checkpoint|yes",
                                     "console-consumer-4711|console-consumer-4711||no"}));
    }
    void theProposedWorkspaceHoldsTogether()
    {
        BrokerSettings broker{"kafka", {{"bootstrap.servers", "h:1"}}, {}, {}, {}};
        StoreSettings store{"db", "host=h", Duration(5000), {}, {}};
        ProposedProjection proposal;
        proposal.settings.name = "p";
        proposal.settings.topics = {"t"};
        const DiscoveredOutbox outbox{"db", "public.outbox", "SELECT 1", "name"};
        const auto workspace =
            proposeWorkspace("c", broker, std::span(&store, 1), std::span(&proposal, 1), std::span(&outbox, 1));
        QVERIFY(workspace.broker(workspace.context("c")->broker));
        QVERIFY(workspace.store(workspace.context("c")->stores.at(0)));
        QCOMPARE(workspace.projectionsOf("c").size(), std::size_t{1});
        QCOMPARE(workspace.writeSides.at(0).topics, std::vector<std::string>{"t"});
    }
};

QTEST_APPLESS_MAIN(TestDiscovery)
#include "tst_discovery.moc"
