// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace google::protobuf {
class Descriptor;
} // namespace google::protobuf

namespace projectionist {

/// Goes through a message without building it. Why it had better not be built: its bytes are none of the type, it is
/// nested too deep, or it would take more than `most` bytes of memory or of JSON; empty: nothing speaks against it. A
/// message of thousands of fields, of which two bytes are enough to make one, is how few bytes get large.
[[nodiscard]] std::string protobufTrouble(const google::protobuf::Descriptor& type, std::string_view bytes,
                                          std::size_t most);

} // namespace projectionist
