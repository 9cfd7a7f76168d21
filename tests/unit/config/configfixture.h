// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspacefile.h"

#include <fstream>
#include <QTemporaryDir>
#include <QTest>

namespace projectionist {

/// A folder of its own with HOME and the XDG places in it, so that the tester's files play no part.
class ConfigFolder
{
public:
    ConfigFolder()
    {
        for (const char* name : {"PROJECTIONIST_CONFIG", "PROJECTIONIST_CONTEXT", "PGPASSFILE", "PGSERVICEFILE",
                                 "KCAT_CONFIG", "KAFKA_CTL_CONFIG", "XDG_CONFIG_HOME", "XDG_STATE_HOME"})
            qunsetenv(name);
        qputenv("HOME", QFile::encodeName(m_folder.path()));
        qputenv("XDG_CONFIG_DIRS", QFile::encodeName(m_folder.path() + "/system"));
        qputenv("PGSYSCONFDIR", QFile::encodeName(m_folder.path() + "/postgres"));
    }
    [[nodiscard]] std::filesystem::path path(const std::string& name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    std::filesystem::path write(const std::string& name, const std::string& text) const
    {
        const auto file = path(name);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    /// Diagnostics with the folder's name taken out.
    [[nodiscard]] std::string shown(const std::vector<Diagnostic>& diagnostics) const
    {
        std::string text;
        for (const auto& diagnostic : diagnostics)
            text += toString(diagnostic) + '\n';
        return QString::fromStdString(text).remove(m_folder.path() + "/").toStdString();
    }

private:
    QTemporaryDir m_folder;
};

/// The least complete workspace; tests add to it.
inline const std::string leastWorkspace = "schema = 1\n"
                                          "[contexts.local]\n"
                                          "broker = \"local\"\n"
                                          "[brokers.local]\n"
                                          "bootstrap_servers = \"localhost:9092\"\n";

} // namespace projectionist
