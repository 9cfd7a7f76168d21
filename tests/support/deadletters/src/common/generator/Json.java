// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package generator;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Enough JSON to write fixtures; members in the order of their map. Bytes: text where it is printable, else base64. */
final class Json {
    private Json() {}

    static String of(Object value) {
        StringBuilder out = new StringBuilder();
        append(out, value);
        return out.toString();
    }

    private static void append(StringBuilder out, Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean)
            out.append(value);
        else if (value instanceof byte[] bytes)
            appendBytes(out, bytes);
        else if (value instanceof Map<?, ?> map)
            appendAll(out, '{', '}', map.entrySet().stream().map(Object.class::cast).toList());
        else if (value instanceof Map.Entry<?, ?> entry) {
            appendText(out, entry.getKey().toString());
            out.append(':');
            append(out, entry.getValue());
        } else if (value instanceof List<?> list)
            appendAll(out, '[', ']', list);
        else
            appendText(out, value.toString());
    }

    private static void appendAll(StringBuilder out, char open, char close, List<?> values) {
        char before = open;
        for (Object value : values) {
            out.append(before);
            append(out, value);
            before = ',';
        }
        if (values.isEmpty())
            out.append(open);
        out.append(close);
    }

    private static void appendBytes(StringBuilder out, byte[] bytes) {
        String text = null;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            // not text
        }
        if (text != null && text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\t' || c == '\r'))
            appendText(out, text);
        else
            append(out, Map.of("base64", Base64.getEncoder().encodeToString(bytes)));
    }

    private static void appendText(StringBuilder out, String text) {
        out.append('"');
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\')
                out.append('\\').append(c);
            else if (c == '\n')
                out.append("\\n");
            else if (c == '\t')
                out.append("\\t");
            else if (c < ' ')
                out.append(String.format("\\u%04x", (int) c));
            else
                out.append(c);
        }
        out.append('"');
    }
}
