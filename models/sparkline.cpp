// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sparkline.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace projectionist {

namespace {

constexpr float noValue = std::numeric_limits<float>::quiet_NaN();

std::int64_t bucketOf(TimePoint at)
{
    return at.time_since_epoch().count() / Sparkline::width.count();
}

} // namespace

struct Sparkline::Data : QSharedData
{
    Data() { values.fill(noValue); }

    std::int64_t newest = 0; ///< number of the last bucket since 1970; 0: nothing was added yet
    std::array<float, buckets> values{};
};

Sparkline::Sparkline()
{
    // One empty line for all: a table of 500 rows starts with nothing known.
    static const QSharedDataPointer<Data> empty(new Data);
    d = empty;
}

Sparkline::Sparkline(const Sparkline&) = default;
Sparkline::Sparkline(Sparkline&&) noexcept = default;
Sparkline& Sparkline::operator=(const Sparkline&) = default;
Sparkline& Sparkline::operator=(Sparkline&&) noexcept = default;
Sparkline::~Sparkline() = default;

bool Sparkline::add(TimePoint at, std::optional<Duration> lag)
{
    const std::int64_t bucket = bucketOf(at);
    const std::int64_t oldest = d.constData()->newest - static_cast<std::int64_t>(buckets) + 1;
    if (bucket < oldest)
        return false;
    bool changed = false;
    if (bucket > d.constData()->newest) {
        const auto shift =
            static_cast<std::size_t>(std::min(bucket - d.constData()->newest, static_cast<std::int64_t>(buckets)));
        std::shift_left(d->values.begin(), d->values.end(), static_cast<std::ptrdiff_t>(shift));
        std::fill(d->values.end() - static_cast<std::ptrdiff_t>(shift), d->values.end(), noValue);
        d->newest = bucket;
        changed = true;
    }
    if (!lag)
        return changed;
    const auto index =
        static_cast<std::size_t>(bucket - (d.constData()->newest - static_cast<std::int64_t>(buckets) + 1));
    const auto value = static_cast<float>(lag->count());
    const float before = d.constData()->values[index];
    if (!std::isnan(before) && before >= value)
        return changed;
    d->values[index] = value;
    return true;
}

std::span<const float> Sparkline::values() const
{
    return d->values;
}

bool Sparkline::isEmpty() const
{
    return std::all_of(d->values.begin(), d->values.end(), [](float value) { return std::isnan(value); });
}

float Sparkline::highest() const
{
    float highest = 0;
    for (const float value : d->values)
        highest = value > highest ? value : highest;
    return highest;
}

bool Sparkline::operator==(const Sparkline& other) const
{
    // By their bits, since NaN differs from itself.
    const auto bits = [](float value) { return std::bit_cast<std::uint32_t>(value); };
    return d == other.d ||
           (d->newest == other.d->newest && std::ranges::equal(d->values, other.d->values, {}, bits, bits));
}

} // namespace projectionist
