// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package generator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the generator knows of a letter, whatever the framework's headers say. */
final class Truth {
    final Map<String, Object> facts = new LinkedHashMap<>();
    private final List<Object> hops = new ArrayList<>();
    private final List<Object> untold = new ArrayList<>();

    /** Letters of the same cause and event type are one group. */
    Truth(String cause) {
        facts.put("cause", cause);
    }

    Truth fact(String name, Object value) {
        facts.put(name, value);
        return this;
    }

    /** The root cause and the first frame of the application's. */
    Truth failed(String exception, String message, String frame) {
        return fact("exception", exception).fact("message", message).fact("frame", frame);
    }

    /** One time that the record of `topic` was given up, oldest first; the attempts are those told so far. */
    Truth hop(String family, String topic, int partition, long offset, String consumer) {
        Map<String, Object> hop = new LinkedHashMap<>();
        hop.put("family", family);
        hop.put("topic", topic);
        hop.put("partition", partition);
        hop.put("offset", offset);
        hop.put("consumer", consumer);
        return hop(hop);
    }

    /** One that the framework only counts: where its record lay, and for whom, is told by nothing. */
    Truth countedHop(String family) {
        return hop(new LinkedHashMap<>(Map.of("family", family)));
    }

    private Truth hop(Map<String, Object> hop) {
        hop.put("attempts", facts.get("attempts"));
        hops.add(hop);
        facts.put("hops", hops);
        return this;
    }

    /** Facts that the framework writes nowhere. */
    Truth untold(String... names) {
        untold.addAll(List.of(names));
        facts.put("untold", untold);
        return this;
    }
}
