// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/sourcelist.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/text.h"
#include "widgets/common/tableview.h"

#include <algorithm>
#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr int mostRows = 6;

const DeadLetterTopic* topicNamed(const LetterBoard& board, const std::string& name)
{
    const auto found = std::find_if(board.topics.begin(), board.topics.end(),
                                    [&](const DeadLetterTopic& topic) { return topic.name == name; });
    return found == board.topics.end() ? nullptr : &*found;
}

QString whyText(const DeadLetterTopic* topic)
{
    if (!topic)
        return SourceList::tr("table of the workspace");
    auto why = strangersText(topic->why);
    if (topic->retry)
        why += SourceList::tr("; retried by itself");
    if (topic->silent)
        why += SourceList::tr("; its connector writes no headers, so letters do not tell why they failed");
    return why;
}

LetterCells rowOf(const ScanProgress& progress, const DeadLetterTopic* topic)
{
    const auto number = [](std::uint64_t count) { return toQString(formatNumber(static_cast<std::int64_t>(count))); };
    LetterCell state{SourceList::tr("complete"), {}, ColorMeaning::Good};
    if (progress.error)
        state = {strangersText(toString(*progress.error), 600), {}, ColorMeaning::Critical};
    else if (!progress.complete)
        state = {progress.total > 0 ? SourceList::tr("reading, %1 %").arg(progress.scanned * 100 / progress.total)
                                    : SourceList::tr("reading"),
                 {},
                 ColorMeaning::Info};
    return {{strangersText(progress.topic)},
            {whyText(topic), {}, ColorMeaning::Muted},
            {SourceList::tr("%1 of %2").arg(number(progress.scanned), number(progress.total)),
             static_cast<qulonglong>(progress.scanned)},
            state};
}

} // namespace

SourceList::SourceList(QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_model({{tr("Source"), Qt::AlignLeft},
               {tr("Read because"), Qt::AlignLeft},
               {tr("Scanned")},
               {tr("State"), Qt::AlignLeft}})
    , m_table(new TableView(QStringLiteral("letter-sources"), tr("Sources of dead letters"), settings, this))
{
    m_table->setModel(&m_model);
    m_table->setDefaultSort(-1, Qt::AscendingOrder);
    m_table->setDefaultWidths({260, 260, 150, 200}, 3);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_table);
}

void SourceList::setBoard(const LetterBoard& board)
{
    std::vector<LetterCells> rows;
    for (const auto& progress : board.progress)
        rows.push_back(rowOf(progress, topicNamed(board, progress.topic)));
    for (const auto& topic : board.topics)
        if (topic.missing)
            rows.push_back({{strangersText(topic.name)},
                            {whyText(&topic), {}, ColorMeaning::Muted},
                            {QStringLiteral("\u2014")},
                            {tr("the cluster has no such topic"), {}, ColorMeaning::Warning}});
    m_model.setRows(std::move(rows));
    const auto* table = m_table->table();
    const int shown = std::clamp(m_model.rowCount(), 1, mostRows);
    setFixedHeight(table->horizontalHeader()->sizeHint().height() +
                   shown * table->verticalHeader()->defaultSectionSize() + 4);
}

} // namespace projectionist
