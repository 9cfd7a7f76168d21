// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/checksettings.h"

namespace projectionist {

std::string_view toString(CheckKind kind) noexcept
{
    switch (kind) {
    case CheckKind::Rows:
        return "rows";
    case CheckKind::Count:
        return "count";
    case CheckKind::Groups:
        return "groups";
    case CheckKind::Events:
        return "events";
    case CheckKind::Order:
        break;
    }
    return "order";
}

std::string_view toString(CheckSeverity severity) noexcept
{
    return severity == CheckSeverity::Warning ? "warning" : "critical";
}

std::string_view toString(UnicodeForm form) noexcept
{
    switch (form) {
    case UnicodeForm::AsIs:
        break;
    case UnicodeForm::Nfc:
        return "NFC";
    case UnicodeForm::Nfd:
        return "NFD";
    case UnicodeForm::Nfkc:
        return "NFKC";
    case UnicodeForm::Nfkd:
        return "NFKD";
    }
    return "as-is";
}

const std::string& CheckSettings::expectedName(const std::string& column) const
{
    const auto found = pairs.find(column);
    return found == pairs.end() ? column : found->second;
}

} // namespace projectionist
