// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/payloadpaths.h"

#include "backend/deadletter/filterparser.h"
#include "backend/deadletter/headervalue.h"
#include "backend/deadletter/jsonwalk.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

Error unreadable(std::string why)
{
    return {ErrorKind::InvalidData, {}, std::move(why), {}, false};
}

/// What a JSON string means; an Error where no table can hold it.
Result<EventValue> textValue(std::string_view quoted)
{
    std::string text = jsonStringText(quoted);
    const bool escaped = quoted.find('\\') != std::string_view::npos;
    if (escaped && text == quoted.substr(1, quoted.size() - 2) && !jsonText(quoted))
        return tl::unexpected(unreadable(fmt::format("{} is no JSON string", readable(quoted))));
    if (text.find('\0') != std::string::npos)
        return tl::unexpected(unreadable("it holds U+0000, which no text of a table can hold"));
    if (readable(text) != text)
        return tl::unexpected(unreadable("it holds bytes that are no UTF-8"));
    return EventValue{EventValue::Kind::Text, std::move(text)};
}

Result<EventValue> scalarValue(const JsonWalk& walk)
{
    const auto text = walk.text();
    if (walk.kind() == JsonWalk::Kind::String)
        return textValue(text);
    if (walk.kind() == JsonWalk::Kind::Number)
        return EventValue{EventValue::Kind::Number, std::string(text)};
    if (text == "null")
        return EventValue{EventValue::Kind::Null, {}};
    return EventValue{EventValue::Kind::Boolean, std::string(text)};
}

bool isAt(std::span<const FilterPathPart> place, const PayloadPaths::Path& path)
{
    return std::equal(place.begin(), place.end(), path.begin(), path.end());
}

/// One pass over one document.
class PayloadPass
{
public:
    PayloadPass(std::string_view json, const std::vector<PayloadPaths::Path>& paths, std::vector<EventValue>& values)
        : m_json(json), m_walk(json), m_paths(paths), m_values(values), m_begins(paths.size())
    {
    }

    Result<void> run()
    {
        while (m_walk.next())
            for (std::size_t i = 0; i < m_paths.size(); ++i)
                if (isAt(m_walk.path(), m_paths[i]))
                    if (auto taken = take(i); !taken)
                        return taken;
        if (m_walk.state() == JsonWalk::State::TooDeep)
            return tl::unexpected(unreadable(fmt::format("its payload is nested deeper than {}", JsonWalk::deepest)));
        if (m_walk.state() != JsonWalk::State::Whole)
            return tl::unexpected(unreadable(
                fmt::format("its payload is no JSON: it breaks off at byte {} of {}", m_walk.end(), m_json.size())));
        return {};
    }

private:
    Result<void> take(std::size_t place)
    {
        const auto kind = m_walk.kind();
        if (kind == JsonWalk::Kind::Object || kind == JsonWalk::Kind::Array) {
            m_begins[place] = m_walk.begin();
            return {};
        }
        if (kind == JsonWalk::Kind::End) {
            const auto text = m_json.substr(m_begins[place], m_walk.end() - m_begins[place]);
            m_values[place] = {EventValue::Kind::Json, std::string(text)};
            return {};
        }
        auto value = scalarValue(m_walk);
        if (!value)
            return tl::unexpected(value.error());
        m_values[place] = *std::move(value);
        return {};
    }

    std::string_view m_json;
    JsonWalk m_walk;
    const std::vector<PayloadPaths::Path>& m_paths;
    std::vector<EventValue>& m_values;
    std::vector<std::size_t> m_begins; ///< of objects and arrays that are open
};

} // namespace

std::size_t PayloadPaths::add(const Path& path)
{
    const auto found = std::find(m_paths.begin(), m_paths.end(), path);
    if (found != m_paths.end())
        return static_cast<std::size_t>(std::distance(m_paths.begin(), found));
    m_paths.push_back(path);
    return m_paths.size() - 1;
}

Result<void> PayloadPaths::read(std::string_view json, std::vector<EventValue>& values) const
{
    values.assign(m_paths.size(), EventValue{});
    return PayloadPass(json, m_paths, values).run();
}

Result<PayloadPaths::Path> parsePayloadPath(std::string_view text)
{
    // The filter language knows such paths: "payload.order.version".
    if (text == "$")
        return PayloadPaths::Path();
    const FilterSchema noFields({});
    const auto analysis = text.starts_with("$.") || text.starts_with("$[")
                              ? analyseFilter(fmt::format("payload{} == 0", text.substr(1)), noFields)
                              : FilterAnalysis();
    const bool isPath = analysis.ok() && analysis.tree && analysis.tree->kind == FilterNode::Kind::Compare &&
                        analysis.tree->operand.kind == FilterOperand::Kind::Payload;
    if (!isPath)
        return tl::unexpected(Error{ErrorKind::Configuration,
                                    {},
                                    fmt::format("\"{}\" is no JSON path", text),
                                    "Paths look like \"$.order.total\", \"$.lines[0].price\", \"$['a b']\".",
                                    false});
    return analysis.tree->operand.path;
}

} // namespace projectionist
