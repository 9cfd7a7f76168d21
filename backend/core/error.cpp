// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/error.h"

namespace projectionist {

const char* toString(ErrorKind kind) noexcept
{
    switch (kind) {
    case ErrorKind::NameNotFound:
        return "name-not-found";
    case ErrorKind::Refused:
        return "refused";
    case ErrorKind::Unreachable:
        return "unreachable";
    case ErrorKind::Timeout:
        return "timeout";
    case ErrorKind::Tls:
        return "tls";
    case ErrorKind::Authentication:
        return "authentication";
    case ErrorKind::Permission:
        return "permission";
    case ErrorKind::NotFound:
        return "not-found";
    case ErrorKind::InvalidData:
        return "invalid-data";
    case ErrorKind::Configuration:
        return "configuration";
    case ErrorKind::Conflict:
        return "conflict";
    case ErrorKind::Resource:
        return "resource";
    case ErrorKind::Cancelled:
        return "cancelled";
    case ErrorKind::Internal:
        break;
    }
    return "internal";
}

std::string toString(const Error& error)
{
    const auto trimmed = [](std::string text) {
        while (!text.empty() && (text.back() == '.' || text.back() == ' '))
            text.pop_back();
        return text;
    };
    std::string text = trimmed(error.what);
    if (!error.why.empty())
        text += (text.empty() ? "" : ": ") + trimmed(error.why);
    if (!error.next.empty())
        text += (text.empty() ? "" : ". ") + trimmed(error.next);
    return text.empty() ? toString(error.kind) : text + '.';
}

} // namespace projectionist
