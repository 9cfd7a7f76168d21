// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/workspacefile.h"

#include "backend/config/nearest.h"
#include "backend/config/reading.h"
#include "backend/config/references.h"
#include "backend/core/wholefile.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <glob.h>
#include <sstream>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

/// toml++ stops at the first mistake. Blanking its line finds the next one; beyond this many nobody reads on.
constexpr int mostSyntaxErrors = 50;

/// Empties one line, keeping the numbers of the others. False if there is nothing in it.
bool blankLine(std::string& text, std::size_t line)
{
    std::size_t begin = 0;
    for (std::size_t number = 1; number < line; ++number) {
        begin = text.find('\n', begin);
        if (begin == std::string::npos)
            return false;
        ++begin;
    }
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (text.find_first_not_of(" \t\r", begin) >= end)
        return false;
    text.erase(begin, end - begin);
    return true;
}

/// toml++ quotes what it met: characters, keys, and at times values. Only single characters are fit to be shown.
std::string withoutQuotes(std::string_view description)
{
    const std::string_view text = description.substr(0, description.find(", saw"));
    for (std::size_t open = text.find('\''); open != std::string_view::npos; open = text.find('\'', open + 3))
        if (open + 2 >= text.size() || text[open + 2] != '\'')
            return std::string(text.substr(0, open));
    return std::string(text.substr(0, text.find('"')));
}

std::optional<toml::table> parse(std::string text, const fs::path& file, Reading& reading)
{
    for (int errors = 0; errors < mostSyntaxErrors; ++errors) {
        try {
            return toml::parse(text, file.string());
        } catch (const toml::parse_error& e) {
            const auto begin = e.source().begin;
            reading.syntaxErrors = true;
            reading.report(DiagnosticLevel::Error, {file, static_cast<int>(begin.line), static_cast<int>(begin.column)},
                           fmt::format("not valid TOML: {}", withoutQuotes(e.description())),
                           "texts stand in double quotes, keys with dots too: \"sasl.password\" = \"...\"");
            if (!blankLine(text, begin.line))
                break;
        }
    }
    return std::nullopt;
}

std::vector<fs::path> matches(const std::string& pattern)
{
    glob_t found{};
    std::vector<fs::path> result;
    if (glob(pattern.c_str(), 0, nullptr, &found) == 0)
        result.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    globfree(&found);
    return result;
}

class Loader
{
public:
    /// Reads a file and what it includes, once each.
    void read(const fs::path& file, const Origin& includedFrom = {})
    {
        const fs::path path = fs::absolute(file).lexically_normal();
        if (std::find(m_documents.begin(), m_documents.end(), path) != m_documents.end())
            return;
        m_documents.push_back(path);
        m_reading.files.push_back(path);
        auto text = readWholeFile(path, mostConfigBytes);
        if (!text) {
            const bool included = !includedFrom.file.empty();
            m_reading.report(
                DiagnosticLevel::Error, included ? includedFrom : Origin{path, 0, 0},
                fmt::format("cannot read {}: {}", included ? path.string() : "the workspace file", text.error()),
                "name an existing, readable file");
            return;
        }
        if (auto document = parse(*std::move(text), path, m_reading)) {
            readDocument(*document, path, m_reading);
            include(*document, path);
        }
    }

    /// For a place that need not have a file. Watched, because it may appear.
    void readIfExists(const fs::path& file)
    {
        std::error_code ignored;
        if (fs::exists(file, ignored)) {
            m_reading.workspace.file = file;
            read(file);
        } else {
            m_reading.files.push_back(file);
        }
    }

    void readFolder(const fs::path& folder)
    {
        std::error_code ignored;
        if (!fs::is_directory(folder, ignored))
            return;
        m_reading.files.push_back(folder);
        for (const auto& file : matches((folder / "*.toml").string()))
            read(file);
    }

    void use(const fs::path& file)
    {
        m_reading.workspace.file = file;
        read(file);
    }

    void overrideContext(const std::string& name)
    {
        m_reading.workspace.currentContext = name;
        m_reading.record("current_context", name, {"environment variable PROJECTIONIST_CONTEXT", 0, 0});
    }

    [[nodiscard]] bool foundAny() const { return !m_documents.empty(); }
    [[nodiscard]] LoadedWorkspace finish();

private:
    void include(const toml::table& document, const fs::path& file)
    {
        const auto* array = document["include"].as_array();
        if (!array)
            return;
        for (const auto& element : *array)
            if (const auto* pattern = element.as_string())
                follow(expandedPath(pattern->get(), file.parent_path()),
                       {file, static_cast<int>(element.source().begin.line),
                        static_cast<int>(element.source().begin.column)});
    }

    void follow(const fs::path& pattern, const Origin& origin)
    {
        if (pattern.string().find_first_of("*?[") == std::string::npos) {
            read(pattern, origin);
            return;
        }
        m_reading.files.push_back(pattern.parent_path());
        for (const auto& match : matches(pattern.string()))
            read(match, origin);
    }

    void sortDiagnostics();

    Reading m_reading;
    std::vector<fs::path> m_documents;
};

void Loader::sortDiagnostics()
{
    const auto rank = [&](const Origin& origin) {
        const auto at = std::find(m_reading.files.begin(), m_reading.files.end(), origin.file);
        return std::tuple(at - m_reading.files.begin(), origin.line, origin.column);
    };
    std::stable_sort(m_reading.diagnostics.begin(), m_reading.diagnostics.end(),
                     [&](const auto& a, const auto& b) { return rank(a.origin) < rank(b.origin); });
}

LoadedWorkspace Loader::finish()
{
    if (!m_reading.syntaxErrors)
        completeWorkspace(m_reading);
    sortDiagnostics();
    std::vector<fs::path> files;
    for (auto& file : m_reading.files)
        if (std::find(files.begin(), files.end(), file) == files.end())
            files.push_back(std::move(file));
    LoadedWorkspace loaded{std::nullopt, std::move(m_reading.diagnostics), std::move(files),
                           std::move(m_reading.settings)};
    if (std::none_of(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.level == DiagnosticLevel::Error; }))
        loaded.workspace = std::move(m_reading.workspace);
    return loaded;
}

/// Relative values are ignored, as the XDG base directory specification wants it.
fs::path xdgFolder(const char* variable, const char* fallback)
{
    const char* value = std::getenv(variable);
    const fs::path folder = value ? value : "";
    return (folder.is_absolute() ? folder : homeDirectory() / fallback) / "projectionist";
}

/// Least important first.
std::vector<fs::path> systemFiles()
{
    std::vector<fs::path> result;
    const char* folders = std::getenv("XDG_CONFIG_DIRS");
    std::istringstream in(folders && *folders ? folders : "/etc/xdg");
    for (std::string folder; std::getline(in, folder, ':');)
        if (fs::path(folder).is_absolute())
            result.insert(result.begin(), fs::path(folder) / "projectionist/config.toml");
    result.insert(result.begin(), "/etc/projectionist/config.toml");
    return result;
}

} // namespace

std::string toString(const Diagnostic& diagnostic)
{
    const char* const level = diagnostic.level == DiagnosticLevel::Error     ? "error"
                              : diagnostic.level == DiagnosticLevel::Warning ? "warning"
                                                                             : "info";
    std::string text = diagnostic.origin.file.string();
    if (diagnostic.origin.line > 0)
        text += fmt::format(":{}:{}", diagnostic.origin.line, diagnostic.origin.column);
    text += fmt::format("{}{}: {}", text.empty() ? "" : ": ", level, diagnostic.message);
    return diagnostic.hint.empty() ? text : text + "; " + diagnostic.hint;
}

LoadedWorkspace loadWorkspace(const fs::path& file)
{
    Loader loader;
    loader.use(file);
    return loader.finish();
}

LoadedWorkspace loadWorkspaceByPrecedence(const std::optional<fs::path>& explicitFile)
{
    Loader loader;
    for (const auto& file : systemFiles())
        loader.readIfExists(file);
    const fs::path user = userWorkspacePath();
    loader.readIfExists(user);
    loader.readFolder(user.parent_path() / "conf.d");
    if (const char* file = std::getenv("PROJECTIONIST_CONFIG"); file && *file)
        loader.use(file);
    if (explicitFile)
        loader.use(*explicitFile);
    if (const char* context = std::getenv("PROJECTIONIST_CONTEXT"); context && *context && loader.foundAny())
        loader.overrideContext(context);
    return loader.foundAny() ? loader.finish() : LoadedWorkspace{{}, {}, {user}, {}};
}

fs::path userWorkspacePath()
{
    return xdgFolder("XDG_CONFIG_HOME", ".config") / "config.toml";
}

fs::path stateDirectory()
{
    return xdgFolder("XDG_STATE_HOME", ".local/state");
}

fs::path historyFile()
{
    return stateDirectory() / "history.db";
}

} // namespace projectionist
