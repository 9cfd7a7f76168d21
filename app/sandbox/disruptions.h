// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/projection.h"

namespace projectionist {

/// What the faults that hit single events do. Pure functions of the event, so that every process and every run
/// says the same of the same event.

/// The write side under poison-burst: some scans lose their depot, which the stores refuse for ever; some orders are of
/// a version that no decoder knows yet.
void spoil(Event& event);

/// The handlers under poison-burst: for some events that end a parcel or an order the geocoder does not answer. Nothing
/// follows those, so that a later replay is safe.
[[nodiscard]] std::optional<HandlerFailure> geocoderOutage(const Event& event);

/// The handlers of order_summary and parcel_tracking under newer-event: of some parcels and orders the second event
/// fails and later ones are applied; of some others everything from the third on fails.
[[nodiscard]] std::optional<HandlerFailure> lockedRow(const std::string& projection, const Event& event);

/// The handler under handler-bug: the tax is added to a total that holds it.
void addTaxTwice(Event& event);
/// Under skip-offsets: the worker never hands this one to the handler.
[[nodiscard]] bool isPassedOver(const Event& event);
/// Under erase-missed: a worker that passes this one over leaves a row that should be gone.
[[nodiscard]] bool erases(const Event& event);
/// Under duplicate-delivery.
[[nodiscard]] bool isDeliveredTwice(const Event& event);

} // namespace projectionist
