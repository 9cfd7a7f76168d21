// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/deadletter/letters.h"

#include <map>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <set>

#include <QTest>

using namespace projectionist;

namespace {

/// A letter that a framework wrote, and what the generator of it knew; see tests/support/deadletters.
struct RealLetter
{
    std::string name;
    LetterBuilder letter;
    QJsonObject truth;
};

std::string textOf(const QJsonValue& value)
{
    return value.toString().toStdString();
}

/// As Json.java writes them: text, {"base64": ...} or null.
std::optional<std::string> bytesOf(const QJsonValue& value)
{
    if (value.isNull())
        return std::nullopt;
    return value.isObject() ? QByteArray::fromBase64(value["base64"].toString().toLatin1()).toStdString()
                            : textOf(value);
}

LetterBuilder letterOf(const QJsonObject& json)
{
    LetterBuilder letter;
    letter.record.id = {textOf(json["topic"]), json["partition"].toInt()};
    letter.record.offset = json["offset"].toInteger();
    letter.record.timestamp = timeAt(json["timestamp"].toInteger());
    letter.record.key = bytesOf(json["key"]);
    letter.record.value = bytesOf(json["value"]);
    for (const auto& header : json["headers"].toArray())
        letter.add(textOf(header.toArray()[0]), bytesOf(header.toArray()[1]));
    return letter;
}

std::vector<RealLetter> realLetters()
{
    std::vector<RealLetter> letters;
    for (const char* framework : {"connect", "spring", "streams"}) {
        QFile file(QString(FIXTURES "/%1.jsonl").arg(framework));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("No letters of %s", framework);
        const auto lines = file.readAll().split('\n');
        for (const auto& line : lines) {
            const auto json = QJsonDocument::fromJson(line).object();
            if (json.contains("letter"))
                letters.push_back({fmt::format("{} {}", framework, textOf(json["truth"]["id"])),
                                   letterOf(json["letter"].toObject()), json["truth"].toObject()});
        }
    }
    return letters;
}

std::string orDash(const auto& number)
{
    return number ? std::to_string(*number) : "-";
}

bool untold(const QJsonObject& truth, const char* fact)
{
    return truth["untold"].toArray().contains(fact);
}

std::vector<QJsonObject> hopsOf(const QJsonObject& truth)
{
    std::vector<QJsonObject> hops;
    for (const auto& hop : truth["hops"].toArray())
        hops.push_back(hop.toObject());
    return hops;
}

std::string consumerOf(const QJsonObject& truth)
{
    std::string newest;
    if (!untold(truth, "consumer"))
        for (const auto& hop : hopsOf(truth))
            if (hop.contains("consumer"))
                newest = textOf(hop["consumer"]);
    return newest;
}

std::optional<qint64> numberOf(const QJsonObject& object, const char* name)
{
    return object[name].isDouble() ? std::optional(object[name].toInteger()) : std::nullopt;
}

constexpr const char* hopForm = "\n  {}: {} {} {} for {} tried {}";
constexpr const char* letterForm = "{} {} for {} at {}\n  tried {}\n  {}: {}\n  in {}\n  hops{}";

/// What is true of the letter, as far as its framework told it to anybody.
QString truthOf(const QJsonObject& truth, const DeadLetter& letter)
{
    const auto attemptsOf = [&truth](const QJsonObject& object) {
        return untold(truth, "attempts") ? "-" : orDash(numberOf(object, "attempts"));
    };
    std::string hops;
    for (const auto& hop : hopsOf(truth))
        hops += fmt::format(hopForm, textOf(hop["family"]), textOf(hop["topic"]), orDash(numberOf(hop, "partition")),
                            orDash(numberOf(hop, "offset")), untold(truth, "consumer") ? "" : textOf(hop["consumer"]),
                            attemptsOf(hop));
    return QString::fromStdString(fmt::format(
        letterForm, textOf(truth["type"]), textOf(truth["id"]), consumerOf(truth), truth["eventTime"].toInteger(),
        attemptsOf(truth), textOf(truth["exception"]),
        truth.contains("message") ? textOf(truth["message"]) : letter.failure.message, textOf(truth["frame"]), hops));
}

QString told(const DeadLetter& letter)
{
    std::string hops;
    for (const auto& hop : letter.hops)
        hops += fmt::format(hopForm, hop.family, hop.from.topic, orDash(hop.from.partition), orDash(hop.from.offset),
                            hop.consumer, orDash(hop.attempts));
    return QString::fromStdString(fmt::format(letterForm, letter.eventType, letter.eventId, letter.consumer,
                                              letter.eventTime ? letter.eventTime->time_since_epoch().count() : 0,
                                              orDash(letter.attempts), letter.failure.exception, letter.failure.message,
                                              letter.failure.frame, hops));
}

} // namespace

Q_DECLARE_METATYPE(RealLetter)

class TestRealLetters : public QObject
{
    Q_OBJECT
private slots:
    void everyLetterOfAFrameworkTellsWhatItsGeneratorKnows_data()
    {
        QTest::addColumn<RealLetter>("real");
        for (const auto& real : realLetters())
            QTest::newRow(real.name.c_str()) << real;
    }

    void everyLetterOfAFrameworkTellsWhatItsGeneratorKnows()
    {
        QFETCH(RealLetter, real);
        const auto letter = decoded(real.letter);
        QCOMPARE(told(letter), truthOf(real.truth, letter));
        std::set<std::string> families;
        for (const auto& hop : hopsOf(real.truth))
            families.insert(textOf(hop["family"]));
        QVERIFY(std::set(letter.families.begin(), letter.families.end()) == families);
        const auto origin = hopsOf(real.truth).front();
        QCOMPARE(letter.origin.topic, textOf(origin["topic"]));
        QCOMPARE(letter.origin.offset.value_or(-1), origin["offset"].toInteger());
        QVERIFY(letter.value == real.letter.record.value);
        QVERIFY((letter.flags & HeaderUndecodable) == 0);
    }

    void aLetterArrivedBetweenItsEventAndItsReader()
    {
        for (const auto& real : realLetters()) {
            const auto letter = decoded(real.letter);
            // Spring stamps the letter when it writes it; Connect and Streams keep the event's time and tell no other.
            const bool tells = real.name.starts_with("spring");
            QCOMPARE(letter.arrived.has_value(), tells);
            QVERIFY(!letter.failedAt);
            if (tells) {
                QVERIFY(letter.arrivedBy == ArrivalBasis::WriterTime);
                QVERIFY(*letter.arrived >= timeAt(real.truth["eventTime"].toInteger()));
                QVERIFY(*letter.arrived <= timeAt(real.truth["readAt"].toInteger()));
            }
        }
    }

    /// The causes are the same whichever framework met them: one incident is one row.
    void lettersAreOneGroupExactlyWhereTheirCauseIsTheSame()
    {
        std::map<std::string, std::uint64_t> groups;
        std::map<std::uint64_t, std::string> causes;
        for (const auto& real : realLetters()) {
            const auto letter = decoded(real.letter);
            const auto cause = textOf(real.truth["cause"]);
            const auto group = groups.emplace(cause, letter.fingerprint).first->second;
            QVERIFY2(group == letter.fingerprint, (real.name + ": " + cause).c_str());
            QCOMPARE(causes.emplace(letter.fingerprint, cause).first->second, cause);
        }
        QVERIFY(groups.size() > 6);
    }
};

QTEST_APPLESS_MAIN(TestRealLetters)
#include "tst_realletters.moc"
