// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/layering/layering.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 4> layers{"backend", "models", "widgets", "app"};

/// A library that may be seen in some folders only; `include` and `link` are regular expressions.
struct Confined
{
    const char* name;
    const char* include;
    const char* link;
    std::vector<std::string> folders;
};

const std::vector<Confined>& confined()
{
    static const std::vector<Confined> list{
        {"librdkafka", R"(^(librdkafka/.*|rdkafka.*\.h)$)", "^PkgConfig::RDKAFKA$", {"backend/broker"}},
        {"librdkafka", R"(^(librdkafka/.*|rdkafka.*\.h)$)", "^$", {"backend/broker/kafka"}},
        {"libpqxx or libpq", R"(^(pqxx(/.*)?|libpq-fe\.h|libpq/.*)$)", "^PkgConfig::(PQXX|PQ)$", {"backend/store"}},
        {"libpqxx or libpq", R"(^(pqxx(/.*)?|libpq-fe\.h|libpq/.*)$)", "^$", {"backend/store/postgres"}},
        {"RE2", R"(^re2/)", "^PkgConfig::RE2$", {"backend/deadletter"}},
        {"libprotobuf", R"(^google/protobuf/)", "^protobuf::", {"backend/deadletter"}},
        {"OpenSSL", R"(^openssl/)", "^OpenSSL::", {"backend/broker"}},
        {"libcurl", R"(^curl/)", "^PkgConfig::CURL$", {"backend/deadletter"}},
        {"QCustomPlot", R"(^qcustomplot\.h$)", "^QCustomPlot", {"widgets/common"}},
        {"Qt", R"(^(Qt?[A-Z]\w*(/.*)?)$)", "^(Qt6::|Qt6Keychain|qt6keychain)", {"models", "widgets", "app/desktop"}},
        {"Qt Widgets",
         R"(^(QtWidgets(/.*)?|Q\w*(Widget|Dialog|Window|Button|Layout|View|Menu|Label)|QApplication)$)",
         "^Qt6::(Widgets|PrintSupport|Test)$",
         {"widgets", "app/desktop"}},
    };
    return list;
}

bool isBelow(const std::string& file, const std::string& folder)
{
    return file.starts_with(folder + '/');
}

/// Position in `layers`, or none for tests, packaging and the like.
std::optional<std::size_t> layerOf(const std::string& path)
{
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (isBelow(path, std::string(layers[i])))
            return i;
    return std::nullopt;
}

class Reader
{
public:
    explicit Reader(const fs::path& root) : m_root(root) {}

    std::vector<std::string> breaches()
    {
        for (const auto layer : layers)
            collect(m_root / layer);
        for (const auto& file : m_cmakeFiles)
            readTargets(file);
        for (const auto& file : m_cmakeFiles)
            checkLinks(file);
        for (const auto& file : m_sources)
            checkIncludes(file);
        for (const auto& file : m_sources)
            if (file.ends_with(".h"))
                checkTypes(file);
        return {m_found.begin(), m_found.end()};
    }

private:
    void collect(const fs::path& folder)
    {
        if (!fs::exists(folder))
            return;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            const std::string extension = entry.path().extension().string();
            const std::string file = fs::relative(entry.path(), m_root).generic_string();
            if (entry.path().filename() == "CMakeLists.txt")
                m_cmakeFiles.push_back(file);
            else if (extension == ".h" || extension == ".cpp")
                m_sources.push_back(file);
        }
        std::ranges::sort(m_sources);
    }

    std::string textOf(const std::string& file) const
    {
        std::ifstream stream(m_root / file);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    void breach(const std::string& file, std::ptrdiff_t line, const std::string& what)
    {
        m_found.insert(file + ':' + std::to_string(line) + ": " + what);
    }

    void readTargets(const std::string& file)
    {
        static const std::regex definition(R"((projectionist_library|add_library|add_executable)\s*\(\s*([\w-]+))");
        const std::string text = textOf(file);
        for (std::sregex_iterator it(text.begin(), text.end(), definition), end; it != end; ++it)
            m_targets[(*it)[2]] = file;
    }

    void checkLinks(const std::string& file)
    {
        static const std::regex call(R"((projectionist_library|target_link_libraries)\s*\(([^)]*)\))");
        static const std::regex word(R"([^\s()]+)");
        const std::string text = textOf(file);
        for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
            const std::string body = (*it)[2];
            const auto line = 1 + std::count(text.begin(), text.begin() + it->position(), '\n');
            for (std::sregex_iterator name(body.begin(), body.end(), word); name != end; ++name)
                checkLink(file, line, name->str());
        }
    }

    void checkLink(const std::string& file, std::ptrdiff_t line, const std::string& library)
    {
        const auto target = m_targets.find(library);
        if (target != m_targets.end() && isAbove(target->second, file))
            breach(file, line, "links " + library + ", which is above it");
        for (const auto& rule : confined())
            if (std::regex_search(library, std::regex(rule.link)) && !allowed(rule, file))
                breach(file, line, std::string("links ") + rule.name + " (" + library + ")");
    }

    void checkIncludes(const std::string& file)
    {
        static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
        std::ifstream stream(m_root / file);
        std::string text;
        std::smatch match;
        for (std::ptrdiff_t line = 1; std::getline(stream, text); ++line) {
            if (!std::regex_search(text, match, include))
                continue;
            const std::string header = match[1];
            if (header.starts_with(".."))
                breach(file, line, "includes by a relative path: " + header);
            if (isAbove(header, file))
                breach(file, line, "includes " + header + ", which is above it");
            for (const auto& rule : confined())
                if (std::regex_search(header, std::regex(rule.include)) && !allowed(rule, file))
                    breach(file, line, std::string("includes ") + rule.name + " (" + header + ")");
        }
    }

    /// The linker takes two classes of one name for one, and which of their inline functions it keeps is chance.
    void checkTypes(const std::string& file)
    {
        static const std::regex opened(R"(^(inline )?namespace ([\w:]+))");
        static const std::regex type(R"(^(class|struct|enum class|enum|union) (\[\[\w+\]\] )?(\w+)(?![^{]*;))");
        std::ifstream stream(m_root / file);
        std::string text;
        std::string space;
        std::smatch match;
        for (std::ptrdiff_t line = 1; std::getline(stream, text); ++line) {
            if (std::regex_search(text, match, opened))
                space += match[2].str() + "::";
            else if (text.starts_with("} // namespace"))
                space.clear();
            else if (std::regex_search(text, match, type)) {
                const std::string name = space + match[3].str();
                if (const auto [first, isNew] = m_types.emplace(name, file); !isNew)
                    breach(file, line, "defines " + name + ", as " + first->second + " does");
            }
        }
    }

    static bool isAbove(const std::string& used, const std::string& user)
    {
        const auto usedLayer = layerOf(used);
        const auto userLayer = layerOf(user);
        return usedLayer && userLayer && *usedLayer > *userLayer;
    }

    static bool allowed(const Confined& rule, const std::string& file)
    {
        return std::any_of(rule.folders.begin(), rule.folders.end(),
                           [&](const std::string& folder) { return isBelow(file, folder); });
    }

    fs::path m_root;
    std::vector<std::string> m_sources;
    std::vector<std::string> m_cmakeFiles;
    std::map<std::string, std::string> m_targets; ///< name -> CMakeLists.txt that defines it
    std::map<std::string, std::string> m_types;   ///< name with its namespace -> header that defines it
    std::set<std::string> m_found;
};

} // namespace

std::vector<std::string> findBreaches(const fs::path& root)
{
    return Reader(root).breaches();
}

} // namespace projectionist
