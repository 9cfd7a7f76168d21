// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package generator;

/** What is known of the failures that com.example.shop makes. */
final class Causes {
    private Causes() {}

    static Truth of(String type, long number) {
        return switch (type) {
        case "OrderPlaced" ->
            new Truth("credit limit").failed("com.example.shop.Orders$OrderRejected",
                                             "order " + number + " rejected: credit limit of " + number * 10 + " exceeded",
                                             "com.example.shop.Orders.place");
        case "OrderPaid" ->
            new Truth("deadlock").failed("java.sql.SQLTransientException",
                                         "deadlock detected while booking " + number + "\n  Hint: See server log.",
                                         "com.example.shop.Payments.book");
        case "OrderShipped" ->
            new Truth("no number").failed("java.lang.NumberFormatException",
                                          "For input string: \"parcel-" + number + "\"", "com.example.shop.Orders.ship");
        case "OrderReturned" ->
            new Truth("no reason").failed("java.lang.NullPointerException",
                                          "Cannot invoke \"String.isEmpty()\" because \"reason\" is null",
                                          "com.example.shop.Orders.giveBack");
        case "OrderClosed" ->
            new Truth("empty reason").failed("java.lang.IllegalStateException", "", "com.example.shop.Orders.giveBack");
        default -> throw new IllegalArgumentException(type);
        };
    }

    /** AmountReader's. */
    static Truth unreadable(String text) {
        return new Truth("unreadable amount").failed("java.lang.NumberFormatException",
                                                     "For input string: \"" + text + "\"",
                                                     "com.example.shop.AmountReader.deserialize");
    }

    /** Jackson's, called by the framework alone. */
    static Truth noJson() {
        return new Truth("no JSON").fact("exception", "com.fasterxml.jackson.core.JsonParseException").fact("frame", "");
    }

    static String order(long number) {
        return "{\"order\":" + number + "}";
    }
}
