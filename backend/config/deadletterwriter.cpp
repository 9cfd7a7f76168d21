// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/deadletterwriter.h"

#include "backend/config/tomltext.h"
#include "backend/core/format.h"

namespace projectionist {

namespace {

class LetterWriter
{
public:
    explicit LetterWriter(std::string path) : m_path(std::move(path)) {}

    [[nodiscard]] std::string write(const DeadLetterSettings& settings)
    {
        const DeadLetterSettings defaults;
        if (settings == defaults)
            return {};
        table('[' + m_path + ']');
        list("topics", settings.topics);
        if (settings.patterns != defaults.patterns)
            entry("patterns", tomlList(settings.patterns));
        list("exclude", settings.exclude);
        if (settings.editBeforeReplay)
            entry("edit_before_replay", "true");
        list("wrappers", settings.decode.wrappers);
        list("libraries", settings.decode.libraries);
        list("applications", settings.decode.applications);
        if (settings.masks != defaults.masks)
            write(settings.masks);
        for (const auto& endpoint : settings.connect)
            write("[[" + m_path + ".connect]]", endpoint);
        if (settings.schemaRegistry)
            write('[' + m_path + ".schema_registry]", *settings.schemaRegistry);
        for (const auto& one : settings.tables)
            write(one);
        for (const auto& owner : settings.owners)
            write(owner);
        for (const auto& profile : settings.decode.profiles)
            write(profile);
        for (const auto& rule : settings.decode.groupRules)
            write(rule);
        return m_text;
    }
    [[nodiscard]] bool hasSecret() const { return m_secret; }

private:
    void table(const std::string& header) { m_text += '\n' + header + '\n'; }
    void entry(const std::string& name, const std::string& value) { m_text += tomlKey(name) + " = " + value + '\n'; }
    void text(const std::string& name, const std::string& value)
    {
        if (!value.empty())
            entry(name, tomlText(value));
    }
    void list(const std::string& name, const std::vector<std::string>& values)
    {
        if (!values.empty())
            entry(name, tomlList(values));
    }
    template<typename Value>
    void word(const std::string& name, Value value, Value usual)
    {
        if (value != usual)
            entry(name, tomlText(std::string(toString(value))));
    }

    void write(const MaskSettings& masks)
    {
        table('[' + m_path + ".masks]");
        if (!masks.defaults)
            entry("defaults", "false");
        list("json", masks.json);
        list("headers", masks.headers);
    }
    void write(const std::string& header, const HttpEndpoint& endpoint)
    {
        const auto written = [&](const std::string& name, const std::string& value) {
            const auto at = endpoint.written.find(name);
            text(name, at == endpoint.written.end() ? value : at->second);
        };
        table(header);
        written("url", endpoint.url);
        written("user", endpoint.user);
        written("password", endpoint.password);
        m_secret = m_secret || (!endpoint.password.empty() && !endpoint.written.contains("password"));
        text("ca_file", endpoint.caFile);
        text("certificate_file", endpoint.certificateFile);
        text("key_file", endpoint.keyFile);
        if (!endpoint.verify)
            entry("verify", "false");
        if (endpoint.timeout != HttpEndpoint().timeout)
            entry("timeout", tomlText(compactDuration(endpoint.timeout)));
    }
    void write(const std::string& header, const std::vector<HeaderMapping>& mappings)
    {
        if (mappings.empty())
            return;
        table('[' + m_path + header + ']');
        for (const auto& mapping : mappings) {
            const std::string role = tomlText(std::string(toString(mapping.role)));
            const std::string encoding = tomlText(std::string(toString(mapping.encoding)));
            entry(mapping.name, mapping.encoding == HeaderEncoding::Text
                                    ? role
                                    : "{ role = " + role + ", encoding = " + encoding + " }");
        }
    }
    void write(const LetterTableSettings& settings)
    {
        table("[[" + m_path + ".tables]]");
        if (settings.name != settings.table)
            text("name", settings.name);
        entry("store", tomlText(settings.store));
        entry("table", tomlText(settings.table));
        word("family", settings.family, LetterTableFamily::Columns);
        list("key", settings.key);
        text("payload", settings.payload);
        text("event_key", settings.eventKey);
        text("headers", settings.headers);
        text("time", settings.time);
        write(".tables.columns", settings.columns);
    }
    void write(const LetterOwner& owner)
    {
        table("[[" + m_path + ".owners]]");
        text("topic", owner.topic);
        text("group", owner.group);
        entry("projection", tomlText(owner.projection));
    }
    void write(const HeaderProfile& profile)
    {
        table("[[" + m_path + ".profiles]]");
        entry("name", tomlText(profile.name));
        text("like", profile.like);
        text("prefix", profile.prefix);
        text("payload", profile.payload);
        text("event_key", profile.eventKey);
        text("event_headers", profile.eventHeaders);
        list("base64", profile.base64);
        list("markers", profile.markers);
        word("repeats", profile.repeats, Repeats::Appended);
        word("timestamp", profile.stamp, Stamp::Unknown);
        write(".profiles.headers", profile.headers);
    }
    void write(const GroupRule& rule)
    {
        table("[[" + m_path + ".groups]]");
        entry("name", tomlText(rule.name));
        entry("action", tomlText(std::string(toString(rule.action))));
        text("exception", rule.exception);
        text("message", rule.message);
        text("event_type", rule.eventType);
    }

    const std::string m_path;
    std::string m_text;
    bool m_secret = false;
};

} // namespace

std::string deadLettersToml(const std::string& path, const DeadLetterSettings& settings, bool& secret)
{
    LetterWriter writer(path);
    std::string text = writer.write(settings);
    secret = secret || writer.hasSecret();
    return text;
}

} // namespace projectionist
