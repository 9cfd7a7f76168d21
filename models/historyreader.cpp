// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/historyreader.h"

#include <algorithm>

namespace projectionist {

HistorySource historySource(const std::shared_ptr<const History>& history)
{
    HistorySource source;
    source.points = [history](const HistoryQuery& query) {
        return history->read(query.context, query.projection, query.from, query.to, query.maxPoints);
    };
    source.partitions = [history](const HistoryQuery& query) {
        return history->readPartitions(query.context, query.projection, query.from, query.to, query.maxPartitionPoints);
    };
    source.annotations = [history](const HistoryQuery& query) {
        return history->annotations(query.context, query.from, query.to);
    };
    return source;
}

HistoryReader::HistoryReader(HistorySource source, QObject* parent)
    : QObject(parent)
    , m_source(std::move(source))
    , m_answers(16'384)
    , m_thread([this](const std::stop_token& stop) { work(stop); })
{
}

HistoryReader::~HistoryReader() = default;

std::uint64_t HistoryReader::order(HistoryQuery query)
{
    const std::uint64_t token = ++m_lastToken;
    m_wanted.push_back(token);
    {
        const std::lock_guard lock(m_mutex);
        m_orders.emplace_back(token, std::move(query));
    }
    m_wake.notify_one();
    return token;
}

void HistoryReader::cancel(std::uint64_t token)
{
    std::erase(m_wanted, token);
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_orders, [token](const auto& order) { return order.first == token; });
}

void HistoryReader::drain()
{
    for (const auto& answer : m_answers.drain())
        if (std::erase(m_wanted, answer.token) > 0)
            emit answered(answer);
}

void HistoryReader::work(const std::stop_token& stop)
{
    while (true) {
        std::pair<std::uint64_t, HistoryQuery> order;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_orders.empty(); }) || stop.stop_requested())
                return;
            order = std::move(m_orders.front());
            m_orders.pop_front();
        }
        m_answers.push(read(order.first, std::move(order.second)));
    }
}

HistoryAnswer HistoryReader::read(std::uint64_t token, HistoryQuery query) const
{
    HistoryAnswer answer;
    answer.token = token;
    const auto take = [&answer](auto result, auto& target) {
        if (result)
            target = std::move(*result);
        else if (!answer.error)
            answer.error = result.error();
    };
    if (!query.projection.empty())
        take(m_source.points(query), answer.points);
    if (query.annotations)
        take(m_source.annotations(query), answer.annotations);
    if (query.maxPartitionPoints > 0) {
        std::vector<PartitionHistory> partitions;
        take(m_source.partitions(query), partitions);
        answer.partitions = std::make_shared<PartitionMatrix>(
            PartitionMatrix::fromHistory(partitions, query.from, query.to, query.maxPartitionPoints));
    }
    answer.query = std::move(query);
    return answer;
}

} // namespace projectionist
