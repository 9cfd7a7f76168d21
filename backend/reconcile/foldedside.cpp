// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/foldedside.h"

#include "backend/config/nearest.h"
#include "backend/core/format.h"
#include "backend/lag/checkpointrows.h"
#include "backend/reconcile/emptyside.h"
#include "backend/store/cells.h"
#include "backend/store/copyline.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Rows that are handed to the server in one statement.
constexpr std::size_t rowsAStatement = 10'000;

const ProjectionSettings* declaredProjection(const CheckSettings& check, const Workspace& workspace)
{
    const auto& all = workspace.projections;
    const auto found = std::find_if(all.begin(), all.end(), [&](const ProjectionSettings& one) {
        return one.context == check.context &&
               (one.name == check.projection || one.name + ':' + one.version == check.projection);
    });
    return found == all.end() || !found->declared ? nullptr : &*found;
}

/// An element of an array as PostgreSQL writes it.
void addElement(std::string& array, const Cell& cell)
{
    array += array.size() > 1 ? "," : "";
    if (!cell) {
        array += "NULL";
        return;
    }
    array += '"';
    for (const char c : *cell) {
        if (c == '"' || c == '\\')
            array += '\\';
        array += c;
    }
    array += '"';
}

/// What `$1` stands for, where a statement has no parameters.
std::string withProjection(std::string sql, const std::string& projection)
{
    const std::string name = sqlText(projection);
    for (auto at = sql.find("$1"); at != std::string::npos; at = sql.find("$1", at + name.size()))
        if (at + 2 == sql.size() || !std::isdigit(static_cast<unsigned char>(sql[at + 2])))
            sql.replace(at, 2, name);
    return sql;
}

std::string rawKeyName(std::size_t column)
{
    return sqlName(fmt::format("projectionist written {}", column));
}

/// Rows of the fold, alias "r", beside the table's, alias "b": which are missing, differ, or have a key that the events
/// write in another way than the server.
std::string comparisonSql(const CheckSides& sides)
{
    std::vector<std::string> equal;
    std::string rewritten = "false";
    const auto keys = keyTexts(sides.plan, ComparedSide::Expected);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& column = sides.plan.key[i];
        equal.push_back("r." + sqlName(column.expectedName) + " = b." + sqlName(column.name));
        rewritten += " OR " + keys[i] + "::text COLLATE \"C\" <> r." + rawKeyName(i) + " COLLATE \"C\"";
    }
    const std::string missing = "b." + sqlName(sides.plan.key.front().name) + " IS NULL";
    std::string differs = "false";
    for (const auto& column : sides.plan.columns) {
        const char* const bytes = column.pairing.text ? " COLLATE \"C\"" : "";
        differs += " OR " + column.pairing.expected.of("r." + sqlName(column.expectedName)) + bytes +
                   " IS DISTINCT FROM " + column.pairing.actual.of("b." + sqlName(column.name)) + bytes;
    }
    return "SELECT " + joined(keys, ", ") + ", CASE WHEN " + missing + " THEN 'missing' WHEN " + differs +
           " THEN 'differs' END, r.\"projectionist number\" FROM " + sides.expected.sql + " AS r LEFT JOIN " +
           sides.actual.sql + " AS b ON " + joined(equal, " AND ") + " WHERE " + missing + " OR " + differs + " OR " +
           rewritten;
}

RowKey keyOfCells(const std::vector<Cell>& cells, std::size_t size)
{
    RowKey key;
    for (std::size_t i = 0; i < size; ++i)
        key.push_back(cells[i].value_or(""));
    return key;
}

} // namespace

CheckSettings checkOfDeclaration(CheckSettings check, const Workspace& workspace)
{
    const auto* const projection = declaredProjection(check, workspace);
    if (check.kind != CheckKind::Events || !projection)
        return check;
    const auto& declared = *projection->declared;
    check.expected.store = check.actual.store = declared.store;
    check.actual.table = declared.table;
    check.key.clear();
    for (const auto& column : declared.key)
        check.key.push_back(column.column);
    return check;
}

std::vector<CheckFinding> lintDeclaration(const CheckSettings& check, const Workspace& workspace)
{
    if (!declaredProjection(check, workspace))
        return {{DiagnosticLevel::Error,
                 {},
                 "nobody knows how the events of its projection make rows",
                 "add [projections.declared] to the projection; man projectionist-workspace shows how"}};
    const auto compiled = DeclaredProjection::compile(*declaredProjection(check, workspace));
    if (!compiled)
        return {{DiagnosticLevel::Error, {}, compiled.error().why, compiled.error().next}};
    const auto* const context = workspace.context(check.context);
    if (!context || !workspace.broker(context->broker))
        return {{DiagnosticLevel::Error, {}, "the context has no broker", "add broker = \"...\" to the context"}};
    return {};
}

FoldedSide::FoldedSide(const CheckSettings& check, const Workspace& workspace, const LetterConnectors& log,
                       const Clock& clock, std::stop_token stop)
    : m_check(check)
    , m_workspace(workspace)
    , m_connectors(log)
    , m_clock(clock)
    , m_stop(std::move(stop))
    , m_projection(declaredProjection(check, workspace))
{
}

FoldedSide::~FoldedSide() = default;

Result<LogFold*> FoldedSide::log()
{
    if (!m_log) {
        auto opened = LogFold::open(m_workspace, *m_projection, m_connectors, m_clock, m_stop);
        if (!opened)
            return tl::unexpected(opened.error());
        m_log.emplace(*std::move(opened));
    }
    return &*m_log;
}

Result<void> FoldedSide::shape(CheckSides& sides)
{
    auto compiled = DeclaredProjection::compile(*m_projection);
    if (!compiled)
        return tl::unexpected(compiled.error());
    m_columns = compiled->columns();
    const auto types = sides.actualReader->query(
        "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a WHERE "
        "a.attrelid = " +
        sides.actual.oid + " AND a.attnum > 0 AND NOT a.attisdropped");
    if (!types)
        return tl::unexpected(types.error());
    m_types.clear();
    sides.expected = {};
    for (const auto& name : m_columns) {
        const auto* const column = sides.actual.column(name);
        const auto type =
            std::find_if(types->rows.begin(), types->rows.end(), [&](const auto& row) { return row[0] == name; });
        if (!column || type == types->rows.end()) {
            std::vector<std::string> known;
            for (const auto& one : sides.actual.columns)
                known.push_back(one.name);
            return tl::unexpected(
                Error{ErrorKind::Configuration, fmt::format("Check \"{}\" cannot be run", m_check.name),
                      fmt::format("the declared projection writes column \"{}\", which {} does not have", name,
                                  m_check.actual.table),
                      suggestion(name, known), false});
        }
        sides.expected.columns.push_back(*column);
        m_types.push_back((*type)[1].value_or("text"));
    }
    sides.expected.sql = relation({});
    return {};
}

/// Something to stand behind FROM: the rows as values of the table's own types.
std::string FoldedSide::relation(std::span<const ProjectedRow> rows) const
{
    const auto& declared = m_projection->declared->key;
    std::vector<std::string> arrays;
    std::vector<std::string> names;
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < m_types.size(); ++i) {
        std::string array = "{";
        for (const auto& row : rows)
            addElement(array, row.values[i]);
        arrays.push_back(sqlText(array + '}') + "::text[]");
        names.push_back(fmt::format("c{}", i));
        terms.push_back(fmt::format("c{}::{} AS {}", i, m_types[i], sqlName(m_columns[i])));
        if (i < declared.size())
            terms.push_back(fmt::format("c{} AS {}", i, rawKeyName(i)));
    }
    return "(SELECT " + joined(terms, ", ") + ", n AS \"projectionist number\" FROM unnest(" + joined(arrays, ", ") +
           ") WITH ORDINALITY AS u(" + joined(names, ", ") + ", n))";
}

bool FoldedSide::positionsAreInStore() const
{
    return m_projection->checkpoint && m_projection->checkpoint->store == m_projection->declared->store;
}

Result<NextOffsets> FoldedSide::committedPositions()
{
    if (m_projection->checkpoint) {
        const auto* const settings = m_workspace.store(m_projection->checkpoint->store);
        auto store = settings ? m_connectors.store(*settings)
                              : tl::unexpected(Error{ErrorKind::Configuration,
                                                     "The projection's positions are not known",
                                                     "its checkpoint has no store",
                                                     {},
                                                     false});
        return store ? readCheckpoints(**store, *m_projection, m_clock, m_stop) : tl::unexpected(store.error());
    }
    const auto* const settings = m_workspace.broker(m_workspace.context(m_projection->context)->broker);
    auto broker = m_connectors.broker(*settings);
    auto opened = log();
    if (!broker || !opened)
        return tl::unexpected(broker ? opened.error() : broker.error());
    const auto heads = (*opened)->heads();
    if (!heads)
        return heads;
    std::vector<TopicPartition> ids;
    for (const auto& [id, head] : *heads)
        ids.push_back(id);
    std::vector<Error> troubles;
    auto positions = readCommitted(**broker, m_projection->group, std::move(ids), troubles, m_stop);
    if (positions && !troubles.empty())
        return tl::unexpected(troubles.front());
    return positions;
}

/// In the snapshot of the table, if they are in its store: then they tell exactly which events are in it.
Result<NextOffsets> FoldedSide::readPositions(SnapshotReader& reader)
{
    if (!positionsAreInStore())
        return committedPositions();
    std::string query = m_projection->checkpoint->query;
    query.erase(query.find_last_not_of("; \t\r\n") + 1);
    const auto rows = reader.query(withProjection(std::move(query), m_projection->name), maxCheckpointRows);
    if (!rows)
        return tl::unexpected(rows.error());
    const auto read = checkpointRows(*rows, m_projection->name, m_projection->topics);
    if (!read)
        return tl::unexpected(read.error());
    NextOffsets positions;
    for (const auto& row : *read)
        positions.emplace(row.id, row.position);
    return positions;
}

Result<void> FoldedSide::foldTo(NextOffsets positions, CheckPace& pace)
{
    const auto opened = log();
    if (!opened)
        return tl::unexpected(opened.error());
    const bool back = m_state && std::any_of(m_state->read.begin(), m_state->read.end(), [&](const auto& read) {
                          const auto now = positions.find(read.first);
                          return now == positions.end() || now->second < read.second;
                      });
    if (!m_state || back) // somebody had the projection begin anew
        m_state = LogFold::begin();
    m_positions = std::move(positions);
    return (*opened)->fold(m_positions, *m_state, [&](const LogFold::Progress& now) {
        static_cast<void>(pace.step({now.events, 0, now.total, 0}));
    });
}

Result<void> FoldedSide::foldAhead(CheckSides& sides, CheckPace& pace)
{
    auto positions = readPositions(*sides.actualReader);
    sides.end();
    return positions ? foldTo(*std::move(positions), pace) : tl::unexpected(positions.error());
}

Result<void> FoldedSide::provide(std::span<const RowKey> keys, CheckSides& sides)
{
    auto positions = readPositions(*sides.actualReader);
    const auto opened = log();
    if (!positions || !opened)
        return tl::unexpected(positions ? opened.error() : positions.error());
    std::set<FoldKey> wanted;
    for (const auto& key : keys)
        wanted.insert(writtenKey(key));
    m_ahead.clear();
    auto rows = (*opened)->foldKeys(wanted, *positions, m_ahead);
    if (!rows)
        return tl::unexpected(rows.error());
    m_positions = *std::move(positions);
    std::vector<ProjectedRow> all;
    for (auto& [key, row] : *rows)
        all.push_back(std::move(row));
    sides.expected.sql = relation(all);
    return {};
}

FoldKey FoldedSide::writtenKey(const RowKey& key) const
{
    const auto written = m_written.find(key);
    return written == m_written.end() ? key : written->second;
}

bool FoldedSide::isExact(const RowKey& key) const
{
    return positionsAreInStore() && !m_ahead.contains(writtenKey(key));
}

/// One comparison of all rows.
class FoldedSide::Walk
{
public:
    Walk(FoldedSide& owner, CheckSides& sides, std::size_t most, CheckPace& pace)
        : m_owner(owner), m_sides(sides), m_most(most), m_pace(pace)
    {
    }

    Result<Compared> run()
    {
        m_compared.expectedRows = static_cast<std::int64_t>(m_owner.m_state->rows.size());
        auto done = countTable().and_then([this] { return refuseEmpty(); });
        while (done && m_compared.complete) {
            const auto rows = m_owner.m_state->rows.next(rowsAStatement);
            if (rows.empty())
                break;
            done = compare(rows);
        }
        // Without a row that stands for several, or for none, both sides have the same keys if they are as many.
        const bool alike = m_owner.m_written.empty() && m_compared.expectedRows - m_missing == m_compared.actualRows;
        if (done && m_compared.complete && !alike)
            done = findExtra();
        if (!done)
            return tl::unexpected(done.error());
        if (m_compared.differences.size() > m_most) {
            m_compared.differences.resize(m_most);
            m_compared.complete = false;
        }
        return std::move(m_compared);
    }

private:
    Result<void> countTable()
    {
        return limitStatements(*m_sides.actualReader, m_pace)
            .and_then(
                [this] { return m_sides.actualReader->query("SELECT count(*) FROM " + m_sides.actual.sql + " AS r"); })
            .map([this](const Rows& rows) {
                m_compared.actualRows = numberIn<std::int64_t>(rows.rows[0][0].value_or("")).value_or(0);
            });
    }

    Result<void> refuseEmpty()
    {
        const bool noEvents = m_compared.expectedRows == 0;
        const auto other = std::max(m_compared.expectedRows, m_compared.actualRows);
        if (m_owner.m_check.emptyIsDrift || (!noEvents && m_compared.actualRows > 0) ||
            other <= static_cast<std::int64_t>(m_owner.m_check.maxDifferences))
            return {};
        return tl::unexpected(emptySide(m_owner.m_check, noEvents ? ComparedSide::Expected : ComparedSide::Actual));
    }

    /// False: the budget is used up.
    void step()
    {
        const CheckProgress now{m_seen, m_seen, std::max(m_compared.expectedRows, m_compared.actualRows),
                                m_compared.differences.size()};
        if (m_pace.step(now) == CheckStep::End) {
            m_compared.complete = false;
            m_compared.ending = m_pace.ending();
        }
    }

    Result<void> compare(const std::vector<ProjectedRow>& rows)
    {
        m_sides.expected.sql = m_owner.relation(rows);
        if (auto limited = limitStatements(*m_sides.actualReader, m_pace); !limited)
            return limited;
        const auto found = m_sides.actualReader->query(comparisonSql(m_sides));
        if (!found)
            return tl::unexpected(found.error());
        const std::size_t width = m_sides.plan.key.size();
        std::vector<ProjectedRow> differing;
        std::vector<RowKey> keys;
        for (const auto& cells : found->rows) {
            RowKey key = keyOfCells(cells, width);
            const auto number = numberIn<std::size_t>(cells[width + 1].value_or("")).value_or(1);
            const auto& row = rows[number - 1];
            FoldKey written = keyOfCells(row.values, width);
            if (written != key)
                m_owner.m_written.emplace(key, std::move(written));
            if (!cells[width])
                continue;
            m_missing += *cells[width] == "missing" ? 1 : 0;
            differing.push_back(row);
            keys.push_back(std::move(key));
        }
        m_seen += static_cast<std::int64_t>(rows.size());
        auto told = tell(differing, keys);
        step();
        return told;
    }

    Result<void> tell(const std::vector<ProjectedRow>& rows, const std::vector<RowKey>& keys)
    {
        constexpr std::size_t atOnce = 500;
        for (std::size_t begin = 0; begin < keys.size() && m_compared.complete; begin += atOnce) {
            const auto count = std::min(atOnce, keys.size() - begin);
            m_sides.expected.sql = m_owner.relation(std::span(rows).subspan(begin, count));
            auto some = readByKeys(m_sides.plan, m_sides.expectedSide(), m_sides.actualSide(),
                                   std::span(keys).subspan(begin, count));
            if (!some)
                return tl::unexpected(some.error());
            add(*std::move(some));
        }
        return {};
    }

    void add(std::vector<RowDifference> rows)
    {
        for (auto& row : rows)
            if (!isSame(row) && m_compared.differences.size() <= m_most)
                m_compared.differences.push_back(std::move(row));
        if (m_compared.differences.size() > m_most)
            m_compared.complete = false;
    }

    /// Rows of the table that the fold has not.
    Result<void> findExtra()
    {
        auto& reader = *m_sides.actualReader;
        auto opened = reader.openStream("SELECT " + joined(keyTexts(m_sides.plan, ComparedSide::Actual), ", ") +
                                        " FROM " + m_sides.actual.sql + " AS r");
        std::vector<RowKey> extra;
        std::string_view line;
        while (opened && extra.size() + m_compared.differences.size() <= m_most) {
            const auto more = reader.nextLine(line);
            if (!more || !*more) {
                opened = more ? opened : tl::unexpected(more.error());
                break;
            }
            RowKey key = keyOfCells(copyCells(line), m_sides.plan.key.size());
            if (!m_owner.m_state->rows.contains(m_owner.writtenKey(key)))
                extra.push_back(std::move(key));
        }
        if (!opened)
            return opened;
        m_sides.expected.sql = m_owner.relation({});
        if (extra.size() + m_compared.differences.size() > m_most) { // the end of the stream was not reached
            reader.closeStream();
            m_compared.complete = false;
            if (auto begun = m_sides.begin(); !begun)
                return begun;
        }
        auto rows = readByKeys(m_sides.plan, m_sides.expectedSide(), m_sides.actualSide(), extra);
        if (!rows)
            return tl::unexpected(rows.error());
        add(*std::move(rows));
        return {};
    }

    FoldedSide& m_owner;
    CheckSides& m_sides;
    const std::size_t m_most;
    CheckPace& m_pace;
    Compared m_compared;
    std::int64_t m_seen = 0;
    std::int64_t m_missing = 0;
};

Result<Compared> FoldedSide::compare(CheckSides& sides, std::size_t most, CheckPace& pace)
{
    auto positions = readPositions(*sides.actualReader);
    if (!positions)
        return tl::unexpected(positions.error());
    if (auto folded = foldTo(*std::move(positions), pace); !folded)
        return tl::unexpected(folded.error());
    auto compared = Walk(*this, sides, most, pace).run();
    if (compared)
        compared->why = fmt::format(
            "{} events are folded by the declared projection up to its positions, which were read {}; the store "
            "compares the rows with its table",
            formatNumber(m_state->events),
            positionsAreInStore() ? "in the snapshot of its table" : "apart from its table");
    m_state.reset();
    return compared;
}

} // namespace projectionist
