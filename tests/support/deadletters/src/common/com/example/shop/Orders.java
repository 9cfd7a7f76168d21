// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package com.example.shop;

/** What fails, in the same way whoever calls it: the causes that the fixtures name. */
public final class Orders {
    private Orders() {}

    public static final class OrderRejected extends RuntimeException {
        OrderRejected(String message) {
            super(message);
        }
    }

    /** {"order":17} */
    public static long numberIn(String json) {
        return json == null ? 0 : Long.parseLong(json.replaceAll("\\D", ""));
    }

    /** By the event's type; other types are fine. */
    public static void apply(String type, long number) {
        switch (type) {
        case "OrderPlaced" -> place(number);
        case "OrderPaid" -> Payments.pay(number);
        case "OrderShipped" -> ship("parcel-" + number);
        case "OrderReturned" -> giveBack(null);
        case "OrderClosed" -> giveBack("");
        default -> { }
        }
    }

    static void place(long number) {
        throw new OrderRejected("order " + number + " rejected: credit limit of " + number * 10 + " exceeded");
    }

    static int ship(String parcel) {
        return Integer.parseInt(parcel);
    }

    static void giveBack(String reason) {
        if (reason.isEmpty())
            throw new IllegalStateException();
    }
}
