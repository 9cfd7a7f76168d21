// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/sandboxchild.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>

namespace projectionist {

namespace {

constexpr qsizetype errorsKept = 2000;
constexpr int patience = 8000; ///< milliseconds, for servers to stop

QString findProgram()
{
    const auto name = QStringLiteral("projectionist-sandbox");
    const auto beside = QCoreApplication::applicationDirPath() + u'/' + name;
    return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable(name);
}

} // namespace

SandboxChild::SandboxChild(QObject* parent) : QObject(parent)
{
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &SandboxChild::readOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this,
            [this] { m_errors = (m_errors + m_process.readAllStandardError()).right(errorsKept); });
    connect(&m_process, &QProcess::finished, this, &SandboxChild::ended);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart && !m_stopping)
            emit failed(m_process.errorString());
    });
}

SandboxChild::~SandboxChild()
{
    cancel();
    if (isRunning() && !m_process.waitForFinished(patience))
        m_process.kill();
}

void SandboxChild::start()
{
    m_startAgain = isRunning() && m_stopping;
    if (isRunning())
        return;
    const auto program = findProgram();
    if (program.isEmpty()) {
        emit failed(tr("The program projectionist-sandbox is not installed."));
        return;
    }
    m_ready = false;
    m_stopping = false;
    m_errors.clear();
    m_process.start(program, {QStringLiteral("run"), QStringLiteral("--parent-death")});
}

void SandboxChild::cancel()
{
    m_stopping = true;
    m_startAgain = false;
    if (isRunning())
        m_process.terminate();
}

void SandboxChild::readOutput()
{
    while (m_process.canReadLine()) {
        const auto line = QString::fromUtf8(m_process.readLine()).trimmed();
        if (m_ready || !line.startsWith(QLatin1String("READY ")))
            continue;
        m_ready = true;
        emit ready(line.mid(6));
    }
}

void SandboxChild::ended()
{
    if (m_startAgain)
        start();
    if (m_stopping || isRunning())
        return;
    const auto errors = QString::fromUtf8(m_errors).trimmed();
    emit failed(errors.isEmpty() ? tr("It ended with code %1.").arg(m_process.exitCode()) : errors);
}

} // namespace projectionist
