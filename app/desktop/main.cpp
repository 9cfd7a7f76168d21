// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/endsignals.h"
#include "app/desktop/session.h"
#include "widgets/common/icons.h"

#include <cstdio>
#include <cstdlib>
#include <QApplication>

namespace {

constexpr int cannotRun = 2; ///< as in projectionistctl

/// Qt would abort without one.
bool hasDisplay()
{
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
           qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

void sayNoDisplay(const char* why)
{
    std::fprintf(stderr,
                 "There is no display: %s, so no window can be shown.\n"
                 "\"projectionistctl lag --watch\" shows the same in a terminal; over ssh, try \"ssh -X\".\n",
                 why);
}

/// While the application is made: where a display is named but does not answer, Qt says so and aborts.
void endWithoutDisplay(QtMsgType type, const QMessageLogContext&, const QString& text)
{
    std::fprintf(stderr, "%s\n", qPrintable(text));
    if (type != QtFatalMsg)
        return;
    sayNoDisplay("the one that DISPLAY, WAYLAND_DISPLAY or QT_QPA_PLATFORM names cannot be used");
    std::_Exit(cannotRun);
}

} // namespace

int main(int argc, char** argv)
{
    using namespace projectionist;
    const auto parsed = parseOptions(argc, argv);
    if (const int* code = std::get_if<int>(&parsed))
        return *code;
    if (!hasDisplay()) {
        sayNoDisplay("neither DISPLAY nor WAYLAND_DISPLAY is set");
        return cannotRun;
    }
    const auto usual = qInstallMessageHandler(endWithoutDisplay);
    QApplication application(argc, argv);
    qInstallMessageHandler(usual);
    QApplication::setApplicationName(QStringLiteral("projectionist"));
    QApplication::setApplicationDisplayName(QString());
    QApplication::setApplicationVersion(QStringLiteral(PROJECTIONIST_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.projectionist.Projectionist"));
    const EndSignals endSignals;
    Session session(std::get<Options>(parsed));
    QObject::connect(&endSignals, &EndSignals::received, &session, &Session::close);
    session.start();
    return QApplication::exec();
}
