// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

namespace projectionist {

/// `projectionistctl lag --watch --json` on a sandbox, as long as this lives.
class WatchingCtl
{
public:
    explicit WatchingCtl(const QString& workspace)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(CTL_PROGRAM, {"--config", workspace, "lag", "--watch", "--json"});
    }
    ~WatchingCtl() { (void)end(); }

    /// Reads snapshots until one fulfils this; false if none did for as long as no machine needs.
    bool until(const std::function<bool(const QJsonObject& snapshot)>& fulfilled)
    {
        QElapsedTimer timer;
        timer.start();
        do {
            while (m_process.canReadLine()) {
                m_last = QJsonDocument::fromJson(m_process.readLine()).object();
                if (fulfilled(m_last))
                    return true;
            }
            m_process.waitForReadyRead(500);
        } while (timer.elapsed() < 300'000 && m_process.state() == QProcess::Running);
        qWarning("after %lld s: %s", timer.elapsed() / 1000, QJsonDocument(m_last).toJson().constData());
        return false;
    }
    /// Until all of these are called what they should be at the same time.
    bool until(const QMap<QString, QStringList>& states)
    {
        return until([&](const QJsonObject& snapshot) {
            for (auto wanted = states.begin(); wanted != states.end(); ++wanted)
                if (!wanted.value().contains(stateOf(report(snapshot, wanted.key()))))
                    return false;
            return true;
        });
    }
    /// All projections are well and within this backlog.
    bool untilAllIsWell(int backlog = 300)
    {
        return until([&](const QJsonObject& snapshot) {
            const auto reports = snapshot.value("projections").toArray();
            return !reports.isEmpty() && std::all_of(reports.begin(), reports.end(), [&](const auto& value) {
                const auto one = value.toObject();
                const auto state = stateOf(one);
                return one.value("fresh").toBool() && (state == "ok" || state == "idle") &&
                       one.value("in_per_second").toDouble() > 0 && one.value("backlog").toInt() <= backlog;
            });
        });
    }
    /// Of the last snapshot.
    [[nodiscard]] QJsonObject report(const QString& projection) const { return report(m_last, projection); }
    /// Ctrl+C; the exit code.
    int end()
    {
        if (m_process.state() != QProcess::NotRunning) {
            m_process.terminate();
            m_process.waitForFinished(60'000);
        }
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }

    [[nodiscard]] static QJsonObject report(const QJsonObject& snapshot, const QString& projection)
    {
        for (const auto& one : snapshot.value("projections").toArray())
            if (one.toObject().value("projection").toString() == projection)
                return one.toObject();
        return {};
    }
    [[nodiscard]] static QString stateOf(const QJsonObject& report)
    {
        return report.value("verdict")["state"].toString();
    }

private:
    QProcess m_process;
    QJsonObject m_last;
};

} // namespace projectionist
