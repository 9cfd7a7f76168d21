// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace projectionist {

/// Reads the #include lines and the CMake link lines below root and returns every breach of the architecture as
/// "file:line: what is wrong", sorted. The rules: app -> widgets -> models -> backend, nothing the other way; no Qt in
/// backend/, app/sandbox/ and app/ctl/; no Qt Widgets in models/; librdkafka, libpqxx and QCustomPlot only in their
/// folders; no two headers with types of one name in one namespace.
[[nodiscard]] std::vector<std::string> findBreaches(const std::filesystem::path& root);

} // namespace projectionist
