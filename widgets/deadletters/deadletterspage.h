// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/letteracts.h"
#include "models/lettergroupmodel.h"
#include "models/letterknowledge.h"
#include "models/letterlistmodel.h"
#include "models/replaychosen.h"
#include "widgets/common/windowservices.h"
#include "widgets/deadletters/exportdialog.h"
#include "widgets/deadletters/resolvedialog.h"

#include <QPointer>

class QMenu;
class QProgressBar;
class QSplitter;
class QToolButton;

namespace projectionist {

class ActLine;
class LetterDetail;
class LetterFilterEdit;
class MessageArea;
class PlainLabel;
class SourceList;
class TableView;

/// What failed, since when, for whom, why: filter, groups, letters, and the letter that is looked at. Asks for boards
/// and letters by signals.
class DeadLettersPage : public QWidget
{
    Q_OBJECT
public:
    /// Of a payload, and of its original, that are fetched for a look.
    static constexpr std::size_t mostBytes = 512 * 1024;

    explicit DeadLettersPage(const WindowServices& services, QWidget* parent = nullptr);
    ~DeadLettersPage() override;

    void setWorkspace(const Workspace& workspace, const std::string& context);
    /// Another desk answers from now on, or none: forgets what the former one told, and asks anew.
    void startOver();
    void setBoard(const std::shared_ptr<const LetterBoard>& board);
    void setLetter(const OpenedLetter& opened);
    void setOriginal(const FetchedOriginal& original);
    void setListed(std::uint64_t token, const Result<ListedRows>& listed);
    void setVerdicts(const LetterVerdicts& verdicts);
    void setJudging(const JudgingProgress& progress);
    void setChosen(const ChosenLetters& chosen);
    void setExporting(std::uint64_t token, std::uint64_t done, std::uint64_t total);
    void setExported(std::uint64_t token, const Result<ExportOutcome>& outcome);
    void setResolveOutcome(const Result<std::size_t>& outcome);
    void setUnmaskRecorded(const std::string& reference, const Result<std::uint64_t>& recorded);
    void setFilter(const QString& filter);
    void chooseGroup(std::uint32_t group);
    /// Shows the letter that a reference names, whether or not it has been read; see LetterSource::reference().
    void openReference(const std::string& reference);

    [[nodiscard]] const LetterQuery& query() const { return m_query; }
    [[nodiscard]] LetterFilterEdit* filter() const { return m_filter; }
    [[nodiscard]] TableView* groups() const { return m_groupTable; }
    [[nodiscard]] TableView* letters() const { return m_letterTable; }
    [[nodiscard]] LetterDetail* detail() const { return m_detail; }
    [[nodiscard]] QToolButton* judgeButton() const { return m_judge; }
    [[nodiscard]] ActLine* judgeLine() const { return m_judgeLine; }
    [[nodiscard]] QToolButton* exportButton() const { return m_export; }
    [[nodiscard]] ExportDialog* exportDialog() const { return m_exporting; } ///< while it is open
    [[nodiscard]] ActLine* exportLine() const { return m_exportLine; }
    [[nodiscard]] QToolButton* resolveButton() const { return m_resolve; }
    [[nodiscard]] QToolButton* restoreButton() const { return m_restore; }
    [[nodiscard]] QToolButton* resolvedToggle() const { return m_resolvedToggle; }
    [[nodiscard]] ResolveDialog* resolveDialog() const { return m_resolving; } ///< while it is open
    [[nodiscard]] QToolButton* replayButton() const { return m_replay; }
    [[nodiscard]] QString counts() const;
    [[nodiscard]] QString problem() const;
    [[nodiscard]] const std::shared_ptr<const LetterBoard>& board() const { return m_board; }

signals:
    void asked(const projectionist::LetterQuery& query);
    void letterWanted(std::uint64_t token, const projectionist::LetterPlace& place);
    void referenceWanted(std::uint64_t token, const std::string& reference);
    void originalWanted(std::uint64_t token, const projectionist::TopicPartition& id, projectionist::Offset offset);
    /// Answered by setUnmaskRecorded(): values are shown after that is in the audit trail.
    void unmaskWanted(const std::string& reference, const QString& what);
    /// Answered by setChosen(), and then by one of the next two, which setResolveOutcome() answers.
    void choiceWanted(const projectionist::LetterChoice& choice);
    void resolveWanted(const std::vector<projectionist::ResolvedLetter>& letters, const QString& note,
                       const QString& chosenBy);
    void restoreWanted(const std::vector<projectionist::ResolvedLetter>& letters, const QString& chosenBy);
    /// All letters of the query's list, or those at `places`. Answered by setListed().
    void listWanted(std::uint64_t token, std::uint64_t query, const std::vector<projectionist::LetterPlace>& places);
    /// Answered by setVerdicts(), unless there are no rows: then nobody waits for the order before any more.
    void judgeWanted(std::uint64_t token, const projectionist::ListedRows& rows);
    /// Answered by setExporting() and setExported(), until exportStopped().
    void exportWanted(const projectionist::LetterExportOrder& order);
    void exportStopped();
    /// What may be replayed: the letters selected, their group, all that are listed.
    void replayRequested(const std::vector<projectionist::ReplayScope>& scopes);
    void helpRequested();

protected:
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    // deadletterspage.cpp
    [[nodiscard]] QWidget* makeFilterBar();
    [[nodiscard]] QWidget* makeLists();
    void setUpTables();
    void wireFilter();
    void wireLists();
    void wireScrolling();
    void wireDetail();
    void restoreState();
    // deadlettersresolving.cpp
    void wireResolving();
    [[nodiscard]] std::vector<int> selectedRows() const;
    [[nodiscard]] std::vector<LetterPlace> selectedPlaces() const;
    [[nodiscard]] std::string listCondition() const;
    [[nodiscard]] bool listIsReady() const;
    void choose(std::vector<LetterPlace> places, bool resolved);
    void showResolving();
    // deadlettersjudging.cpp
    void wireJudging();
    void judgeOrStop();
    void judge(const std::vector<LetterPlace>& places);
    void judgeNext();
    void endJudging(const QString& words);
    void forgetVerdicts();
    void showJudging();
    void showJudged();
    void showVerdict();
    // deadlettersexport.cpp
    void wireExport();
    void openExport();
    void decodeIn(LetterExportOrder& order) const;
    void beginExport(const LetterExportOrder& order);
    void showExport();
    void forgetExport();
    // deadlettersreplay.cpp
    void wireReplay();
    void requestReplay();
    [[nodiscard]] std::vector<ReplayScope> replayScopes() const;
    // deadletterslists.cpp
    void ask();
    void showActs();
    void showBoard();
    void showTroubles();
    void showCounts();
    void showLetters();
    void showFilterState();
    void growAtEnd();
    void setFollowing(bool following);
    void openCurrent();
    void fillMenu(QMenu* menu, const std::optional<FilterNode>& condition, const std::optional<FilterNode>& exclusion);

    WindowServices m_services;
    LetterGroupModel m_groups;
    LetterListModel m_letters;
    LetterKnowledge m_knowledge;
    MessageArea* m_messages;
    LetterFilterEdit* m_filter;
    PlainLabel* m_problem;
    PlainLabel* m_counts;
    QToolButton* m_sourcesButton;
    QProgressBar* m_progress;
    SourceList* m_sources;
    QSplitter* m_columns;
    QSplitter* m_lists;
    TableView* m_groupTable;
    TableView* m_letterTable;
    PlainLabel* m_listTitle;
    QToolButton* m_allLetters;
    QToolButton* m_judge;
    QToolButton* m_replay;
    QToolButton* m_resolve;
    QToolButton* m_restore;
    QToolButton* m_resolvedToggle;
    QPointer<ResolveDialog> m_resolving;
    QToolButton* m_follow;
    LetterDetail* m_detail;
    std::shared_ptr<const LetterBoard> m_board;
    std::shared_ptr<const LetterBoard> m_waiting; ///< came while paused
    LetterQuery m_query;
    QStringList m_troubles; ///< ids of messages
    std::optional<LetterPlace> m_open;
    std::string m_reference; ///< of the letter that is shown, if somebody named it
    std::uint64_t m_letterToken = 0;
    std::uint64_t m_originalToken = 0;
    std::uint64_t m_lastChoice = 0;
    std::optional<std::uint64_t> m_choiceToken; ///< that is waited for
    std::string m_chosenBy;
    ActLine* m_judgeLine;
    std::uint64_t m_judgeToken = 0;
    bool m_judging = false;
    std::optional<LetterJudgingRun> m_judged; ///< the present one, or the last
    TimePoint m_judgeBegan{};
    QToolButton* m_export;
    ActLine* m_exportLine;
    QPointer<ExportDialog> m_exporting;
    std::uint64_t m_exportToken = 0;
    QString m_exportFile;
    TimePoint m_exportBegan{};
    bool m_exportPart = false; ///< not all letters had been read when it began
    std::string m_workspaceFile;
    std::string m_contextName;
    std::optional<HttpEndpoint> m_registry; ///< of schemas
    bool m_openFirst = false;               ///< a group was chosen: its newest letter is opened
    bool m_arranging = false;               ///< we are the ones who move rows
};

} // namespace projectionist
