// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/processtree.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace projectionist {

namespace {

std::optional<ProcessEntry> readEntry(const std::filesystem::path& folder)
{
    const std::string name = folder.filename().string();
    ProcessEntry entry;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), entry.pid);
    if (failure != std::errc() || end != name.data() + name.size())
        return std::nullopt;
    std::string line;
    std::ifstream file(folder / "stat");
    std::getline(file, line);
    // The second field is the command in parentheses and may itself hold blanks and parentheses.
    const auto parenthesis = line.rfind(')');
    if (parenthesis == std::string::npos)
        return std::nullopt;
    std::istringstream rest(line.substr(parenthesis + 1));
    if (!(rest >> entry.state >> entry.parent))
        return std::nullopt;
    return entry;
}

} // namespace

std::vector<ProcessEntry> processTree(pid_t root)
{
    std::vector<ProcessEntry> all;
    std::error_code ignored; // processes come and go while we look
    for (std::filesystem::directory_iterator it("/proc", ignored), end; it != end; it.increment(ignored)) {
        if (const auto entry = readEntry(it->path()))
            all.push_back(*entry);
    }
    std::vector<ProcessEntry> tree;
    for (const auto& entry : all) {
        if (entry.pid == root)
            tree.push_back(entry);
    }
    for (std::size_t i = 0; i < tree.size(); ++i) {
        for (const auto& entry : all) {
            if (entry.parent == tree[i].pid)
                tree.push_back(entry);
        }
    }
    return tree;
}

} // namespace projectionist
