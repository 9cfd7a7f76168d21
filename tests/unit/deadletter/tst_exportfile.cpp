// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/exportfile.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace projectionist;

/// A file that appears when it is whole, in a folder of its own.
class TestExportFile : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }
    [[nodiscard]] QByteArray content(const QString& name) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
    }
    [[nodiscard]] QStringList files() const
    {
        return QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden | QDir::System);
    }

private slots:
    void whatIsFinishedTakesItsNameAndOnlyItsOwnerMayReadIt()
    {
        auto file = ExportFile::open(path("letters.csv"));
        QVERIFY(file);
        QVERIFY(file->write("a,b\n") && file->write("1,2\n"));
        QVERIFY(!files().contains("letters.csv"));
        QVERIFY(file->finish());
        QCOMPARE(content("letters.csv"), QByteArray("a,b\n1,2\n"));
        const auto others = QFile::permissions(m_folder.filePath("letters.csv")) &
                            (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther);
        QVERIFY(!others);
    }
    void whatIsNotFinishedLeavesTheFormerFileAndNothingElse()
    {
        {
            auto file = ExportFile::open(path("letters.csv"));
            QVERIFY(file && file->write("half"));
            const ExportFile moved = std::move(*file);
        }
        QCOMPARE(files(), QStringList{"letters.csv"});
        QCOMPARE(content("letters.csv"), QByteArray("a,b\n1,2\n"));
    }
    void aLinkStaysOne()
    {
        QVERIFY(QFile::link(m_folder.filePath("letters.csv"), m_folder.filePath("link.csv")));
        auto file = ExportFile::open(path("link.csv"));
        QVERIFY(file && file->write("new") && file->finish());
        QVERIFY(QFileInfo(m_folder.filePath("link.csv")).isSymLink());
        QCOMPARE(content("letters.csv"), QByteArray("new"));
    }
    void whatIsNoFileIsRefused()
    {
        for (const auto& name : {std::string("/dev/full"), m_folder.path().toStdString()}) {
            const auto file = ExportFile::open(name);
            QVERIFY(!file);
            QVERIFY(file.error().kind == ErrorKind::Configuration && !file.error().next.empty());
        }
        const auto nowhere = ExportFile::open(path("no/such/folder.csv"));
        QVERIFY(!nowhere && !nowhere.error().why.empty() && !nowhere.error().next.empty());
    }
};

QTEST_APPLESS_MAIN(TestExportFile)
#include "tst_exportfile.moc"
