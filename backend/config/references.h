// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace projectionist {

struct ReferenceProblem
{
    std::string message;
    std::string hint;
};

/// "${env:NAME}" and "${file:PATH}" in `text` replaced by the variable's value or the file's content without its last
/// line ends. What they bring in is not looked at again. Relative paths start at `folder`. In a connection URI, values
/// within user, password and parameters are percent-encoded. Files read are added to `files`.
[[nodiscard]] tl::expected<std::string, ReferenceProblem> resolveReferences(const std::string& text,
                                                                            const std::filesystem::path& folder,
                                                                            std::vector<std::filesystem::path>& files);

/// The same text with relative paths in "${file:PATH}" made absolute, so that it may move to another folder.
[[nodiscard]] std::string absoluteReferences(const std::string& text, const std::filesystem::path& folder);

/// "~/x" -> $HOME/x; relative paths start at `folder`.
[[nodiscard]] std::filesystem::path expandedPath(const std::string& path, const std::filesystem::path& folder);

/// $HOME, or the password database's word where it is not set.
[[nodiscard]] std::filesystem::path homeDirectory();

/// A larger file is no configuration.
constexpr std::uintmax_t mostConfigBytes = 16U << 20U;

} // namespace projectionist
