// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterlook.h"
#include "backend/deadletter/letterview.h"
#include "backend/deadletter/payloaddecode.h"

namespace projectionist {

enum class ExportFormat : std::uint8_t
{
    JsonLines,
    Csv
};

/// Lines of an export, UTF-8. Nothing in them can steer a terminal, or is taken for a formula by a spreadsheet.
class ExportLines
{
public:
    ExportLines(ExportFormat format, bool content, const DeadLetterLook& look)
        : m_format(format), m_content(content), m_look(look)
    {
    }
    /// Before the first line.
    [[nodiscard]] std::string head() const;
    /// `letter`: with its message, headers and payload; nullptr: they are not at hand. `decoded`: what its payload
    /// means.
    [[nodiscard]] std::string line(const LetterView& view, const std::string& reference, const DeadLetter* letter,
                                   const DecodedBody& decoded = {}) const;

private:
    [[nodiscard]] std::string csvLine(const LetterView& view, const std::string& reference, const DeadLetter* letter,
                                      const DecodedBody& decoded) const;

    const ExportFormat m_format;
    const bool m_content;
    const DeadLetterLook& m_look;
};

} // namespace projectionist
