// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/letterdetails.h"

class QPushButton;
class QSettings;
class QTabWidget;

namespace projectionist {

class FailureView;
class MessageArea;
class OriginalView;
class PayloadPane;
class PlainLabel;
class TableView;

/// One letter: failure, payload, headers, path, original; or one event: payload and headers. Masks are on until
/// somebody takes them off for this letter.
class LetterDetail : public QWidget
{
    Q_OBJECT
public:
    enum class Kind : std::uint8_t
    {
        Letter,
        Event
    };
    LetterDetail(Kind kind, QSettings& settings, QWidget* parent = nullptr);
    ~LetterDetail() override;

    void setMasks(const MaskSettings& masks);
    void clear(const QString& hint);
    void setWaiting(const QString& place);
    void setLetter(const OpenedLetter& opened, TimePoint now, Zone zone);
    /// Whether it is the answer that is shown, which comes once more when the registry has told what it means.
    [[nodiscard]] bool shows(const OpenedLetter& opened) const { return m_opened && m_opened->token == opened.token; }
    void setOriginal(const FetchedOriginal& original);
    /// Of the letter that is shown.
    void setVerdict(std::vector<LetterFact> verdict);
    void setUnmaskRecorded(const std::string& reference, const Result<std::uint64_t>& recorded);
    void setZone(TimePoint now, Zone zone);
    [[nodiscard]] const DeadLetter* letter() const;
    [[nodiscard]] QTabWidget* tabs() const { return m_tabs; }
    [[nodiscard]] FailureView* failure() const { return m_failure; }
    [[nodiscard]] PayloadPane* payload() const { return m_payload; }
    [[nodiscard]] TableView* headers() const { return m_headerTable; }
    [[nodiscard]] TableView* path() const { return m_pathTable; }
    [[nodiscard]] OriginalView* original() const { return m_original; }
    [[nodiscard]] QPushButton* unmask() const { return m_unmask; }

signals:
    void retryRequested();
    void originalWanted(const projectionist::TopicPartition& id, projectionist::Offset offset);
    /// Somebody wants to see what is masked: it is shown once setUnmaskRecorded() says that the audit trail has it.
    void unmaskWanted(const std::string& reference, const QString& what);
    void filterRequested(const projectionist::FilterNode& condition);

private:
    void setUpTabs();
    void wire();
    void show();
    void showPayload(MaskedPayload payload);
    [[nodiscard]] QStringList formatNotes() const;
    void askToUnmask();
    void endUnmasking();
    [[nodiscard]] QString maskedText() const;
    void filterByPayload(const std::vector<FilterPathPart>& path, const QString& json);

    const Kind m_kind;
    QSettings& m_settings;
    LetterSheetModel m_headers;
    LetterSheetModel m_path;
    MessageArea* m_messages;
    PlainLabel* m_place;
    QPushButton* m_unmask;
    QTabWidget* m_tabs;
    FailureView* m_failure;
    PayloadPane* m_payload;
    TableView* m_headerTable;
    TableView* m_pathTable;
    OriginalView* m_original;
    LetterMasks m_masks;
    LetterLook m_look;
    std::optional<OpenedLetter> m_opened;
    QStringList m_hidden; ///< what is masked now
    bool m_unmasked = false;
};

} // namespace projectionist
