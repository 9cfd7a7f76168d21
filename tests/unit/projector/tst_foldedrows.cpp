// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/foldedrows.h"

#include <QTest>
#include <set>

using namespace projectionist;

namespace {

constexpr std::size_t plenty = 1 << 20;

ProjectedRow rowOf(std::vector<std::optional<std::string>> values)
{
    return {true, std::move(values)};
}

} // namespace

class TestFoldedRows : public QObject
{
    Q_OBJECT
private slots:
    void rowsComeBackAsTheyWerePut()
    {
        FoldedRows rows(plenty);
        ProjectedRow row = rowOf({"left over"});
        rows.get({"a"}, row);
        QVERIFY(row == ProjectedRow());
        QVERIFY(!rows.partition());
        const auto first = rowOf({"a", std::nullopt, "", std::string("x\0y", 3), std::string(100'000, 'z')});
        QVERIFY(rows.put(first, 3));
        rows.get({"b"}, row);
        QVERIFY(rows.put(rowOf({"b", "1"}), 4));
        rows.get({"a"}, row);
        QVERIFY(row == first);
        QCOMPARE(rows.partition(), std::optional<std::uint16_t>(3));
        rows.get({"b"}, row); // shorter than the former one
        QVERIFY(row == rowOf({"b", "1"}));
        QCOMPARE(rows.size(), std::size_t{2});
    }

    void aRowThatGoesIsForgottenButForItsPartition()
    {
        FoldedRows rows(plenty);
        ProjectedRow row;
        rows.get({"a"}, row);
        QVERIFY(rows.put(rowOf({"a"}), 1));
        QVERIFY(rows.contains({"a"}));
        rows.get({"a"}, row);
        QVERIFY(rows.put({}, 2));
        QVERIFY(!rows.contains({"a"}) && rows.size() == 0);
        rows.get({"a"}, row);
        QVERIFY(!row.exists);
        QCOMPARE(rows.partition(), std::optional<std::uint16_t>(2));
        QVERIFY(rows.next(10).empty());
    }

    void keysOfSeveralColumnsAreToldApart()
    {
        FoldedRows rows(plenty);
        ProjectedRow row;
        for (const FoldKey& key : {FoldKey{"ab", "c"}, FoldKey{"a", "bc"}, FoldKey{"", "abc"}}) {
            rows.get(key, row);
            QVERIFY(!row.exists);
            QVERIFY(rows.put(rowOf({key[0], key[1]}), 0));
        }
        QCOMPARE(rows.size(), std::size_t{3});
    }

    void allAreGivenOnce()
    {
        FoldedRows rows(plenty);
        ProjectedRow row;
        for (int i = 0; i < 1000; ++i) {
            rows.get({std::to_string(i)}, row);
            QVERIFY(rows.put(i % 10 == 0 ? ProjectedRow() : rowOf({std::to_string(i)}), 0));
        }
        std::set<std::string> seen;
        for (auto some = rows.next(77); !some.empty(); some = rows.next(77)) {
            QVERIFY(some.size() <= 77);
            for (const auto& one : some)
                QVERIFY(seen.insert(*one.values[0]).second);
        }
        QCOMPARE(seen.size(), std::size_t{900});
    }

    void memoryHasAnEnd()
    {
        FoldedRows rows(plenty);
        ProjectedRow row;
        rows.get({"a"}, row);
        const auto put = rows.put(rowOf({"a", std::string(plenty, 'x')}), 0);
        QVERIFY(!put);
        QCOMPARE(toString(put.error()),
                 std::string("The log makes more rows than fit into memory: 1 rows take up 1 MiB already. Compare this "
                             "read model with a store instead: kind = \"rows\"."));
    }
};

QTEST_APPLESS_MAIN(TestFoldedRows)
#include "tst_foldedrows.moc"
