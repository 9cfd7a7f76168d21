// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/payloadview.h"

#include "models/text.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <QChar>
#include <QCoreApplication>
#include <QLocale>

namespace projectionist {

namespace {

struct PayloadNote
{
    Q_DECLARE_TR_FUNCTIONS(PayloadNote)
};

/// The code point at the beginning of `bytes` and its length; nullopt if that is no valid UTF-8.
std::optional<std::pair<char32_t, std::size_t>> decodeOne(std::string_view bytes)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return std::pair{static_cast<char32_t>(first), std::size_t{1}};
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || bytes.size() < length)
        return std::nullopt;
    char32_t code = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80)
            return std::nullopt;
        code = (code << 6U) | (byte(i) & 0x3fU);
    }
    constexpr std::array<char32_t, 5> shortest{0, 0, 0x80, 0x800, 0x10000};
    if (code < shortest[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return std::nullopt;
    return std::pair{code, length};
}

bool isInvisible(char32_t code)
{
    switch (QChar::category(code)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

/// "\\u202e": by hand, since there may be hundreds of thousands.
void appendEscape(QString& text, char letter, char32_t code, int digits)
{
    text += u'\\';
    text += QLatin1Char(letter);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        text += QLatin1Char("0123456789abcdef"[(code >> static_cast<unsigned>(shift)) & 0xfU]);
}

/// How many of the first bytes are plain printable ASCII.
std::size_t plainLength(std::string_view bytes)
{
    const auto end = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c < 0x20 || c > 0x7e; });
    return static_cast<std::size_t>(end - bytes.begin());
}

struct Visible
{
    QString text;
    qsizetype invisible = 0; ///< characters that were written as escapes
    qsizetype invalid = 0;   ///< bytes that are no UTF-8
};

Visible makeVisible(std::string_view bytes, bool multiline)
{
    Visible visible;
    visible.text.reserve(static_cast<qsizetype>(bytes.size()));
    while (!bytes.empty()) {
        if (const auto plain = plainLength(bytes); plain > 0) {
            visible.text += QLatin1String(bytes.data(), static_cast<qsizetype>(plain));
            bytes.remove_prefix(plain);
            continue;
        }
        const auto one = decodeOne(bytes);
        if (!one) {
            appendEscape(visible.text, 'x', static_cast<unsigned char>(bytes[0]), 2);
            ++visible.invalid;
            bytes.remove_prefix(1);
            continue;
        }
        const auto [code, length] = *one;
        bytes.remove_prefix(length);
        const bool lineBreak = code == U'\n' || (code == U'\r' && bytes.starts_with('\n'));
        if (multiline && (lineBreak || code == U'\t')) {
            if (code != U'\r')
                visible.text += QChar(static_cast<char16_t>(code));
        } else if (isInvisible(code)) {
            appendEscape(visible.text, code > 0xffff ? 'U' : 'u', code, code > 0xffff ? 8 : 4);
            ++visible.invisible;
        } else {
            visible.text += QString::fromUcs4(&code, 1);
        }
    }
    return visible;
}

/// Breaks and indents JSON without understanding values: numbers, order and duplicate keys stay as written. Also works
/// on the beginning of a document.
class JsonIndenter
{
public:
    explicit JsonIndenter(int maxDepth) : m_maxDepth(maxDepth) {}

    std::string indent(std::string_view json)
    {
        for (std::size_t i = 0; i < json.size(); ++i) {
            const char c = json[i];
            if (m_inString) {
                addInString(c);
            } else if (!std::isspace(static_cast<unsigned char>(c))) {
                const std::size_t next = json.find_first_not_of(" \t\r\n", i + 1);
                addStructure(c, next == std::string_view::npos ? '\0' : json[next]);
            }
        }
        return std::move(m_text);
    }
    [[nodiscard]] bool wasTooDeep() const { return m_tooDeep; }

private:
    void addInString(char c)
    {
        m_text += c;
        if (m_escape)
            m_escape = false;
        else if (c == '\\')
            m_escape = true;
        else if (c == '"')
            m_inString = false;
    }
    void addStructure(char c, char next)
    {
        const bool closes = c == '}' || c == ']';
        if (closes) {
            if (!std::exchange(m_empty, false))
                breakLine(m_depth - 1);
            --m_depth;
        }
        m_text += c;
        if (c == '"') {
            m_inString = true;
        } else if (c == '{' || c == '[') {
            ++m_depth;
            m_empty = next == '}' || next == ']';
            if (!m_empty)
                breakLine(m_depth);
        } else if (c == ',') {
            breakLine(m_depth);
        } else if (c == ':') {
            m_text += ' ';
        }
    }
    void breakLine(int depth)
    {
        if (m_depth > m_maxDepth) {
            m_tooDeep = true;
            return;
        }
        m_text += '\n';
        m_text.append(static_cast<std::size_t>(std::max(depth, 0)) * 2, ' ');
    }

    const int m_maxDepth;
    std::string m_text;
    int m_depth = 0;
    bool m_inString = false;
    bool m_escape = false;
    bool m_empty = false;
    bool m_tooDeep = false;
};

QString hexDump(std::string_view bytes)
{
    constexpr std::size_t perLine = 16;
    constexpr const char* digits = "0123456789abcdef";
    std::string dump;
    dump.reserve(bytes.size() * 5);
    for (std::size_t at = 0; at < bytes.size(); at += perLine) {
        const std::string_view line = bytes.substr(at, perLine);
        for (int shift = 28; shift >= 0; shift -= 4)
            dump += digits[(at >> static_cast<unsigned>(shift)) & 0xfU];
        dump += "  ";
        for (std::size_t i = 0; i < perLine; ++i) {
            const auto byte = i < line.size() ? static_cast<unsigned char>(line[i]) : 0U;
            dump += i < line.size() ? std::string{digits[byte >> 4U], digits[byte & 0xfU], ' '} : std::string("   ");
            dump += i == 7 ? " " : "";
        }
        dump += ' ';
        for (const char c : line)
            dump += c >= 0x20 && c < 0x7f ? c : '.';
        dump += '\n';
    }
    return toQString(dump);
}

bool looksLikeJson(std::string_view shown, bool whole)
{
    const auto first = shown.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return false;
    return whole ? nlohmann::json::accept(shown) : shown[first] == '{' || shown[first] == '[';
}

bool looksLikeText(const Visible& visible)
{
    return (visible.invisible + visible.invalid) * 10 <= visible.text.size();
}

void addNotes(PayloadText& payload, const Visible& visible)
{
    if (visible.invalid > 0)
        payload.notes << (visible.invalid == 1
                              ? PayloadNote::tr("1 byte is no valid UTF-8; it is written as \\x\u2026.")
                              : PayloadNote::tr("%1 bytes are no valid UTF-8; they are written as \\x\u2026.")
                                    .arg(visible.invalid));
    if (visible.invisible > 0)
        payload.notes << (visible.invisible == 1
                              ? PayloadNote::tr("1 character that cannot be seen is written as \\u\u2026.")
                              : PayloadNote::tr("%1 characters that cannot be seen are written as \\u\u2026.")
                                    .arg(visible.invisible));
}

PayloadFormat chooseFormat(std::string_view shown, bool whole, PayloadFormat wanted, PayloadText& payload)
{
    if ((wanted == PayloadFormat::Automatic || wanted == PayloadFormat::Json) && looksLikeJson(shown, whole))
        return PayloadFormat::Json;
    if (wanted == PayloadFormat::Json)
        payload.notes << PayloadNote::tr("This is no JSON.");
    if (wanted == PayloadFormat::Hex)
        return PayloadFormat::Hex;
    constexpr std::size_t enough = 16 * 1024; // to know what it looks like
    return wanted == PayloadFormat::Text || looksLikeText(makeVisible(shown.substr(0, enough), true))
               ? PayloadFormat::Text
               : PayloadFormat::Hex;
}

} // namespace

PayloadText payloadText(const std::optional<std::string>& bytes, PayloadFormat wanted, const PayloadLimits& limits)
{
    PayloadText payload;
    if (!bytes || bytes->empty()) {
        payload.notes << (bytes ? PayloadNote::tr("Empty: there are no bytes.")
                                : PayloadNote::tr("Null: there is no value (a tombstone, if it is the event's)."));
        return payload;
    }
    const std::string_view shown = std::string_view(*bytes).substr(0, limits.bytes);
    const bool whole = shown.size() == bytes->size();
    if (!whole)
        payload.notes << PayloadNote::tr("Shows the first %1 of %2.")
                             .arg(QLocale::c().formattedDataSize(static_cast<qint64>(shown.size())),
                                  QLocale::c().formattedDataSize(static_cast<qint64>(bytes->size())));
    payload.format = chooseFormat(shown, whole, wanted, payload);
    if (payload.format == PayloadFormat::Hex) {
        payload.text = hexDump(shown);
        return payload;
    }
    std::string text(shown);
    if (payload.format == PayloadFormat::Json) {
        JsonIndenter indenter(limits.depth);
        text = indenter.indent(shown);
        if (indenter.wasTooDeep())
            payload.notes
                << PayloadNote::tr("Nested deeper than %1 levels; what is below is not indented.").arg(limits.depth);
    }
    Visible visible = makeVisible(text, true);
    addNotes(payload, visible);
    payload.text = std::move(visible.text);
    return payload;
}

QString visibleText(std::string_view bytes, bool multiline)
{
    return makeVisible(bytes, multiline).text;
}

QString readableLines(const QString& text, qsizetype longest, qsizetype most, QStringList& notes)
{
    QString result;
    result.reserve(std::min(text.size(), longest * most));
    qsizetype lines = 0;
    bool broken = false;
    for (qsizetype at = 0; at < text.size() && lines < most; ++lines) {
        const auto found = text.indexOf(u'\n', at);
        const auto end = found < 0 ? text.size() : found;
        const bool tooLong = end - at > longest;
        broken = broken || tooLong;
        const auto taken = tooLong ? longest : end - at;
        result += QStringView(text).mid(at, taken);
        at += taken + (tooLong ? 0 : 1);
        if (at < text.size() && lines + 1 < most)
            result += u'\n';
        if (at < text.size() && lines + 1 == most)
            notes << PayloadNote::tr("Shows the first %1 lines.").arg(most);
    }
    if (broken)
        notes << PayloadNote::tr("Longer lines go on below after %1 characters.").arg(longest);
    return result;
}

QString inlineText(const std::optional<std::string>& bytes, int longest)
{
    if (!bytes)
        return PayloadNote::tr("null");
    // Four bytes a character at most; the rest would be cut anyhow.
    QString text = visibleText(std::string_view(*bytes).substr(0, static_cast<std::size_t>(longest) * 4 + 4), false);
    if (text.size() > longest)
        text = text.left(longest - 1) + QChar(u'\u2026');
    return text;
}

} // namespace projectionist
