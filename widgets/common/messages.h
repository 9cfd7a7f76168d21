// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <functional>
#include <QString>
#include <QWidget>
#include <vector>

class QVBoxLayout;

namespace projectionist {

enum class MessageLevel
{
    Info,
    Warning,
    Critical
};

/// One inline message: what failed, why, what to do, at most one button, and more on demand. A value; equal ids replace
/// one another.
struct Message
{
    QString id;
    MessageLevel level = MessageLevel::Warning;
    QString what;
    QString why;
    QString next;
    QString buttonText;             ///< empty: no button
    std::function<void()> onButton; ///< on the GUI thread
    QString more = {};              ///< unfolded on demand

    [[nodiscard]] bool looksLike(const Message& other) const;
};

[[nodiscard]] Message messageOf(const QString& id, const Error& error, MessageLevel level = MessageLevel::Warning);

/// The messages above the content they concern. They stay until what they tell of is fixed, that is: until removed.
class MessageArea : public QWidget
{
    Q_OBJECT
public:
    explicit MessageArea(QWidget* parent = nullptr);

    /// Shows it, or changes the one with the same id. Nothing happens when it looks the same, so it may be called
    /// often.
    void show(const Message& message);
    void remove(const QString& id);
    [[nodiscard]] bool has(const QString& id) const;
    [[nodiscard]] std::vector<Message> messages() const;

private:
    struct Entry
    {
        Message message;
        QWidget* bar = nullptr;
    };
    [[nodiscard]] QWidget* makeBar(const Message& message);

    std::vector<Entry> m_entries;
    QVBoxLayout* m_layout;
};

} // namespace projectionist
