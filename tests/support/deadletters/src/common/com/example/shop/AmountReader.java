// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package com.example.shop;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

import java.nio.charset.StandardCharsets;

/** Reads "17 apples"; a shop's own code in the way of a framework. */
public final class AmountReader implements Deserializer<String> {
    @Override
    public String deserialize(String topic, byte[] data) {
        if (data == null)
            return null;
        String text = new String(data, StandardCharsets.UTF_8);
        if (!text.startsWith("{"))
            throw new SerializationException("no amount in a value of " + data.length + " bytes",
                                             new NumberFormatException("For input string: \"" + text + "\""));
        return text;
    }
}
