// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/references.h"

#include "backend/config/connection.h"
#include "backend/core/wholefile.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <pwd.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

/// Whether a value at `at` stands where '@', '/' and '?' would be read as syntax: user and password, and parameters.
bool needsEncoding(const std::string& uri, std::size_t at)
{
    if (!isConnectionUri(uri))
        return false;
    const std::size_t begin = uri.find("://") + 3;
    const std::size_t parameters = uri.find('?', begin);
    if (parameters != std::string::npos && at > parameters)
        return true;
    const std::size_t userEnd = uri.rfind('@', parameters);
    return userEnd != std::string::npos && userEnd > at;
}

tl::expected<std::string, ReferenceProblem> lookUp(const std::string& reference, const fs::path& folder,
                                                   std::vector<fs::path>& files)
{
    const std::size_t colon = reference.find(':');
    const std::string kind = reference.substr(0, colon);
    const std::string name = colon == std::string::npos ? "" : reference.substr(colon + 1);
    if (kind == "env" && !name.empty()) {
        const char* value = std::getenv(name.c_str());
        if (value)
            return value;
        return tl::unexpected(
            ReferenceProblem{fmt::format("environment variable \"{}\" is not set", name),
                             fmt::format("export {}=... before the start, or use ${{file:PATH}}", name)});
    }
    if (kind == "file" && !name.empty()) {
        const fs::path file = expandedPath(name, folder);
        files.push_back(file);
        auto text = readWholeFile(file, mostConfigBytes);
        if (!text)
            return tl::unexpected(ReferenceProblem{fmt::format("cannot read \"{}\": {}", file.string(), text.error()),
                                                   "the file must exist and be readable by this user"});
        while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
            text->pop_back();
        return *text;
    }
    return tl::unexpected(ReferenceProblem{"unknown reference: only ${env:NAME} and ${file:PATH} are replaced",
                                           "use ${env:NAME} or ${file:PATH}"});
}

} // namespace

tl::expected<std::string, ReferenceProblem> resolveReferences(const std::string& text, const fs::path& folder,
                                                              std::vector<fs::path>& files)
{
    std::string resolved;
    std::size_t at = 0;
    while (true) {
        const std::size_t begin = text.find("${", at);
        resolved += text.substr(at, begin - at);
        if (begin == std::string::npos)
            return resolved;
        const std::size_t end = text.find('}', begin);
        if (end == std::string::npos)
            return tl::unexpected(
                ReferenceProblem{"\"${\" without a closing \"}\"", "write ${env:NAME} or ${file:PATH}"});
        auto value = lookUp(text.substr(begin + 2, end - begin - 2), folder, files);
        if (!value)
            return value;
        resolved += needsEncoding(text, begin) ? percentEncoded(*value) : *value;
        at = end + 1;
    }
}

std::string absoluteReferences(const std::string& text, const fs::path& folder)
{
    constexpr std::string_view prefix = "${file:";
    std::string result;
    std::size_t at = 0;
    for (std::size_t begin = text.find(prefix); begin != std::string::npos; begin = text.find(prefix, at)) {
        begin += prefix.size();
        const std::size_t end = std::min(text.find('}', begin), text.size());
        const std::string path = text.substr(begin, end - begin);
        result += text.substr(at, begin - at) + (path.starts_with('~') ? path : expandedPath(path, folder).string());
        at = end;
    }
    return result + text.substr(at);
}

fs::path homeDirectory()
{
    if (const char* home = std::getenv("HOME"); home && *home)
        return home;
    const passwd* entry = getpwuid(getuid());
    return entry && entry->pw_dir ? entry->pw_dir : "/";
}

fs::path expandedPath(const std::string& path, const fs::path& folder)
{
    if (path == "~" || path.starts_with("~/"))
        return homeDirectory() / fs::path(path.substr(std::min<std::size_t>(2, path.size())));
    return (folder / path).lexically_normal();
}

} // namespace projectionist
