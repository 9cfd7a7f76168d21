// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/projectorsettings.h"

namespace projectionist {

std::string_view toString(UnnamedEvent rule) noexcept
{
    switch (rule) {
    case UnnamedEvent::Refuse:
        return "refuse";
    case UnnamedEvent::Ignore:
        return "ignore";
    case UnnamedEvent::Erase:
        return "delete";
    }
    return "";
}

} // namespace projectionist
