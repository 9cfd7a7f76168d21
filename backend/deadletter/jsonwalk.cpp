// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/jsonwalk.h"

#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

constexpr std::string_view space = " \t\r\n";
constexpr std::string_view wordCharacters = "+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

} // namespace

bool JsonWalk::next()
{
    while (m_state == State::Going) {
        m_at = std::min(m_json.find_first_not_of(space, m_at), m_json.size());
        const bool inside = !m_open.empty();
        if (m_at == m_json.size())
            return stop(m_expect == Expect::Separator && !inside ? State::Whole : State::Cut);
        const char c = m_json[m_at];
        m_begin = m_at;
        m_depth = m_open.size();
        switch (m_expect) {
        case Expect::Name:
        case Expect::NameOrEnd:
            if (c == '}' && m_expect == Expect::NameOrEnd)
                return close();
            if (!readName())
                return false;
            break;
        case Expect::Separator:
            if (inside && c == (m_open.back() ? '}' : ']'))
                return close();
            if (!separate(c))
                return false;
            break;
        case Expect::Value:
        case Expect::ValueOrEnd:
            if (c == ']' && m_expect == Expect::ValueOrEnd)
                return close();
            if (c == '{' || c == '[')
                return open(c == '{');
            return c == '"' ? takeString() : takeWord();
        }
    }
    return false;
}

bool JsonWalk::stop(State state)
{
    m_state = state;
    return false;
}

bool JsonWalk::take(Kind kind)
{
    m_kind = kind;
    m_expect = Expect::Separator;
    return true;
}

bool JsonWalk::takeString()
{
    for (++m_at; m_at < m_json.size(); ++m_at) {
        if (m_json[m_at] == '\\') {
            ++m_at;
        } else if (m_json[m_at] == '"') {
            ++m_at;
            return take(Kind::String);
        }
    }
    m_at = m_json.size();
    m_state = State::Cut;
    return take(Kind::String); // its beginning is there
}

bool JsonWalk::takeWord()
{
    m_at = std::min(m_json.find_first_not_of(wordCharacters, m_at), m_json.size());
    const auto word = text();
    if (!word.empty() && (word[0] == '-' || (word[0] >= '0' && word[0] <= '9')))
        return take(Kind::Number);
    if (word == "true" || word == "false" || word == "null")
        return take(Kind::Literal);
    const bool cut = m_at == m_json.size() && !word.empty();
    m_at = m_begin; // nobody knows what it is
    return stop(cut ? State::Cut : State::Broken);
}

bool JsonWalk::open(bool object)
{
    if (m_open.size() == deepest)
        return stop(State::TooDeep);
    ++m_at;
    m_open.push_back(object);
    m_path.push_back(object ? FilterPathPart(std::string()) : FilterPathPart(std::size_t{0}));
    m_kind = object ? Kind::Object : Kind::Array;
    m_expect = object ? Expect::NameOrEnd : Expect::ValueOrEnd;
    return true;
}

bool JsonWalk::close()
{
    ++m_at;
    m_open.pop_back();
    m_path.pop_back();
    m_depth = m_open.size();
    return take(Kind::End);
}

bool JsonWalk::readName()
{
    if (m_json[m_at] != '"')
        return stop(State::Broken);
    if (!takeString() || m_state == State::Cut)
        return false;
    m_path.back() = jsonStringText(text());
    m_at = std::min(m_json.find_first_not_of(space, m_at), m_json.size());
    if (m_at == m_json.size())
        return stop(State::Cut);
    if (m_json[m_at] != ':')
        return stop(State::Broken);
    ++m_at;
    m_expect = Expect::Value;
    return true;
}

bool JsonWalk::separate(char c)
{
    if (m_open.empty() || c != ',')
        return stop(State::Broken);
    ++m_at;
    if (m_open.back()) {
        m_expect = Expect::Name;
    } else {
        ++std::get<std::size_t>(m_path.back());
        m_expect = Expect::Value;
    }
    return true;
}

std::string jsonStringText(std::string_view quoted)
{
    const bool closed = quoted.size() >= 2 && quoted.back() == '"';
    if (quoted.find('\\') != std::string_view::npos && closed) {
        const auto parsed = nlohmann::json::parse(quoted, nullptr, false);
        if (parsed.is_string())
            return parsed.get<std::string>();
    }
    return std::string(
        quoted.substr(std::min<std::size_t>(1, quoted.size()), closed ? quoted.size() - 2 : std::string_view::npos));
}

} // namespace projectionist
