// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/connectiontest.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/support/testservers.h"

#include <array>
#include <fstream>
#include <netinet/in.h>
#include <QTest>
#include <sys/socket.h>
#include <unistd.h>

using namespace projectionist;

namespace {

constexpr const char* password = "open sesame";

StoreSettings settingsOf(const std::string& connection)
{
    StoreSettings settings;
    settings.name = "orders";
    settings.connection = connection;
    return settings;
}

Error failureOf(const std::string& connection, Duration timeout = Duration(30'000))
{
    const auto test = testStore(settingsOf(connection), timeout);
    return test ? Error{ErrorKind::Internal, "no error", {}, {}, false} : test.error();
}

} // namespace

class TestConnectionTest : public QObject
{
    Q_OBJECT
    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<TemporaryFolder> m_folder;

    std::string base() const { return "host=127.0.0.1 dbname=postgres port=" + std::to_string(m_server->port()); }

private slots:
    void initTestCase()
    {
        PostgresOptions options;
        options.password = password;
        m_server = startPostgres(options);
        m_folder = std::make_unique<TemporaryFolder>(TemporaryFolder::create("projectionist-t-").value());
        // Nothing of the person who runs this may take part.
        for (const char* const name :
             {"PGPASSWORD", "PGHOST", "PGUSER", "PGDATABASE", "PGPORT", "PGSERVICE", "PGOPTIONS"})
            qunsetenv(name);
        qputenv("PGPASSFILE", (m_folder->path() / "pgpass").c_str());
        qputenv("PGSERVICEFILE", (m_folder->path() / "services").c_str());
        std::ofstream(m_folder->path() / "services") << "[known]\n"
                                                     << "host=127.0.0.1\n";
        const auto store = connectPostgres(settingsOf(m_server->connection()), Access::ReadWrite);
        const auto made = (*store)->transaction([](Transaction& tx) -> Result<void> {
            for (const char* const sql :
                 {"create role locked login password 'x'", "create role guest nologin password 'x'",
                  "revoke connect on database postgres from public"}) {
                if (auto done = tx.execute(sql); !done)
                    return tl::unexpected(done.error());
            }
            return {};
        });
        QVERIFY2(made, made ? "" : toString(made.error()).c_str());
    }
    void aGoodConnectionSaysWhoAndWhere()
    {
        const auto test = testStore(settingsOf(m_server->connection()), Duration(30'000));
        QVERIFY2(test, test ? "" : toString(test.error()).c_str());
        QCOMPARE(QString::fromStdString(test->user), "postgres");
        QCOMPARE(QString::fromStdString(test->database), "postgres");
        QVERIFY(!test->standby && !test->encrypted);
    }
    void eachFailureHasItsOwnKindAndRemedy_data()
    {
        QTest::addColumn<QString>("connection");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("says");
        const auto add = [](const char* name, const std::string& connection, const char* kind, const char* says) {
            QTest::newRow(name) << QString::fromStdString(connection) << kind << says;
        };
        const auto good = base() + " user=postgres password='" + password + "'";
        add("DNS", "host=no-such-host.invalid dbname=x", "name-not-found", "DNS");
        const auto closed = PortReservation::reserve();
        add("refused", "host=127.0.0.1 port=" + std::to_string(closed->port()), "refused", "nobody listens");
        add("no socket", "host=/nowhere dbname=x", "refused", "socket");
        add("TLS demanded", good + " sslmode=require", "tls", "sslmode");
        add("wrong password", base() + " user=postgres password=wr0ng-secret", "authentication",
            "wrong user or password");
        add("no password", base() + " user=postgres", "authentication", "there is none");
        add("no permission", base() + " user=locked password=x", "permission", "GRANT");
        add("no login", base() + " user=guest password=x", "permission", "LOGIN");
        add("wrong database", good + " dbname=nowhere", "not-found", "database");
        add("no service", "service=unknown", "configuration", "service");
        add("bad string", "host=x password=my secret", "configuration", "quote");
        add("bad URI", "postgresql://u:my%zzsecret@h/d", "configuration", "percent-encode");
    }
    void eachFailureHasItsOwnKindAndRemedy()
    {
        QFETCH(QString, connection);
        QFETCH(QString, kind);
        QFETCH(QString, says);
        const Error error = failureOf(connection.toStdString());
        const QString text = QString::fromStdString(toString(error));
        QVERIFY2(toString(error.kind) == kind, qPrintable(text));
        QVERIFY2(text.contains(says), qPrintable(text));
        QVERIFY2(!text.contains("secret") && !text.contains(password), qPrintable(text));
        // The store itself explains it no worse.
        const auto store = connectPostgres(settingsOf(connection.toStdString()), Access::ReadOnly);
        const Error other = store ? (*store)->query("select 1", {}, 1).error() : store.error();
        QVERIFY2(toString(other.kind) == kind, toString(other).c_str());
    }
    void aPasswordFileThatOthersMayReadIsNamed()
    {
        const auto file = m_folder->path() / "pgpass";
        std::ofstream(file) << "*:*:*:*:" << password << '\n';
        std::filesystem::permissions(file, std::filesystem::perms(0644));
        const Error error = failureOf(base() + " user=postgres");
        QVERIFY(error.kind == ErrorKind::Authentication);
        QVERIFY2(error.next.find("chmod 0600 " + file.string()) != std::string::npos, toString(error).c_str());
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        QVERIFY(testStore(settingsOf(base() + " user=postgres"), Duration(30'000)).has_value());
        std::filesystem::remove(file);
    }
    void aServerThatHangsIsGivenUpInTime()
    {
        QVERIFY(m_server->pause());
        const Error error = failureOf(m_server->connection(), Duration(300));
        m_server->resume();
        QVERIFY(error.kind == ErrorKind::Timeout);
        QVERIFY(error.retriable);
    }
    void whatIsNoPostgresIsRecognised()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        QVERIFY(::bind(server, generic, size) == 0 && ::listen(server, 5) == 0);
        QVERIFY(::getsockname(server, generic, &size) == 0);
        std::jthread http([server] {
            for (int client = -1; (client = ::accept(server, nullptr, nullptr)) >= 0; ::close(client)) {
                std::array<char, 64> request{};
                (void)!::read(client, request.data(), request.size());
                (void)!::write(client, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
            }
        });
        const Error error = failureOf("host=127.0.0.1 user=x dbname=x port=" + std::to_string(ntohs(address.sin_port)));
        ::shutdown(server, SHUT_RDWR);
        http.join();
        ::close(server);
        QVERIFY2(error.kind == ErrorKind::InvalidData, toString(error).c_str());
    }
};

QTEST_GUILESS_MAIN(TestConnectionTest)
#include "tst_connectiontest.moc"
