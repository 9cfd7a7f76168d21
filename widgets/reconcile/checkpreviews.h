// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QObject>

#include "backend/reconcile/checkpreview.h"
#include "widgets/common/backgroundtasks.h"

#include <array>
#include <map>

namespace projectionist {

/// What a side of a check looks like by now.
struct ReadSide
{
    enum class State : std::uint8_t
    {
        Unsaid, ///< it names no table or query
        Asked,
        Read,
        Failed
    };
    State state = State::Unsaid;
    SidePreview preview{};        ///< Read
    std::optional<Error> error{}; ///< Failed
};

/// What lint found; `mistakes` keep it from looking at the stores.
struct ReadLint
{
    std::vector<Diagnostic> mistakes{};
    std::optional<Result<CheckLint>> lint{};
};

/// Reads what a form shows of a check, each side on a thread of its own, after a pause in typing; what is asked for no
/// more is cancelled.
class CheckPreviews : public QObject
{
    Q_OBJECT
public:
    /// `tasks` outlives this: closing the form does not wait for servers.
    CheckPreviews(const Workspace& workspace, OpenSnapshotReader open, BackgroundTasks& tasks,
                  QObject* parent = nullptr);
    ~CheckPreviews() override;

    void show(const CheckSettings& check);
    /// The same once more, from the beginning: a server may be back.
    void again();
    void readTables(ComparedSide side, const std::string& store);

    [[nodiscard]] const ReadSide& side(ComparedSide which) const { return m_sides[static_cast<std::size_t>(which)]; }
    [[nodiscard]] const std::optional<ReadLint>& lint() const { return m_lint; } ///< nullopt: being looked for
    [[nodiscard]] const CheckSettings& check() const { return m_check; }

signals:
    void sideChanged(projectionist::ComparedSide side);
    void lintChanged();
    void tablesRead(projectionist::ComparedSide side, const QStringList& tables);

private:
    /// What a preview of a side depends on.
    struct SideOrder
    {
        CheckSide side;
        std::vector<std::string> key;

        bool operator==(const SideOrder&) const = default;
    };
    void start();
    [[nodiscard]] CheckSide actualSide() const;
    void startSide(ComparedSide which);
    void startLint();
    void setSide(ComparedSide which, ReadSide read);

    const Workspace m_workspace;
    const OpenSnapshotReader m_open;
    BackgroundTasks& m_tasks;
    QTimer m_pause;
    CheckSettings m_check;
    std::array<ReadSide, 2> m_sides{};
    std::array<std::optional<SideOrder>, 2> m_orders{}; ///< what m_sides are of
    std::array<BackgroundTasks::Token, 2> m_sideTasks{};
    std::array<BackgroundTasks::Token, 2> m_tableTasks{};
    std::optional<ReadLint> m_lint;
    BackgroundTasks::Token m_lintTask = 0;
};

} // namespace projectionist
