// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package com.example.shop;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A sink whose task reports what it could not store. */
public final class ShopSink extends SinkConnector {
    private Map<String, String> settings;

    public static final class ShopTask extends SinkTask {
        private boolean storing;

        @Override
        public void start(Map<String, String> settings) {
            storing = "true".equals(settings.get("storing"));
        }

        @Override
        public void put(Collection<SinkRecord> records) {
            for (SinkRecord record : records)
                try {
                    if (storing)
                        Enrich.applyOrder(record);
                } catch (RuntimeException e) {
                    context.errantRecordReporter().report(record, e);
                }
        }

        @Override
        public void stop() {}

        @Override
        public String version() {
            return "1";
        }
    }

    @Override
    public void start(Map<String, String> given) {
        settings = given;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ShopTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int most) {
        return Collections.nCopies(1, settings);
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public String version() {
        return "1";
    }
}
