// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/decodesettings.h"
#include "backend/core/error.h"
#include "backend/deadletter/filtertree.h"
#include "backend/deadletter/rawletter.h"

#include <functional>

namespace projectionist {

/// "$.error.causes[0]['class']" as its parts; nullopt: it is no such path, or one for several places.
[[nodiscard]] std::optional<std::vector<FilterPathPart>> jsonPathOf(std::string_view text);

/// Profiles whose failure stands in the value itself: a JSON document around the event. Immutable.
class Envelopes
{
public:
    enum class Part : std::uint8_t
    {
        Header, ///< of the failure
        Payload,
        Key,
        EventHeaders
    };
    /// What of a value is the event, by the word of one profile.
    struct Event
    {
        std::optional<std::optional<std::string_view>> payload{}; ///< nullopt: not there; null within: a tombstone
        std::optional<std::string_view> key{};
        std::vector<RawHeader> headers{};
        bool undecodable = false; ///< some of it is no Base64, although it should be: it is as it stands there
    };
    using Events = std::vector<Event>; ///< by the profile's position
    /// Keeps a text that stands nowhere as it is.
    using Keep = std::function<std::string_view(std::string)>;

    /// Configuration: a path that is none.
    [[nodiscard]] static Result<Envelopes> build(const std::vector<HeaderProfile>& profiles);

    [[nodiscard]] bool empty() const { return m_fields.empty(); }
    /// Whether the profile looks into values, and for this.
    [[nodiscard]] bool has(std::size_t profile) const;
    [[nodiscard]] bool has(std::size_t profile, Part part) const;
    /// Appends a header for everything of a failure that stands at a mapped place, named by its path. Linear in the
    /// value, whose beginning is enough.
    void read(std::string_view value, std::vector<RawHeader>& headers, Events& events, const Keep& keep) const;

private:
    struct Field
    {
        std::vector<FilterPathPart> path;
        std::string name; ///< as written
        std::size_t profile = 0;
        Part part = Part::Header;
        bool base64 = false;
    };
    class Reader;
    [[nodiscard]] Result<void> add(const HeaderProfile& profile, std::size_t position, const std::string& path,
                                   Part part, bool base64);

    std::vector<Field> m_fields;
};

/// Whether a mapping's name is a place in the value rather than a header.
[[nodiscard]] inline bool isJsonPath(std::string_view name)
{
    return name.starts_with("$.") || name.starts_with("$[");
}

} // namespace projectionist
