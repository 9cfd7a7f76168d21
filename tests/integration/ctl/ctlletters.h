// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/producer.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/ctl/ctlfixture.h"
#include "tests/support/httpserver.h"

#include <QJsonObject>

namespace projectionist {

/// A broker, a database and a schema registry with dead letters, and the real program beside them.
class CtlLetters
{
protected:
    static constexpr int orderCount = 30; ///< letters of orders-dlt, and one that is broken off

    /// Throws what went wrong.
    void startWithLetters();
    void produce(const std::vector<OutgoingRecord>& records) const;
    [[nodiscard]] QString workspace(const QString& bootstrap) const;
    [[nodiscard]] Answer letters(const QStringList& arguments) const
    {
        return m_ctl.run(QStringList{"--config", m_file, "deadletters"} + arguments);
    }

    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    HttpServer m_registry;
    Ctl m_ctl;
    QString m_file;
};

/// As Spring writes it, with an address of a person and an authorization.
[[nodiscard]] OutgoingRecord orderLetter(const std::string& topic, int number, const std::string& exception);
/// JSON, one object a line.
[[nodiscard]] QList<QJsonObject> objects(const QString& lines);

} // namespace projectionist
