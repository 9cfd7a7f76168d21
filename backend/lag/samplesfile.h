// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/evaluator.h"

#include <filesystem>
#include <fstream>
#include <istream>

namespace projectionist {

/// The first line of a samples file.
struct SamplesHeader
{
    std::string projection;
    EvaluatorSettings settings;
};

struct RecordedSession
{
    SamplesHeader header;
    std::vector<ProjectionSample> samples; ///< in the order of the file
};

/// Reads a recorded session (JSON lines; resources/help/samples-format.md). Errors are InvalidData and name file and
/// line.
[[nodiscard]] Result<RecordedSession> readSamples(const std::filesystem::path& file);
[[nodiscard]] Result<RecordedSession> readSamples(std::istream& in, const std::string& name);

/// Writes a session line by line; every line is flushed, so a killed recorder loses one line at most.
class SamplesWriter
{
public:
    /// Creates or truncates.
    [[nodiscard]] static Result<SamplesWriter> create(const std::filesystem::path& file, const SamplesHeader& header);
    [[nodiscard]] Result<void> append(const ProjectionSample& sample);

private:
    SamplesWriter(std::ofstream out, std::string name) : m_out(std::move(out)), m_name(std::move(name)) {}
    std::ofstream m_out;
    std::string m_name;
};

/// Single lines, without the newline.
[[nodiscard]] std::string samplesHeaderLine(const SamplesHeader& header);
[[nodiscard]] std::string sampleLine(const ProjectionSample& sample);

/// The verdict after each sample; as long as `samples`.
[[nodiscard]] std::vector<Assessment> replay(const RecordedSession& session);

} // namespace projectionist
