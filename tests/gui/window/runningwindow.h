// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/session.h"

#include <functional>
#include <QTemporaryDir>

namespace projectionist {

class AlertLine;

constexpr int patience = 120'000; ///< milliseconds

/// Does something that takes long while the window goes on; rethrows what it throws.
void meanwhile(const std::function<void()>& work);

/// The whole program but its main(), offscreen, with settings and history of its own.
class RunningWindow
{
public:
    explicit RunningWindow(const std::filesystem::path& workspaceFile);

    [[nodiscard]] MainWindow& window() const { return *m_window; }
    [[nodiscard]] const AlertLine& alert() const;
    /// The projections of the Overview's table, as it is sorted.
    [[nodiscard]] QStringList rows() const;
    /// What the table shows of a projection in this column; empty without such a projection.
    [[nodiscard]] QString cell(const QString& projection, int column) const;
    [[nodiscard]] QString stateOf(const QString& projection) const;
    /// Whether every projection in the table is called one of these, and there is one.
    [[nodiscard]] bool allAre(const QStringList& states) const;
    [[nodiscard]] bool allIsWell() const;
    /// The messages above the page, as they can be read.
    [[nodiscard]] QString messages() const;

private:
    QTemporaryDir m_home;
    std::unique_ptr<Session> m_session;
    MainWindow* m_window = nullptr;
};

} // namespace projectionist
