// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/audittrail.h"

#include "backend/history/actsfile.h"

#include <algorithm>
#include <array>
#include <limits>
#include <pwd.h>
#include <unistd.h>
#include <variant>

namespace projectionist {

namespace {

constexpr const char* entryColumns = "SELECT id, at, who, context, act, object, reason, detail, result FROM entry";

/// Conditions with their values, in order.
class Conditions
{
public:
    template<typename... Values>
    void add(const char* condition, const Values&... values)
    {
        m_text += m_text.empty() ? " WHERE " : " AND ";
        m_text += condition;
        (m_values.emplace_back(values), ...);
    }
    [[nodiscard]] const std::string& text() const { return m_text; }
    void bindTo(SqliteStatement& statement) const
    {
        for (const auto& value : m_values)
            std::visit([&](const auto& bound) { statement.bind(bound); }, value);
    }

private:
    std::string m_text;
    std::vector<std::variant<std::int64_t, std::string>> m_values;
};

std::int64_t asInteger(std::uint64_t number)
{
    return static_cast<std::int64_t>(std::min(number, std::uint64_t{std::numeric_limits<std::int64_t>::max()}));
}

Conditions conditionsOf(const AuditQuery& query)
{
    Conditions conditions;
    if (query.after > 0)
        conditions.add("id > ?", asInteger(query.after));
    if (query.from)
        conditions.add("at >= ?", std::int64_t{query.from->time_since_epoch().count()});
    if (query.to)
        conditions.add("at < ?", std::int64_t{query.to->time_since_epoch().count()});
    if (!query.context.empty())
        conditions.add("context = ?", query.context);
    if (!query.who.empty())
        conditions.add("? IN (who, substr(who, 1, instr(who, '@') - 1))", query.who);
    if (!query.act.empty())
        conditions.add("act = ?", query.act);
    if (!query.object.empty()) // an act on many letters names them elsewhere
        conditions.add("(object = ? OR id IN (SELECT resolved FROM resolution WHERE reference = ? "
                       "UNION ALL SELECT restored FROM resolution WHERE reference = ?))",
                       query.object, query.object, query.object);
    return conditions;
}

AuditEntry entryOf(const SqliteStatement& row)
{
    AuditEntry entry;
    entry.number = static_cast<std::uint64_t>(row.integer(0));
    entry.at = TimePoint(Duration(row.integer(1)));
    int column = 2;
    for (auto* text :
         {&entry.who, &entry.context, &entry.act, &entry.object, &entry.reason, &entry.detail, &entry.result})
        *text = row.text(column++);
    return entry;
}

std::string loginName()
{
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return found->pw_name;
    return std::to_string(::geteuid());
}

} // namespace

class AuditTrail::Private
{
public:
    std::unique_ptr<ActsFile> file;
};

AuditTrail::AuditTrail(std::unique_ptr<Private> data) : d(std::move(data)) {}
AuditTrail::~AuditTrail() = default;
AuditTrail::AuditTrail(AuditTrail&& other) noexcept = default;
AuditTrail& AuditTrail::operator=(AuditTrail&& other) noexcept = default;

Result<AuditTrail> AuditTrail::open(const std::filesystem::path& file)
{
    auto opened = ActsFile::open(file);
    if (!opened)
        return tl::unexpected(opened.error());
    return AuditTrail(std::make_unique<Private>(Private{*std::move(opened)}));
}

Result<std::uint64_t> AuditTrail::append(const AuditEntry& entry)
{
    return d->file->write(
        [&](SqliteDatabase& database) -> Result<std::uint64_t> { return ActsFile::append(database, entry); });
}

Result<std::vector<AuditEntry>> AuditTrail::read(const AuditQuery& query)
{
    return d->file->read([&](SqliteDatabase& database) -> Result<std::vector<AuditEntry>> {
        const auto conditions = conditionsOf(query);
        auto rows = database.prepare(entryColumns + conditions.text() + " ORDER BY id DESC LIMIT ?");
        conditions.bindTo(rows);
        rows.bind(asInteger(query.most));
        std::vector<AuditEntry> entries;
        while (rows.step())
            entries.push_back(entryOf(rows));
        std::reverse(entries.begin(), entries.end());
        return entries;
    });
}

std::filesystem::path auditFile(const std::filesystem::path& stateFolder)
{
    return stateFolder / "audit.db";
}

std::string actingUser()
{
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0)
        return loginName();
    return loginName() + '@' + host.data();
}

} // namespace projectionist
