// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace projectionist {

/// Tells of SIGTERM, SIGINT and SIGHUP in the event loop, so that the window can be closed as by its user. A second
/// signal of the same kind ends the program at once: something may hang. Signals that were ignored when the program was
/// started, as nohup(1) does, stay so. One at a time.
class EndSignals : public QObject
{
    Q_OBJECT
public:
    explicit EndSignals(QObject* parent = nullptr);
    ~EndSignals() override;

signals:
    void received();
};

} // namespace projectionist
