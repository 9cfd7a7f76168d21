// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QButtonGroup;
class QVBoxLayout;

namespace projectionist {

/// The pages at the left edge, with a count beside what needs attention.
class Navigation : public QWidget
{
    Q_OBJECT
public:
    explicit Navigation(QWidget* parent = nullptr);

    void addPage(int id, const QString& iconName, const QString& title, const QString& shortcut);
    void setCurrent(int id);
    /// 0 shows nothing; critical is red.
    void setCount(int id, int count, bool critical);

signals:
    void chosen(int id);

private:
    QButtonGroup* m_group;
    QVBoxLayout* m_layout;
};

} // namespace projectionist
