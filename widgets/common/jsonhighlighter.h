// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSyntaxHighlighter>

namespace projectionist {

/// Colours names and values of indented JSON; off for other texts.
class JsonHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;
    /// Before the text is set.
    void setOn(bool on) { m_on = on; }

protected:
    void highlightBlock(const QString& text) override;

private:
    bool m_on = false;
};

} // namespace projectionist
