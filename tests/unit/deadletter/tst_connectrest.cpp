// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/connectrest.h"
#include "tests/support/httpserver.h"

#include <chrono>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace projectionist;

namespace {

const std::string list = "/connectors?expand=info";

Result<ConnectQueues> ask(const HttpEndpoint& endpoint, const std::stop_token& stop = {})
{
    HttpGetter getter(endpoint, "Kafka Connect");
    return readConnectQueues(getter, stop);
}

HttpEndpoint endpointOf(const HttpServer& server)
{
    return {.url = server.url()};
}

QString text(const Result<ConnectQueues>& answer)
{
    if (!answer)
        return QString(toString(answer.error().kind)) + ": " + QString::fromStdString(toString(answer.error()));
    QString result = QString("%1 connectors\n").arg(answer->connectors);
    for (const auto& queue : answer->queues) {
        result += QString::fromStdString(queue.connector + " -> " + queue.topic);
        for (const auto& source : queue.sources)
            result += " <" + QString::fromStdString(source);
        result += queue.contextHeaders ? " +headers\n" : "\n";
    }
    for (const auto& remark : answer->remarks)
        result += "! " + QString::fromStdString(toString(remark)) + '\n';
    return result;
}

/// A server that speaks TLS, with a certificate of its own for "localhost".
class TlsServer
{
public:
    TlsServer()
    {
        const auto file = [this](const char* name) { return m_folder.filePath(name); };
        QProcess::execute("openssl", {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                      "-nodes", "-days", "2", "-keyout", file("key.pem"), "-out", file("cert.pem"),
                                      "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"});
        QFile page(file("connectors?expand=info"));
        if (page.open(QIODevice::WriteOnly))
            page.write("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{}");
        page.close();
        m_server.setWorkingDirectory(m_folder.path());
        m_server.setProcessChannelMode(QProcess::MergedChannels);
        m_server.start("openssl",
                       {"s_server", "-accept", "127.0.0.1:0", "-key", "key.pem", "-cert", "cert.pem", "-HTTP"});
        static const QRegularExpression accept("ACCEPT .*:(\\d+)\n");
        QRegularExpressionMatch match;
        for (QByteArray said; !match.hasMatch() && m_server.waitForReadyRead(60'000);) {
            said += m_server.readAll();
            match = accept.match(said);
        }
        m_port = match.captured(1).toStdString();
    }
    ~TlsServer()
    {
        m_server.kill();
        m_server.waitForFinished();
    }
    [[nodiscard]] HttpEndpoint endpoint(const std::string& host) const
    {
        return {.url = "https://" + host + ':' + m_port, .timeout = Duration(60'000)};
    }
    [[nodiscard]] std::string certificate() const { return m_folder.filePath("cert.pem").toStdString(); }

private:
    QTemporaryDir m_folder;
    QProcess m_server;
    std::string m_port;
};

} // namespace

class TestConnectRest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY"})
            qunsetenv(name);
    }
    void queuesAreFoundInOneAnswer()
    {
        HttpServer server;
        server.answer(list,
                      {.body = "{\"sink-b\":{\"info\":{\"name\":\"sink-b\",\"config\":{"
                               "\"topics\":\"orders, parcels\",\"errors.deadletterqueue.topic.name\":\"b-dlq\"}}},"
                               "\"source\":{\"info\":{\"config\":{\"file\":\"x\"}}},"
                               "\"sink-a\":{\"info\":{\"config\":{\"topics.regex\":\"o.*\","
                               "\"errors.deadletterqueue.topic.name\":\"a\","
                               "\"errors.deadletterqueue.context.headers.enable\":\"true\"}}},"
                               "\"odd\":{\"info\":null}}"});
        QCOMPARE(text(ask(endpointOf(server))),
                 QString("4 connectors\nsink-a -> a +headers\nsink-b -> b-dlq <orders <parcels\n"));
    }
    void olderWorkersAreAskedForEachConnector()
    {
        HttpServer server;
        server.answer(list, {.body = "[\"a/b c\",\"gone\",\"broken\"]"});
        server.answer("/connectors/a%2Fb%20c/config", {.body = "{\"errors.deadletterqueue.topic.name\":\"q\"}"});
        server.answer("/connectors/broken/config",
                      {.status = 500, .body = "{\"error_code\":500,\"message\":\"Request timed\\nout\"}"});
        QCOMPARE(text(ask(endpointOf(server))),
                 QString("3 connectors\na/b c -> q\n! Kafka Connect at %1 refused the request: HTTP 500: Request timed "
                         "out. Look into its log; it is tried again.\n")
                     .arg(QString::fromStdString(server.url())));
        QCOMPARE(server.requests().size(), std::size_t{4});
    }
    void userAndPasswordAreSentWhereTheyBelong()
    {
        HttpServer server;
        HttpServer elsewhere;
        elsewhere.answer("", {.body = "{}"});
        const auto guarded = [](const HttpRequest& request) {
            const auto at = request.headers.find("authorization");
            const bool known = at != request.headers.end() && at->second == "Basic bWU6aHVudGVyMg==";
            return HttpReply{.status = known ? 200 : 401, .body = "{}"};
        };
        server.answerBy(list, guarded);
        auto endpoint = endpointOf(server);
        QVERIFY(text(ask(endpoint)).startsWith("authentication: "));
        QVERIFY(text(ask(endpoint)).contains("add user and password"));
        endpoint.user = "me";
        endpoint.password = "hunter3";
        QVERIFY(text(ask(endpoint)).contains("Check user and password"));
        QVERIFY(!text(ask(endpoint)).contains("hunter"));
        endpoint.password = "hunter2";
        QCOMPARE(text(ask(endpoint)), QString("0 connectors\n"));
        // Another host (here: another port) is not told.
        server.answer(list, {.status = 307, .headers = {{"Location", elsewhere.url() + "/connectors"}}});
        QCOMPARE(text(ask(endpoint)), QString("0 connectors\n"));
        QVERIFY(!elsewhere.requests().front().headers.contains("authorization"));
    }
    void whatIsWrongIsSaid_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("kind");
        QTest::newRow("forbidden") << 403 << ""
                                   << "permission: ";
        QTest::newRow("not Connect") << 404 << "<html>"
                                     << "not-found: ";
        QTest::newRow("restarting") << 503 << ""
                                    << "unreachable: ";
        QTest::newRow("HTML") << 200 << "<html>hello</html>"
                              << "invalid-data: ";
        QTest::newRow("another service") << 200 << "42"
                                         << "invalid-data: ";
        QTest::newRow("cut JSON") << 200 << "{\"a\":"
                                  << "invalid-data: ";
        QTest::newRow("deep JSON") << 200 << QString(200'000, '[') << "invalid-data: ";
        QTest::newRow("bytes") << 200 << QString("\x01\xff\x02") << "invalid-data: ";
    }
    void whatIsWrongIsSaid()
    {
        QFETCH(int, status);
        QFETCH(QString, body);
        QFETCH(QString, kind);
        HttpServer server;
        server.answer(list, {.status = status, .body = body.toStdString()});
        const auto answer = ask(endpointOf(server));
        QVERIFY2(text(answer).startsWith(kind), qPrintable(text(answer)));
        QVERIFY(!answer.error().why.empty() && !answer.error().next.empty());
    }
    void nobodyAnswersAtAll()
    {
        HttpEndpoint endpoint{.url = "http://127.0.0.1:1"};
        QVERIFY(text(ask(endpoint)).startsWith("refused: "));
        endpoint.url = "http://no.such.host.invalid";
        QVERIFY(text(ask(endpoint)).startsWith("name-not-found: "));
        HttpServer server;
        endpoint.url = "https" + server.url().substr(4); // it speaks no TLS
        QVERIFY2(text(ask(endpoint)).startsWith("tls: "), qPrintable(text(ask(endpoint))));
        endpoint.caFile = "/no/such/file.pem";
        QVERIFY2(text(ask(endpoint)).contains("ca_file"), qPrintable(text(ask(endpoint))));
    }
    void certificatesAreVerifiedUnlessToldOtherwise()
    {
        const TlsServer server;
        auto endpoint = server.endpoint("localhost");
        QVERIFY2(text(ask(endpoint)).startsWith("tls: "), qPrintable(text(ask(endpoint))));
        QVERIFY(text(ask(endpoint)).contains("Set ca_file"));
        endpoint.caFile = server.certificate();
        QCOMPARE(text(ask(endpoint)), QString("0 connectors\n"));
        auto byAddress = server.endpoint("127.0.0.1"); // which is not in the certificate
        byAddress.caFile = server.certificate();
        QVERIFY(text(ask(byAddress)).startsWith("tls: "));
        byAddress.verify = false;
        QCOMPARE(text(ask(byAddress)), QString("0 connectors\n"));
    }
    void aServerThatHangsIsGivenUp()
    {
        HttpServer server;
        server.answer(list, {.hang = true});
        auto endpoint = endpointOf(server);
        endpoint.timeout = Duration(200);
        QVERIFY2(text(ask(endpoint)).startsWith("timeout: "), qPrintable(text(ask(endpoint))));
        endpoint.timeout = Duration(600'000);
        std::stop_source stop;
        const std::jthread stopper([&] {
            while (server.requests().size() < 3)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            stop.request_stop();
        });
        QVERIFY(text(ask(endpoint, stop.get_token())).startsWith("cancelled: "));
    }
    void answersAreTakenLateButNotWithoutEnd()
    {
        HttpServer server;
        server.answer(list, {.body = "{}", .delay = Duration(300)});
        QCOMPARE(text(ask(endpointOf(server))), QString("0 connectors\n"));
        server.answer(list, {.body = std::string(HttpGetter::mostBytes + 1, ' ')});
        QVERIFY(text(ask(endpointOf(server))).contains("larger than 16 MB"));
        server.answer(list, {.body = "{}", .announced = 100});
        QVERIFY2(text(ask(endpointOf(server))).startsWith("unreachable: "), qPrintable(text(ask(endpointOf(server)))));
        server.answer(list, {.raw = "\x15\x03\x01 nonsense\r\n"});
        QVERIFY2(text(ask(endpointOf(server))).startsWith("invalid-data: "), qPrintable(text(ask(endpointOf(server)))));
        server.answer(list, {.raw = ""});
        QVERIFY(text(ask(endpointOf(server))).startsWith("unreachable: "));
    }
    void redirectsAreFollowedThreeTimes()
    {
        HttpServer server;
        server.answer(list, {.status = 302, .headers = {{"Location", "/1"}}});
        server.answer("/1", {.status = 302, .headers = {{"Location", "/2"}}});
        server.answer("/2", {.status = 302, .headers = {{"Location", "/3"}}});
        server.answer("/3", {.body = "{}"});
        QCOMPARE(text(ask(endpointOf(server))), QString("0 connectors\n"));
        server.answer("/3", {.status = 302, .headers = {{"Location", "/1"}}});
        QVERIFY(text(ask(endpointOf(server))).contains("redirects again and again"));
        server.answer(list, {.status = 302, .headers = {{"Location", "file:///etc/passwd"}}});
        QVERIFY2(text(ask(endpointOf(server))).startsWith("configuration: "),
                 qPrintable(text(ask(endpointOf(server)))));
    }
};

QTEST_APPLESS_MAIN(TestConnectRest)
#include "tst_connectrest.moc"
