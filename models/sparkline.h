// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"
#include "backend/history/history.h"

#include <QMetaType>
#include <QSharedDataPointer>
#include <span>
#include <vector>

namespace projectionist {

/// The lag of the last hour in 120 buckets of 30 s, worst value of each; what a table cell draws. Cheap to copy.
class Sparkline
{
public:
    static constexpr std::size_t buckets = 120;
    static constexpr Duration width{30'000};

    Sparkline();
    Sparkline(const Sparkline&);
    Sparkline(Sparkline&&) noexcept;
    Sparkline& operator=(const Sparkline&);
    Sparkline& operator=(Sparkline&&) noexcept;
    ~Sparkline();

    /// A value older than the last hour is ignored; a younger bucket than the newest moves the window on.
    /// Returns whether anything that is drawn changed.
    bool add(TimePoint at, std::optional<Duration> lag);
    /// Lag of each bucket in milliseconds, oldest first; NaN: not known.
    [[nodiscard]] std::span<const float> values() const;
    [[nodiscard]] bool isEmpty() const;  ///< nothing is known
    [[nodiscard]] float highest() const; ///< 0 when empty

    bool operator==(const Sparkline& other) const;

private:
    struct Data;
    QSharedDataPointer<Data> d;
};

} // namespace projectionist

Q_DECLARE_METATYPE(projectionist::Sparkline)
