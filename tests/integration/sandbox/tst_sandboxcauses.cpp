// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;

/// Faults that leave wrong rows behind, told apart by "projectionistctl check run".
class TestSandboxCauses : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    Ctl m_ctl;
    QMap<QString, QJsonObject> m_ofHandler;

    [[nodiscard]] QStringList command(const QStringList& rest) const
    {
        return QStringList{"--config", QString::fromStdString(m_sandbox.workspaceFile()), "check", "run",
                           "order_summary"} +
               rest;
    }
    /// Confirmed differences, by order.
    [[nodiscard]] QMap<QString, QJsonObject> differences() const
    {
        const auto answer = m_ctl.run(command({"--json"}));
        if (answer.code != 1)
            qWarning("%d: %s%s", answer.code, qPrintable(answer.out), qPrintable(answer.err));
        QMap<QString, QJsonObject> found;
        for (const auto& value : answer.json().object()["differences"].toArray())
            if (value.toObject()["state"] == "confirmed")
                found[value.toObject()["key"].toObject()["order_id"].toString()] = value.toObject();
        return found;
    }

private slots:
    void initTestCase() { m_sandbox.start({"--rate", "100", "--steady", "--bad-every", "0", "--seed", "5"}); }
    void cleanupTestCase() { m_sandbox.stop(); }

    void aHandlerWithABug()
    {
        const auto told = m_ctl.run({"--config", QString::fromStdString(m_sandbox.workspaceFile()), "deployed",
                                     "order_summary", "--release", "4.18"});
        QVERIFY2(told.code == 0, qPrintable(told.err));
        m_sandbox.inject("handler-bug");
        QVERIFY(eventually([&] {
            return m_sandbox
                       .number("SELECT count(*) FROM @.order_summary r JOIN @.customer_order w ON r.order_id = "
                               "w.id WHERE r.total_cents <> w.total_cents")
                       .value_or(0) > 10;
        }));
        m_sandbox.clear("handler-bug");
        QVERIFY(eventually([&] { return (m_ofHandler = differences()).size() > 10; }));
        for (const auto& one : m_ofHandler) {
            const auto cause = one["cause"].toObject();
            QVERIFY2(cause["cause"] == "wrong handler",
                     qPrintable(cause["cause"].toString() + ": " + cause["text"].toString()));
            QVERIFY2(cause["text"].toString().contains("; release 4.18 was deployed "),
                     qPrintable(cause["text"].toString()));
            QVERIFY(cause["letter"].isNull());
            QVERIFY(!cause["events"].toArray().isEmpty());
            QVERIFY(cause["events"].toArray().last().toObject()["type"].toString().startsWith("Order"));
        }
    }

    void eventsThatBecameDeadLetters()
    {
        m_sandbox.inject("newer-event");
        // Orders of which nothing was applied from their third event on: it and all later ones are dead letters.
        QVERIFY(eventually([&] {
            return m_sandbox
                       .number("SELECT count(*) FROM @.order_summary r JOIN @.customer_order w ON r.order_id = "
                               "w.id WHERE w.status = 'completed' AND r.sequence < w.version")
                       .value_or(0) > 10;
        }));
        m_sandbox.clear("newer-event");
        QMap<QString, QJsonObject> all = differences();
        int letters = 0;
        for (auto one = all.cbegin(); one != all.cend(); ++one) {
            if (m_ofHandler.contains(one.key()))
                continue;
            const auto cause = one.value()["cause"].toObject();
            QVERIFY2(cause["cause"] == "dead letter",
                     qPrintable(one.key() + ": " + cause["cause"].toString() + ": " + cause["text"].toString()));
            QVERIFY(cause["text"].toString().contains(" was dead-lettered 20"));
            QVERIFY2(cause["letter"].toString().contains("order_summary.dlt["), qPrintable(cause["letter"].toString()));
            ++letters;
        }
        QVERIFY(letters > 5);
    }

    void ordersThatWereNotErased()
    {
        const auto before = differences();
        m_sandbox.inject("erase-missed");
        QMap<QString, QJsonObject> extra;
        const bool found = eventually([&] {
            extra = differences();
            for (auto one = extra.begin(); one != extra.end();)
                one = before.contains(one.key()) || one.value()["kind"] != "extra" ? extra.erase(one) : std::next(one);
            return extra.size() > 2;
        });
        QVERIFY(found);
        m_sandbox.clear("erase-missed");
        for (const auto& one : extra) {
            const auto cause = one["cause"].toObject();
            QVERIFY2(cause["cause"] == "erase not handled" &&
                         cause["text"].toString().startsWith("OrderErased at offset "),
                     qPrintable(cause["cause"].toString() + ": " + cause["text"].toString()));
        }
    }

    void causesCanBeLeftOut()
    {
        const auto shown = m_ctl.run(command({}));
        QVERIFY2(shown.out.contains("    cause: "), qPrintable(shown.out));
        const auto without = m_ctl.run(command({"--no-causes"}));
        QCOMPARE(without.code, 1);
        QVERIFY2(without.out.contains("confirmed ") && !without.out.contains("cause"), qPrintable(without.out));
    }
};

QTEST_GUILESS_MAIN(TestSandboxCauses)
#include "tst_sandboxcauses.moc"
