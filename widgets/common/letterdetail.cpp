// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/letterdetail.h"

#include "backend/deadletter/filteredit.h"
#include "backend/deadletter/jsonwalk.h"
#include "models/lettertext.h"
#include "models/payloadview.h"
#include "widgets/common/failureview.h"
#include "widgets/common/icons.h"
#include "widgets/common/messages.h"
#include "widgets/common/originalview.h"
#include "widgets/common/panel.h"
#include "widgets/common/payloadpane.h"
#include "widgets/common/tableview.h"

#include <QComboBox>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QTableView>
#include <QTabWidget>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString openMessage = QStringLiteral("letter");
const QString unmaskMessage = QStringLiteral("unmask");
const QString dividerKey = QStringLiteral("deadletters/stack-divider");

QString formatKey(LetterDetail::Kind kind)
{
    return kind == LetterDetail::Kind::Letter ? QStringLiteral("deadletters/payload-format")
                                              : QStringLiteral("event/payload-format");
}

constexpr qsizetype mostNamed = 20;

std::vector<ColumnHeader> leftAligned(const QStringList& titles)
{
    std::vector<ColumnHeader> headers;
    for (const auto& title : titles)
        headers.push_back({title, Qt::AlignLeft});
    return headers;
}

/// What a value of JSON is in a filter; nullopt for null, which no value equals.
std::optional<FilterLiteral> literalOf(const std::string& json)
{
    if (json.starts_with('"'))
        return jsonStringText(json);
    if (json == "true" || json == "false")
        return json == "true";
    if (const auto number = FilterNumber::parse(json))
        return *number;
    return std::nullopt;
}

} // namespace

LetterDetail::LetterDetail(Kind kind, QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_kind(kind)
    , m_settings(settings)
    , m_headers(leftAligned({tr("Header"), tr("Value"), tr("Raw"), tr("Role"), tr("Family")}))
    , m_path(leftAligned({tr("What"), tr("When"), tr("After"), tr("Where"), tr("Who"), tr("Why")}))
    , m_messages(new MessageArea(this))
    , m_place(new PlainLabel({}, this))
    , m_unmask(new QPushButton(themeIcon(QStringLiteral("lock")), tr("Unmask"), this))
    , m_tabs(new QTabWidget(this))
    , m_failure(new FailureView(m_tabs))
    , m_payload(
          new PayloadPane(kind == Kind::Letter ? tr("Payload of the letter") : tr("Payload of the event"), m_tabs))
    , m_headerTable(new TableView(
          kind == Kind::Letter ? QStringLiteral("letter-headers") : QStringLiteral("event-headers"),
          kind == Kind::Letter ? tr("Headers of the letter") : tr("Headers of the event"), settings, m_tabs))
    , m_pathTable(new TableView(QStringLiteral("letter-path"), tr("Path of the event"), settings, m_tabs))
    , m_original(new OriginalView(settings, m_tabs))
{
    setUpTabs();
    auto* top = new QHBoxLayout;
    top->setContentsMargins(12, 6, 8, 4);
    top->addWidget(m_place, 1);
    top->addWidget(m_unmask);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_messages);
    layout->addLayout(top);
    layout->addWidget(m_tabs, 1);
    m_failure->divider()->restoreState(settings.value(dividerKey).toByteArray());
    m_payload->format()->setCurrentIndex(
        std::clamp(settings.value(formatKey(kind)).toInt(), 0, m_payload->format()->count() - 1));
    wire();
    clear({});
}

void LetterDetail::setUpTabs()
{
    m_place->elide(Qt::ElideMiddle);
    m_place->setTint(ColorMeaning::Muted);
    m_unmask->setAccessibleName(m_kind == Kind::Letter ? tr("Show the masked values of this letter")
                                                       : tr("Show the masked values of this event"));
    m_payload->setContentsMargins(12, 8, 12, 10);
    m_headerTable->setModel(&m_headers);
    m_headerTable->setDefaultSort(-1, Qt::AscendingOrder);
    m_headerTable->setDefaultWidths({170, 150, 120, 110, 110}, 1);
    m_headerTable->setDefaultHidden({2, 4});
    m_pathTable->setModel(&m_path);
    m_pathTable->setDefaultSort(-1, Qt::AscendingOrder);
    m_pathTable->setDefaultWidths({130, 110, 70, 170, 130, 120}, 5);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_failure, tr("Failure"));
    m_tabs->addTab(m_payload, tr("Payload"));
    m_tabs->addTab(m_headerTable, tr("Headers"));
    m_tabs->addTab(m_pathTable, tr("Path"));
    m_tabs->addTab(m_original, tr("Original"));
    m_payload->setFilterable(m_kind == Kind::Letter);
    if (m_kind == Kind::Event) // it has not failed yet
        for (QWidget* tab : std::initializer_list<QWidget*>{m_failure, m_pathTable, m_original})
            m_tabs->setTabVisible(m_tabs->indexOf(tab), false);
}

LetterDetail::~LetterDetail()
{
    if (m_kind == Kind::Letter)
        m_settings.setValue(dividerKey, m_failure->divider()->saveState());
    m_settings.setValue(formatKey(m_kind), m_payload->format()->currentIndex());
}

void LetterDetail::wire()
{
    connect(m_unmask, &QPushButton::clicked, this, &LetterDetail::askToUnmask);
    connect(m_original, &OriginalView::wanted, this, &LetterDetail::originalWanted);
    connect(m_payload, &PayloadPane::filterRequested, this, &LetterDetail::filterByPayload);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (m_tabs->currentWidget() == m_original)
            m_original->want();
    });
}

void LetterDetail::setMasks(const MaskSettings& masks)
{
    m_masks = LetterMasks(masks);
    show();
}

void LetterDetail::clear(const QString& hint)
{
    m_opened.reset();
    endUnmasking();
    m_messages->remove(openMessage);
    m_place->setText(hint);
    m_unmask->hide();
    m_tabs->hide();
    m_original->setLetter(nullptr);
}

void LetterDetail::setWaiting(const QString& place)
{
    // The former letter stays until the next is there, unless that takes its time: nothing flickers.
    m_messages->remove(openMessage);
    m_place->setText(tr("Reading %1…").arg(place));
}

void LetterDetail::setLetter(const OpenedLetter& opened, TimePoint now, Zone zone)
{
    const bool same = m_opened && m_opened->reference == opened.reference;
    m_look = {nullptr, now, zone};
    if (!opened.letter) {
        clear(strangersText(opened.reference));
        auto message = messageOf(openMessage, opened.letter.error());
        message.buttonText = tr("Try again");
        message.onButton = [this] { emit retryRequested(); };
        m_messages->show(message);
        return;
    }
    m_messages->remove(openMessage);
    if (!same)
        endUnmasking();
    if (shows(opened)) {
        m_opened = opened;
        m_original->setDecoded(opened.decoded);
        return show();
    }
    m_opened = opened;
    m_place->setText(m_kind == Kind::Letter ? strangersText(opened.reference)
                     : opened.letter->key   ? tr("Key: %1").arg(inlineText(opened.letter->key, 400))
                                            : tr("No key"));
    m_original->setLetter(letter());
    m_original->setDecoded(opened.decoded);
    m_tabs->show();
    show();
    if (m_tabs->currentWidget() == m_original)
        m_original->want();
}

void LetterDetail::setOriginal(const FetchedOriginal& original)
{
    m_original->setOriginal(original);
    m_original->show(m_look);
}

void LetterDetail::setVerdict(std::vector<LetterFact> verdict)
{
    m_failure->setVerdict(std::move(verdict));
}

void LetterDetail::setZone(TimePoint now, Zone zone)
{
    m_look.now = now;
    m_look.zone = zone;
    show();
}

const DeadLetter* LetterDetail::letter() const
{
    return m_opened && m_opened->letter ? &*m_opened->letter : nullptr;
}

void LetterDetail::show()
{
    const auto* shown = letter();
    if (!shown)
        return;
    m_look.masks = m_unmasked ? nullptr : &m_masks;
    const auto* decoded = m_opened->decoded.payload();
    const auto bytes = shown->value ? std::string_view(*shown->value) : std::string_view();
    auto payload = shownPayload(decoded ? std::string_view(decoded->json) : bytes, m_look);
    m_hidden = m_unmasked ? QStringList() : maskedNames(*shown, payload, m_masks);
    m_unmask->setVisible(!m_hidden.isEmpty());
    m_unmask->setToolTip(
        tr("%1\nThat you look at them is written into the audit trail.").arg(maskedText()).toHtmlEscaped());
    m_failure->setLetter(*m_opened, m_look);
    showPayload(std::move(payload));
    m_headers.setRows(headerRows(*shown, m_look));
    m_path.setRows(pathRows(*shown, m_look));
    m_original->show(m_look);
    m_tabs->setTabText(m_tabs->indexOf(m_headerTable), tr("Headers %1").arg(shown->headers.size()));
    m_tabs->setTabText(m_tabs->indexOf(m_pathTable), tr("Path %1").arg(shown->hops.size()));
}

void LetterDetail::showPayload(MaskedPayload payload)
{
    const auto* shown = letter();
    if (!shown->value) {
        m_payload->setRaw(std::nullopt);
        m_payload->setValue(std::nullopt, 0, flagTexts(shown->flags & PayloadMissing));
        return;
    }
    QStringList notes = formatNotes();
    const bool nothingMasked = payload.value.paths.empty() && !payload.value.restHidden;
    m_payload->setRaw(m_opened->decoded.payload() && nothingMasked ? shown->value : std::nullopt);
    const auto count = payload.value.paths.size();
    if (count > 0)
        notes << (count == 1 ? tr("1 value is masked.") : tr("%1 values are masked.").arg(count));
    if (payload.withheld == Withheld::NamesMasked)
        notes << tr("It is no JSON, but has the masked name “%1” in it, so nothing of it is shown.")
                     .arg(strangersText(payload.name, 80));
    else if (payload.withheld == Withheld::NoText)
        notes << tr("It is no text, so masked values cannot be told from others, and nothing of it is shown.");
    else if (payload.value.restHidden)
        notes << tr("It is no proper JSON; what follows could not be searched for values to mask and is not shown.");
    // Masks change the length; how much was read is told of the value itself.
    const auto whole = shown->valueSize > shown->value->size() ? shown->valueSize : 0;
    m_payload->setValue(std::move(payload.value.text), whole, notes);
}

/// What the payload was decoded by, or why it was not.
QStringList LetterDetail::formatNotes() const
{
    const auto& decoded = m_opened->decoded;
    if (const auto* payload = decoded.payload())
        return {strangersText(payload->format) + u'.'};
    if (const auto* trouble = decoded.trouble())
        return {strangersText(toString(*trouble))};
    return decoded.pending ? QStringList{tr("The schema registry is being asked\u2026")} : QStringList();
}

void LetterDetail::endUnmasking()
{
    m_unmasked = false;
    m_unmask->setEnabled(true);
    m_messages->remove(unmaskMessage);
}

QString LetterDetail::maskedText() const
{
    const auto names = m_hidden.mid(0, mostNamed).join(QStringLiteral(", "));
    const auto more = m_hidden.size() - mostNamed;
    return more > 0 ? tr("Masked: %1 and %2 more").arg(names).arg(more) : tr("Masked: %1").arg(names);
}

void LetterDetail::askToUnmask()
{
    if (!letter())
        return;
    m_messages->remove(unmaskMessage);
    m_tabs->setFocus();
    m_unmask->setEnabled(false);
    emit unmaskWanted(m_opened->reference, maskedText());
}

void LetterDetail::setUnmaskRecorded(const std::string& reference, const Result<std::uint64_t>& recorded)
{
    if (!m_opened || m_opened->reference != reference)
        return;
    m_unmask->setEnabled(true);
    if (!recorded) {
        auto message = messageOf(unmaskMessage, recorded.error(), MessageLevel::Critical);
        message.what = tr("The values stay masked, since looking at them could not be recorded. %1").arg(message.what);
        message.buttonText = tr("Try again");
        message.onButton = [this] { askToUnmask(); };
        m_messages->show(message);
        return;
    }
    m_unmasked = true;
    show();
}

void LetterDetail::filterByPayload(const std::vector<FilterPathPart>& path, const QString& json)
{
    emit filterRequested(
        filterCondition({FilterOperand::Kind::Payload, {}, path}, literalOf(json.toStdString()), false));
}

} // namespace projectionist
