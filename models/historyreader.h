// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "backend/history/history.h"
#include "models/partitionmatrix.h"

#include <condition_variable>
#include <deque>
#include <QObject>
#include <thread>

namespace projectionist {

struct HistoryQuery
{
    std::string context;
    std::string projection; ///< empty: only annotations
    TimePoint from{};
    TimePoint to{};
    std::size_t maxPoints = 4096;
    std::size_t maxPartitionPoints = 0; ///< 0: no partitions
    bool annotations = false;
};

struct HistoryAnswer
{
    std::uint64_t token = 0;
    HistoryQuery query;
    std::vector<HistoryPoint> points;
    std::shared_ptr<PartitionMatrix> partitions; ///< null if not asked for
    std::vector<Annotation> annotations;
    std::optional<Error> error; ///< the rest is what could be read
};

/// What is read from; tests bring their own. Called on the reader's thread only.
struct HistorySource
{
    std::function<Result<std::vector<HistoryPoint>>(const HistoryQuery&)> points;
    std::function<Result<std::vector<PartitionHistory>>(const HistoryQuery&)> partitions;
    std::function<Result<std::vector<Annotation>>(const HistoryQuery&)> annotations;
};
[[nodiscard]] HistorySource historySource(const std::shared_ptr<const History>& history);

/// Reads history on a worker thread of its own. Answers come while drain() is called, in the order of the orders;
/// cancelled ones never come.
class HistoryReader final : public QObject
{
    Q_OBJECT
public:
    explicit HistoryReader(HistorySource source, QObject* parent = nullptr);
    ~HistoryReader() override;

    /// Returns the token that the answer carries.
    std::uint64_t order(HistoryQuery query);
    /// Unknown tokens and 0 are ignored.
    void cancel(std::uint64_t token);
    /// Connect LiveFeed::drained to it.
    void drain();

signals:
    void answered(const projectionist::HistoryAnswer& answer);

private:
    void work(const std::stop_token& stop);
    [[nodiscard]] HistoryAnswer read(std::uint64_t token, HistoryQuery query) const;

    const HistorySource m_source;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::pair<std::uint64_t, HistoryQuery>> m_orders; ///< guarded by m_mutex
    std::vector<std::uint64_t> m_wanted;                         ///< GUI thread only: ordered and not cancelled
    std::uint64_t m_lastToken = 0;                               ///< GUI thread only
    Mailbox<HistoryAnswer> m_answers;
    std::jthread m_thread; ///< last: starts when all the rest is there, ends first
};

} // namespace projectionist
