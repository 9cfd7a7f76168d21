// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/checkfile.h"

#include "backend/config/checksource.h"
#include "backend/config/checkwriter.h"
#include "backend/config/reading.h"
#include "backend/config/references.h"
#include "backend/core/wholefile.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

using Checks = std::vector<CheckSettings>;

/// One file, without those that it includes.
struct CheckDocument
{
    std::string text;
    toml::table table;
    Checks checks;

    [[nodiscard]] const toml::table* tableOf(const CheckSettings& check) const;
    /// All that is no check.
    [[nodiscard]] toml::table rest() const
    {
        toml::table others = table;
        others.erase("checks");
        return others;
    }
};

const toml::table* CheckDocument::tableOf(const CheckSettings& check) const
{
    const auto* const all = table["checks"].as_array();
    for (std::size_t i = 0; all && i < all->size(); ++i)
        if (const auto* const one = (*all)[i].as_table();
            one && static_cast<int>(one->source().begin.line) == check.origin.line &&
            static_cast<int>(one->source().begin.column) == check.origin.column)
            return one;
    return nullptr;
}

Error notSaved(const CheckSettings& check, ErrorKind kind, std::string why, std::string next)
{
    return {kind, fmt::format("Check \"{}\": nothing was written", check.name), std::move(why), std::move(next), false};
}

tl::expected<CheckDocument, std::string> parseChecks(std::string text, const fs::path& file)
{
    try {
        CheckDocument document{std::move(text), {}, {}};
        document.table = toml::parse(std::string_view(document.text), file.string());
        Reading reading;
        readDocument(document.table, file, reading);
        document.checks = std::move(reading.workspace.checks);
        return document;
    } catch (const toml::parse_error& e) {
        return tl::unexpected(fmt::format("line {} is not valid TOML", e.source().begin.line));
    }
}

bool mayBeWritten(const fs::path& file)
{
    // The superuser may write everything, but did not mean to.
    std::error_code ignored;
    const auto writable = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
    return (fs::status(file, ignored).permissions() & writable) != fs::perms::none && ::access(file.c_str(), W_OK) == 0;
}

Result<CheckDocument> readForChange(const CheckSettings& check, const fs::path& file)
{
    auto text = readWholeFile(file, mostConfigBytes);
    if (!text)
        return tl::unexpected(notSaved(check, ErrorKind::Resource,
                                       fmt::format("{} cannot be read: {}", file.string(), text.error()),
                                       "Put the file back, or copy the TOML to another one."));
    if (!mayBeWritten(file))
        return tl::unexpected(notSaved(check, ErrorKind::Permission, fmt::format("{} is read-only", file.string()),
                                       "Make it writable, or hand the TOML to whoever may change it."));
    auto document = parseChecks(*std::move(text), file);
    if (!document)
        return tl::unexpected(notSaved(check, ErrorKind::Configuration,
                                       fmt::format("{}: {}", file.string(), document.error()),
                                       "Correct the file first."));
    return *std::move(document);
}

/// The check of the file that `check` was read from. Lines may have been added above it.
Result<const CheckSettings*> findIn(const CheckDocument& document, const CheckSettings& check)
{
    for (const auto& one : document.checks) {
        if (one.name != check.name || (!one.context.empty() && one.context != check.context))
            continue;
        auto read = one;
        read.context = check.context;
        if (read != check)
            return tl::unexpected(
                notSaved(check, ErrorKind::Conflict,
                         fmt::format("{} says something else of it by now, or another file says a part of it",
                                     check.origin.file.string()),
                         "Look what changed, then edit it again; what is written here can be copied as TOML."));
        return &one;
    }
    return tl::unexpected(notSaved(check, ErrorKind::NotFound,
                                   fmt::format("{} does not have it any more", check.origin.file.string()),
                                   "Somebody renamed or removed it; what is written here can be copied as TOML."));
}

/// Writes the text, if it differs from the document by these checks alone.
Result<void> write(const CheckSettings& check, const fs::path& file, const CheckDocument& document,
                   const std::string& text, const Checks& wanted)
{
    const auto outcome = parseChecks(text, file);
    if (!outcome || outcome->checks != wanted || outcome->rest() != document.rest())
        return tl::unexpected(
            notSaved(check, ErrorKind::Configuration,
                     fmt::format("{} has it in a notation that cannot be changed without loss", file.string()),
                     "Copy the TOML and put it there by hand."));
    return writeWholeFile(file, text, false, [&](const fs::path&) -> Result<void> {
        if (const auto now = readWholeFile(file, mostConfigBytes); !now || *now != document.text)
            return tl::unexpected(notSaved(check, ErrorKind::Conflict,
                                           fmt::format("{} was changed this very moment", file.string()),
                                           "Try again."));
        return {};
    });
}

bool isNameTaken(const Checks& checks, const CheckSettings& check)
{
    return std::any_of(checks.begin(), checks.end(), [&](const CheckSettings& one) {
        return one.name == check.name && (one.context.empty() || one.context == check.context);
    });
}

} // namespace

std::vector<Diagnostic> mistakesIn(const CheckSettings& check, const Workspace& workspace)
{
    Reading reading;
    reading.workspace = workspace;
    reading.workspace.checks = {check};
    completeWorkspace(reading);
    std::erase_if(reading.diagnostics,
                  [](const Diagnostic& diagnostic) { return diagnostic.level != DiagnosticLevel::Error; });
    return std::move(reading.diagnostics);
}

fs::path fileForChecks(const Workspace& workspace, const std::string& context)
{
    fs::path file = workspace.file;
    for (const auto& check : workspace.checks)
        if (check.context == context && !check.origin.file.empty())
            file = check.origin.file;
    const auto* const settings = workspace.context(context);
    return file.empty() && settings ? settings->origin.file : file;
}

Result<void> addCheck(const CheckSettings& check, const fs::path& file)
{
    auto document = readForChange(check, file);
    if (!document)
        return tl::unexpected(document.error());
    if (isNameTaken(document->checks, check))
        return tl::unexpected(notSaved(check, ErrorKind::Conflict,
                                       fmt::format("{} has a check of that name already", file.string()),
                                       "Choose another name."));
    auto wanted = document->checks;
    wanted.push_back(check);
    const auto& text = document->text;
    return write(check, file, *document, text + (text.empty() || text.ends_with('\n') ? "" : "\n") + checkToml(check),
                 wanted);
}

Result<void> changeCheck(const CheckSettings& before, const CheckSettings& after)
{
    auto document = readForChange(before, before.origin.file);
    if (!document)
        return tl::unexpected(document.error());
    const auto found = findIn(*document, before);
    if (!found)
        return tl::unexpected(found.error());
    const auto& checks = document->checks;
    auto wanted = checks;
    auto& changed = wanted[static_cast<std::size_t>(*found - checks.data())];
    changed = after;
    changed.context = after.context == before.context ? (*found)->context : after.context;
    if (after.name != before.name && isNameTaken(checks, after))
        return tl::unexpected(notSaved(after, ErrorKind::Conflict,
                                       fmt::format("{} has a check of that name already", before.origin.file.string()),
                                       "Choose another name."));
    const auto* const table = document->tableOf(**found);
    auto text = table ? changedSource(document->text, *table, before, after) : document->text;
    return write(before, before.origin.file, *document, text, wanted);
}

Result<void> removeCheck(const CheckSettings& check)
{
    auto document = readForChange(check, check.origin.file);
    if (!document)
        return tl::unexpected(document.error());
    const auto found = findIn(*document, check);
    if (!found)
        return tl::unexpected(found.error());
    auto wanted = document->checks;
    wanted.erase(wanted.begin() + (*found - document->checks.data()));
    const auto* const table = document->tableOf(**found);
    auto text = table ? removedSource(document->text, *table) : document->text;
    return write(check, check.origin.file, *document, text, wanted);
}

} // namespace projectionist
