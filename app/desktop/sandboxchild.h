// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>

namespace projectionist {

/// A sandbox of our own: started when asked for, ended with us, also if we are killed.
class SandboxChild : public QObject
{
    Q_OBJECT
public:
    explicit SandboxChild(QObject* parent = nullptr);
    ~SandboxChild() override;

    /// If a cancelled one is still ending, as soon as it has ended.
    void start();
    /// Asks it to end and does not wait; ready() and failed() will not come any more.
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

signals:
    void ready(const QString& workspaceFile);
    void failed(const QString& why);

private:
    void readOutput();
    void ended();

    QProcess m_process;
    QByteArray m_errors; ///< the last of them
    bool m_ready = false;
    bool m_stopping = false;
    bool m_startAgain = false;
};

} // namespace projectionist
