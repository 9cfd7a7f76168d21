// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/fingerprint.h"

#include "backend/deadletter/hash.h"

#include <algorithm>

namespace projectionist {

namespace {

enum Part : std::size_t
{
    ExceptionPart,
    FramePart,
    MessagePart,
    OriginPart,
    TypePart,
    RulePart
};

constexpr std::string_view parkedText = "waits behind a failed event";

bool ruleMatches(const GroupRule& rule, const FailureKey& key)
{
    return matchesPattern(rule.exception, key.exception) && matchesPattern(rule.eventType, key.eventType) &&
           matchesPattern(rule.message, key.message);
}

} // namespace

Fingerprinter::Fingerprinter(std::vector<GroupRule> rules) : m_rules(std::move(rules)) {}

const GroupRule* Fingerprinter::ruleFor(const FailureKey& key) const
{
    const auto rule = std::find_if(m_rules.begin(), m_rules.end(),
                                   [&key](const GroupRule& candidate) { return ruleMatches(candidate, key); });
    return rule == m_rules.end() ? nullptr : &*rule;
}

void Fingerprinter::compose(const FailureKey& key)
{
    m_text.clear();
    const GroupRule* const rule = ruleFor(key);
    const bool merged = rule && rule->action == GroupRule::Action::Merge;
    const auto end = [this](Part part) {
        m_ends[part] = m_text.size();
        m_text += '\0';
    };
    if (!merged)
        m_text += key.exception;
    end(ExceptionPart);
    if (!merged && !key.frame.empty())
        appendKnownFrameName(key.kind, key.frame);
    const bool hasFrame = m_text.size() > m_ends[ExceptionPart] + 1;
    end(FramePart);
    if (!merged && key.parked)
        m_text += parkedText;
    else if (!merged && !hasFrame)
        appendNormalisedMessage(key.message, m_text);
    const bool hasMessage = m_text.size() > m_ends[FramePart] + 1;
    end(MessagePart);
    if (!merged && !hasFrame && !hasMessage && key.exception.empty())
        m_text += key.origin;
    end(OriginPart);
    if (!merged)
        m_text += key.eventType;
    end(TypePart);
    if (rule)
        m_text += rule->name;
    end(RulePart);
}

void Fingerprinter::appendKnownFrameName(TraceKind kind, std::string_view frame)
{
    KnownFrame& known = m_frames[hashOf(frame) % m_frames.size()];
    if (known.kind != kind || known.frame != frame) {
        known = {kind, std::string(frame), {}};
        appendFrameName(kind, frame, known.name);
    }
    m_text += known.name;
}

std::uint64_t Fingerprinter::hash(const FailureKey& key)
{
    compose(key);
    return hashOf(m_text, version);
}

std::uint64_t Fingerprinter::hashWithoutFrame(FailureKey key)
{
    key.frame = {};
    return hash(key);
}

GroupReason Fingerprinter::explain(const FailureKey& key)
{
    compose(key);
    const auto part = [this](Part which) {
        const std::size_t begin = which == ExceptionPart ? 0 : m_ends[which - 1] + 1;
        return m_text.substr(begin, m_ends[which] - begin);
    };
    return {version,          part(ExceptionPart), part(FramePart), part(MessagePart),
            part(OriginPart), part(TypePart),      part(RulePart)};
}

bool matchesPattern(std::string_view pattern, std::string_view text) noexcept
{
    if (pattern.empty())
        return true;
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

} // namespace projectionist
