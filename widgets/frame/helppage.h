// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QTextBrowser;

namespace projectionist {

/// Shows a page of resources/help. Only our own Markdown is shown, without HTML, and links stay inside.
class HelpPage : public QWidget
{
    Q_OBJECT
public:
    explicit HelpPage(QWidget* parent = nullptr);
    /// `name` of a page, as "verdicts"; `heading` is one to scroll to, may be empty.
    void showPage(const QString& name, const QString& heading = {});
    /// Our own text, not one from outside.
    void showMarkdown(const QString& markdown);
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString text() const;

signals:
    void backRequested();

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    QTextBrowser* m_text;
};

} // namespace projectionist
