// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/historyreader.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"

namespace projectionist {

/// What the charts of one projection show for the shared range: history from disk, what arrived since behind it, and
/// before it what the broker's time index told. Reads the disk when the range changes, not when time goes on; memory is
/// bounded whatever the range and however long the window is open.
class ProjectionHistory final : public QObject
{
    Q_OBJECT
public:
    static constexpr std::size_t maxPoints = 4096;

    ProjectionHistory(HistoryReader& reader, LiveFeed& feed, RangeController& range, QObject* parent = nullptr);
    ~ProjectionHistory() override;

    /// Empty: nothing to show.
    void setProjection(const std::string& context, const std::string& projection);
    [[nodiscard]] const std::string& projection() const { return m_projection; }

    [[nodiscard]] const std::vector<HistoryPoint>& points() const { return m_points; } ///< oldest first
    /// Before this the points are reconstructed, not seen; nullopt: all were seen.
    [[nodiscard]] const std::optional<TimePoint>& reconstructedUntil() const { return m_reconstructedUntil; }
    /// Never null; the same object grows, see appended().
    [[nodiscard]] std::shared_ptr<const PartitionMatrix> partitions() const { return m_partitions; }
    [[nodiscard]] const std::vector<Annotation>& annotations() const { return m_annotations; }
    [[nodiscard]] const std::optional<Duration>& objective() const { return m_objective; }
    [[nodiscard]] bool isLoading() const { return m_token != 0; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

signals:
    void reset();                        ///< everything may differ
    void appended(std::size_t firstNew); ///< points from this index on are new; partitions and annotations grew
    void stateChanged();                 ///< isLoading() or error()

private:
    void readAgain();
    void take(const HistoryAnswer& answer);
    void addSnapshot(const Snapshot& snapshot);
    void takePoints(const std::vector<HistoryPoint>& points);
    void takePartitions(const std::shared_ptr<PartitionMatrix>& partitions);
    bool addAnnotations(const std::vector<Annotation>& annotations);
    void prependReconstructed();
    void forgetOld();
    [[nodiscard]] HistoryQuery query() const;

    HistoryReader& m_reader;
    LiveFeed& m_feed;
    RangeController& m_range;
    std::string m_context;
    std::string m_projection;
    std::uint64_t m_token = 0;
    std::vector<HistoryPoint> m_points;
    std::vector<HistoryPoint> m_live; ///< seen since setProjection(), the newest; stays when the disk has lost them
    std::vector<std::shared_ptr<const ProjectionReport>> m_reportsSinceOrder;
    std::optional<TimePoint> m_reconstructedUntil;
    std::shared_ptr<PartitionMatrix> m_partitions;
    std::vector<Annotation> m_annotations;
    std::optional<Duration> m_objective;
    std::optional<Error> m_error;
};

/// A live sample as a point of history.
[[nodiscard]] HistoryPoint historyPoint(const ProjectionReport& report, Duration width);

/// What the broker's time index told, as history keeps it. Their out rate is not known: the index tells when events
/// were written, not when they were applied.
[[nodiscard]] std::vector<HistoryPoint> historyPoints(const RetroactiveSeries& series);

} // namespace projectionist
