// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/letterjsonmodel.h"
#include "models/payloadview.h"

class QComboBox;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace projectionist {

class JsonHighlighter;
class PlainLabel;

/// Bytes of strangers as JSON, tree, text or hex: always plain text, with what was cut or made visible said beside it.
class PayloadPane : public QWidget
{
    Q_OBJECT
public:
    explicit PayloadPane(const QString& accessibleName, QWidget* parent = nullptr);

    /// `wholeSize`: of the whole value, where only its beginning is here; `notes`: what else is to be said of it.
    void setValue(std::optional<std::string> value, std::size_t wholeSize = 0, const QStringList& notes = {});
    /// What Hex shows from the next setValue() on, where the value is a text that was made of it.
    void setRaw(std::optional<std::string> raw) { m_raw = std::move(raw); }
    void clear();
    /// Offers filterRequested() in the tree; off at first.
    void setFilterable(bool filterable) { m_filterable = filterable; }
    /// As shown, without breaks in long lines and without a limit of lines: what is copied.
    [[nodiscard]] QString text() const;
    [[nodiscard]] QString notes() const;
    [[nodiscard]] QComboBox* format() const { return m_format; }
    [[nodiscard]] QPlainTextEdit* edit() const { return m_edit; }
    [[nodiscard]] QTreeView* tree() const { return m_tree; }

signals:
    /// In the tree: "filter for this value".
    void filterRequested(const std::vector<projectionist::FilterPathPart>& path, const QString& json);

private:
    enum Format
    {
        Automatic,
        Json,
        Tree,
        Text,
        Hex
    };
    void show();
    /// What a format is made of.
    [[nodiscard]] const std::optional<std::string>& bytesFor(PayloadFormat format) const
    {
        return format == PayloadFormat::Hex && m_raw ? m_raw : m_value;
    }
    [[nodiscard]] bool showTree();
    void showText(PayloadFormat format);

    bool m_filterable = false;
    QComboBox* m_format;
    PlainLabel* m_notes;
    QPushButton* m_copy;
    QStackedWidget* m_stack;
    QPlainTextEdit* m_edit;
    QTreeView* m_tree;
    JsonHighlighter* m_highlighter;
    LetterJsonModel m_json;
    std::optional<std::string> m_value;
    std::optional<std::string> m_raw;
    PayloadFormat m_shown = PayloadFormat::Automatic;
    QStringList m_given; ///< notes from outside
};

} // namespace projectionist
