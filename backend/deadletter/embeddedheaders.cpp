// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/embeddedheaders.h"

namespace projectionist {

namespace {

/// A big-endian length of `bytes` bytes and so much text; nullopt when there is not so much.
std::optional<std::string_view> takeText(std::string_view& rest, std::size_t bytes)
{
    if (rest.size() < bytes)
        return std::nullopt;
    std::size_t length = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        length = length << 8 | static_cast<unsigned char>(rest[i]);
    rest.remove_prefix(bytes);
    if (rest.size() < length)
        return std::nullopt;
    const auto text = rest.substr(0, length);
    rest.remove_prefix(length);
    return text;
}

} // namespace

std::optional<std::string_view> takeEmbeddedHeaders(std::string_view value, std::vector<RawHeader>& headers)
{
    if (value.size() < 2 || value.front() != '\xff')
        return std::nullopt;
    const std::size_t before = headers.size();
    std::string_view rest = value.substr(2);
    for (int left = static_cast<unsigned char>(value[1]); left > 0; --left) {
        const auto name = takeText(rest, 1);
        const auto text = name && !name->empty() ? takeText(rest, 4) : std::nullopt;
        if (!text) {
            headers.resize(before);
            return std::nullopt;
        }
        headers.push_back({*name, *text == "null" ? std::nullopt : std::optional(*text)});
    }
    return headers.size() > before ? std::optional(rest) : std::nullopt;
}

} // namespace projectionist
