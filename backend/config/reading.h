// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspacefile.h"

#include <set>
#include <string_view>
#include <toml++/toml.h>

namespace projectionist {

/// What reading one file after another has brought so far; a later one adds to and overrides a former one.
struct Reading
{
    Workspace workspace;
    std::vector<Diagnostic> diagnostics;
    std::vector<std::filesystem::path> files;
    std::vector<EffectiveSetting> settings;
    std::map<std::string, std::size_t> settingIndex;                    ///< path -> index in settings
    std::map<std::string, std::map<std::string, std::string>> imported; ///< broker -> properties of its reference
    std::set<std::string> contextsWithInterval;                         ///< the others take the default
    std::optional<Duration> interval;                                   ///< [defaults]
    std::optional<Duration> objective;                                  ///< [defaults]
    bool syntaxErrors = false; ///< something may be missing only because it could not be read

    void report(DiagnosticLevel level, Origin origin, std::string message, std::string hint = {});
    void record(const std::string& path, std::string value, Origin origin);
    /// Where a setting stands; `fallback` if no file has it.
    [[nodiscard]] Origin originOf(const std::string& path, const Origin& fallback) const;
};

/// A string as it is written and with its references replaced.
struct TextValue
{
    std::string written;
    std::string resolved;
    Origin origin;
};

[[nodiscard]] std::vector<std::string> resolvedOf(const std::vector<TextValue>& values);

/// Reads the keys of one TOML table: checks types, replaces references, records origins, and reports what nobody asked
/// for.
class Section
{
public:
    Section(const toml::table& table, std::string path, const std::filesystem::path& file, Reading& reading);

    /// Lower values are wrong values.
    [[nodiscard]] std::optional<Duration> duration(const std::string& key, Duration least);
    [[nodiscard]] std::optional<TextValue> text(const std::string& key);
    /// Also takes numbers and booleans, as their text.
    [[nodiscard]] std::optional<TextValue> scalar(const std::string& key);
    [[nodiscard]] std::optional<bool> flag(const std::string& key);
    /// An array of strings, or a single one.
    [[nodiscard]] std::optional<std::vector<TextValue>> texts(const std::string& key);
    [[nodiscard]] const toml::table* table(const std::string& key);
    [[nodiscard]] const toml::array* tables(const std::string& key);
    [[nodiscard]] bool has(const std::string& key) const { return m_table.contains(key); }
    /// Keys in the order of the file.
    [[nodiscard]] std::vector<std::string> keys() const;
    /// `synonyms`: what people write instead of a key of ours.
    void reportUnknown(const std::map<std::string, std::string>& synonyms = {});
    void wrongType(const std::string& key, const std::string& wanted);

    [[nodiscard]] Origin origin() const;
    [[nodiscard]] Origin originOf(const toml::node& node) const;
    [[nodiscard]] Origin keyOrigin(const std::string& key) const;
    [[nodiscard]] std::string pathOf(const std::string& key) const { return m_path.empty() ? key : m_path + '.' + key; }
    [[nodiscard]] std::filesystem::path folder() const { return m_file.parent_path(); }
    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }
    [[nodiscard]] Reading& reading() { return m_reading; }

private:
    const toml::node* find(const std::string& key);
    std::optional<TextValue> resolve(const std::string& key, const toml::node& node, const std::string& written);

    const toml::table& m_table;
    std::string m_path;
    const std::filesystem::path& m_file;
    Reading& m_reading;
    std::vector<std::string> m_asked;
};

/// Takes over one parsed file.
void readDocument(const toml::table& document, const std::filesystem::path& file, Reading& reading);
/// Takes over [brokers.NAME] and [stores.NAME].
void readBroker(Section section, BrokerSettings& broker);
void readStore(Section section, StoreSettings& store);
/// Takes over [contexts.NAME.dead_letters] and [projections.row_query].
void readDeadLetters(Section section, DeadLetterSettings& settings);
[[nodiscard]] std::optional<RowQuerySettings> readRowQuery(Section section);
/// Takes over [projections.declared].
void readDeclaration(Section section, DeclaredProjectionSettings& declared);
/// Takes over what [[checks]] says beside name and context.
void readCheck(Section& section, CheckSettings& check);
/// Fills in defaults and reports what does not fit together; after the last file.
void completeWorkspace(Reading& reading);

} // namespace projectionist
