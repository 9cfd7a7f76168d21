// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/letterjsonmodel.h"

#include "backend/deadletter/jsonwalk.h"
#include "backend/deadletter/lettermasks.h"
#include "models/lettertext.h"
#include "models/roles.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr int longestValue = 2000;

ColorMeaning meaningOf(const JsonWalk& walk)
{
    if (walk.text() == '"' + std::string(maskText) + '"')
        return ColorMeaning::Muted;
    switch (walk.kind()) {
    case JsonWalk::Kind::String:
        return ColorMeaning::Good;
    case JsonWalk::Kind::Number:
        return ColorMeaning::Warning;
    case JsonWalk::Kind::Literal:
        return walk.text() == "null" ? ColorMeaning::Critical : ColorMeaning::Info;
    default:
        return ColorMeaning::Muted;
    }
}

} // namespace

LetterJsonModel::LetterJsonModel(QObject* parent) : QAbstractItemModel(parent), m_nodes(1) {}

bool LetterJsonModel::setJson(std::string_view json)
{
    beginResetModel();
    m_nodes.assign(1, {});
    m_note.clear();
    JsonWalk walk(json);
    std::size_t current = 0; ///< the innermost open object or array
    while (walk.next()) {
        if (walk.kind() == JsonWalk::Kind::End) {
            current = m_nodes[current].parent;
            continue;
        }
        if (m_nodes.size() > mostNodes) {
            m_note = tr("Shows the first %1 values.").arg(mostNodes);
            break;
        }
        Node node;
        node.parent = current;
        node.row = static_cast<int>(m_nodes[current].children.size());
        node.name = walk.path().empty() ? FilterPathPart(std::string("$")) : walk.path().back();
        node.container = walk.kind() == JsonWalk::Kind::Object || walk.kind() == JsonWalk::Kind::Array;
        node.object = walk.kind() == JsonWalk::Kind::Object;
        node.color = static_cast<int>(meaningOf(walk));
        if (!node.container)
            node.value = strangersText(walk.text(), longestValue);
        m_nodes[current].children.push_back(m_nodes.size());
        if (node.container)
            current = m_nodes.size();
        m_nodes.push_back(std::move(node));
    }
    const bool any = m_nodes.size() > 1 && m_nodes[1].container;
    if (!any)
        m_nodes.assign(1, {});
    else if (walk.state() == JsonWalk::State::Cut)
        m_note = tr("The JSON ends before its end.");
    else if (walk.state() == JsonWalk::State::Broken)
        m_note = tr("From byte %1 on it is no JSON.").arg(walk.begin());
    else if (walk.state() == JsonWalk::State::TooDeep)
        m_note = tr("Nested deeper than %1 levels; what is below is not shown.").arg(JsonWalk::deepest);
    endResetModel();
    return any;
}

std::vector<FilterPathPart> LetterJsonModel::pathAt(const QModelIndex& index) const
{
    std::vector<FilterPathPart> path;
    // The document itself, node 1, is no part of the path.
    for (std::size_t id = index.isValid() ? index.internalId() : 0; id > 1; id = m_nodes[id].parent)
        path.push_back(m_nodes[id].name);
    std::reverse(path.begin(), path.end());
    return path;
}

const LetterJsonModel::Node& LetterJsonModel::nodeOf(const QModelIndex& index) const
{
    return m_nodes[index.isValid() ? index.internalId() : 0];
}

QModelIndex LetterJsonModel::index(int row, int column, const QModelIndex& parent) const
{
    const auto& children = nodeOf(parent).children;
    if (row < 0 || static_cast<std::size_t>(row) >= children.size() || column < 0 || column >= ColumnCount)
        return {};
    return createIndex(row, column, children[static_cast<std::size_t>(row)]);
}

QModelIndex LetterJsonModel::parent(const QModelIndex& index) const
{
    const std::size_t parent = nodeOf(index).parent;
    return !index.isValid() || parent == 0 ? QModelIndex() : createIndex(m_nodes[parent].row, 0, parent);
}

int LetterJsonModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent).children.size());
}

int LetterJsonModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant LetterJsonModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Node& node = nodeOf(index);
    if (role == ColorRole)
        return index.column() == Value ? node.color : static_cast<int>(ColorMeaning::Normal);
    if (role != Qt::DisplayRole && role != CopyRole && role != RawRole)
        return {};
    if (index.column() == Name) {
        const auto* name = std::get_if<std::string>(&node.name);
        return name ? strangersText(*name, 200) : QStringLiteral("[%1]").arg(std::get<std::size_t>(node.name));
    }
    if (!node.container)
        return node.value;
    const auto count = node.children.size();
    return (node.object ? QStringLiteral("{%1}") : QStringLiteral("[%1]")).arg(count);
}

QVariant LetterJsonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Name") : tr("Value");
}

} // namespace projectionist
