// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/eventvalue.h"

#include <nlohmann/json.hpp>

namespace projectionist {

std::string_view toString(EventValue::Kind kind) noexcept
{
    switch (kind) {
    case EventValue::Kind::Absent:
        return "nothing";
    case EventValue::Kind::Null:
        return "null";
    case EventValue::Kind::Text:
        return "a text";
    case EventValue::Kind::Number:
        return "a number";
    case EventValue::Kind::Boolean:
        return "true or false";
    case EventValue::Kind::Json:
        return "an object or array";
    }
    return "";
}

std::string jsonOf(const EventValue& value)
{
    switch (value.kind) {
    case EventValue::Kind::Absent:
    case EventValue::Kind::Null:
        return "null";
    case EventValue::Kind::Text:
        return nlohmann::json(value.text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    case EventValue::Kind::Number:
    case EventValue::Kind::Boolean:
    case EventValue::Kind::Json:
        break;
    }
    return value.text;
}

} // namespace projectionist
