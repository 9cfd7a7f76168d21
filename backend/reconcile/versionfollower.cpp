// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/versionfollower.h"

#include <fmt/format.h>

namespace projectionist {

std::optional<VersionProblem> VersionFollower::take(const TopicPartition& id, Offset offset, std::string_view key,
                                                    std::int64_t version)
{
    const std::size_t hash =
        std::hash<std::string>()(fmt::format("{}\n{}\n{}", id.topic, id.partition, key)); // 64 bits: no two are alike
    auto found = m_keys.find(hash);
    if (found == m_keys.end()) {
        if (m_keys.size() < m_mostKeys)
            m_keys.emplace(hash, Highest{version, offset});
        else
            ++m_notFollowed;
        return std::nullopt;
    }
    Highest& highest = found->second;
    const auto problem = [&](const char* name, const std::string& text) {
        return VersionProblem{name, fmt::format("{}: offset {} has {}, offset {} has {}", text, highest.offset,
                                                highest.version, offset, version)};
    };
    if (version == highest.version)
        return problem("duplicate", fmt::format("version {} is there again", version));
    if (version < highest.version)
        return problem("step back", fmt::format("version {} comes after {}", version, highest.version));
    std::optional<VersionProblem> gap;
    if (version - 1 > highest.version)
        gap = problem("gap", highest.version + 2 == version
                                 ? fmt::format("version {} is missing", version - 1)
                                 : fmt::format("versions {} to {} are missing", highest.version + 1, version - 1));
    highest = {version, offset};
    return gap;
}

} // namespace projectionist
