// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a filter costs over 10 million rows on one core, as a ratio to what the design allows; below 1 is good. Prints
// one line a filter, exits with 1 when one is above.
#include "backend/deadletter/filter.h"
#include "backend/deadletter/filterrun.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

using namespace projectionist;

namespace {

constexpr std::size_t rows = 10'000'000;
constexpr std::size_t projections = 500;
constexpr std::size_t messages = 100'000; ///< distinct ones
constexpr TimePoint now{Duration(1'795'269'600'000)};
constexpr std::int64_t twoDays = 2 * 86'400'000LL;

FilterSchema benchSchema()
{
    return FilterSchema({{"projection", FilterType::Text},
                         {"message", FilterType::Text},
                         {"tries", FilterType::Number},
                         {"failed", FilterType::Time},
                         {"age", FilterType::Span, {}, {}, true, "failed"}});
}

/// Ten million letters as an index may hold them: whole columns, two of which are narrow and widened on the way.
class Letters final : public ColumnSource
{
public:
    Letters()
    {
        std::mt19937 random(1);
        for (std::size_t i = 0; i < messages; ++i) {
            if (i < projections)
                m_texts[0].push_back("context-" + std::to_string(i % 7) + "/projection_" + std::to_string(i));
            m_texts[1].push_back("could not apply event " + std::to_string(random()) + ": value too long for type " +
                                 std::to_string(random()));
        }
        for (std::size_t i = 0; i < rows; ++i) {
            m_projection.push_back(static_cast<std::uint16_t>(random() % projections));
            m_message.push_back(static_cast<std::uint32_t>(random() % messages));
            m_tries.push_back(static_cast<std::uint8_t>(random() % 12));
            m_failed.push_back(now.time_since_epoch().count() - static_cast<std::int64_t>(random() % twoDays));
        }
    }

    std::size_t rowCount() const override { return rows; }
    std::size_t dictionarySize(std::size_t field) const override { return m_texts[field].size(); }
    std::string_view dictionaryText(std::size_t field, std::uint32_t code) const override
    {
        return m_texts[field][code];
    }
    std::span<const std::uint32_t> codes(std::size_t field, FilterRows range,
                                         std::vector<std::uint32_t>& scratch) const override
    {
        if (field == 1)
            return std::span(m_message).subspan(range.first, range.count);
        return widened(m_projection, range, scratch);
    }
    std::span<const std::int64_t> numbers(std::size_t field, FilterRows range,
                                          std::vector<std::int64_t>& scratch) const override
    {
        if (field == 3)
            return std::span(m_failed).subspan(range.first, range.count);
        return widened(m_tries, range, scratch);
    }
    std::optional<FilterValue> lookup(std::size_t, const FilterOperand&) const override { return std::nullopt; }

private:
    template<typename Narrow, typename Wide>
    static std::span<const Wide> widened(const std::vector<Narrow>& column, FilterRows range,
                                         std::vector<Wide>& scratch)
    {
        scratch.resize(range.count);
        const auto* first = column.data() + range.first;
        std::copy(first, first + range.count, scratch.begin());
        return scratch;
    }

    std::vector<std::string> m_texts[2];
    std::vector<std::uint16_t> m_projection;
    std::vector<std::uint32_t> m_message;
    std::vector<std::uint8_t> m_tries;
    std::vector<std::int64_t> m_failed;
};

bool report(const Letters& letters, const char* text, double allowed)
{
    const auto program = compileFilter(text, benchSchema(), {now, {}});
    if (!program) {
        std::printf("%s\n", toString(program.error()).c_str());
        return false;
    }
    std::vector<double> times;
    std::size_t found = 0;
    for (int turn = 0; turn < 5; ++turn) {
        const auto start = std::chrono::steady_clock::now();
        FilterRun run(*program, letters);
        FilterResult result;
        run.advance(result);
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        found = result.count(FilterVerdict::Yes) + result.count(FilterVerdict::Undecided);
    }
    std::nth_element(times.begin(), times.begin() + 2, times.end());
    std::printf("%-80s %8zu rows %7.1f ms of %5.0f ms  ratio %.2f\n", text, found, times[2], allowed,
                times[2] / allowed);
    return times[2] <= allowed;
}

} // namespace

int main()
{
    const Letters letters;
    bool good = true;
    for (const auto* text :
         {R"(projection == "context-3/projection_24" and age < 6h)", R"(projection contains "7" and age < 6h)",
          R"(projection matches "_[0-9]*7$" and failed == yesterday)",
          R"(not (tries >= 3 or projection in ("context-0/projection_0", "context-1/projection_1")))",
          R"(age < 6h and header("tenant") == "42")"})
        good = report(letters, text, 100) && good;
    // A text that hardly repeats is read from memory once each, in the order of the rows.
    good = report(letters, R"(message contains "99" and age < 6h)", 200) && good;
    return good ? 0 : 1;
}
