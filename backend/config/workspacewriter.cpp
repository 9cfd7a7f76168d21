// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/connection.h"
#include "backend/config/workspacefile.h"
#include "backend/core/format.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += std::string("\\") + c;
        else if (c == '\n')
            result += "\\n";
        else if (c == '\t')
            result += "\\t";
        else if (byte < 0x20 || byte == 0x7f)
            result += fmt::format("\\u{:04X}", static_cast<unsigned>(byte));
        else
            result += c;
    }
    return result;
}

std::string inQuotes(const std::string& text)
{
    return '"' + escaped(text) + '"';
}

/// Queries read best as they were written: literal lines, unless they hold what literal text cannot.
std::string quotedLines(const std::string& text)
{
    const bool literal = text.find('\n') != std::string::npos && text.find("'''") == std::string::npos &&
                         !text.ends_with('\'') && std::none_of(text.begin(), text.end(), [](unsigned char c) {
                             return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
                         });
    return literal ? "'''\n" + text + "'''" : inQuotes(text);
}

std::string key(const std::string& name)
{
    const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return bare ? name : inQuotes(name);
}

std::string list(const std::vector<std::string>& values)
{
    std::string text;
    for (const auto& value : values)
        text += (text.empty() ? "" : ", ") + inQuotes(value);
    return '[' + text + ']';
}

class Writer
{
public:
    [[nodiscard]] std::string write(const Workspace& workspace)
    {
        m_text = "# Workspace of Projectionist: what to watch, and where. \"projectionistctl config check\" explains "
                 "mistakes.\n"
                 "# Passwords are best kept elsewhere: ${env:NAME}, ${file:/run/secrets/name}, ~/.pgpass.\n\n";
        entry("schema", "1");
        if (!workspace.currentContext.empty())
            entry("current_context", inQuotes(workspace.currentContext));
        heading("Contexts: what one person on call looks at together.", workspace.contexts.empty());
        for (const auto& context : workspace.contexts)
            write(context);
        heading("Brokers: any librdkafka property; a file of another tool may supply them.", workspace.brokers.empty());
        for (const auto& broker : workspace.brokers)
            write(broker);
        heading(
            "Read and write stores: a PostgreSQL URI, a pg_service.conf entry, or libpq's keys. Read-only sessions.",
            workspace.stores.empty());
        for (const auto& store : workspace.stores)
            write(store);
        heading("Projections: positions are a group's committed offsets, a checkpoint query, or both.",
                workspace.projections.empty());
        for (const auto& projection : workspace.projections)
            write(projection);
        heading("Write sides: an outbox query gives pending, oldest [, written].", workspace.writeSides.empty());
        for (const auto& writeSide : workspace.writeSides)
            write(writeSide);
        return m_text;
    }
    [[nodiscard]] bool hasSecret() const { return m_secret; }

private:
    void heading(const std::string& text, bool empty)
    {
        if (!empty)
            m_text += "\n# " + text + '\n';
    }
    void entry(const std::string& name, const std::string& value) { m_text += key(name) + " = " + value + '\n'; }
    void text(const std::string& name, const std::string& value)
    {
        if (!value.empty())
            entry(name, inQuotes(value));
    }
    void secretAware(const std::string& name, const std::string& value)
    {
        m_secret = m_secret || (isSecretName(name) && !value.empty() && value.find("${") == std::string::npos);
        entry(name, inQuotes(value));
    }
    void table(const std::string& header) { m_text += "\n" + header + '\n'; }

    void write(const ContextSettings& context);
    void write(const BrokerSettings& broker);
    void writeReference(const BrokerReference& reference);
    void write(const StoreSettings& store);
    void write(const ProjectionSettings& projection);
    void write(const WriteSideSettings& writeSide);

    std::string m_text;
    bool m_secret = false;
};

void Writer::write(const ContextSettings& context)
{
    table("[contexts." + key(context.name) + ']');
    entry("environment", inQuotes(toString(context.environment)));
    text("color", context.color);
    text("broker", context.broker);
    if (!context.stores.empty())
        entry("stores", list(context.stores));
    entry("interval", inQuotes(compactDuration(context.interval)));
    text("sandbox_control", context.sandboxControl);
}

void Writer::writeReference(const BrokerReference& reference)
{
    switch (reference.kind) {
    case BrokerReference::Kind::None:
        return;
    case BrokerReference::Kind::PropertiesFile:
        return text("properties_file", reference.file);
    case BrokerReference::Kind::Kcat:
        return entry("kcat", reference.file.empty() ? "true" : inQuotes(reference.file));
    case BrokerReference::Kind::Kafkactl:
        entry("kafkactl", inQuotes(reference.context));
        return text("kafkactl_file", reference.file);
    }
}

void Writer::write(const BrokerSettings& broker)
{
    table("[brokers." + key(broker.name) + ']');
    writeReference(broker.reference);
    auto properties = broker.written;
    if (broker.reference.kind == BrokerReference::Kind::None)
        for (const auto& [name, value] : broker.properties)
            properties.try_emplace(name, value);
    if (const auto servers = properties.extract("bootstrap.servers"))
        entry("bootstrap_servers", inQuotes(servers.mapped()));
    if (properties.empty())
        return;
    table("[brokers." + key(broker.name) + ".properties]");
    for (const auto& [name, value] : properties)
        secretAware(name, value);
}

void Writer::write(const StoreSettings& store)
{
    table("[stores." + key(store.name) + ']');
    const std::string& connection = store.written.empty() ? store.connection : store.written;
    const auto keys = isConnectionUri(connection) ? std::nullopt : parseConnectionKeys(connection);
    if (keys) {
        for (const auto& [name, value] : *keys)
            secretAware(name, value);
    } else {
        m_secret =
            m_secret || (maskedConnection(connection) != connection && connection.find("${") == std::string::npos);
        entry("uri", inQuotes(connection));
    }
    entry("statement_timeout", inQuotes(compactDuration(store.statementTimeout)));
}

void Writer::write(const ProjectionSettings& projection)
{
    table("[[projections]]");
    entry("name", inQuotes(projection.name));
    text("version", projection.version);
    entry("context", inQuotes(projection.context));
    entry("topics", list(projection.topics));
    text("group", projection.group);
    text("read_model", projection.readModel);
    if (projection.objective)
        entry("objective", inQuotes(compactDuration(*projection.objective)));
    if (!projection.checkpoint)
        return;
    m_text += "[projections.checkpoint]\n";
    entry("store", inQuotes(projection.checkpoint->store));
    entry("query", quotedLines(projection.checkpoint->query));
}

void Writer::write(const WriteSideSettings& writeSide)
{
    table("[[write_sides]]");
    entry("name", inQuotes(writeSide.name));
    entry("context", inQuotes(writeSide.context));
    entry("store", inQuotes(writeSide.store));
    if (!writeSide.topics.empty())
        entry("topics", list(writeSide.topics));
    entry("query", quotedLines(writeSide.query));
}

Error failure(const fs::path& file, int code)
{
    const bool denied = code == EACCES || code == EPERM || code == EROFS;
    return {denied ? ErrorKind::Permission : ErrorKind::Resource, fmt::format("Cannot save {}", file.string()),
            std::generic_category().message(code), "Choose another place, or make room and try again", true};
}

bool writeAll(int descriptor, const std::string& text)
{
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
        if (written < 0 && errno != EINTR)
            return false;
        done += static_cast<std::size_t>(std::max<ssize_t>(written, 0));
    }
    return true;
}

/// The rename itself is safe on disk only when its folder is.
void syncFolder(const fs::path& folder)
{
    if (const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); descriptor >= 0) {
        ::fsync(descriptor);
        ::close(descriptor);
    }
}

mode_t modeFor(const fs::path& target, bool secret)
{
    struct stat existing
    {
    };
    const mode_t mode = ::stat(target.c_str(), &existing) == 0 ? existing.st_mode & 07777 : 0644;
    return secret ? mode & 0700 : mode;
}

Result<void> replaceFile(const fs::path& target, const std::string& text, bool secret)
{
    std::string temporary = (target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string();
    const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0)
        return tl::unexpected(failure(target, errno));
    const bool written =
        writeAll(descriptor, text) && ::fchmod(descriptor, modeFor(target, secret)) == 0 && ::fsync(descriptor) == 0;
    int code = errno;
    ::close(descriptor);
    if (written && ::rename(temporary.c_str(), target.c_str()) == 0) {
        syncFolder(target.parent_path());
        return {};
    }
    code = written ? errno : code;
    ::unlink(temporary.c_str());
    return tl::unexpected(failure(target, code));
}

} // namespace

Result<void> saveWorkspace(const Workspace& workspace, const fs::path& file)
{
    Writer writer;
    const std::string text = writer.write(workspace);
    std::error_code error;
    // A symbolic link, as dotfile managers make them, stays one.
    fs::path target = fs::weakly_canonical(file, error);
    if (error)
        target = fs::absolute(file);
    if (!fs::create_directories(target.parent_path(), error) && error)
        return tl::unexpected(failure(file, error.value()));
    return replaceFile(target, text, writer.hasSecret());
}

} // namespace projectionist
