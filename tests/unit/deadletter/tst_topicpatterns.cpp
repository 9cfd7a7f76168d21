// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/topicpatterns.h"

using namespace projectionist;

namespace {

ClusterDescription clusterOf(std::vector<std::string> names)
{
    std::sort(names.begin(), names.end());
    ClusterDescription cluster;
    for (const auto& name : names)
        cluster.topics.push_back({name, 3, false, std::nullopt});
    return cluster;
}

/// "name: why, from source, step 0" a line.
QString found(const ClusterDescription& cluster, const DeadLetterSettings& settings = {},
              const std::vector<ConnectQueue>& connect = {})
{
    QString text;
    for (const auto& topic : findDeadLetterTopics(cluster, settings, connect)) {
        text += QString::fromStdString(topic.name + ": " + topic.why);
        if (!topic.source.empty())
            text += ", from " + QString::fromStdString(topic.source);
        if (topic.retry)
            text += ", retry " + QString::fromStdString(topic.step);
        if (topic.missing)
            text += ", missing";
        if (topic.silent)
            text += ", silent";
        text += '\n';
    }
    return text;
}

} // namespace

class TestTopicPatterns : public QObject
{
    Q_OBJECT
private slots:
    void theCustomsOfFrameworksAreKnown()
    {
        QCOMPARE(found(clusterOf({"orders", "orders-dlt", "orders.DLT", "orders-dlq", "orders_dlq", "orders-DLQ",
                                  "orders.dlq", "dead-letter-topic-orders", "error.orders.billing", "orders_error",
                                  "wolverine-dead-letter-queue", "parcels", "dead-letters", "terror.x", "errors"})),
                 QString("dead-letter-topic-orders: pattern dead-letter-*, from orders\n"
                         "error.orders.billing: pattern error.*, from orders\n"
                         "orders-DLQ: pattern *-dlq, from orders\n"
                         "orders-dlq: pattern *-dlq, from orders\n"
                         "orders-dlt: pattern *-dlt, from orders\n"
                         "orders.DLT: pattern *.DLT, from orders\n"
                         "orders.dlq: pattern *.dlq, from orders\n"
                         "orders_dlq: pattern *_dlq, from orders\n"
                         "orders_error: pattern *_error, from orders\n"
                         "wolverine-dead-letter-queue: pattern wolverine-dead-letter-queue\n"));
    }
    void retryChainsAreToldFromDeadLetters()
    {
        QCOMPARE(found(clusterOf({"orders", "orders-retry-0", "orders-retry-1000", "orders-retry", "orders.retry.30s",
                                  "orders-retry-x", "orders-retry-0-dlt", "orders-billing-retry-1", "orders-retry-N"})),
                 QString("orders-billing-retry-1: pattern *-retry-N, from orders, retry 1\n"
                         "orders-retry: pattern *-retry, from orders, retry \n"
                         "orders-retry-0: pattern *-retry-N, from orders, retry 0\n"
                         "orders-retry-0-dlt: pattern *-dlt, from orders-retry-0\n"
                         "orders-retry-1000: pattern *-retry-N, from orders, retry 1000\n"
                         "orders.retry.30s: pattern *.retry.N, from orders, retry 30s\n"));
    }
    void namedTopicsAreThereWhateverTheirNames()
    {
        DeadLetterSettings settings;
        settings.topics = {"graveyard", "orders-dlt", "later"};
        settings.exclude = {"orders-dlt", "*-DLQ"};
        QCOMPARE(found(clusterOf({"graveyard", "orders", "orders-dlt", "audit-dlq"}), settings),
                 QString("graveyard: named\nlater: named, missing\norders-dlt: named, from orders\n"));
        QCOMPARE(found(clusterOf({"graveyard", "later", "orders-dlt"}), settings),
                 QString("graveyard: named\nlater: named\norders-dlt: named\n"));
    }
    void patternsCanBeReplacedAndSwitchedOff()
    {
        DeadLetterSettings settings;
        settings.patterns = {"failed.*.v?"};
        const auto cluster = clusterOf({"orders", "orders-dlt", "failed.orders.v1", "failed.orders.v12"});
        QCOMPARE(found(cluster, settings), QString("failed.orders.v1: pattern failed.*.v?, from orders\n"));
        settings.patterns.clear();
        QCOMPARE(found(cluster, settings), QString());
    }
    void internalTopicsAreNone()
    {
        auto cluster = clusterOf({"__orders-dlt", "a-dlt"});
        cluster.topics[1].internal = true;
        QCOMPARE(found(cluster), QString());
    }
    void connectNamesItsQueues()
    {
        const std::vector<ConnectQueue> connect{{"sink-orders", "trash", {"orders"}, true},
                                                {"sink-parcels", "bin", {"parcels", "routes"}, false},
                                                {"sink-x", "orders-dlq", {}, true},
                                                {"sink-y", "hidden", {}, true}};
        DeadLetterSettings settings;
        settings.exclude = {"hid*"};
        QCOMPARE(found(clusterOf({"orders", "trash", "orders-dlq"}), settings, connect),
                 QString("bin: Connect sink-parcels, missing, silent\norders-dlq: Connect sink-x\n"
                         "trash: Connect sink-orders, from orders\n"));
    }
    void aPatternOfManyStarsCostsNoMoreThanItsText()
    {
        std::string pattern;
        for (int i = 0; i < 60; ++i)
            pattern += "*a";
        QVERIFY(!matchTopic(pattern, std::string(249, 'a') + 'b'));
        QVERIFY(matchTopic(pattern, std::string(249, 'a')));
        QVERIFY(!matchTopic("", "x"));
        QCOMPARE(matchTopic("Error.*", "ERROR.Orders")->star, std::string("Orders"));
    }
    void lettersBelongToWhoeverClaimsThemFirst()
    {
        Workspace workspace;
        workspace.contexts = {{"c", Environment::Test, "", "b", {}, Duration(1000), "", {}}};
        workspace.contexts[0].deadLetters.owners = {{"orders-dlt", "billing-*", "invoices:v2"},
                                                    {"ops.*", "", "orders"}};
        for (const char* const name : {"orders", "invoices", "parcels"}) {
            ProjectionSettings projection;
            projection.name = name;
            projection.version = projection.name == "invoices" ? "v2" : "";
            projection.context = "c";
            projection.group = projection.name + "-group";
            workspace.projections.push_back(projection);
        }
        workspace.projections[2].deadLetters = {"parcel-*"};
        const LetterOwners owners(workspace, "c");
        const auto ownerOf = [&](const char* topic, const char* group) {
            const auto at = owners.ownerOf(topic, group);
            return at ? owners.projections()[*at].name : std::string();
        };
        QCOMPARE(ownerOf("orders-dlt", "billing-2"), std::string("invoices"));
        QCOMPARE(ownerOf("orders-dlt", "orders-group"), std::string("orders"));
        QCOMPARE(ownerOf("ops.dead_letter", ""), std::string("orders"));
        QCOMPARE(ownerOf("parcel-dlt", "orders-group"), std::string("parcels"));
        QCOMPARE(ownerOf("x", "invoices-group"), std::string("invoices"));
        QCOMPARE(ownerOf("x", ""), std::string());
    }
};

QTEST_APPLESS_MAIN(TestTopicPatterns)
#include "tst_topicpatterns.moc"
