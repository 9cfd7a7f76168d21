// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/deadletterexport.h"

#include "app/ctl/deadletterescape.h"
#include "backend/core/base64.h"
#include "backend/core/format.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace projectionist::ctl {

namespace {

namespace fs = std::filesystem;

constexpr const char* listColumns =
    "reference,topic,arrived,arrived_by,failed_at,event,key,key_encoding,origin_topic,origin_partition,origin_offset,"
    "projection,consumer,tries,hops,exception,message_pattern,frame,families,size,state,group";
constexpr const char* contentColumns = ",message,event_id,headers,payload,payload_encoding,payload_note";
constexpr const char* csvEnd = "\r\n";

std::string csvTime(const std::optional<TimePoint>& time)
{
    return time ? formatRfc3339(*time) : "";
}

template<typename Number>
std::string csvNumber(const std::optional<Number>& value)
{
    return value ? fmt::format("{}", *value) : "";
}

/// Two fields: bytes that are no UTF-8 in Base64, and which of both it is.
std::vector<std::string> csvBytes(const std::optional<std::string>& bytes)
{
    if (!bytes)
        return {"", ""};
    return isUtf8(*bytes) ? std::vector<std::string>{csvField(*bytes), "utf-8"}
                          : std::vector<std::string>{base64Of(*bytes), "base64"};
}

void append(std::vector<std::string>& fields, std::vector<std::string> more)
{
    fields.insert(fields.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<std::string> contentFields(const DeadLetter& letter, const DeadLetterLook& look)
{
    Json headers = Json::array();
    for (const auto& header : letter.headers)
        headers.push_back({header.name, header.value ? Json(shownHeader(header, look)) : Json()});
    auto headersText = harmlessJson(text(headers, true));
    headersText.erase(headersText.find_last_not_of('\n') + 1);
    std::vector<std::string> fields{csvField(letter.failure.message), csvField(letter.eventId), csvField(headersText)};
    const auto payload = letter.value ? shownPayload(*letter.value, look) : MaskedPayload{};
    const bool shown = letter.value && payload.withheld == Withheld::No;
    append(fields, csvBytes(shown ? std::optional(payload.value.text) : std::nullopt));
    fields.push_back(csvField(letter.value ? maskNote(payload) : ""));
    return fields;
}

} // namespace

Result<ExportTarget> ExportTarget::open(const std::string& file, Console& console)
{
    ExportTarget target(console);
    if (file.empty())
        return target;
    std::error_code error;
    target.m_target = fs::weakly_canonical(file, error); // a symbolic link stays one
    if (error)
        target.m_target = fs::absolute(file);
    if (fs::exists(target.m_target, error) && !fs::is_regular_file(target.m_target, error))
        return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("{} cannot be written", file),
                                    "it is no file", "Leave --output out and redirect standard output.", false});
    target.m_temporary =
        (target.m_target.parent_path() / ("." + target.m_target.filename().string() + ".XXXXXX")).string();
    target.m_descriptor = ::mkostemp(target.m_temporary.data(), O_CLOEXEC);
    if (target.m_descriptor < 0)
        return tl::unexpected(target.failed(errno));
    return target;
}

ExportTarget::ExportTarget(ExportTarget&& other) noexcept
    : m_console(other.m_console)
    , m_target(std::move(other.m_target))
    , m_temporary(std::move(other.m_temporary))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

ExportTarget::~ExportTarget()
{
    if (m_descriptor < 0)
        return;
    ::close(m_descriptor);
    ::unlink(m_temporary.c_str());
}

Error ExportTarget::failed(int code) const
{
    return {ErrorKind::Resource, fmt::format("{} cannot be written", m_target.string()), std::strerror(code),
            "Choose another file with --output.", false};
}

Result<void> ExportTarget::write(std::string_view text)
{
    if (m_target.empty()) {
        if (m_console.print(std::string(text)))
            return {};
        return tl::unexpected(Error{ErrorKind::Cancelled, "Nobody reads the export any more", {}, {}, false});
    }
    while (!text.empty()) {
        const auto written = ::write(m_descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return tl::unexpected(failed(errno));
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> ExportTarget::finish()
{
    if (m_target.empty())
        return {};
    if (::fsync(m_descriptor) != 0 || ::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        return tl::unexpected(failed(errno));
    ::close(std::exchange(m_descriptor, -1));
    return {};
}

std::string ExportLines::head() const
{
    return m_format == ExportFormat::Csv ? std::string(listColumns) + (m_content ? contentColumns : "") + csvEnd : "";
}

std::string ExportLines::line(const LetterView& view, const std::string& reference, const DeadLetter* letter) const
{
    if (m_format == ExportFormat::Csv)
        return csvLine(view, reference, letter);
    Json json = toJson(view, reference, m_look);
    if (letter)
        addContent(json, *letter, m_look);
    return harmlessJson(text(json, true));
}

std::string ExportLines::csvLine(const LetterView& view, const std::string& reference, const DeadLetter* letter) const
{
    std::vector<std::string> fields{csvField(reference),       csvField(view.place.id.topic), csvTime(view.arrived),
                                    basisWord(view.arrivedBy), csvTime(view.failedAt),        csvField(view.eventType)};
    append(fields, csvBytes(view.key ? std::optional(shownKey(*view.key, m_look)) : std::nullopt));
    append(fields, {csvField(view.origin.topic), csvNumber(view.origin.partition), csvNumber(view.origin.offset),
                    csvField(view.projection), csvField(view.consumer), csvNumber(view.attempts),
                    fmt::format("{}", view.hops), csvField(view.exception), csvField(view.messagePattern),
                    csvField(view.frame), csvField(fmt::format("{}", fmt::join(view.families, "; "))),
                    csvNumber(view.valueSize), stateWord(view.state), fingerprintText(view.fingerprint)});
    if (m_content)
        append(fields, letter ? contentFields(*letter, m_look) : std::vector<std::string>(6));
    return fmt::format("{}{}", fmt::join(fields, ","), csvEnd);
}

} // namespace projectionist::ctl
