// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"

#include <memory>

namespace projectionist {

struct EvaluatorSettings
{
    std::optional<Duration> objective;
    Duration interval{1000};              ///< between samples; three of them without a fresh one make Unknown
    bool rebuild = false;                 ///< a green projection: catching up is not an incident
    std::vector<TimePoint> knownResets{}; ///< positions set back on purpose; no Rewound within two minutes of one
};

/// Turns the samples of one projection into verdicts. A pure function of the samples given so far and the clock values
/// in them: the same samples give the same verdicts, whenever and wherever. One thread. Memory is bounded.
class Evaluator
{
public:
    explicit Evaluator(EvaluatorSettings settings);
    ~Evaluator();
    Evaluator(Evaluator&&) noexcept;
    Evaluator& operator=(Evaluator&&) noexcept;

    /// Samples in the order of time. `now` is the wall clock of the evaluation, `monotonic` the same instant.
    [[nodiscard]] Assessment step(const ProjectionSample& sample, TimePoint now, Duration monotonic);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace projectionist
