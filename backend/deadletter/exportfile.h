// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace projectionist {

/// A file that is written piece by piece and appears when it is whole. Only its owner may read it. What was not
/// finished leaves nothing behind, and a file that was there before as it was.
class ExportFile
{
public:
    /// Configuration: something stands there that is no file.
    [[nodiscard]] static Result<ExportFile> open(const std::string& file);
    ~ExportFile();
    ExportFile(ExportFile&& other) noexcept;
    ExportFile(const ExportFile&) = delete;
    ExportFile& operator=(const ExportFile&) = delete;
    ExportFile& operator=(ExportFile&&) = delete;

    [[nodiscard]] Result<void> write(std::string_view text);
    /// The file takes its name, in place of one that was there.
    [[nodiscard]] Result<void> finish();

private:
    ExportFile() = default;

    std::filesystem::path m_target;
    std::string m_temporary;
    int m_descriptor = -1;
};

} // namespace projectionist
