// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/resolvedletters.h"

#include "backend/history/audittrail.h"
#include "tests/support/testservers.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint noon(std::chrono::seconds(1'795'003'200));
const ResolvedLetter first{"orders-dlt[0]@1", noon - 1h};
const ResolvedLetter second{"orders-dlt[0]@2", noon - 50min};
const ResolvedLetter untimed{"ops.dead_letter#42", std::nullopt};

LetterAct actOf(const std::string& note, const std::string& chosenBy = {})
{
    return {noon, "eva@desk7", "prod", note, chosenBy};
}

using Letters = std::vector<ResolvedLetter>;

} // namespace

class TestResolvedLetters : public QObject
{
    Q_OBJECT
    std::optional<TemporaryFolder> m_folder;
    std::filesystem::path m_file;

private slots:
    void init()
    {
        m_folder.emplace(TemporaryFolder::create("projectionist-t-").value());
        m_file = auditFile(m_folder->path());
    }
    void cleanup() { m_folder.reset(); }

    void resolvedLettersAreKeptByContext()
    {
        auto letters = ResolvedLetters::open(m_file).value();
        QVERIFY(letters.read("prod").value().empty());
        QCOMPARE(letters.resolve(actOf("fixed by hand"), {second, untimed, first}).value(), std::size_t{3});
        auto another = ResolvedLetters::open(m_file).value();
        QVERIFY(another.read("prod").value() == (Letters{untimed, first, second}));
        QVERIFY(another.read("test").value().empty());
    }

    void restoringIsTheWayBack()
    {
        auto letters = ResolvedLetters::open(m_file).value();
        QVERIFY(letters.resolve(actOf("fixed"), {first, second}));
        QCOMPARE(letters.restore(actOf(""), {first, untimed}).value(), std::size_t{1});
        QVERIFY(letters.read("prod").value() == Letters{second});
        QCOMPARE(letters.resolve(actOf("fixed again"), {first}).value(), std::size_t{1});
        QVERIFY(letters.read("prod").value() == (Letters{first, second}));
    }

    void anotherLetterAtTheSamePlaceIsNotMeant()
    {
        auto letters = ResolvedLetters::open(m_file).value();
        QVERIFY(letters.resolve(actOf("fixed"), {first}));
        const ResolvedLetter later{first.reference, noon + 1h};
        QCOMPARE(letters.restore(actOf(""), {later}).value(), std::size_t{0});
        QVERIFY(letters.read("prod").value() == Letters{first});
    }

    void withoutANoteItIsRefused()
    {
        auto letters = ResolvedLetters::open(m_file).value();
        const auto refused = letters.resolve(actOf(" "), {first});
        QVERIFY(!refused);
        QVERIFY(letters.read("prod").value().empty());
    }

    void othersSeeThatSomethingWasDone()
    {
        auto letters = ResolvedLetters::open(m_file).value();
        auto another = ResolvedLetters::open(m_file).value();
        const auto before = another.version().value();
        QVERIFY(AuditTrail::open(m_file).value().append({0, noon, "eva@desk7", "prod", "unmask"}));
        QCOMPARE(another.version().value(), before);
        QVERIFY(letters.resolve(actOf("fixed"), {first}));
        const auto resolved = another.version().value();
        QVERIFY(resolved != before);
        QVERIFY(letters.restore(actOf(""), {first}));
        QVERIFY(another.version().value() != resolved);
    }

    void everyActIsInTheAuditTrailWithItsLetters()
    {
        auto letters = ResolvedLetters::open(m_file).value();
        QVERIFY(letters.resolve(actOf("fixed"), {first}));
        QVERIFY(letters.resolve(actOf("fixed", "age < 1h"), {first, second, untimed}));
        QVERIFY(letters.resolve(actOf("fixed"), {first})); // it is already: no act
        QVERIFY(letters.restore(actOf("too soon"), {second}));
        auto trail = AuditTrail::open(m_file).value();
        const auto entries = trail.read({}).value();
        QCOMPARE(entries.size(), std::size_t{3});
        QVERIFY(entries[0] ==
                (AuditEntry{1, noon, "eva@desk7", "prod", "resolve", first.reference, "fixed", "", "done"}));
        QVERIFY(entries[1].object == "age < 1h" && entries[1].detail.starts_with("2 letters: orders-dlt[0]@2"));
        QVERIFY(entries[2].act == "restore" && entries[2].reason == "too soon");
        // A letter is found in acts on many.
        QCOMPARE(trail.read({.object = second.reference}).value().size(), std::size_t{2});
        QCOMPARE(trail.read({.object = untimed.reference}).value().size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestResolvedLetters)
#include "tst_resolvedletters.moc"
