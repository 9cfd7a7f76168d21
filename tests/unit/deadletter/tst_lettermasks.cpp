// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/lettermasks.h"

using namespace projectionist;

namespace {

MaskSettings onlyJson(std::vector<std::string> paths)
{
    MaskSettings settings;
    settings.defaults = false;
    settings.json = std::move(paths);
    return settings;
}

QString shown(const QByteArray& payload, const LetterMasks& masks)
{
    return QString::fromStdString(maskedPayload(payload.toStdString(), masks).value.text);
}

const QByteArray secret = "jane@example.org";

} // namespace

class TestLetterMasks : public QObject
{
    Q_OBJECT
private slots:
    void pathsCoverWhatTheyName_data();
    void pathsCoverWhatTheyName();
    void aMaskedValueIsNeverShown_data();
    void aMaskedValueIsNeverShown();
    void whatIsNoJsonIsShownOnlyIfNothingInItCanBeMasked_data();
    void whatIsNoJsonIsShownOnlyIfNothingInItCanBeMasked();
    void everythingElseStaysAsItIs();
    void headersAreCoveredByPatternsInAnyCase();
    void withoutMasksAllIsShown();
    void hostilePayloadsCostNoMoreThanTheirSize();
};

void TestLetterMasks::pathsCoverWhatTheyName_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("masked");
    const QByteArray order = "{\"customer\":{\"email\":\"e\",\"id\":1},\"items\":[{\"name\":\"n\"},{\"name\":\"m\"}],"
                             "\"email\":\"o\"}";
    QTest::newRow("absolute") << "$.customer.email" << order << "$.customer.email";
    QTest::newRow("any depth") << "$..email" << order << "$.customer.email $.email";
    QTest::newRow("each element") << "$.items[*].name" << order << "$.items[0].name $.items[1].name";
    QTest::newRow("one element") << "$.items[1].name" << order << "$.items[1].name";
    QTest::newRow("a whole object") << "$.customer" << order << "$.customer";
    QTest::newRow("a name in brackets") << "$['customer']['email']" << order << "$.customer.email";
    QTest::newRow("any name") << "$.customer.*" << order << "$.customer.email $.customer.id";
    QTest::newRow("any case") << "$.CUSTOMER.Email" << order << "$.customer.email";
    QTest::newRow("not there") << "$.customer.phone" << order << "";
    QTest::newRow("escaped name") << "$..email" << QByteArray("{\"em\\u0061il\":\"e\"}") << "$.email";
    QTest::newRow("twice the same name") << "$.a" << QByteArray("{\"a\":1,\"a\":2}") << "$.a $.a";
    QTest::newRow("JSON in a string") << "$..email" << QByteArray("{\"body\":\"{\\\"email\\\":\\\"e\\\"}\"}")
                                      << "$.body";
    QTest::newRow("a text that only talks of it") << "$..email" << QByteArray("{\"note\":\"no email was sent\"}") << "";
}

void TestLetterMasks::pathsCoverWhatTheyName()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, json);
    QFETCH(QString, masked);
    const auto value = maskedValue(json.toStdString(), LetterMasks(onlyJson({path.toStdString()})));
    QStringList paths;
    for (const auto& one : value.paths)
        paths << QString::fromStdString(one);
    QCOMPARE(paths.join(u' '), masked);
    QVERIFY(!value.restHidden);
    QCOMPARE(QString::fromStdString(value.text).count(QString::fromUtf8(maskText.data())), paths.size());
}

void TestLetterMasks::aMaskedValueIsNeverShown_data()
{
    QTest::addColumn<QByteArray>("payload");
    const QByteArray whole =
        "{\"id\": 7, \"customer\": {\"email\": \"" + secret + "\", \"x\": [1, {}]}, \"end\": true}";
    for (int size = 0; size <= whole.size(); ++size)
        QTest::addRow("cut after %d", size) << whole.left(size);
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf") + whole;
    QTest::newRow("behind a schema's number") << QByteArray("\0\0\0\0\x07", 5) + whole;
    QTest::newRow("blanks") << " \r\n\t" + whole;
    QTest::newRow("several documents") << QByteArray("{\"id\":1}\n") + whole;
    QTest::newRow("without quotes") << QByteArray("{\"email\":") + secret + '}';
    QTest::newRow("without quotes, cut") << QByteArray("{\"email\":") + "janeexampleorg";
    QTest::newRow("other quotes") << QByteArray("{'email':'") + secret + "'}";
    QTest::newRow("other quotes of the value") << QByteArray("{\"email\":'") + secret + "'}";
    QTest::newRow("without colon") << QByteArray("{\"email\" \"") + secret + "\"}";
    QTest::newRow("without comma") << QByteArray("{\"id\":1 \"email\":\"") + secret + "\"}";
    QTest::newRow("a comment") << QByteArray("{/* x */\"email\":\"") + secret + "\"}";
    QTest::newRow("as an object") << QByteArray("{\"email\":{\"a\":\"") + secret + "\"}}";
    QTest::newRow("as an array") << QByteArray("{\"email\":[[\"") + secret + "\"]]}";
    QTest::newRow("as a string with escapes") << QByteArray("{\"email\":\"\\\\\\\"") + secret + "\"}";
    QTest::newRow("JSON in a string") << QByteArray("{\"body\":\"{\\\"email\\\":\\\"") + secret + "\\\"}\"}";
    QTest::newRow("JSON in a string, cut") << QByteArray("{\"body\":\"{\\\"email\\\":\\\"") + secret;
    QTest::newRow("JSON in a string alone") << QByteArray("\"{\\\"email\\\":\\\"") + secret + "\\\"}\"";
    QTest::newRow("too deep") << QByteArray(2000, '[') + "{\"email\":\"" + secret + "\"}" + QByteArray(2000, ']');
    QTest::newRow("control characters") << QByteArray("\x1b[2J{\"email\":\"") + secret + "\"}";
    QTest::newRow("NUL in the name's object") << QByteArray("{\"\0\":1,\"email\":\"", 17) + secret + "\"}";
    QTest::newRow("invalid UTF-8") << QByteArray("{\"\xff\":\"\xfe\",\"email\":\"") + secret + "\"}";
}

void TestLetterMasks::aMaskedValueIsNeverShown()
{
    QFETCH(QByteArray, payload);
    const auto text = shown(payload, LetterMasks());
    QVERIFY2(!text.contains("jane"), qPrintable(text));
}

void TestLetterMasks::whatIsNoJsonIsShownOnlyIfNothingInItCanBeMasked_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<int>("withheld");
    const auto row = [](const char* name, const QByteArray& payload, Withheld withheld) {
        QTest::newRow(name) << payload << static_cast<int>(withheld);
    };
    row("XML", "<order><email>" + secret + "</email></order>", Withheld::NamesMasked);
    row("a form", "id=1&Email=" + secret, Withheld::NamesMasked);
    row("YAML", "id: 1\nemail: " + secret, Withheld::NamesMasked);
    row("after an escaped line end", "\"id: 1\\nemail: " + secret + '"', Withheld::NamesMasked);
    row("Avro", QByteArray("\0\0\0\0\x01\x20", 6) + secret, Withheld::NoText);
    row("compressed", "\x1f\x8b\x08", Withheld::NoText);
    row("invalid UTF-8", "\xc3(", Withheld::NoText);
    row("a text", "order 7 was refused\n", Withheld::No);
    row("part of a word", "emails and userEmailed", Withheld::No);
    row("a number", "17", Withheld::No);
    row("nothing", "", Withheld::No);
}

void TestLetterMasks::whatIsNoJsonIsShownOnlyIfNothingInItCanBeMasked()
{
    QFETCH(QByteArray, payload);
    QFETCH(int, withheld);
    const auto masked = maskedPayload(payload.toStdString(), LetterMasks());
    QCOMPARE(static_cast<int>(masked.withheld), withheld);
    QCOMPARE(masked.value.text, withheld == static_cast<int>(Withheld::No) ? payload.toStdString() : std::string());
    QCOMPARE(masked.value.restHidden, masked.withheld != Withheld::No);
    QCOMPARE(masked.name, std::string(masked.withheld == Withheld::NamesMasked ? "email" : ""));
}

void TestLetterMasks::everythingElseStaysAsItIs()
{
    const LetterMasks masks;
    for (const QByteArray json : {"{ \"a\" : 1e999,\n\"b\": [ ] , \"c\":\"\\ud800\" }", "[]", "{}", "[1,2 , 3]\n"}) {
        const auto masked = maskedPayload(json.toStdString(), masks);
        QCOMPARE(masked.value.text, json.toStdString());
        QVERIFY(!masked.value.restHidden);
    }
}

void TestLetterMasks::headersAreCoveredByPatternsInAnyCase()
{
    MaskSettings settings;
    settings.headers = {"x-user-*"};
    const LetterMasks masks(settings);
    for (const char* name : {"Authorization", "x-USER-id", "my-token-2", "db_password"})
        QVERIFY2(masks.coversHeader(name), name);
    for (const char* name : {"type", "x-users", "authorizations"})
        QVERIFY2(!masks.coversHeader(name), name);
}

void TestLetterMasks::withoutMasksAllIsShown()
{
    const LetterMasks none(onlyJson({}));
    for (const auto& payload : {QByteArray("{\"email\":\"a\"}"), QByteArray("{broken"), QByteArray("\0\xff", 2)}) {
        const auto masked = maskedPayload(payload.toStdString(), none);
        QCOMPARE(masked.value.text, payload.toStdString());
        QCOMPARE(masked.withheld, Withheld::No);
    }
}

void TestLetterMasks::hostilePayloadsCostNoMoreThanTheirSize()
{
    const LetterMasks masks(onlyJson({"$..a..a..a..b", "$..email"}));
    std::string deep;
    for (int i = 0; i < 400; ++i)
        deep += "{\"a\":";
    const auto nested = maskedValue(deep, masks);
    QVERIFY(nested.paths.empty());
    QCOMPARE(nested.text, deep);

    std::string many = "[";
    for (int i = 0; i < 200'000; ++i)
        many += "{\"email\":1},";
    const auto masked = maskedValue(many, masks);
    QCOMPARE(masked.paths.size(), std::size_t{200'000});
    QCOMPARE(maskedPayload(std::string(5'000'000, 'e'), masks).value.text.size(), std::size_t{5'000'000});
}

QTEST_GUILESS_MAIN(TestLetterMasks)
#include "tst_lettermasks.moc"
