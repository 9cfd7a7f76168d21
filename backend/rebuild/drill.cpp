// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/drill.h"

#include "backend/projector/declaredprojection.h"

#include <fmt/format.h>

namespace projectionist {

std::string_view toString(DrillKind kind) noexcept
{
    switch (kind) {
    case DrillKind::Idempotency:
        return "idempotency";
    case DrillKind::CrashRecovery:
        return "crash-recovery";
    case DrillKind::CheckpointAtomicity:
        return "checkpoint-atomicity";
    case DrillKind::Reprojection:
        return "reprojection";
    }
    return {};
}

std::optional<Error> whyNoDrill(const Workspace& workspace, const ProjectionSettings& projection)
{
    const auto compiled = DeclaredProjection::compile(projection);
    const auto what = fmt::format("Projection \"{}\" cannot be drilled", projection.name);
    if (!compiled)
        return Error{compiled.error().kind, what, compiled.error().why, compiled.error().next, false};
    if (!workspace.store(projection.declared->store))
        return Error{ErrorKind::Configuration, what, "its declaration has no store",
                     "Name one: store = \"...\" in [projections.declared].", false};
    const auto* const context = workspace.context(projection.context);
    if (!context || !workspace.broker(context->broker))
        return Error{ErrorKind::Configuration, what, "its context has no broker",
                     "Add broker = \"...\" to the context.", false};
    return std::nullopt;
}

} // namespace projectionist
