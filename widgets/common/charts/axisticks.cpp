// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/axisticks.h"

#include "backend/core/format.h"
#include "models/text.h"

#include <algorithm>
#include <array>
#include <QLocale>

namespace projectionist {

namespace {

constexpr std::int64_t second = 1000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

constexpr std::array timeSteps{second,  2 * second, 5 * second, 10 * second, 15 * second, 30 * second,
                               minute,  2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
                               hour,    2 * hour,   3 * hour,   6 * hour,    12 * hour,   day,
                               2 * day, 7 * day,    14 * day,   28 * day,    56 * day,    112 * day};

struct DurationStep
{
    double ms;
    double unit;
    const char* name;
};
constexpr std::array durationSteps{DurationStep{1, 1, "ms"},
                                   DurationStep{2, 1, "ms"},
                                   DurationStep{5, 1, "ms"},
                                   DurationStep{10, 1, "ms"},
                                   DurationStep{20, 1, "ms"},
                                   DurationStep{50, 1, "ms"},
                                   DurationStep{100, 1, "ms"},
                                   DurationStep{200, 1, "ms"},
                                   DurationStep{500, 1, "ms"},
                                   DurationStep{second, second, "s"},
                                   DurationStep{2 * second, second, "s"},
                                   DurationStep{5 * second, second, "s"},
                                   DurationStep{10 * second, second, "s"},
                                   DurationStep{20 * second, second, "s"},
                                   DurationStep{minute, minute, "m"},
                                   DurationStep{2 * minute, minute, "m"},
                                   DurationStep{5 * minute, minute, "m"},
                                   DurationStep{10 * minute, minute, "m"},
                                   DurationStep{20 * minute, minute, "m"},
                                   DurationStep{hour, hour, "h"},
                                   DurationStep{2 * hour, hour, "h"},
                                   DurationStep{6 * hour, hour, "h"},
                                   DurationStep{12 * hour, hour, "h"},
                                   DurationStep{day, day, "d"},
                                   DurationStep{2 * day, day, "d"},
                                   DurationStep{7 * day, day, "d"},
                                   DurationStep{30 * day, day, "d"},
                                   DurationStep{100 * day, day, "d"}};

std::int64_t zoneOffset(std::int64_t at, Zone zone)
{
    return zone == Zone::Utc ? 0 : std::int64_t{toDateTime(TimePoint(Duration(at)), zone).offsetFromUtc()} * second;
}

QString timeLabel(std::int64_t at, std::int64_t step, Zone zone)
{
    const QDateTime time = toDateTime(TimePoint(Duration(at)), zone);
    if (step >= day || time.time() == QTime(0, 0))
        return QLocale().toString(time.date(), QStringLiteral("d MMM"));
    return time.toString(step < minute ? u"HH:mm:ss" : u"HH:mm");
}

/// 1, 2 or 5 times a power of ten, at least `wanted`.
double roundStep(double wanted)
{
    const double magnitude = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * magnitude >= wanted * (1 - 1e-9))
            return factor * magnitude;
    return 10 * magnitude;
}

DurationStep durationStep(double wanted)
{
    for (const auto& step : durationSteps)
        if (step.ms >= wanted * (1 - 1e-9))
            return step;
    return durationSteps.back();
}

double stepFor(double wanted, ChartUnit unit)
{
    const double least = unit == ChartUnit::Count ? 1 : 1e-3;
    return unit == ChartUnit::Time ? durationStep(wanted).ms : roundStep(std::max(wanted, least));
}

/// Labels of one axis share their number of decimals.
QString numberLabel(double value, double step)
{
    if (value >= 1e6 && step >= 1e5)
        return QString::number(value / 1e6, 'f', step < 1e6 ? 1 : 0) + QStringLiteral("\u00a0M");
    if (step >= 1)
        return toQString(formatNumber(std::llround(value)));
    return QString::number(value, 'f', static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
}

} // namespace

std::vector<AxisTick> timeTicks(const TimeScale& scale, Zone zone, double labelWidth, double overhang)
{
    const double msPerPixel = static_cast<double>(scale.to - scale.from) / scale.columns;
    const double wanted = (labelWidth + 22) * msPerPixel;
    const auto found = std::find_if(timeSteps.begin(), timeSteps.end(),
                                    [&](std::int64_t step) { return static_cast<double>(step) >= wanted; });
    const std::int64_t step = found == timeSteps.end() ? timeSteps.back() : *found;
    const std::int64_t localFrom = scale.from + zoneOffset(scale.from, zone);
    std::vector<AxisTick> ticks;
    for (std::int64_t local = (localFrom + step - 1) / step * step;; local += step) {
        // The offset of a first guess decides; it differs where the clocks change.
        const std::int64_t at = local - zoneOffset(local - zoneOffset(scale.from, zone), zone);
        if (at > scale.to)
            return ticks;
        // Where the clocks change, two may come too near to each other.
        if (!ticks.empty() && scale.x(at) - scale.x(static_cast<std::int64_t>(ticks.back().at)) < labelWidth)
            continue;
        const bool clipped = scale.x(at) + labelWidth / 2 > scale.columns + overhang;
        ticks.push_back({static_cast<double>(at), clipped ? QString() : timeLabel(at, step, zone)});
    }
}

std::vector<AxisTick> valueTicks(double upper, ChartUnit unit, int most)
{
    const double wanted = upper / std::max(most, 1);
    std::vector<AxisTick> ticks{{0, QStringLiteral("0")}};
    const double step = stepFor(wanted, unit);
    const DurationStep duration = durationStep(wanted);
    const auto count = static_cast<int>(upper * (1 + 1e-9) / step);
    for (int i = 1; i <= count; ++i) {
        const double value = step * i;
        ticks.push_back(
            {value, unit == ChartUnit::Time
                        ? QStringLiteral("%1\u00a0%2").arg(std::llround(value / duration.unit)).arg(duration.name)
                        : numberLabel(value, step)});
    }
    return ticks;
}

double axisEnd(double highest, double current, ChartUnit unit)
{
    const double least = unit == ChartUnit::Time ? 100 : unit == ChartUnit::Rate ? 1 : 10;
    const double wanted = std::max(std::isfinite(highest) ? highest * 1.05 : 0, least);
    const double step = stepFor(wanted / 5, unit);
    const double end = std::ceil(wanted / step - 1e-9) * step;
    return end > current || end <= current / 2 || current <= 0 ? end : current;
}

} // namespace projectionist
