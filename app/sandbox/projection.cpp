// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/projection.h"

#include "app/sandbox/opsconsole.h"
#include "app/sandbox/ordersummary.h"
#include "app/sandbox/parceltracking.h"

#include <fmt/format.h>

namespace projectionist {

using nlohmann::json;

std::unique_ptr<Projection> makeProjection(const std::string& name, const std::string& schema)
{
    if (name == "order_summary")
        return std::make_unique<OrderSummary>(schema);
    if (name == "parcel_tracking")
        return std::make_unique<ParcelTracking>(schema);
    if (name == "ops_console")
        return std::make_unique<OpsConsole>(schema);
    return nullptr;
}

void noteApplied(json& row, const Event& event)
{
    row["sequence"] = event.sequence;
    row["partition"] = event.partition;
    row["position"] = event.position;
}

KeyedRows::KeyedRows(const std::string& schema, const std::string& table, std::string key,
                     const std::vector<std::string>& columns)
    : m_key(std::move(key))
{
    const std::string name = schema + '.' + table;
    std::string updates;
    for (const auto& column : columns)
        updates += fmt::format("{}{} = excluded.{}", updates.empty() ? "" : ", ", column, column);
    m_load = fmt::format("SELECT to_jsonb(t) FROM {} t WHERE {} = ANY "
                         "(ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))",
                         name, m_key);
    m_erase =
        fmt::format("DELETE FROM {} WHERE {} = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))", name, m_key);
    m_save = fmt::format("INSERT INTO {0} SELECT * FROM jsonb_populate_recordset(NULL::{0}, $1::jsonb) "
                         "ON CONFLICT ({1}) DO UPDATE SET {2}",
                         name, m_key, updates);
}

Result<std::map<std::string, json>> KeyedRows::load(Transaction& transaction,
                                                    const std::vector<std::string>& keys) const
{
    const Parameter parameters[]{json(keys).dump()};
    const auto rows = transaction.execute(m_load, parameters);
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<std::string, json> found;
    for (const auto& row : rows->rows) {
        auto object = json::parse(row.front().value_or("{}"));
        const std::string key = object.at(m_key);
        found.emplace(key, std::move(object));
    }
    return found;
}

Result<void> KeyedRows::save(Transaction& transaction, const std::map<std::string, json>& rows) const
{
    json list = json::array();
    json erased = json::array();
    for (const auto& [key, row] : rows) {
        if (row.is_null()) {
            erased.push_back(key);
            continue;
        }
        list.push_back(row);
        list.back()[m_key] = key;
    }
    for (const auto& [sql, all] : {std::pair(&m_save, &list), std::pair(&m_erase, &erased)}) {
        const Parameter parameters[]{all->dump()};
        if (auto done = all->empty() ? Result<Rows>() : transaction.execute(*sql, parameters); !done)
            return tl::unexpected(done.error());
    }
    return {};
}

Result<void> KeyedRows::fold(Transaction& transaction, const std::vector<Event>& events, std::string_view types,
                             void (*change)(json& row, const Event& event)) const
{
    std::vector<std::string> keys;
    for (const auto& event : events) {
        if (event.type.starts_with(types))
            keys.push_back(event.aggregate);
    }
    if (keys.empty())
        return {};
    auto rows = load(transaction, keys);
    if (!rows)
        return tl::unexpected(rows.error());
    for (const auto& event : events) {
        if (!event.type.starts_with(types))
            continue;
        auto& row = (*rows)[event.aggregate];
        if (row.is_null())
            row = json::object();
        if (!event.takenForNew && event.sequence <= row.value("sequence", std::int64_t{0}))
            continue;
        change(row, event);
        if (row.is_null())
            continue;
        noteApplied(row, event);
        row["applied"] = row.value("applied", std::int64_t{0}) + 1;
    }
    return save(transaction, *rows);
}

} // namespace projectionist
