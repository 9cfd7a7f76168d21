// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package com.example.shop;

import java.sql.SQLTransientException;

/** A failure two causes deep. */
final class Payments {
    private Payments() {}

    static void pay(long number) {
        try {
            book(number);
        } catch (SQLTransientException e) {
            throw new IllegalStateException("payment " + number + " not booked", e);
        }
    }

    private static void book(long number) throws SQLTransientException {
        throw new SQLTransientException("deadlock detected while booking " + number + "\n  Hint: See server log.", "40P01");
    }
}
