// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

#include <QStringList>

namespace projectionist {

class MessageArea;

/// Keeps a message for each connection and projection that has an error, and takes it away when the error is gone.
class SourceMessages
{
public:
    explicit SourceMessages(MessageArea& area) : m_area(area) {}
    /// Null takes all away.
    void update(const Snapshot* snapshot);

private:
    MessageArea& m_area;
    QStringList m_shown; ///< ids
};

} // namespace projectionist
