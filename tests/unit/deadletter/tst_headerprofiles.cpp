// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Conventions of the user's own.
#include "tests/unit/deadletter/familyletters.h"

#include <QTest>

using namespace projectionist;

class TestHeaderProfiles : public QObject
{
    Q_OBJECT
private slots:
    void aProfileOfTheUserIsAFamilyLikeAnyOther()
    {
        DecodeSettings settings;
        settings.profiles.push_back({.name = "ours",
                                     .headers = {{"err_cls", HeaderRole::Exception, HeaderEncoding::Text},
                                                 {"err_try", HeaderRole::Attempts, HeaderEncoding::Integer},
                                                 {"src", HeaderRole::OriginTopic, HeaderEncoding::Uri},
                                                 {"kind", HeaderRole::EventType, HeaderEncoding::Text}},
                                     .markers = {"err_cls", "src"},
                                     .stamp = Stamp::Writer});
        const auto letter = decoded(letterOf({{"err_cls", "com.acme.Boom"},
                                              {"err_try", int32Bytes(2)},
                                              {"src", "k://t/orders"},
                                              {"kind", "OrderPlaced"}}),
                                    settings);
        QCOMPARE(
            summary(letter),
            QString("ours | from orders - - at - | consumer  | attempts 2 | failed - | arrived 14:03:11.042 by writer\n"
                    "com.acme.Boom |  | type OrderPlaced id "));
        QVERIFY(!letter.headers[2].ofEvent);
        QVERIFY(letter.headers[3].ofEvent); // a replay sends it again
        QVERIFY(decoded(letterOf({{"err_cls", "com.acme.Boom"}}), settings).families.empty());
    }

    void aFamilyMayBeWrittenUnderAnotherPrefix()
    {
        DecodeSettings settings;
        settings.profiles.push_back({.name = "ours", .like = "connect", .prefix = "our.errors."});
        const auto letter = letterOf({{"our.errors.topic", "orders"},
                                      {"our.errors.connector.name", "sink"},
                                      {"our.errors.exception.class.name", "com.acme.Boom"}});
        const DeadLetter result = decoded(letter, settings);
        QCOMPARE(result.consumer, std::string("connect-sink"));
        QCOMPARE(result.failure.exception, std::string("com.acme.Boom"));
        QCOMPARE(result.arrivedBy, ArrivalBasis::Unknown);
    }

    void aProfileForATableMapsItsColumns()
    {
        DecodeSettings settings;
        settings.profiles.push_back({.name = "failures",
                                     .headers = {{"Error_Class", HeaderRole::Exception, HeaderEncoding::Text}},
                                     .table = true});
        QCOMPARE(decoded(letterOf({{"error_class", "com.acme.Boom"}}, "failures"), settings).failure.exception,
                 std::string("com.acme.Boom"));
    }

    void aProfileThatCannotWorkIsRefused()
    {
        const auto why = [](HeaderProfile profile) {
            DecodeSettings settings;
            settings.profiles.push_back(std::move(profile));
            const auto rules = DecodeRules::build(settings);
            return rules ? std::string() : rules.error().why;
        };
        QVERIFY(!why({.name = "empty"}).empty());
        QVERIFY(!why({.name = "x", .like = "nobody", .prefix = "p."}).empty());
        QVERIFY(
            !why({.name = "x", .headers = {{"a", HeaderRole::Note, HeaderEncoding::Text}}, .markers = {"b"}}).empty());
        std::vector<HeaderMapping> many;
        for (int i = 0; i < 65; ++i)
            many.push_back({"h" + std::to_string(i), HeaderRole::Note, HeaderEncoding::Text});
        QVERIFY(!why({.name = "x", .headers = many}).empty());
    }
};

QTEST_APPLESS_MAIN(TestHeaderProfiles)
#include "tst_headerprofiles.moc"
