// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/session.h"
#include "widgets/common/icons.h"

#include <QApplication>

int main(int argc, char** argv)
{
    using namespace projectionist;
    const auto parsed = parseOptions(argc, argv);
    if (const int* code = std::get_if<int>(&parsed))
        return *code;
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("projectionist"));
    QApplication::setApplicationDisplayName(QString());
    QApplication::setApplicationVersion(QStringLiteral(PROJECTIONIST_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.projectionist.Projectionist"));
    Session session(std::get<Options>(parsed));
    session.start();
    return QApplication::exec();
}
