// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/console.h"
#include "app/ctl/deadletterlook.h"

#include <filesystem>

namespace projectionist::ctl {

/// Where an export goes: standard output, or a file that appears when it is whole. Only its owner may read it.
class ExportTarget
{
public:
    /// An empty name: standard output. Configuration: something stands there that is no file.
    [[nodiscard]] static Result<ExportTarget> open(const std::string& file, Console& console);
    ~ExportTarget();
    ExportTarget(ExportTarget&& other) noexcept;
    ExportTarget(const ExportTarget&) = delete;
    ExportTarget& operator=(const ExportTarget&) = delete;
    ExportTarget& operator=(ExportTarget&&) = delete;

    /// Cancelled: nobody reads standard output any more.
    [[nodiscard]] Result<void> write(std::string_view text);
    /// The file takes its name, in place of one that was there.
    [[nodiscard]] Result<void> finish();

private:
    explicit ExportTarget(Console& console) : m_console(console) {}
    [[nodiscard]] Error failed(int code) const;

    Console& m_console;
    std::filesystem::path m_target;
    std::string m_temporary;
    int m_descriptor = -1;
};

enum class ExportFormat : std::uint8_t
{
    JsonLines,
    Csv
};

/// Lines of an export.
class ExportLines
{
public:
    ExportLines(ExportFormat format, bool content, const DeadLetterLook& look)
        : m_format(format), m_content(content), m_look(look)
    {
    }
    /// Before the first line.
    [[nodiscard]] std::string head() const;
    /// `letter`: with its message, headers and payload; nullptr: they are not at hand.
    [[nodiscard]] std::string line(const LetterView& view, const std::string& reference,
                                   const DeadLetter* letter) const;

private:
    [[nodiscard]] std::string csvLine(const LetterView& view, const std::string& reference,
                                      const DeadLetter* letter) const;

    const ExportFormat m_format;
    const bool m_content;
    const DeadLetterLook& m_look;
};

} // namespace projectionist::ctl
