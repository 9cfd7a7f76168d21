// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/layering/layering.h"

#include <fstream>

#include <QTemporaryDir>
#include <QTest>

using namespace projectionist;

namespace fs = std::filesystem;

namespace {

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const auto& line : lines)
        text += line + '\n';
    return text;
}

} // namespace

class TestLayering : public QObject
{
    Q_OBJECT
private slots:
    void theHouseIsInOrder()
    {
        const fs::path root = SOURCE_ROOT;
        QVERIFY(fs::exists(root / "backend/core/clock.h"));
        QCOMPARE(QString::fromStdString(joined(findBreaches(root))), QString());
    }

    void aPlantedBreachIsFound_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("breach");
        const auto row = [](const char* file, const char* text, const char* breach) {
            QTest::newRow(breach) << file << text << breach;
        };
        row("backend/lag/a.cpp", "#include \"models/text.h\"", "includes models/text.h, which is above it");
        row("models/a.h", "#include \"widgets/frame/mainwindow.h\"",
            "includes widgets/frame/mainwindow.h, which is above it");
        row("widgets/a.h", " #  include <app/desktop/main.h>", "includes app/desktop/main.h, which is above it");
        row("backend/core/a.h", "#include <QString>", "includes Qt (QString)");
        row("app/ctl/a.cpp", "#include <QtCore/qstring.h>", "includes Qt (QtCore/qstring.h)");
        row("models/a.cpp", "#include <QTableView>", "includes Qt Widgets (QTableView)");
        row("backend/lag/b.cpp", "#include <librdkafka/rdkafka.h>", "includes librdkafka (librdkafka/rdkafka.h)");
        row("backend/broker/b.cpp", "#include <librdkafka/rdkafka.h>", "includes librdkafka (librdkafka/rdkafka.h)");
        row("backend/lag/c.cpp", "#include <pqxx/pqxx>", "includes libpqxx or libpq (pqxx/pqxx)");
        row("backend/lag/d.cpp", "#include <re2/re2.h>", "includes RE2 (re2/re2.h)");
        row("models/ssl.cpp", "#include <openssl/crypto.h>", "includes OpenSSL (openssl/crypto.h)");
        row("widgets/overview/a.cpp", "#include <qcustomplot.h>", "includes QCustomPlot (qcustomplot.h)");
        row("backend/core/d.cpp", "#include \"../lag/evaluator.h\"", "includes by a relative path: ../lag/evaluator.h");
        row("backend/lag/CMakeLists.txt", "projectionist_library(l SOURCES a.cpp PUBLIC\n  planted_models)",
            "links planted_models, which is above it");
        row("models/m/CMakeLists.txt", "target_link_libraries(m PRIVATE Qt6::Widgets)",
            "links Qt Widgets (Qt6::Widgets)");
        row("widgets/frame/CMakeLists.txt", "target_link_libraries(m PRIVATE PkgConfig::RDKAFKA)",
            "links librdkafka (PkgConfig::RDKAFKA)");
    }
    void aPlantedBreachIsFound()
    {
        QFETCH(QString, file);
        QFETCH(QString, text);
        QFETCH(QString, breach);
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const auto plant = [&](const std::string& name, const std::string& content) {
            fs::create_directories((root / name).parent_path());
            std::ofstream(root / name) << content << '\n';
        };
        plant("models/CMakeLists.txt", "projectionist_library(planted_models SOURCES a.cpp)");
        plant("widgets/common/charts/fine.cpp",
              "#include <qcustomplot.h>\n#include \"models/text.h\"\n#include <QWidget>");
        plant("backend/broker/kafka/fine.cpp", "#include <librdkafka/rdkafka.h>\n#include <string>");
        QCOMPARE(QString::fromStdString(joined(findBreaches(root))), QString());
        plant(file.toStdString(), text.toStdString());
        QCOMPARE(QString::fromStdString(joined(findBreaches(root))), file + ":1: " + breach + '\n');
    }
    void twoTypesOfOneNameAreFound()
    {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const auto plant = [&](const std::string& name, const std::string& content) {
            fs::create_directories((root / name).parent_path());
            std::ofstream(root / name) << content << '\n';
        };
        plant("backend/history/reader.h", "namespace house {\nstruct Mark;\nclass Reader final : public Base\n{\n"
                                          "    struct Row\n    {\n    };\n};\n} // namespace house");
        plant("backend/lag/reader.h", "namespace house::lag {\nclass Reader\n{\n};\n} // namespace house::lag");
        plant("models/mark.h", "namespace house {\nstruct Mark\n{\n};\nclass Reader;\n} // namespace house");
        plant("models/reader.cpp", "namespace house {\nclass Reader\n{\n};\n} // namespace house");
        QCOMPARE(QString::fromStdString(joined(findBreaches(root))), QString());
        plant("models/reader.h", "namespace house {\n\nclass Reader : public QObject\n{\n};\n} // namespace house");
        QCOMPARE(QString::fromStdString(joined(findBreaches(root))),
                 QString("models/reader.h:3: defines house::Reader, as backend/history/reader.h does\n"));
    }
};

QTEST_APPLESS_MAIN(TestLayering)
#include "tst_layering.moc"
