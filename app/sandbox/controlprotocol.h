// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/control.h"

#include <nlohmann/json.hpp>

namespace projectionist {

/// One line of JSON each way: {"command": "list" | "status"}, {"command": "inject" | "clear", "fault": NAME}. The
/// answer has "ok"; if that is false, "error"; else "faults" or "status".
inline constexpr std::size_t longestControlLine = 64 * 1024;

void to_json(nlohmann::json& json, const SandboxFault& fault);
void from_json(const nlohmann::json& json, SandboxFault& fault);
void to_json(nlohmann::json& json, const SandboxProcess& process);
void from_json(const nlohmann::json& json, SandboxProcess& process);
void to_json(nlohmann::json& json, const SandboxStatus& status);
void from_json(const nlohmann::json& json, SandboxStatus& status);
[[nodiscard]] nlohmann::json errorToJson(const Error& error);
[[nodiscard]] Error errorFromJson(const nlohmann::json& json);

/// Reads up to the end of line or of the connection; nullopt when the time is over or the line is too long.
[[nodiscard]] std::optional<std::string> readLine(int socket, Duration timeout);
[[nodiscard]] bool writeAll(int socket, const std::string& text);

} // namespace projectionist
