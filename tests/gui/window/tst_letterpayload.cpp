// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "tests/gui/window/windowbench.h"
#include "widgets/common/letterdetail.h"
#include "widgets/common/originalview.h"
#include "widgets/common/payloadpane.h"
#endif

#include <QComboBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace projectionist;

namespace {

const TimePoint now{Duration(1'795'262'400'000)};
const std::string avroBytes("\0\0\0\0\7\x0e"
                            "a@b.org\x04",
                            14);
const DecodedPayload decodedPayload{"{\"email\":\"a@b.org\",\"cents\":2}", "Avro, schema 7 (acme.Paid)"};

enum Format
{
    Automatic,
    Json,
    Tree,
    Text,
    Hex
};

OpenedLetter avroLetter(bool decoded)
{
    OpenedLetter opened;
    opened.token = 1;
    opened.reference = "orders-dlt[0]@1";
    opened.letter = DeadLetter{};
    opened.letter->value = avroBytes;
    opened.letter->valueSize = avroBytes.size();
    opened.letter->origin = {"orders", 0, 12, {}};
    opened.decoded.pending = !decoded;
    if (decoded)
        opened.decoded.value = decodedPayload;
    return opened;
}

FetchedOriginal originalOf(const std::string& json, const std::string& format)
{
    FetchedOriginal original;
    original.record = StoredLetter{};
    original.record->record.value = avroBytes + "x";
    original.record->valueSize = avroBytes.size() + 1;
    original.decoded.value = DecodedPayload{json, format};
    return original;
}

} // namespace

/// A letter whose payload only a schema registry can read.
class TestLetterPayload : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<LetterDetail> m_detail;

    [[nodiscard]] PayloadPane& pane() const { return *m_detail->payload(); }
    void give(bool decoded) { m_detail->setLetter(avroLetter(decoded), now, Zone::Utc); }

private slots:
    void init()
    {
        m_settings = std::make_unique<QSettings>(m_folder.filePath("s.ini"), QSettings::IniFormat);
        m_settings->clear();
        m_detail = std::make_unique<LetterDetail>(LetterDetail::Kind::Letter, *m_settings);
        m_detail->resize(700, 500);
        m_detail->setVisible(true);
        m_detail->tabs()->setCurrentWidget(m_detail->payload());
    }
    void cleanup() { m_detail.reset(); }

    void it_is_there_at_once_and_readable_when_the_registry_has_answered()
    {
        m_detail->setMasks({.defaults = false});
        give(false);
        QVERIFY2(pane().notes().contains("schema registry is being asked"), qPrintable(pane().notes()));
        QVERIFY(!m_detail->tabs()->isHidden());
        give(true);
        QVERIFY2(pane().text().contains("\"cents\": 2"), qPrintable(pane().text()));
        QVERIFY2(pane().notes().contains("Avro, schema 7 (acme.Paid)"), qPrintable(pane().notes()));
        QVERIFY(!pane().notes().contains("being asked"));
        pane().format()->setCurrentIndex(Tree);
        QVERIFY(pane().tree()->isVisible());
        const auto* tree = pane().tree()->model();
        QCOMPARE(tree->rowCount(tree->index(0, 0)), 2);
    }

    void hex_shows_the_bytes_themselves()
    {
        m_detail->setMasks({.defaults = false});
        give(true);
        pane().format()->setCurrentIndex(Hex);
        QVERIFY2(pane().text().startsWith("00000000  00 00 00 00 07 0e 61 40"), qPrintable(pane().text()));
    }

    void masks_apply_to_what_it_was_decoded_to()
    {
        m_detail->setMasks({.defaults = false, .json = {"$.email"}});
        give(true);
        QVERIFY(pane().text().contains("\"cents\": 2"));
        for (int format = Automatic; format <= Hex; ++format) {
            pane().format()->setCurrentIndex(format);
            QVERIFY2(!pane().text().contains("a@b.org") && !pane().text().contains("0e 61 40"),
                     qPrintable(pane().text()));
        }
        QSignalSpy wanted(m_detail.get(), &LetterDetail::unmaskWanted);
        m_detail->unmask()->click();
        QCOMPARE(wanted.count(), 1);
        QVERIFY(wanted[0][1].toString().contains("$.email"));
        m_detail->setUnmaskRecorded("orders-dlt[0]@1", std::uint64_t{1});
        QVERIFY(pane().text().contains("0e 61 40"));
        pane().format()->setCurrentIndex(Automatic);
        QVERIFY(pane().text().contains("a@b.org"));
    }

    void why_it_was_not_decoded_stands_beside_it()
    {
        m_detail->setMasks({.defaults = false});
        auto letter = avroLetter(true);
        letter.decoded.value = tl::unexpected(
            Error{ErrorKind::Timeout, "Schema Registry at http://r did not answer", "Timeout", "Look.", true});
        m_detail->setLetter(letter, now, Zone::Utc);
        QVERIFY2(pane().notes().contains("Schema Registry at http://r did not answer: Timeout. Look."),
                 qPrintable(pane().notes()));
        QVERIFY(pane().text().contains("0e 61 40"));
    }

    void the_original_is_compared_field_by_field()
    {
        m_detail->setMasks({.defaults = false});
        give(false);
        QSignalSpy wanted(m_detail.get(), &LetterDetail::originalWanted);
        m_detail->tabs()->setCurrentWidget(m_detail->original());
        QCOMPARE(wanted.count(), 1);
        give(true);
        QCOMPARE(wanted.count(), 1); // it is not fetched a second time
        m_detail->setOriginal(originalOf("{\"email\":\"a@b.org\",\"cents\":3}", "Avro, schema 6 (acme.Paid)"));
        const auto text = m_detail->original()->text();
        QVERIFY2(text.contains("$.cents | 2 | 3 | differs"), qPrintable(text));
        QVERIFY2(text.contains("the original is Avro, schema 6"), qPrintable(text));
    }
};

QTEST_MAIN(TestLetterPayload)
#include "tst_letterpayload.moc"
