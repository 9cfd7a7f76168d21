// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/session.h"
#include "widgets/common/icons.h"

#include <cstdio>
#include <QApplication>

namespace {

constexpr int cannotRun = 2; ///< as in projectionistctl

/// Qt would abort without one.
bool hasDisplay()
{
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
           qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

} // namespace

int main(int argc, char** argv)
{
    using namespace projectionist;
    const auto parsed = parseOptions(argc, argv);
    if (const int* code = std::get_if<int>(&parsed))
        return *code;
    if (!hasDisplay()) {
        std::fputs("There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set, so no window can be shown.\n"
                   "\"projectionistctl lag --watch\" shows the same in a terminal; over ssh, try \"ssh -X\".\n",
                   stderr);
        return cannotRun;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("projectionist"));
    QApplication::setApplicationDisplayName(QString());
    QApplication::setApplicationVersion(QStringLiteral(PROJECTIONIST_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.projectionist.Projectionist"));
    Session session(std::get<Options>(parsed));
    session.start();
    return QApplication::exec();
}
