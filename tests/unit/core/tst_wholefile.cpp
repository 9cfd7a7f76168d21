// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/wholefile.h"

#include <fstream>
#include <QTemporaryDir>
#include <QTest>
#include <sys/stat.h>
#include <thread>

using namespace projectionist;

namespace fs = std::filesystem;

class TestWholeFile : public QObject
{
    Q_OBJECT
private slots:
    void whatIsReadIsWhole()
    {
        const QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "file";
        for (const std::size_t size : {0, 1, 4096, 4097, 300'000}) {
            const std::string text(size, '\0');
            std::ofstream(file, std::ios::binary) << text;
            const auto read = readWholeFile(file, 300'000);
            QVERIFY2(read.has_value(), read ? "" : read.error().c_str());
            QVERIFY(*read == text);
        }
        std::ofstream(file, std::ios::app) << "!";
        QCOMPARE(readWholeFile(file, 300'000).error(), std::string("it is larger than 300000 bytes"));
    }
    void whatHasNoSizeIsReadToo()
    {
        const QTemporaryDir folder;
        const fs::path pipe = fs::path(folder.path().toStdString()) / "pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        const std::string secret(200'000, 's');
        std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << secret; });
        const auto read = readWholeFile(pipe, 1U << 20U);
        writer.join();
        QVERIFY(read && *read == secret);
        const auto status = readWholeFile("/proc/self/status", 1U << 20U);
        QVERIFY(status && status->starts_with("Name:"));
    }
    void whatNeverEndsIsRefused()
    {
        QCOMPARE(readWholeFile("/dev/zero", 1U << 20U).error(), std::string("it is larger than 1 MiB"));
    }
    void whyItCannotBeReadIsSaid()
    {
        QCOMPARE(readWholeFile("/no/such", 10).error(), std::string("no such file"));
        QCOMPARE(readWholeFile("/tmp", 10).error(), std::string("it is a folder"));
    }
};

QTEST_APPLESS_MAIN(TestWholeFile)
#include "tst_wholefile.moc"
