// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package com.example.shop;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.Transformation;

import java.util.Map;

/** A single message transform of the shop's own. */
public final class Enrich implements Transformation<SinkRecord> {
    @Override
    public SinkRecord apply(SinkRecord record) {
        applyOrder(record);
        return record;
    }

    static void applyOrder(SinkRecord record) {
        Object value = record.value();
        Orders.apply(record.headers().lastWithName("event-type").value().toString(),
                     Orders.numberIn(value == null ? null : value.toString()));
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
}
