// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Owns the precompiled header of the tests without windows; nothing else lives here.
