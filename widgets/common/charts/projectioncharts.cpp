// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/projectioncharts.h"

#include "models/text.h"
#include "models/verdicttext.h"

#include <limits>
#include <QBoxLayout>

namespace projectionist {

namespace {

constexpr float noLag = std::numeric_limits<float>::quiet_NaN();
enum Rate
{
    In,
    Out
};

float milliseconds(const std::optional<Duration>& duration)
{
    return duration ? static_cast<float>(duration->count()) : noLag;
}

ChartPoint lagPoint(const HistoryPoint& point)
{
    return {point.at.time_since_epoch().count(), static_cast<float>(point.width.count()), milliseconds(point.lagMin),
            milliseconds(point.lagMax), milliseconds(point.lagLast)};
}

ChartPoint ratePoint(const HistoryPoint& point, float rate)
{
    return {point.at.time_since_epoch().count(), static_cast<float>(point.width.count()), rate, rate, rate};
}

} // namespace

ProjectionCharts::ProjectionCharts(HistoryReader& reader, LiveFeed& feed, RangeController& range,
                                   Qt::Orientation orientation, QWidget* parent)
    : QWidget(parent)
    , m_range(range)
    , m_history(reader, feed, range)
    , m_lag(new TimeChart(range, ChartUnit::Time, this))
    , m_rates(new TimeChart(range, ChartUnit::Rate, this))
    , m_heat(new HeatMap(range, this))
{
    auto* layout =
        new QBoxLayout(orientation == Qt::Horizontal ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom, this);
    layout->setContentsMargins({});
    layout->setSpacing(10);
    for (QWidget* chart : {static_cast<QWidget*>(m_lag), static_cast<QWidget*>(m_rates), static_cast<QWidget*>(m_heat)})
        layout->addWidget(chart, 1);
    m_lag->setSeries({{tr("lag"), {}, {}}});
    m_rates->setTitle(tr("Events in and out per second"));
    m_rates->setSeries({{tr("in"), 1, LineStyle::Solid}, {tr("out"), 0, LineStyle::Solid}});
    m_heat->setTitle(tr("Lag by partition and time"));
    connect(&m_history, &ProjectionHistory::reset, this, &ProjectionCharts::showAll);
    connect(&m_history, &ProjectionHistory::appended, this, &ProjectionCharts::showAppended);
    connect(&m_history, &ProjectionHistory::stateChanged, this, &ProjectionCharts::showState);
    showAll();
}

void ProjectionCharts::setProjection(const std::string& context, const std::string& projection)
{
    m_history.setProjection(context, projection);
}

void ProjectionCharts::setColors(const ChartColors& colors)
{
    for (ChartWidget* chart : charts())
        chart->setColors(colors);
}

void ProjectionCharts::showAll()
{
    std::vector<ChartPoint> lag;
    std::vector<ChartPoint> in;
    std::vector<ChartPoint> out;
    for (const auto& point : m_history.points()) {
        lag.push_back(lagPoint(point));
        in.push_back(ratePoint(point, point.inPerSecond));
        out.push_back(ratePoint(point, point.outPerSecond));
    }
    m_lag->setPoints(0, lag, m_history.reconstructedUntil());
    m_rates->setPoints(In, in, m_history.reconstructedUntil());
    m_rates->setPoints(Out, out, m_history.reconstructedUntil());
    m_heat->setMatrix(m_history.partitions());
    m_lag->setTitle(m_history.projection().empty() ? tr("Lag in time")
                                                   : tr("Lag in time, %1").arg(toQString(m_history.projection())));
    showAnnotations();
    showState();
}

void ProjectionCharts::showAppended(std::size_t firstNew)
{
    const auto& points = m_history.points();
    for (std::size_t i = firstNew; i < points.size(); ++i) {
        m_lag->appendPoint(0, lagPoint(points[i]));
        m_rates->appendPoint(In, ratePoint(points[i], points[i].inPerSecond));
        m_rates->appendPoint(Out, ratePoint(points[i], points[i].outPerSecond));
    }
    m_heat->matrixChanged();
    showAnnotations();
    showState();
}

void ProjectionCharts::showState()
{
    const auto& objective = m_history.objective();
    m_lag->setObjective(objective ? std::optional(static_cast<double>(objective->count())) : std::nullopt);
    m_lag->setNote(objective ? tr("objective %1").arg(durationText(*objective)) : tr("no objective"));
    m_rates->setNote(collectingSince());
    m_heat->setNote(collectingSince());
    m_heat->setObjective(objective);
    QString message;
    if (m_history.points().empty()) {
        message = m_history.isLoading() ? tr("Reading history\u2026") : tr("Nothing was sampled in this range.");
        if (m_history.error())
            message = toQString(toString(*m_history.error()));
    }
    m_lag->setMessage(message);
    m_rates->setMessage(message);
    m_heat->setMessage(m_history.partitions()->rows() == 0 ? message : QString());
}

/// Why the left of a chart is empty: nobody was watching yet.
QString ProjectionCharts::collectingSince() const
{
    const auto& points = m_history.points();
    const Duration span = m_range.to() - m_range.from();
    if (points.empty() || m_history.isLoading() || points.front().at < m_range.from() + span / 4)
        return {};
    return tr("collecting since %1").arg(toDateTime(points.front().at, m_range.zone()).toString(u"HH:mm"));
}

void ProjectionCharts::showAnnotations()
{
    std::vector<ChartAnnotation> annotations;
    for (const auto& annotation : m_history.annotations())
        annotations.push_back({annotation.at, toQString(annotation.text)});
    for (ChartWidget* chart : charts())
        chart->setAnnotations(annotations);
}

} // namespace projectionist
