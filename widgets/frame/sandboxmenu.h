// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMenu>
#include <vector>

namespace projectionist {

/// A fault that can be planted in a sandbox, and what a person should see then.
struct SandboxFault
{
    QString name;  ///< "worker-killed"
    QString does;  ///< "Kills the worker of order_summary"
    QString shows; ///< "order_summary becomes Stopped within 15 s"
    bool active = false;

    bool operator==(const SandboxFault&) const = default;
};

struct SandboxState
{
    QString summary; ///< "50 events/s, 3 projections"; may be empty
    QString problem; ///< why the sandbox does not answer; empty = it does
    std::vector<SandboxFault> faults;

    bool operator==(const SandboxState&) const = default;
};

/// Only there when the watched system is a sandbox.
class SandboxMenu : public QMenu
{
    Q_OBJECT
public:
    explicit SandboxMenu(QWidget* parent = nullptr);
    void setState(const SandboxState& state);
    [[nodiscard]] const SandboxState& state() const { return m_state; }

signals:
    /// To be planted, or with clear to be undone.
    void faultRequested(const QString& name, bool clear);

private:
    void rebuild();

    SandboxState m_state;
};

} // namespace projectionist
