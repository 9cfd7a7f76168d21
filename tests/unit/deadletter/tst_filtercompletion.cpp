// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filtercompletion.h"
#include "tests/unit/deadletter/filterfixture.h"

#include <QtTest>

using namespace projectionist;

namespace {

class Known final : public FilterKnowledge
{
public:
    std::vector<FilterSuggestion> values(const FilterOperand& operand, std::string_view) const override
    {
        if (operand.name == "projection")
            return {{std::string("order_summary"), 412}, {std::string("stock"), 7}, {std::string("say \"hi\""), 1}};
        if (operand.name == "tries")
            return {{FilterNumber(3), 400}, {FilterNumber(10), 12}};
        if (operand.kind == FilterOperand::Kind::Header && operand.name == "tenant")
            return {{std::string("42"), 9}};
        return {};
    }
    std::vector<FilterSuggestion> headerNames(std::string_view) const override
    {
        return {{std::string("tenant"), 412}, {std::string("trace id"), 400}};
    }
    std::vector<FilterSuggestion> payloadNames(const FilterOperand& parent, std::string_view) const override
    {
        if (parent.path.empty())
            return {{std::string("orderId"), 412}, {std::string("odd name"), 3}, {std::string("lines"), 412}};
        return {{FilterNumber(0), 412}, {FilterNumber(1), 5}};
    }
};

/// The text has a | where the cursor is. What comes out: the text that is replaced in [], then the candidates.
std::string completed(std::string text)
{
    const auto cursor = text.find('|');
    text.erase(cursor, 1);
    const auto completion = completeFilter(text, cursor, filterTestSchema(), Known());
    std::string result = '[' + text.substr(completion.offset, completion.length) + ']';
    for (const auto& candidate : completion.candidates)
        result += ' ' + candidate.text + (candidate.count ? '#' + std::to_string(*candidate.count) : "");
    return result;
}

constexpr const char* fields =
    "projection exception topic state tries delay failed masked age customer amount header(\" payload";

} // namespace

class TestFilterCompletion : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void offersWhatMayCome_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("offered");
        const auto row = [](const char* text, const QByteArray& offered) {
            QTest::newRow(text) << QByteArray(text) << offered;
        };
        const QByteArray conditions = QByteArray(fields) + " exists( not (";
        row("|", "[] " + conditions);
        row("tries == 1 and |", "[] " + conditions);
        row("not |", "[] " + conditions);
        row("(|", "[] " + conditions);
        row("pro|", "[pro] projection");
        row("e|", "[e] exception exists( projection state tries delay failed masked age customer header(\"");
        row("pro|jecton == 1", "[projecton] projection");
        row("tries == 1 and ma|", "[ma] masked");
        row("exists(|", QByteArray("[] ") + fields);
        row("exists(masked|", "[masked]");
        row("exists(masked |", "[] )");
        // Operators
        row("projection |", "[] == != contains startswith endswith matches in < > <= >=");
        row("projection con|", "[con] contains");
        row("projection not |", "[] contains startswith endswith matches in");
        row("tries !|", "[!] !=");
        row("tries =| 3", "[=] ==");
        row("state |", "[] == != in");
        row("masked |", "[] == != and or");
        row("(masked |", "[] == != and or )");
        row("payload.lines |", "[] == != contains startswith endswith matches in < > <= >=");
        // Values
        row("projection == |", "[] \"order_summary\"#412 \"stock\"#7 \"say \\\"hi\\\"\"#1");
        row("projection == \"s|", "[\"s] \"stock\"#7 \"say \\\"hi\\\"\"#1 \"order_summary\"#412");
        row("projection == \"st|ick\" and masked", "[\"stick\"] \"stock\"#7");
        row("projection == 'st|' and masked", "['st'] \"stock\"#7");
        row("projection == sto|", "[sto] \"stock\"#7");
        row("projection in (\"stock\", |", "[] \"order_summary\"#412 \"stock\"#7 \"say \\\"hi\\\"\"#1");
        row("projection in |", "[] (");
        row("projection in (\"stock\" |", "[] , )");
        row("header(\"tenant\") == |", "[] \"42\"#9");
        row("tries > |", "[] 3#400 10#12");
        row("tries > 1|", "[1] 10#12");
        row("state != |", "[] \"open\" \"replayed\" \"resolved\"");
        row("state != \"re|", "[\"re] \"replayed\" \"resolved\"");
        row("masked == |", "[] true false");
        row("failed >= |", "[] today yesterday");
        row("age < |", "[] 5m 1h 6h 1d 7d");
        row("age < 12|", "[12] 12s 12m 12h 12d");
        row("exception == |", "[]");
        // What comes after a condition
        row("tries == 1 |", "[] and or");
        row("tries == 1 a|", "[a] and");
        row("(tries == 1 |", "[] and or )");
        row("((tries == 1) |", "[] and or )");
        row("(tries == 1)|", "[] and or");
        // Names
        row("header|", "[header] header(\"");
        row("header(|", "[] \"tenant\")#412 \"trace id\")#400");
        row("header(\"t|", "[\"t] \"tenant\")#412 \"trace id\")#400");
        row("header(\"id|\") == 1", "[\"id\"] \"trace id\"#400");
        row("header(\"tenant\"|", "[] )");
        row("payload.|", "[.] .orderId#412 [\"odd name\"]#3 .lines#412");
        row("payload.o|", "[.o] .orderId#412 [\"odd name\"]#3");
        row("payload.lines.|", "[.] [0]#412 [1]#5");
        row("payload[|", "[] \"orderId\"]#412 \"odd name\"]#3 \"lines\"]#412");
        row("payload.lines[|", "[] 0]#412 1]#5");
        row("payload.lines[0|", "[0] 0]#412");
        row("payload[\"odd name\"|", "[] ]");
        row("payload.lines[0]|", "[] == != contains startswith endswith matches in < > <= >= . [");
        // Where nothing can be said
        row("projection == \"a\\|", "[\"a\\]");
        row("tries == |== 1", "[] 3#400 10#12");
        row("unknown |", "[]");
    }
    void offersWhatMayCome()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, offered);
        QCOMPARE(QByteArray::fromStdString(completed(text.toStdString())), offered);
    }

    void everyOfferOfAConditionMakesProgress()
    {
        // Following the first offers blindly must never lead to a mistake that is not "something is missing at the
        // end".
        std::string text;
        for (int step = 0; step < 60; ++step) {
            const auto completion = completeFilter(text, text.size(), filterTestSchema(), Known());
            if (completion.candidates.empty())
                text += "\"x\" ";
            else
                text.replace(completion.offset, completion.length,
                             completion.candidates[static_cast<std::size_t>(step) % completion.candidates.size()].text +
                                 ' ');
            for (const auto& problem : analyseFilter(text, filterTestSchema()).problems)
                QVERIFY2(problem.message.find("missing") != std::string::npos ||
                             problem.message.find("closed") != std::string::npos ||
                             problem.message.find("needs") != std::string::npos ||
                             problem.message.find("not a value") != std::string::npos,
                         (text + '\n' + toString(problem)).c_str());
        }
    }

    void aCursorBeyondTheTextOrInACharacterIsMoved()
    {
        QCOMPARE(completeFilter("pro", 99, filterTestSchema(), Known()).candidates.size(), std::size_t(1));
        QCOMPARE(completeFilter("payload.ü == 1", 9, filterTestSchema(), Known()).offset, std::size_t(7));
        QVERIFY(completeFilter(std::string(longestFilter + 1, '('), 5, filterTestSchema(), Known()).candidates.empty());
    }

    void hostileNamesAreInsertedEscaped()
    {
        class Hostile final : public FilterKnowledge
        {
        public:
            std::vector<FilterSuggestion> values(const FilterOperand&, std::string_view) const override
            {
                return {{std::string("\u202egnp.exe\x1b[2J")}};
            }
            std::vector<FilterSuggestion> headerNames(std::string_view) const override { return {}; }
            std::vector<FilterSuggestion> payloadNames(const FilterOperand&, std::string_view) const override
            {
                return {};
            }
        };
        const auto completion = completeFilter("topic == ", 9, filterTestSchema(), Hostile());
        QCOMPARE(QByteArray::fromStdString(completion.candidates.at(0).text), QByteArray("\"\\u202egnp.exe\\x1b[2J\""));
    }
};

QTEST_GUILESS_MAIN(TestFilterCompletion)
#include "tst_filtercompletion.moc"
