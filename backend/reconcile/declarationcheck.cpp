// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/declarationcheck.h"

#include "backend/projector/declaredprojection.h"

#include <algorithm>

namespace projectionist {

const ProjectionSettings* declaredProjection(const CheckSettings& check, const Workspace& workspace)
{
    const auto& all = workspace.projections;
    const auto found = std::find_if(all.begin(), all.end(), [&](const ProjectionSettings& one) {
        return one.context == check.context &&
               (one.name == check.projection || one.name + ':' + one.version == check.projection);
    });
    return found == all.end() || !found->declared ? nullptr : &*found;
}

CheckSettings checkOfDeclaration(CheckSettings check, const Workspace& workspace)
{
    const auto* const projection = declaredProjection(check, workspace);
    if (check.kind != CheckKind::Events || !projection)
        return check;
    const auto& declared = *projection->declared;
    check.expected.store = check.actual.store = declared.store;
    check.actual.table = declared.table;
    check.key.clear();
    for (const auto& column : declared.key)
        check.key.push_back(column.column);
    return check;
}

std::vector<CheckFinding> lintDeclaration(const CheckSettings& check, const Workspace& workspace)
{
    if (!declaredProjection(check, workspace))
        return {{DiagnosticLevel::Error,
                 {},
                 "nobody knows how the events of its projection make rows",
                 "add [projections.declared] to the projection; man projectionist-workspace shows how"}};
    const auto compiled = DeclaredProjection::compile(*declaredProjection(check, workspace));
    if (!compiled)
        return {{DiagnosticLevel::Error, {}, compiled.error().why, compiled.error().next}};
    const auto* const context = workspace.context(check.context);
    if (!context || !workspace.broker(context->broker))
        return {{DiagnosticLevel::Error, {}, "the context has no broker", "add broker = \"...\" to the context"}};
    return {};
}

} // namespace projectionist
