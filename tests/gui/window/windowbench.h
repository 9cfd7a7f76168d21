// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/historyreader.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "widgets/common/theme.h"
#include "widgets/frame/mainwindow.h"

#include <QSettings>
#include <QTemporaryDir>

class QPushButton;
class QTableView;

namespace projectionist {

/// What a scripted projection looks like in a snapshot.
struct Script
{
    std::string name;
    VerdictKind kind = VerdictKind::Ok;
    std::string evidence = {};
    Duration lag{41};
    Offset backlog = 6;
    std::optional<std::pair<TopicPartition, Offset>> suspect = {};
    std::optional<Error> error = {};
    bool fresh = true;
    int partitions = 4;
};

/// The projections of the scripts below.
extern const std::vector<std::string> three;
extern const TopicPartition suspectPartition;
constexpr Offset suspectOffset = 1'204'881;
[[nodiscard]] Script blocked(const std::string& name);
[[nodiscard]] std::vector<Script> allFine();
[[nodiscard]] std::vector<Script> oneBlocked(); ///< parcel_tracking

/// The real window on scripted snapshots: they enter where a watcher's do.
class WindowBench
{
public:
    explicit WindowBench(const QString& settingsFile = {});

    /// A workspace with these projections on topic orders.events, in the given environment.
    void watch(const std::vector<std::string>& projections, Environment environment = Environment::Development);
    /// Shows the window on a page, 1440 by 900; false: it did not appear.
    [[nodiscard]] bool open(MainWindow::Page page);
    /// Sends a snapshot and waits until the window has it.
    [[nodiscard]] bool send(const std::vector<Script>& scripts, std::vector<SourceStatus> sources = {});
    void answerInspection(std::uint64_t token, const TopicPartition& id, Offset offset,
                          Result<std::optional<Record>> record);
    [[nodiscard]] Workspace workspace() const { return m_workspace; }
    [[nodiscard]] QString settingsFile() const { return m_settingsFile; }

private:
    QTemporaryDir m_folder;
    QString m_settingsFile;
    std::uint64_t m_cycle = 0;
    Workspace m_workspace;

public:
    SystemClock clock;
    QSettings settings;
    Theme theme;
    LiveFeed feed;
    RangeController range;
    HistoryReader history;
    MainWindow window;

private:
    WatcherSinks m_sinks;
};

[[nodiscard]] std::shared_ptr<const ProjectionReport> reportOf(const Script& script, TimePoint at);
/// Everything that any label, button or cell of a widget shows.
[[nodiscard]] QString shownText(const QWidget& widget);
/// Names a widget in the message of a test.
[[nodiscard]] QString describe(const QWidget* widget);
/// The cells of one column, from the top.
[[nodiscard]] QStringList shownRows(const QTableView* table, int column);
/// The names in the Overview's table, from the top.
[[nodiscard]] QStringList rowNames(const WindowBench& bench);
/// The visible button with this text; null if there is none.
[[nodiscard]] QPushButton* buttonWith(const QWidget& widget, const QString& text);

} // namespace projectionist
