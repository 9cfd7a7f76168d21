// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/replaysheets.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/payloadview.h"
#include "models/text.h"

#include <algorithm>
#include <map>
#include <QCoreApplication>

namespace projectionist {

namespace {

struct ReplaySheets
{
    Q_DECLARE_TR_FUNCTIONS(ReplaySheets)
};

LetterCell numberCell(std::size_t number)
{
    return {toQString(formatNumber(static_cast<std::int64_t>(number))), static_cast<qulonglong>(number),
            ColorMeaning::Normal, QString::number(number)};
}

bool isProved(const ReplayLetterProgress& letter)
{
    const auto fine = [](ReplayLight light) { return light == ReplayLight::On || light == ReplayLight::Unprovable; };
    return letter.state == ReplayLetterState::Sent && fine(letter.produced) && fine(letter.passed) &&
           fine(letter.notBack) && fine(letter.row);
}

LetterCell stepState(const ReplayStepView& step)
{
    switch (step.state) {
    case ReplayStepView::State::Done:
        if (step.proved < step.sent)
            return {ReplaySheets::tr("\u25b2 not all proved"), {}, ColorMeaning::Warning};
        return {ReplaySheets::tr("\u2713 done"), {}, ColorMeaning::Good};
    case ReplayStepView::State::Current:
        return {ReplaySheets::tr("\u25b6 under way"), {}, ColorMeaning::Info};
    case ReplayStepView::State::Halted:
        return {ReplaySheets::tr("\u2717 ended here"), {}, ColorMeaning::Critical};
    case ReplayStepView::State::ToCome:
        break;
    }
    return {ReplaySheets::tr("\u00b7 after the proof"), {}, ColorMeaning::Muted};
}

LetterCell headerCell(const Header& header, const LetterMasks* masks)
{
    if (!header.value)
        return {ReplaySheets::tr("null")};
    if (masks && masks->coversHeader(header.name))
        return {toQString(maskText), {}, ColorMeaning::Muted};
    return {inlineText(header.value, 300)};
}

LetterCell timeCell(const std::optional<TimePoint>& time, Zone zone, const QString& none)
{
    return {time ? dateTimeText(*time, zone) : none};
}

QString sizeText(const std::optional<std::string>& value)
{
    return value ? bytesText(static_cast<std::int64_t>(value->size())) : ReplaySheets::tr("null");
}

LetterCells compared(const QString& field, LetterCell before, LetterCell after)
{
    const bool same = before.text == after.text;
    LetterCell fate{same ? ReplaySheets::tr("same") : ReplaySheets::tr("changes"),
                    {},
                    same ? ColorMeaning::Muted : ColorMeaning::Info};
    return {{field}, std::move(before), std::move(after), std::move(fate)};
}

LetterCells headerRow(const ReplayedHeader& header, const LetterMasks* masks)
{
    const LetterCell name{strangersText(header.header.name)};
    const LetterCell none{QStringLiteral("\u2014"), {}, ColorMeaning::Muted};
    switch (header.fate) {
    case HeaderFate::Stays:
        return {name,
                headerCell(header.header, masks),
                headerCell(header.header, masks),
                {ReplaySheets::tr("stays"), {}, ColorMeaning::Muted}};
    case HeaderFate::Goes:
        return {name,
                headerCell(header.header, masks),
                none,
                {header.family.empty() ? ReplaySheets::tr("\u2212 goes")
                                       : ReplaySheets::tr("\u2212 goes: %1").arg(strangersText(header.family)),
                 {},
                 ColorMeaning::Warning}};
    case HeaderFate::New:
        break;
    }
    return {name, none, headerCell(header.header, masks), {ReplaySheets::tr("+ new"), {}, ColorMeaning::Good}};
}

QString targetPlace(const OutgoingRecord& record)
{
    if (record.topic.empty())
        return ReplaySheets::tr("a command");
    auto text = strangersText(record.topic);
    return record.partition ? text + QStringLiteral("[%1]").arg(*record.partition)
                            : ReplaySheets::tr("%1, partition by key").arg(text);
}

} // namespace

std::vector<ReplayStepView> replaySteps(const ReplayProgress& progress)
{
    std::map<std::size_t, ReplayStepView> steps;
    std::size_t left = 0;
    for (std::size_t i = 0; i < progress.letters.size(); ++i) {
        const auto& letter = progress.letters[i];
        const bool current = i >= progress.stepBegin && i < progress.stepBegin + progress.stepLetters;
        const auto number = letter.step > 0 ? letter.step : current ? progress.step : 0;
        if (number == 0) {
            left += letter.state == ReplayLetterState::Waiting ? 1 : 0;
            continue;
        }
        auto& step = steps[number];
        ++step.letters;
        step.sent += letter.state == ReplayLetterState::Sent ? 1 : 0;
        step.proved += isProved(letter) ? 1 : 0;
    }
    std::vector<ReplayStepView> views;
    const bool finished = progress.state == ReplayState::Finished;
    for (auto& [number, step] : steps) {
        step.number = number;
        step.state = number < progress.step || finished ? ReplayStepView::State::Done
                     : hasEnded(progress.state)         ? ReplayStepView::State::Halted
                                                        : ReplayStepView::State::Current;
        views.push_back(step);
    }
    if (left > 0)
        views.push_back({0, left, 0, 0, ReplayStepView::State::ToCome});
    return views;
}

std::vector<LetterCells> stepRows(const ReplayProgress& progress)
{
    std::vector<LetterCells> rows;
    auto steps = replaySteps(progress);
    std::reverse(steps.begin(), steps.end());
    for (const auto& step : steps)
        rows.push_back({step.number == 0 ? LetterCell{ReplaySheets::tr("to come"), {}, ColorMeaning::Muted}
                                         : LetterCell{ReplaySheets::tr("Step %1").arg(step.number)},
                        numberCell(step.letters), numberCell(step.sent), numberCell(step.proved), stepState(step)});
    return rows;
}

std::vector<LetterCells> receiverRows(const ReplayPlan& plan)
{
    std::vector<LetterCells> rows;
    for (const auto& receiver : plan.receivers)
        rows.push_back({{receiver.group.empty() ? ReplaySheets::tr("no group") : strangersText(receiver.group)},
                        {strangersText(receiver.topic)},
                        {receiver.projection.empty() ? ReplaySheets::tr("none of this workspace")
                                                     : strangersText(receiver.projection)},
                        {strangersText(receiver.state)},
                        receiver.wanted
                            ? LetterCell{ReplaySheets::tr("\u2713 wanted"), {}, ColorMeaning::Good}
                            : LetterCell{ReplaySheets::tr("\u25b2 gets them too"), {}, ColorMeaning::Warning}});
    return rows;
}

std::vector<LetterCells> leftBehindRows(const ReplayPlan& plan)
{
    std::vector<LetterCells> rows;
    for (const auto& letter : plan.leftBehind)
        rows.push_back(
            {{strangersText(letter.reference)}, {letterKeyText(letter.key)}, {strangersText(letter.before)}});
    return rows;
}

std::vector<LetterCells> dryRunRows(const ReplayDryRun& dryRun)
{
    std::vector<LetterCells> rows;
    const auto add = [&](const std::vector<std::string>& sentences, const QString& word, ColorMeaning color) {
        for (const auto& sentence : sentences)
            rows.push_back({{word, {}, color}, {strangersText(sentence, 1000)}});
    };
    add(dryRun.refusals, ReplaySheets::tr("\u2717 refused"), ColorMeaning::Critical);
    add(dryRun.warnings, ReplaySheets::tr("\u25b2 warning"), ColorMeaning::Warning);
    add(dryRun.passed, ReplaySheets::tr("\u2713 fine"), ColorMeaning::Good);
    return rows;
}

std::vector<LetterCells> previewRows(const ReplayPreview& preview, const LetterMasks* masks, Zone zone)
{
    EventOrigin lies;
    lies.topic = preview.before.id.topic;
    lies.partition = preview.before.id.partition;
    lies.offset = preview.before.offset;
    const auto before = preview.table ? strangersText(preview.reference) : originText(lies);
    std::vector<LetterCells> rows{
        compared(ReplaySheets::tr("Place"), {before}, {targetPlace(preview.after)}),
        compared(ReplaySheets::tr("Key"), {letterKeyText(preview.before.key)}, {letterKeyText(preview.after.key)}),
        compared(ReplaySheets::tr("Value"), {sizeText(preview.before.value)}, {sizeText(preview.after.value)}),
        compared(ReplaySheets::tr("Timestamp"), timeCell(preview.before.timestamp, zone, QStringLiteral("\u2014")),
                 timeCell(preview.after.timestamp, zone, ReplaySheets::tr("when it is sent")))};
    for (const auto& header : preview.headers)
        rows.push_back(headerRow(header, masks));
    return rows;
}

std::vector<LetterCells> runRows(const std::vector<ReplayStatus>& runs, Zone zone)
{
    std::vector<LetterCells> rows;
    for (const auto& run : runs) {
        const auto& counts = run.progress.counts;
        const LetterCell state =
            run.running
                ? LetterCell{ReplaySheets::tr("\u25b6 runs: %1").arg(strangersText(run.runner, 120)),
                             {},
                             ColorMeaning::Info}
                : LetterCell{runWord(run.progress),
                             {},
                             hasEnded(run.progress.state) ? runStateColor(run.progress) : ColorMeaning::Warning};
        rows.push_back(
            {{strangersText(run.plan.id)},
             {dateTimeText(run.plan.made, zone), static_cast<qint64>(run.plan.made.time_since_epoch().count()),
              ColorMeaning::Normal, toQString(formatRfc3339(run.plan.made))},
             {targetText(run.plan)},
             state,
             {ReplaySheets::tr("%1 of %2").arg(numberCell(counts.done).text, numberCell(counts.letters).text),
              static_cast<qulonglong>(counts.done)},
             {strangersText(run.plan.context)}});
    }
    return rows;
}

} // namespace projectionist
