// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/timeexpression.h"

#include "backend/core/format.h"

#include <fmt/format.h>
#include <regex>

namespace projectionist::ctl {

Result<TimePoint> parseTimeExpression(const std::string& text, TimePoint now)
{
    static const std::regex expression(
        R"(\s*(now|(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?)?\s*Z?)\s*(?:([-+])\s*((?:\d+[a-z]+)+))?\s*)");
    const Error bad{ErrorKind::Configuration,
                    fmt::format("\"{}\" is not a time", text),
                    {},
                    "Write now, now-6h, 2026-11-21, \"2026-11-21 02:10\" or 2026-11-21T02:10:00Z",
                    false};
    std::smatch match;
    if (!std::regex_match(text, match, expression))
        return tl::unexpected(bad);
    TimePoint at = now;
    if (match[1] != "now") {
        const std::string clock =
            match[3].matched ? match[3].str() + (match[4].matched ? match[4].str() : ":00") : "00:00:00";
        const auto parsed = parseRfc3339(match[2].str() + 'T' + clock + 'Z');
        if (!parsed)
            return tl::unexpected(bad);
        at = *parsed;
    }
    if (!match[5].matched)
        return at;
    const auto shift = parseDuration(match[6]);
    if (!shift)
        return tl::unexpected(bad);
    return match[5] == "-" ? at - *shift : at + *shift;
}

} // namespace projectionist::ctl
