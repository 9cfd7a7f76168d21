// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fstream>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace projectionist {

struct Answer
{
    int code = -1;
    QString out;
    QString err;

    [[nodiscard]] QJsonDocument json() const
    {
        QJsonParseError error{};
        auto document = QJsonDocument::fromJson(out.toUtf8(), &error);
        if (error.error != QJsonParseError::NoError)
            qWarning("%s in: %s", qPrintable(error.errorString()), qPrintable(out));
        return document;
    }
};

/// The real program in a home of its own.
class Ctl
{
public:
    Ctl()
    {
        m_environment = QProcessEnvironment::systemEnvironment();
        for (const auto& name : m_environment.keys())
            if (name.startsWith("PG") || name.startsWith("PROJECTIONIST") || name.startsWith("XDG_"))
                m_environment.remove(name);
        m_environment.insert("HOME", m_home.path());
        m_environment.insert("XDG_CONFIG_DIRS", m_home.path() + "/system");
    }
    void set(const QString& name, const QString& value) { m_environment.insert(name, value); }
    [[nodiscard]] QString path(const QString& name) const { return m_home.path() + '/' + name; }
    QString write(const QString& name, const QString& text) const
    {
        const std::filesystem::path file(path(name).toStdString());
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text.toStdString();
        return path(name);
    }
    [[nodiscard]] Answer run(const QStringList& arguments, const QByteArray& input = {}) const
    {
        return runProgram(CTL_PROGRAM, arguments, input);
    }
    [[nodiscard]] Answer runProgram(const QString& program, const QStringList& arguments,
                                    const QByteArray& input = {}) const
    {
        QProcess process;
        process.setProcessEnvironment(m_environment);
        process.start(program, arguments);
        process.write(input);
        process.closeWriteChannel();
        if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit)
            return {-1, QString::fromUtf8(process.readAllStandardOutput()), process.errorString()};
        return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
                QString::fromUtf8(process.readAllStandardError())};
    }
    /// Goes on beside the test.
    [[nodiscard]] std::unique_ptr<QProcess> start(const QStringList& arguments) const
    {
        auto process = std::make_unique<QProcess>();
        process->setProcessEnvironment(m_environment);
        process->start(CTL_PROGRAM, arguments);
        return process;
    }

private:
    QTemporaryDir m_home;
    QProcessEnvironment m_environment;
};

/// A workspace of one projection on this broker.
inline QString workspaceOn(const QString& bootstrap)
{
    return "schema = 1\n[contexts.local]\nbroker = \"local\"\n[brokers.local]\nbootstrap_servers = \"" + bootstrap +
           "\"\n[brokers.local.properties]\n\"sasl.password\" = \"hunter2\"\n[[projections]]\nname = "
           "\"order_summary\"\n"
           "topics = [\"orders\"]\ngroup = \"order-summary\"\n";
}

} // namespace projectionist
