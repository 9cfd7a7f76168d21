// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"

#include "backend/deadletter/letterdesk.h"

#include <CLI/CLI.hpp>

namespace projectionist::ctl {

/// Of all subcommands of "deadletters"; each has its part.
struct DeadLetterOptions
{
    std::string command; ///< "list"
    std::string where;
    std::string zone = "utc"; ///< of times in `where` that have none: utc or local
    std::string group;
    std::string sort = "arrived:desc";
    std::string reference;
    std::vector<std::string> references;
    std::string format = "jsonl";
    std::string output;
    std::string timeout;
    std::string logTime = "4s";
    std::uint64_t limit = 0; ///< 0: not given
    std::uint64_t bytes = 1U << 20;
    bool all = false;
    bool json = false;
    bool follow = false;
    bool exitCode = false;
    bool unmask = false;
    bool original = false;
    bool allFrames = false;
    std::string payload = "none"; ///< of an export: decoded, raw or none
    bool resolved = false;
    std::string note;
};

/// Which zone a filter's times are of; `zone` has to live as long as the command.
void addZoneOption(CLI::App& command, std::string& zone);

/// What was asked for, checked; nullopt: it was complained about.
struct DeadLetterRequest
{
    Workspace workspace;
    LetterQuery query; ///< filter and order
    Duration timeout{0};
};
[[nodiscard]] std::optional<DeadLetterRequest> deadLetterRequest(const DeadLetterOptions& options, Session& session);

// Each answers with an ExitCode.
int listDeadLetters(const DeadLetterOptions& options, Session& session);
int groupDeadLetters(const DeadLetterOptions& options, Session& session);
int showDeadLetter(const DeadLetterOptions& options, Session& session);
int exportDeadLetters(const DeadLetterOptions& options, Session& session);
int resolveDeadLetters(const DeadLetterOptions& options, Session& session);
int restoreDeadLetters(const DeadLetterOptions& options, Session& session);
int judgeDeadLetters(const DeadLetterOptions& options, Session& session);

} // namespace projectionist::ctl
