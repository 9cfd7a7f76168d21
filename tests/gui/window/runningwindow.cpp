// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/runningwindow.h"

#include "tests/gui/window/windowbench.h"
#include "widgets/common/tableview.h"
#include "widgets/overview/alertline.h"
#include "widgets/overview/overviewpage.h"

#include <algorithm>
#include <future>
#include <QApplication>
#include <QTableView>
#include <QTest>
#include <stdexcept>

namespace projectionist {

void meanwhile(const std::function<void()>& work)
{
    auto done = std::async(std::launch::async, work);
    QVERIFY(
        QTest::qWaitFor([&] { return done.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }, patience));
    done.get();
}

RunningWindow::RunningWindow(const std::filesystem::path& workspaceFile)
{
    for (const char* name : {"XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "HOME"})
        qputenv(name, m_home.filePath(QString(name).toLower()).toLocal8Bit());
    qunsetenv("PROJECTIONIST_CONFIG");
    Options options;
    options.workspace = workspaceFile;
    m_session = std::make_unique<Session>(options);
    m_session->start();
    for (auto* widget : QApplication::topLevelWidgets())
        if (auto* window = qobject_cast<MainWindow*>(widget))
            m_window = window;
    if (!m_window)
        throw std::runtime_error("There is no window.");
}

const AlertLine& RunningWindow::alert() const
{
    return *m_window->overview()->alertLine();
}

QStringList RunningWindow::rows() const
{
    return shownRows(m_window->overview()->table()->table(), ProjectionTableModel::Name);
}

QString RunningWindow::cell(const QString& projection, int column) const
{
    const auto row = rows().indexOf(projection);
    const auto* model = m_window->overview()->table()->table()->model();
    return row < 0 ? QString() : model->index(static_cast<int>(row), column).data().toString();
}

QString RunningWindow::stateOf(const QString& projection) const
{
    return cell(projection, ProjectionTableModel::State);
}

bool RunningWindow::allAre(const QStringList& states) const
{
    const auto shown = shownRows(m_window->overview()->table()->table(), ProjectionTableModel::State);
    return !shown.isEmpty() &&
           std::all_of(shown.begin(), shown.end(), [&](const QString& state) { return states.contains(state); });
}

bool RunningWindow::allIsWell() const
{
    return allAre({QStringLiteral("OK"), QStringLiteral("Idle")}) && alert().projection().empty();
}

QString RunningWindow::messages() const
{
    return shownText(m_window->messages());
}

} // namespace projectionist
