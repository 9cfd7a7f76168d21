// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterlookup.h"

#include "backend/deadletter/decode.h"
#include "backend/deadletter/headervalue.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

/// Whether a person may have written it; binary numbers are valid UTF-8 as well.
bool looksLikeText(std::string_view bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte < 0x7f) || c == '\t' || c == '\n' || c == '\r';
    });
}

/// JSON behind a schema's number tells its fields by itself. A number or a text alone may be anything's bytes.
bool isDocument(std::string_view text)
{
    return (text.starts_with('{') || text.starts_with('[')) && nlohmann::json::accept(text);
}

/// Walks a JSON text and keeps what stands at one path. However deep the text is, it remembers only the path.
class PathReader : public nlohmann::json_sax<nlohmann::json>
{
public:
    explicit PathReader(const std::vector<FilterPathPart>& path) : m_path(path) {}

    [[nodiscard]] const std::optional<FilterValue>& found() const { return m_found; }

    bool null() override { return take(FilterAbsent{}); }
    bool boolean(bool value) override { return take(value); }
    bool number_integer(std::int64_t value) override { return take(FilterNumber(value)); }
    bool number_unsigned(std::uint64_t value) override
    {
        if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return take(FilterNumber(static_cast<std::int64_t>(value)));
        return take(FilterNumber(static_cast<double>(value)));
    }
    bool number_float(double value, const std::string&) override { return take(FilterNumber(value)); }
    bool string(std::string& value) override { return take(std::move(value)); }
    bool binary(nlohmann::json::binary_t&) override { return take(FilterComposite{}); }
    bool start_object(std::size_t) override { return open(false); }
    bool start_array(std::size_t) override { return open(true); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(std::string& name) override
    {
        if (m_depth == m_open.size())
            m_open.back().matches = m_path[m_depth - 1] == FilterPathPart(name);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

private:
    /// A container on the path.
    struct Container
    {
        bool array = false;
        bool matches = false; ///< the present member is the path's next part
        std::size_t next = 0; ///< element of an array
    };

    /// A value begins: true if it, or something in it, may be meant.
    bool onPath()
    {
        if (m_depth != m_open.size())
            return false;
        if (m_open.empty())
            return true;
        Container& container = m_open.back();
        if (container.array)
            container.matches = m_path[m_depth - 1] == FilterPathPart(container.next++);
        return container.matches;
    }
    template<typename Value>
    bool take(Value&& value)
    {
        if (onPath() && m_depth == m_path.size())
            m_found = std::forward<Value>(value);
        return true;
    }
    bool open(bool array)
    {
        const bool leads = onPath();
        if (leads && m_depth == m_path.size())
            m_found = FilterComposite{};
        else if (leads)
            m_open.push_back({array});
        ++m_depth;
        return true;
    }
    bool close()
    {
        if (m_depth-- == m_open.size())
            m_open.pop_back();
        return true;
    }

    const std::vector<FilterPathPart>& m_path;
    std::vector<Container> m_open;
    std::size_t m_depth = 0; ///< of all containers that are open
    std::optional<FilterValue> m_found;
};

} // namespace

FilterValue textOrComposite(std::string_view bytes)
{
    std::string text = readable(bytes);
    return text == bytes ? FilterValue(std::move(text)) : FilterValue(FilterComposite{});
}

FilterValue headerOf(LetterScanner& scanner, const RawLetter& letter, std::string_view name)
{
    static_cast<void>(scanner.scan(letter));
    const auto headers = scanner.headers(); // with those that are embedded in the value
    const auto last =
        std::find_if(headers.rbegin(), headers.rend(), [&](const auto& header) { return header.name == name; });
    if (last == headers.rend() || !last->value)
        return FilterAbsent{};
    if (looksLikeText(*last->value))
        return std::string(*last->value);
    const auto at = static_cast<std::size_t>(std::distance(last, headers.rend())) - 1;
    const std::string bytes(*last->value);
    const DecodedHeader header = decode(scanner, letter).headers[at];
    return header.family.empty() ? textOrComposite(bytes) : FilterValue(header.text);
}

tl::expected<FilterValue, PayloadGap> payloadOf(const LetterScan& scan, const std::vector<FilterPathPart>& path,
                                                FilterPayloads* payloads)
{
    if (!scan.value)
        return FilterAbsent{};
    const bool cut = (scan.flags & PayloadCut) != 0;
    const auto framed = registryBytes(*scan.value);
    std::string_view text = framed ? framed->body : *scan.value;
    std::string decoded;
    if (framed && !cut && !isDocument(text)) {
        auto json = payloads ? payloads->json(*framed) : tl::unexpected(PayloadGap{PayloadGap::Reason::NoRegistry});
        const bool plain = !json && json.error().reason == PayloadGap::Reason::NoRegistry && path.empty();
        if (!json && !plain)
            return tl::unexpected(json.error());
        decoded = plain ? std::string(*scan.value) : *std::move(json);
        text = decoded;
    }
    if (path.empty())
        return cut ? tl::unexpected(PayloadGap{}) : tl::expected<FilterValue, PayloadGap>(textOrComposite(text));
    PathReader reader(path);
    const bool whole = nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
    if (cut && !reader.found())
        return tl::unexpected(PayloadGap{});
    return whole || cut ? reader.found().value_or(FilterAbsent{}) : FilterAbsent{};
}

} // namespace projectionist
