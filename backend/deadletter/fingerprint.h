// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/decodesettings.h"
#include "backend/core/deadletter.h"
#include "backend/deadletter/stacktrace.h"

#include <array>

namespace projectionist {

/// What tells one failure from another. Views; empty: not known.
struct FailureKey
{
    std::string_view exception; ///< class of the root cause
    std::string_view frame;     ///< first application frame as written
    TraceKind kind = TraceKind::None;
    std::string_view message;
    std::string_view eventType;
    std::string_view origin; ///< topic; counts only where there is neither exception nor message
    bool parked = false;     ///< did not fail: waits behind a failed one
};

/// Groups failures: the hash of root exception, first application frame and event type. Where there is no frame, the
/// message with numbers, ids and quoted values taken out serves instead. Not for several threads at a time.
class Fingerprinter
{
public:
    /// Counts up when the same letter would get another hash; groups known by an older one are found no more.
    static constexpr int version = 1;

    explicit Fingerprinter(std::vector<GroupRule> rules = {});

    [[nodiscard]] std::uint64_t hash(const FailureKey& key);
    /// The hash that the same failure has in a source that keeps no stack traces, so that both can be one group.
    [[nodiscard]] std::uint64_t hashWithoutFrame(FailureKey key);
    [[nodiscard]] GroupReason explain(const FailureKey& key);

private:
    /// Fills m_text with the parts, each ended by a NUL, in the order of Part.
    void compose(const FailureKey& key);
    [[nodiscard]] const GroupRule* ruleFor(const FailureKey& key) const;
    /// See appendFrameName; an incident repeats a few frames.
    void appendKnownFrameName(TraceKind kind, std::string_view frame);

    std::vector<GroupRule> m_rules;
    std::string m_text; ///< reused
    struct KnownFrame
    {
        TraceKind kind = TraceKind::None;
        std::string frame;
        std::string name;
    };
    std::array<KnownFrame, 64> m_frames; ///< by a hash
    static constexpr std::size_t partCount = 6;
    std::array<std::size_t, partCount> m_ends{};
};

/// "com.acme.Orders.apply" of "app//com.acme.Orders$$SpringCGLIB$$0.apply(Orders.java:12)": without line numbers,
/// loaders, proxies and what compilers count.
void appendFrameName(TraceKind kind, std::string_view frame, std::string& out);
[[nodiscard]] std::string frameName(TraceKind kind, std::string_view frame);
/// The message without what changes from letter to letter: "Order # not found in '…'". At most 256 bytes.
void appendNormalisedMessage(std::string_view message, std::string& out);
[[nodiscard]] std::string normalisedMessage(std::string_view message);
/// '*' any text, '?' any character; empty matches everything. No worse than pattern times text.
[[nodiscard]] bool matchesPattern(std::string_view pattern, std::string_view text) noexcept;

} // namespace projectionist
