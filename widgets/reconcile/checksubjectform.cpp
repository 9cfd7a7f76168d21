// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checksubjectform.h"

#include "models/checktext.h"
#include "models/text.h"
#include "widgets/common/panel.h"
#include "widgets/reconcile/checksideform.h"

#include <algorithm>
#include <QComboBox>
#include <QFocusEvent>
#include <QFormLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr int sidesAbreast = 760; ///< pixels that two sides need beside each other

/// Those of the context first.
QStringList storesFor(const Workspace& workspace, const std::string& context)
{
    QStringList stores;
    if (const auto* settings = workspace.context(context))
        for (const auto& name : settings->stores)
            stores << toQString(name);
    for (const auto& store : workspace.stores)
        if (!stores.contains(toQString(store.name)))
            stores << toQString(store.name);
    return stores;
}

QString fullName(const ProjectionSettings& projection)
{
    return toQString(projection.version.empty() ? projection.name : projection.name + ':' + projection.version);
}

QLineEdit* makeField(const QString& accessibleName, const QString& hint, QWidget* parent)
{
    auto* field = new QLineEdit(parent);
    field->setAccessibleName(accessibleName);
    field->setPlaceholderText(hint);
    return field;
}

} // namespace

CheckSubjectForm::CheckSubjectForm(const Workspace& workspace, const std::string& context, QWidget* parent)
    : QWidget(parent)
    , m_projections(workspace.projectionsOf(context))
    , m_top(new QFormLayout)
    , m_bottom(new QFormLayout)
    , m_sides(new QBoxLayout(QBoxLayout::LeftToRight))
    , m_name(makeField(tr("Name of the check"), tr("order_summary rows"), this))
    , m_projection(new QComboBox(this))
    , m_kind(new QComboBox(this))
    , m_expected(new CheckSideForm(tr("Expected: the source of truth"), storesFor(workspace, context), this))
    , m_actual(new CheckSideForm(tr("Actual: the read model"), storesFor(workspace, context), this))
    , m_key(makeField(tr("Key"), tr("columns that tell rows apart, separated by commas"), this))
    , m_sums(makeField(tr("Sums"), tr("total, min(placed_at), max(placed_at)"), this))
    , m_rowsKey(makeField(tr("Key of rows"), tr("to name the rows of groups that differ; may be empty"), this))
    , m_version(makeField(tr("Version"), tr("a column of whole numbers that rise by one"), this))
    , m_settled(new QWidget(this))
    , m_settledBy(makeField(tr("Leave out young rows by this column of times"), tr("updated_at"), m_settled))
    , m_settledFor(makeField(tr("Rows younger than this are left out"), tr("30s"), m_settled))
{
    addSubject();
    addKeys();
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(m_top);
    layout->addLayout(m_sides);
    layout->addLayout(m_bottom);
    layout->addStretch(1);
    wire();
    showKind();
}

void CheckSubjectForm::addSubject()
{
    m_projection->addItem(tr("none: nothing is known of events in flight"));
    for (const auto& projection : m_projections)
        m_projection->addItem(fullName(projection), fullName(projection));
    m_projection->setAccessibleName(tr("Projection"));
    for (const auto kind : offeredKinds())
        m_kind->addItem(kindSentence(kind));
    m_kind->setAccessibleName(tr("Kind"));
    m_top->addRow(tr("&Name"), m_name);
    m_top->addRow(tr("&Projection"), m_projection);
    m_top->addRow(tr("&Kind"), m_kind);
    m_sides->addWidget(m_expected, 1);
    m_sides->addWidget(m_actual, 1);
}

void CheckSubjectForm::addKeys()
{
    auto* row = new QHBoxLayout(m_settled);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_settledBy, 2);
    row->addWidget(new PlainLabel(tr("older than"), m_settled));
    row->addWidget(m_settledFor, 1);
    m_bottom->addRow(tr("K&ey"), m_key);
    m_bottom->addRow(tr("Sums"), m_sums);
    m_bottom->addRow(tr("Key of rows"), m_rowsKey);
    m_bottom->addRow(tr("Version"), m_version);
    m_bottom->addRow(tr("Only rows settled"), m_settled);
    m_settledBy->setToolTip(tr("Rows that changed a moment ago are left out. Empty: rows of any age are compared."));
}

void CheckSubjectForm::wire()
{
    for (const auto* field : {m_name, m_key, m_sums, m_rowsKey, m_version, m_settledBy, m_settledFor})
        connect(field, &QLineEdit::textChanged, this, &CheckSubjectForm::changed);
    for (const auto* side : {m_expected, m_actual})
        connect(side, &CheckSideForm::changed, this, &CheckSubjectForm::changed);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
        showKind();
        emit changed();
    });
    connect(m_projection, &QComboBox::currentIndexChanged, this, [this] {
        followProjection();
        emit changed();
    });
}

CheckKind CheckSubjectForm::chosenKind() const
{
    return offeredKinds()[static_cast<std::size_t>(std::max(m_kind->currentIndex(), 0))];
}

void CheckSubjectForm::showKind()
{
    const auto kind = chosenKind();
    m_expected->setVisible(hasExpectedSide(kind));
    m_actual->setVisible(hasActualSide(kind));
    m_bottom->setRowVisible(m_settled, hasActualSide(kind));
    m_bottom->setRowVisible(m_key, hasKey(kind));
    m_bottom->setRowVisible(m_sums, kind == CheckKind::Groups);
    m_bottom->setRowVisible(m_rowsKey, kind == CheckKind::Groups);
    m_bottom->setRowVisible(m_version, kind == CheckKind::Order);
    m_key->setPlaceholderText(kind == CheckKind::Groups  ? tr("columns that make the groups, separated by commas")
                              : kind == CheckKind::Order ? tr("columns that tell whose versions they are")
                                                         : tr("columns that tell rows apart, separated by commas"));
    m_actual->setTitle(kind == CheckKind::Order ? tr("Actual: a row for each version; no table: the log's events")
                                                : tr("Actual: the read model"));
}

/// What is known of it, where nothing has been said yet.
void CheckSubjectForm::followProjection()
{
    const auto at = std::find_if(m_projections.begin(), m_projections.end(), [this](const auto& one) {
        return fullName(one) == m_projection->currentData().toString();
    });
    if (at == m_projections.end())
        return;
    if (m_name->text().isEmpty())
        m_name->setText(toQString(at->name));
    auto side = m_actual->draft();
    if (side.asks || !side.table.isEmpty() || at->readModel.empty())
        return;
    side.table = toQString(at->readModel);
    if (at->checkpoint)
        side.store = toQString(at->checkpoint->store);
    m_actual->setDraft(side);
    emit m_actual->storeChosen();
}

void CheckSubjectForm::suggestKey(const std::vector<std::string>& columns)
{
    if (chosenKind() == CheckKind::Rows && m_key->text().isEmpty() && !m_key->isModified())
        m_key->setText(listText(columns));
}

void CheckSubjectForm::setDraft(const CheckDraft& draft)
{
    const QSignalBlocker quiet(this);
    const QSignalBlocker quietProjection(m_projection); // it would suggest things
    m_name->setText(draft.name);
    const int projection = m_projection->findData(draft.projection);
    m_projection->setCurrentIndex(std::max(projection, 0));
    const auto& kinds = offeredKinds();
    m_kind->setCurrentIndex(static_cast<int>(std::find(kinds.begin(), kinds.end(), draft.kind) - kinds.begin()));
    m_expected->setDraft(draft.expected);
    m_actual->setDraft(draft.actual);
    m_key->setText(draft.key);
    m_sums->setText(draft.sums);
    m_rowsKey->setText(draft.rowsKey);
    m_version->setText(draft.version);
    m_settledBy->setText(draft.settledBy);
    m_settledFor->setText(draft.settledFor);
}

void CheckSubjectForm::fill(CheckDraft& draft) const
{
    draft.name = m_name->text();
    draft.projection = m_projection->currentData().toString();
    draft.kind = chosenKind();
    draft.expected = m_expected->draft();
    draft.actual = m_actual->draft();
    draft.key = m_key->text();
    draft.sums = m_sums->text();
    draft.rowsKey = m_rowsKey->text();
    draft.version = m_version->text();
    draft.settledBy = m_settledBy->text();
    draft.settledFor = m_settledFor->text();
}

/// No focus proxy: Tab would skip all that comes before it.
void CheckSubjectForm::focusInEvent(QFocusEvent* event)
{
    m_name->setFocus(event->reason());
}

void CheckSubjectForm::resizeEvent(QResizeEvent* event)
{
    m_sides->setDirection(width() < sidesAbreast ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    QWidget::resizeEvent(event);
}

} // namespace projectionist
