// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/lag/slope.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace projectionist;

namespace {

Trend trendOfValues(const std::vector<double>& values, double spacing = 1)
{
    std::vector<TrendPoint> points;
    for (const double value : values)
        points.push_back({static_cast<double>(points.size()) * spacing, value});
    return trendOf(points);
}

} // namespace

class TestSlope : public QObject
{
    Q_OBJECT
private slots:
    void theSlopeIsPerSecondAndOneWildValueDoesNotBendIt()
    {
        QCOMPARE(trendOfValues({0, 1, 2, 3, 4}).slope, 1.0);
        QCOMPARE(trendOfValues({0, 1, 2, 3, 4}, 10).slope, 0.1);
        QCOMPARE(trendOfValues({0, 1, 2, 1000, 4, 5, 6, 7, 8}).slope, 1.0);
        const std::vector<TrendPoint> uneven{{0, 0}, {1, 2}, {10, 20}, {11, 22}};
        QCOMPARE(trendOf(uneven).slope, 2.0);
    }
    void zIsThatOfMannAndKendall()
    {
        // n = 8, all rising: S = 28, var = 8 * 7 * 21 / 18.
        QVERIFY(std::abs(trendOfValues({1, 2, 3, 4, 5, 6, 7, 8}).z - 27 / std::sqrt(8 * 7 * 21 / 18.0)) < 1e-9);
        // Ties: {0 0 0 1 1}: S = 6, var = (5*4*15 - 3*2*11 - 2*1*9) / 18 = 12.
        QVERIFY(std::abs(trendOfValues({0, 0, 0, 1, 1}).z - 5 / std::sqrt(12.0)) < 1e-9);
        QCOMPARE(trendOfValues({3, 3, 3, 3}).z, 0.0);
    }
    void sevenStepsUpAreProofAndSixAreNot()
    {
        QVERIFY(trendOfValues({1, 2, 3, 4, 5, 6, 7}).rises());
        QVERIFY(!trendOfValues({1, 2, 3, 4, 5, 6}).rises());
        QVERIFY(trendOfValues({7, 6, 5, 4, 3, 2, 1}).falls());
    }
    void twoPointsOrOneMomentSayNothing()
    {
        QCOMPARE(trendOfValues({1, 2}).z, 0.0);
        QCOMPARE(trendOfValues({1, 2, 3}, 0).slope, 0.0);
    }
    void noiseRarelyLooksLikeATrend()
    {
        std::mt19937 random(5);
        std::normal_distribution<double> noise;
        int rises = 0;
        for (int i = 0; i < 5000; ++i) {
            std::vector<double> values(24);
            std::generate(values.begin(), values.end(), [&] { return noise(random); });
            rises += trendOfValues(values).rises() ? 1 : 0;
        }
        QVERIFY2(rises <= 20, std::to_string(rises).c_str());
    }
    void ofManyPointsTheNewestCount()
    {
        std::vector<double> values(200, 100.0);
        for (std::size_t i = 136; i < 200; ++i)
            values[i] = static_cast<double>(i);
        QCOMPARE(trendOfValues(values).slope, 1.0);
    }
};

QTEST_APPLESS_MAIN(TestSlope)
#include "tst_slope.moc"
