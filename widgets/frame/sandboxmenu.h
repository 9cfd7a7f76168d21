// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMenu>
#include <vector>

namespace projectionist {

/// A fault that can be planted in a sandbox, and what a person should see then.
struct FaultEntry
{
    QString name;    ///< "worker-killed"
    QString does;    ///< "Kill a worker"
    QString shows;   ///< "order_summary becomes Stopped"; also what clearing does
    QString refusal; ///< why it cannot be done with these servers; empty = it can
    bool active = false;

    bool operator==(const FaultEntry&) const = default;
};

struct SandboxMenuState
{
    QString summary; ///< "50 events/s, 3 projections"; may be empty
    QString problem; ///< why the sandbox does not answer; empty = it does
    std::vector<FaultEntry> faults;

    bool operator==(const SandboxMenuState&) const = default;
};

/// Only there when the watched system is a sandbox.
class SandboxMenu : public QMenu
{
    Q_OBJECT
public:
    explicit SandboxMenu(QWidget* parent = nullptr);
    void setState(const SandboxMenuState& state);
    [[nodiscard]] const SandboxMenuState& state() const { return m_state; }

signals:
    /// To be planted, or with clear to be undone.
    void faultRequested(const QString& name, bool clear);

private:
    void rebuild();

    SandboxMenuState m_state;
};

} // namespace projectionist
