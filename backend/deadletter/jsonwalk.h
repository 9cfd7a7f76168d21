// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtertree.h"

#include <span>

namespace projectionist {

/// Goes through JSON text value by value, with where each stands. Works on the beginning of a document, too, and needs
/// no more memory than its depth.
class JsonWalk
{
public:
    enum class Kind : std::uint8_t
    {
        Object, ///< its begin
        Array,  ///< its begin
        End,    ///< of the innermost of them
        String,
        Number,
        Literal ///< true, false, null
    };
    enum class State : std::uint8_t
    {
        Going,
        Whole,  ///< one complete value
        Cut,    ///< the text ends within it
        Broken, ///< it is no JSON from here on
        TooDeep
    };
    static constexpr std::size_t deepest = 512;

    explicit JsonWalk(std::string_view json) : m_json(json) {}

    /// The next value; false where there is none, see state().
    [[nodiscard]] bool next();
    [[nodiscard]] Kind kind() const { return m_kind; }
    /// Of the value, with quotes; of an object or array its bracket only.
    [[nodiscard]] std::string_view text() const { return m_json.substr(m_begin, m_at - m_begin); }
    [[nodiscard]] std::size_t begin() const { return m_begin; }
    [[nodiscard]] std::size_t end() const { return m_at; }
    /// Of the value; that of an End is its object's or array's.
    [[nodiscard]] std::span<const FilterPathPart> path() const { return {m_path.data(), m_depth}; }
    [[nodiscard]] State state() const { return m_state; }

private:
    enum class Expect : std::uint8_t
    {
        Value,
        ValueOrEnd,
        Name,
        NameOrEnd,
        Separator
    };
    bool stop(State state);
    bool take(Kind kind);
    bool takeString();
    bool takeWord();
    bool open(bool object);
    bool close();
    bool readName();
    bool separate(char c);

    std::string_view m_json;
    std::size_t m_at = 0;
    std::size_t m_begin = 0;
    std::vector<bool> m_open; ///< true: an object
    std::vector<FilterPathPart> m_path;
    std::size_t m_depth = 0; ///< parts of the path of the value at hand
    Expect m_expect = Expect::Value;
    Kind m_kind = Kind::Literal;
    State m_state = State::Going;
};

/// What a string with its quotes means; as it is, if its escapes are wrong.
[[nodiscard]] std::string jsonStringText(std::string_view quoted);

} // namespace projectionist
