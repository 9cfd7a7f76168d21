// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QSettings;

namespace projectionist {

class HistoryReader;
class LiveFeed;
class RangeController;
class Theme;

/// What the window lives on; made by the application (or a test) and outliving the window.
struct WindowServices
{
    QSettings& settings;
    Theme& theme;
    LiveFeed& feed;
    RangeController& range;
    HistoryReader& history;
};

} // namespace projectionist
