// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/projector/declaredprojection.h"

namespace projectionist {

/// Makes a DeclaredProjection of what the workspace says.
class DeclarationCompiler
{
public:
    /// `projection` has to be declared.
    explicit DeclarationCompiler(const ProjectionSettings& projection);
    [[nodiscard]] Result<DeclaredProjection> compile();

private:
    using Assignment = DeclaredProjection::Assignment;
    [[nodiscard]] Error refusal(const std::string& about, Error error) const;
    /// The place of a column, new or not.
    [[nodiscard]] std::size_t columnOf(const std::string& name);
    [[nodiscard]] Result<EventExpression> expression(const std::string& about, const std::string& text);
    [[nodiscard]] Result<void> takeKey();
    [[nodiscard]] Result<void> takeAll(const std::vector<ColumnExpression>& all, std::vector<Assignment>& target);
    [[nodiscard]] Result<void> takeHandler(const DeclaredHandler& handler);
    [[nodiscard]] Result<void> takeMarks();
    [[nodiscard]] Result<void> refuseMixtures() const;

    const ProjectionSettings& m_projection;
    const DeclaredProjectionSettings& m_settings;
    DeclaredProjection m_made;
};

} // namespace projectionist
