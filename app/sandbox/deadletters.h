// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/letterformats.h"
#include "app/sandbox/settings.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

/// Where the dead letters of a projection go.
class DeadLetters
{
public:
    virtual ~DeadLetters() = default;
    DeadLetters(const DeadLetters&) = delete;
    DeadLetters& operator=(const DeadLetters&) = delete;

    /// The last act of the transaction that moves the checkpoint beyond them: what goes to a broker is safe there when
    /// this returns. If the commit fails after that it is written a second time, but none is lost.
    [[nodiscard]] virtual Result<void> write(Transaction& transaction, const std::vector<DeadLetterRecord>& letters,
                                             Duration timeout) = 0;

protected:
    DeadLetters() = default;
};

/// parcel_tracking's go to its topic as Spring Kafka writes them, order_summary's to its topic in the sandbox's own
/// format, ops_console's into the table dead_letter. See makeSchema() for that.
[[nodiscard]] Result<std::unique_ptr<DeadLetters>> makeDeadLetters(const SandboxSettings& settings,
                                                                   const std::string& projection);

} // namespace projectionist
