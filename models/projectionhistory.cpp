// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projectionhistory.h"

#include <algorithm>
#include <limits>

namespace projectionist {

namespace {

constexpr std::size_t mostCells = 400'000; ///< of the heat map, some 2 MB
constexpr std::size_t mostAnnotations = 10'000;
constexpr std::size_t mostWaitingReports = 60;

const std::shared_ptr<const ProjectionReport>* findReport(const Snapshot& snapshot, const std::string& projection)
{
    const auto found = std::find_if(snapshot.projections.begin(), snapshot.projections.end(),
                                    [&](const auto& report) { return report->sample->projection == projection; });
    return found == snapshot.projections.end() ? nullptr : &*found;
}

HistoryPoint reconstructedPoint(const RetroactivePoint& point, Duration width)
{
    HistoryPoint made;
    made.at = point.at;
    made.width = width;
    if (point.lag.origin != LagOrigin::Unknown)
        made.lagMin = made.lagMax = made.lagLast = point.lag.value;
    made.inPerSecond = static_cast<float>(point.inPerSecond);
    made.outPerSecond = std::numeric_limits<float>::quiet_NaN();
    return made;
}

/// Whoever samples a lag knows the backlog, too, and has a verdict.
bool wasReconstructed(const HistoryPoint& point)
{
    return point.worst == VerdictKind::Unknown && point.lagLast && !point.backlogLast;
}

template<typename T>
void keepNewest(std::vector<T>& values, std::size_t most)
{
    if (values.size() > most)
        values.erase(values.begin(), values.end() - static_cast<std::ptrdiff_t>(most));
}

} // namespace

HistoryPoint historyPoint(const ProjectionReport& report, Duration width)
{
    const Assessment& assessment = report.assessment;
    HistoryPoint point;
    point.at = report.sample->at;
    point.width = width;
    point.worst = assessment.verdict.kind;
    if (!report.sample->fresh) {
        point.inPerSecond = point.outPerSecond = std::numeric_limits<float>::quiet_NaN();
        return point;
    }
    if (assessment.lag.origin != LagOrigin::Unknown)
        point.lagMin = point.lagMax = point.lagLast = assessment.lag.value;
    if (assessment.backlog)
        point.backlogMin = point.backlogMax = point.backlogLast = *assessment.backlog;
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    point.inPerSecond = static_cast<float>(assessment.inPerSecond.value_or(unknown));
    point.outPerSecond = static_cast<float>(assessment.outPerSecond.value_or(unknown));
    return point;
}

std::vector<HistoryPoint> historyPoints(const RetroactiveSeries& series)
{
    std::vector<HistoryPoint> points;
    points.reserve(series.points.size());
    for (std::size_t i = 0; i < series.points.size(); ++i) {
        const bool last = i + 1 == series.points.size();
        const Duration width = last ? Duration(60'000) : series.points[i + 1].at - series.points[i].at;
        points.push_back(reconstructedPoint(series.points[i], std::max(width, Duration(1))));
    }
    return points;
}

ProjectionHistory::ProjectionHistory(HistoryReader& reader, LiveFeed& feed, RangeController& range, QObject* parent)
    : QObject(parent), m_reader(reader), m_feed(feed), m_range(range), m_partitions(std::make_shared<PartitionMatrix>())
{
    connect(&m_reader, &HistoryReader::answered, this, &ProjectionHistory::take);
    connect(&m_range, &RangeController::rangeChanged, this, &ProjectionHistory::readAgain);
    connect(&m_feed, &LiveFeed::snapshotArrived, this,
            [this](const std::shared_ptr<const Snapshot>& snapshot) { addSnapshot(*snapshot); });
    connect(&m_feed, &LiveFeed::retroactiveArrived, this, [this](const std::string& projection) {
        if (projection != m_projection)
            return;
        prependReconstructed();
        emit reset();
    });
}

ProjectionHistory::~ProjectionHistory()
{
    m_reader.cancel(m_token);
}

void ProjectionHistory::setProjection(const std::string& context, const std::string& projection)
{
    if (context == m_context && projection == m_projection)
        return;
    m_context = context;
    m_projection = projection;
    m_points.clear();
    m_live.clear();
    m_reconstructedUntil.reset();
    m_partitions = std::make_shared<PartitionMatrix>();
    m_annotations.clear();
    m_objective.reset();
    m_error.reset();
    m_reportsSinceOrder.clear();
    prependReconstructed();
    if (m_feed.latest())
        addSnapshot(*m_feed.latest());
    readAgain();
    emit reset();
}

void ProjectionHistory::readAgain()
{
    m_reader.cancel(m_token);
    m_token = m_projection.empty() ? 0 : m_reader.order(query());
    m_reportsSinceOrder.clear();
    emit stateChanged();
}

HistoryQuery ProjectionHistory::query() const
{
    std::size_t partitions = 1;
    if (m_feed.latest())
        if (const auto* report = findReport(*m_feed.latest(), m_projection))
            partitions = std::max<std::size_t>(1, (*report)->sample->partitions.size());
    HistoryQuery query;
    query.context = m_context;
    query.projection = m_projection;
    query.from = m_range.from();
    // What arrives while the disk is being read is behind the range already.
    query.to = m_range.to() + Duration(60'000);
    query.maxPoints = maxPoints;
    query.maxPartitionPoints = std::clamp<std::size_t>(mostCells / partitions, 30, 360);
    query.annotations = true;
    return query;
}

void ProjectionHistory::take(const HistoryAnswer& answer)
{
    if (answer.token != m_token)
        return;
    m_token = 0;
    m_error = answer.error;
    // What could not be read leaves what is there; live values stay anyhow.
    if (!answer.error || !answer.points.empty())
        takePoints(answer.points);
    if (answer.partitions && (!answer.error || answer.partitions->rows() > 0))
        takePartitions(answer.partitions);
    addAnnotations(answer.annotations);
    prependReconstructed();
    m_reportsSinceOrder.clear();
    emit reset();
    emit stateChanged();
}

void ProjectionHistory::takePoints(const std::vector<HistoryPoint>& points)
{
    m_points = points;
    m_reconstructedUntil.reset();
    bool leading = true;
    for (auto& point : m_points) {
        if (wasReconstructed(point))
            point.outPerSecond = std::numeric_limits<float>::quiet_NaN();
        if (leading && (wasReconstructed(point) || m_reconstructedUntil))
            m_reconstructedUntil = wasReconstructed(point) ? point.at + point.width : point.at;
        leading = leading && wasReconstructed(point);
    }
    const TimePoint end = points.empty() ? TimePoint::min() : points.back().at + points.back().width;
    std::copy_if(m_live.begin(), m_live.end(), std::back_inserter(m_points),
                 [&](const HistoryPoint& point) { return point.at >= end; });
}

void ProjectionHistory::takePartitions(const std::shared_ptr<PartitionMatrix>& partitions)
{
    m_partitions = partitions;
    for (const auto& report : m_reportsSinceOrder)
        m_partitions->add(*report);
}

void ProjectionHistory::addSnapshot(const Snapshot& snapshot)
{
    if (m_projection.empty() || snapshot.context != m_context)
        return;
    bool grew = addAnnotations(snapshot.annotations);
    const std::size_t before = m_points.size();
    if (const auto* found = findReport(snapshot, m_projection)) {
        const auto& report = **found;
        m_objective = report.objective;
        const HistoryPoint point = historyPoint(report, std::max(snapshot.interval, Duration(1000)));
        // A stale sample repeats the time of the last good one; it is a gap, not a point.
        if (report.sample->fresh && (m_points.empty() || m_points.back().at < point.at)) {
            m_points.push_back(point);
            m_live.push_back(point);
            m_partitions->add(report);
            grew = true;
        }
        if (m_token != 0) {
            m_reportsSinceOrder.push_back(*found);
            keepNewest(m_reportsSinceOrder, mostWaitingReports);
        }
    }
    if (!grew)
        return;
    emit appended(before);
    forgetOld();
}

bool ProjectionHistory::addAnnotations(const std::vector<Annotation>& annotations)
{
    bool added = false;
    for (const auto& annotation : annotations) {
        const bool ours = annotation.projection.empty() || annotation.projection == m_projection;
        if (!ours || std::find(m_annotations.rbegin(), m_annotations.rend(), annotation) != m_annotations.rend())
            continue;
        const auto behind = std::upper_bound(m_annotations.begin(), m_annotations.end(), annotation,
                                             [](const auto& a, const auto& b) { return a.at < b.at; });
        m_annotations.insert(behind, annotation);
        added = true;
    }
    keepNewest(m_annotations, mostAnnotations);
    return added;
}

void ProjectionHistory::prependReconstructed()
{
    const RetroactiveSeries* series = m_feed.retroactive(m_projection);
    if (!series || series->points.empty())
        return;
    auto past = historyPoints(*series);
    if (!m_points.empty())
        std::erase_if(past, [first = m_points.front().at](const auto& point) { return point.at >= first; });
    if (past.empty())
        return;
    if (!m_reconstructedUntil)
        m_reconstructedUntil = m_points.empty() ? past.back().at + past.back().width : m_points.front().at;
    m_points.insert(m_points.begin(), past.begin(), past.end());
}

void ProjectionHistory::forgetOld()
{
    keepNewest(m_live, 2 * maxPoints);
    // The same range at a coarser grain, from disk.
    if (m_points.size() > 2 * maxPoints && m_token == 0 && !m_error)
        readAgain();
    const auto shown = std::find_if(m_points.begin(), m_points.end(),
                                    [from = m_range.from()](const auto& point) { return point.at >= from; });
    const auto old = static_cast<std::size_t>(shown - m_points.begin());
    const bool mostlyOld = old > m_points.size() / 2 && old > 256;
    if (!mostlyOld && m_points.size() <= 4 * maxPoints)
        return;
    m_points.erase(m_points.begin(), mostlyOld ? shown : m_points.begin() + static_cast<std::ptrdiff_t>(maxPoints));
    if (m_reconstructedUntil && !m_points.empty() && m_points.front().at >= *m_reconstructedUntil)
        m_reconstructedUntil.reset();
    emit reset();
}

} // namespace projectionist
