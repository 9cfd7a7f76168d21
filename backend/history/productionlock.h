// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace projectionist {

/// Somebody has made a production context changeable for a time.
struct Unlock
{
    std::string context;
    TimePoint since{};
    TimePoint until{};
    std::string who{}; ///< user@host
    std::string reason{};
    bool operator==(const Unlock&) const = default;
};

/// Contexts of the environment "production" are read-only until somebody unlocks them for a time, with a reason. Kept
/// beside the audit trail, in the same file, where each unlocking and locking is told too; several programs share it.
/// An object belongs to one thread.
class ProductionLock
{
public:
    static constexpr Duration longest{8 * 3'600'000};

    ~ProductionLock();
    ProductionLock(ProductionLock&& other) noexcept;
    ProductionLock& operator=(ProductionLock&& other) noexcept;

    /// `file`: that of the audit trail, see auditFile().
    [[nodiscard]] static Result<ProductionLock> open(const std::filesystem::path& file);
    /// nullopt: locked, or no longer unlocked. Cheap enough to be asked before every act.
    [[nodiscard]] Result<std::optional<Unlock>> unlocked(const std::string& context, TimePoint now);
    /// In place of a former unlocking of this context. Refused without a reason, or for no time, or longer than
    /// `longest`. On disk and in the audit trail when it returns.
    [[nodiscard]] Result<void> unlock(const Unlock& wanted);
    /// False: it was locked already. On disk and in the audit trail when it returns.
    [[nodiscard]] Result<bool> lock(const std::string& context, const std::string& who, TimePoint now);

private:
    class Private;
    explicit ProductionLock(std::unique_ptr<Private> data);
    std::unique_ptr<Private> d;
};

/// What to say to whoever wants to change something in a locked context: kind Permission.
[[nodiscard]] Error lockedError(const std::string& context);

} // namespace projectionist
