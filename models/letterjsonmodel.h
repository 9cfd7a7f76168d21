// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtertree.h"

#include <QAbstractItemModel>

namespace projectionist {

/// JSON as a tree of names and values. Numbers, order and names that come twice stay as they are written. Works on the
/// beginning of a document.
class LetterJsonModel final : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Column
    {
        Name,
        Value,
        ColumnCount
    };
    static constexpr std::size_t mostNodes = 5'000;

    explicit LetterJsonModel(QObject* parent = nullptr);

    /// False: it is no JSON, and the tree is empty.
    bool setJson(std::string_view json);
    /// What is not in the tree, in a whole sentence; empty if all is.
    [[nodiscard]] QString note() const { return m_note; }
    [[nodiscard]] std::vector<FilterPathPart> pathAt(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node
    {
        std::size_t parent = 0;
        int row = 0;
        FilterPathPart name;
        QString value;
        int color = 0;
        std::vector<std::size_t> children;
        bool container = false;
        bool object = false;
    };
    [[nodiscard]] const Node& nodeOf(const QModelIndex& index) const;

    std::vector<Node> m_nodes; ///< the first is the invisible root
    QString m_note;
};

} // namespace projectionist
