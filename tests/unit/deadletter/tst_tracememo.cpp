// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tracememo.h"

#include <QTest>

using namespace projectionist;

namespace {

constexpr const char* frames = "\tat com.acme.Orders.apply(Orders.java:41)\n"
                               "\tat org.springframework.kafka.Listener.run(Listener.java:7)\n";

/// "@" stands for the message.
std::vector<std::string> traces()
{
    const std::string java = frames;
    return {
        "com.acme.Rejected: @\n" + java,
        "com.acme.Rejected: @\n" + java + "Caused by: com.acme.Root: @\n\tat com.acme.Deep.down(Deep.java:3)\n",
        "com.acme.Rejected: @\n" + java + "Caused by: com.acme.Root: no row\n\tat com.acme.Deep.down(Deep.java:3)\n",
        "org.springframework.kafka.listener.ListenerExecutionFailedException: @\n" + java,
        "org.springframework.kafka.listener.ListenerExecutionFailedException: failed\n" + java +
            "Caused by: com.acme.Rejected: @\n" + java,
        "Exception in thread \"main\" com.acme.Rejected: @\n" + java,
        "org.springframework.kafka.listener.ListenerExecutionFailedException: Listener failed; nested exception is "
        "com.acme.Rejected: @\n" +
            java + "Caused by: com.acme.Rejected: @\n" + java,
        "java.lang.RuntimeException: java.lang.IllegalStateException: @\n" + java +
            "Caused by: java.lang.IllegalStateException: @\nCaused by: com.acme.Root: @\n" + java +
            "Caused by: a.B: @\n"
            "Suppressed: a.C: @\n\tSuppressed: a.D: @\nCaused by: a.E: @",
        "com.acme.Rejected: before @\n" + java,
        "com.acme.Rejected: @ behind\n" + java,
        "com.acme.Rejected: @",
        "@\n" + java,
        "log line\ncom.acme.Rejected: @\n" + java,
        "\tat com.acme.Orders.apply: @\n" + java,
        "System.InvalidOperationException: @\n ---> Acme.Rejected: order\n   at Acme.Orders.Apply(Order e)\n",
        "Acme.Rejected (0x80004005): @\r\n   at Acme.Orders.Apply(Order e)\r\n",
        "Error handling an order: @\n    at Orders.apply (/app/orders.js:4:1)\n",
        "Traceback (most recent call last):\n  File \"/app/o.py\", line 4, in apply\n    x()\napp.Rejected: @\n",
    };
}

std::vector<std::string> messages()
{
    return {"order 17 rejected",
            "order 1234567 rejected",
            "",
            "x",
            "failed; order 17 rejected",
            "Listener failed; nested exception is com.acme.Rejected: order 1234567 rejected",
            "com.acme.Rejected: x y",
            "com.acme.Other",
            "at com.acme.A.a(A.java:1)",
            "com.acme.Cause: why",
            "one; nested exception is com.acme.Cause: why",
            "two\nlines",
            "two\n\tat com.acme.Fake.frame(Fake.java:1)",
            "ends )",
            "Caused by",
            "a\r",
            "goroutine 1 [running]:"};
}

std::string filled(std::string trace, const std::string& message)
{
    for (auto at = trace.find('@'); at != std::string::npos; at = trace.find('@', at + message.size()))
        trace.replace(at, 1, message);
    return trace;
}

RootCause parsed(const ExceptionRules& rules, const std::string& trace, const std::string& message)
{
    StackTrace parts;
    parseStackTrace(trace, message, parts);
    return rules.rootOf(parts);
}

} // namespace

class TestTraceMemo : public QObject
{
    Q_OBJECT
private slots:
    void answersWhatParsingWould()
    {
        const ExceptionRules rules{DecodeSettings{}};
        TraceMemo memo(rules);
        for (int turn = 0; turn < 2; ++turn)
            for (const auto& form : traces())
                for (const auto& inTrace : messages())
                    for (const auto& told : messages()) {
                        const auto trace = filled(form, inTrace);
                        QVERIFY2(memo.rootOf(trace, told) == parsed(rules, trace, told),
                                 (trace + " / " + told).c_str());
                    }
    }
    void answersWithPartsOfTheTraceAtHand()
    {
        const ExceptionRules rules{DecodeSettings{}};
        TraceMemo memo(rules);
        for (const std::string message : {"order 1", "order 20000"}) {
            const auto trace = filled(traces().front(), message);
            const auto root = memo.rootOf(trace, message);
            for (const auto part : {root.exception, root.message, root.frame})
                QVERIFY(part.data() > trace.data() - 1 && part.data() + part.size() <= trace.data() + trace.size());
            QCOMPARE(QByteArray(root.message.data(), static_cast<qsizetype>(root.message.size())),
                     QByteArray(message.data(), static_cast<qsizetype>(message.size())));
        }
    }
};

QTEST_APPLESS_MAIN(TestTraceMemo)
#include "tst_tracememo.moc"
