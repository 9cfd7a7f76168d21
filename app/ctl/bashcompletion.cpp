// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/program.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

constexpr const char* completionFooter =
    "Examples:\n"
    "  source <(projectionistctl completion bash)\n"
    "  projectionistctl completion bash > ~/.local/share/bash-completion/completions/projectionistctl";

constexpr const char* head = R"(# bash completion of projectionistctl, written by "projectionistctl completion bash"
_projectionistctl()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word words
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$command $word" in
)";

constexpr const char* middle = R"(        esac
    done
    case $previous in
)";

constexpr const char* afterValues = R"(    esac
    case $command in
)";

constexpr const char* tail = R"(    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    # What takes a file name takes one without an option before it too.
    [[ ${#COMPREPLY[@]} -gt 0 || $current == -* ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _projectionistctl projectionistctl
)";

/// Those that people use.
std::vector<const CLI::App*> shownCommands(const CLI::App& app)
{
    return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::string wordsOf(const CLI::App& app, const std::string& common)
{
    std::string words;
    for (const auto* command : shownCommands(app))
        words += command->get_name() + ' ';
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            words += "--" + name + ' ';
    words += common;
    words.erase(words.find_last_not_of(' ') + 1);
    return words;
}

/// "lag", "config check": the cases of both loops of the script.
void addCommands(const CLI::App& app, const std::string& path, const std::string& common, std::string& walk,
                 std::string& words)
{
    for (const auto* command : shownCommands(app)) {
        const std::string full = path.empty() ? command->get_name() : path + ' ' + command->get_name();
        walk += fmt::format("        \"{} {}\") command=\"{}\" ;;\n", path, command->get_name(), full);
        words += fmt::format("    \"{}\") words=\"{}\" ;;\n", full, wordsOf(*command, common));
        addCommands(*command, full, common, walk, words);
    }
}

/// Options whose value is a file name, or not to be guessed.
void collectValues(const CLI::App& app, std::vector<std::string>& files, std::vector<std::string>& others)
{
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            if (option->get_items_expected_max() > 0 && name != "help")
                (option->get_type_name() == "FILE" ? files : others).push_back("--" + name);
    for (const auto* command : shownCommands(app))
        collectValues(*command, files, others);
}

std::string pattern(std::vector<std::string> names)
{
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : "|") + name;
    return text;
}

} // namespace

std::string bashCompletion(const CLI::App& app)
{
    std::string common;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            if (name != "help" && name != "version")
                common += "--" + name + ' ';
    std::string walk;
    std::string words = fmt::format("    \"\") words=\"{}\" ;;\n", wordsOf(app, ""));
    addCommands(app, "", common, walk, words);
    std::vector<std::string> files;
    std::vector<std::string> others;
    collectValues(app, files, others);
    const std::string values =
        fmt::format("    {}) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n    {}) return ;;\n", pattern(files),
                    pattern(others));
    return head + walk + middle + values + afterValues + words + tail;
}

void addCompletionCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto shell = std::make_shared<std::string>();
    auto* const command = app.add_subcommand("completion", "Print a script that completes subcommands and options");
    command->footer(completionFooter);
    command->add_option("shell", *shell, "bash")->type_name("SHELL")->required()->check(CLI::IsMember({"bash"}));
    command->callback([shell, &app, &session, &exitCode] {
        session.console.print(bashCompletion(app));
        exitCode = Fine;
    });
}

} // namespace projectionist::ctl
