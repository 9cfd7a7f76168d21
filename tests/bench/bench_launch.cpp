// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// From starting the program to the first chart with a live point drawn, on a running embedded sandbox; as a ratio to
// what the design allows, below 1 is good. Each launch is a process of its own with a home of its own, offscreen.
// Exits with 1 when the median is above.
#include "app/desktop/session.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "widgets/common/charts/projectioncharts.h"

#include <cstdio>
#include <QtWidgets>
#include <thread>

using namespace projectionist;

namespace {

constexpr int launches = 9;
constexpr double allowed = 1000; ///< milliseconds
constexpr auto patience = std::chrono::seconds(30);

std::int64_t microseconds()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

/// What app/desktop/main.cpp does, and an eye on the charts. Ends with 0 once one has shown a point of this run.
int launch(int argc, char** argv)
{
    const auto begin = SystemClock().now();
    QApplication application(argc, argv);
    Options options;
    options.workspace = argv[2];
    Session session(options);
    session.start();
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, [&] {
        for (const auto* window : QApplication::topLevelWidgets())
            for (auto* charts : window->findChildren<ProjectionCharts*>())
                if (charts->isVisible() && !charts->history().points().empty() &&
                    charts->history().points().back().at >= begin) {
                    (void)charts->grab(); // whatever is not painted yet
                    QApplication::exit(0);
                }
    });
    look.start(1);
    const int code = QApplication::exec();
    std::printf("%lld\n", static_cast<long long>(microseconds()));
    return code;
}

double millisecondsOfLaunch(const std::string& workspace)
{
    QTemporaryDir home;
    QProcess child;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("PROJECTIONIST_CONFIG"));
    for (const char* name : {"XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "HOME"})
        environment.insert(name, home.filePath(QString(name).toLower()));
    child.setProcessEnvironment(environment);
    child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const auto begin = microseconds();
    child.start(QStringLiteral("/proc/self/exe"), {QStringLiteral("--launch"), QString::fromStdString(workspace)});
    if (!child.waitForFinished(std::chrono::milliseconds(patience).count()) || child.exitCode() != 0)
        throw std::runtime_error("no live chart came");
    return static_cast<double>(child.readAllStandardOutput().trimmed().toLongLong() - begin) / 1000;
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    if (argc == 3 && std::string_view(argv[1]) == "--launch")
        return launch(argc, argv);
    const QCoreApplication application(argc, argv);
    RunningSandbox sandbox;
    sandbox.start({"--steady"});
    std::this_thread::sleep_for(std::chrono::seconds(10)); // it has been running for a while, as a real system has
    std::vector<double> times;
    for (int i = 0; i < launches; ++i)
        times.push_back(millisecondsOfLaunch(sandbox.workspaceFile()));
    sandbox.stop();
    std::sort(times.begin(), times.end());
    const double median = times[launches / 2];
    std::printf("launch to the first live chart, median of %d (%.0f to %.0f)   %8.0f ms of %5.0f ms  ratio %.2f\n",
                launches, times.front(), times.back(), median, allowed, median / allowed);
    return median <= allowed ? 0 : 1;
}
