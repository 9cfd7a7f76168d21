// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/letterdetails.h"

class QPushButton;
class QSettings;

namespace projectionist {

class MessageArea;
class PlainLabel;
class TableView;

/// The record that failed, fetched from where it came from, beside the letter field by field.
class OriginalView : public QWidget
{
    Q_OBJECT
public:
    explicit OriginalView(QSettings& settings, QWidget* parent = nullptr);

    /// Another letter; nothing is fetched yet.
    void setLetter(const DeadLetter* letter);
    /// Fetches, unless that was done.
    void want();
    /// What the registry told of the letter.
    void setDecoded(const DecodedBody& decoded) { m_decoded = decoded; }
    void setOriginal(const FetchedOriginal& original);
    void show(const LetterLook& look);
    [[nodiscard]] QString text() const;
    [[nodiscard]] TableView* table() const { return m_table; }

signals:
    void wanted(const projectionist::TopicPartition& id, projectionist::Offset offset);

private:
    void fetch();

    LetterSheetModel m_model;
    MessageArea* m_messages;
    PlainLabel* m_state;
    QPushButton* m_fetch;
    TableView* m_table;
    std::optional<DeadLetter> m_letter;
    DecodedBody m_decoded;
    std::optional<StoredLetter> m_original;
    DecodedBody m_originalDecoded;
    bool m_asked = false;
};

} // namespace projectionist
