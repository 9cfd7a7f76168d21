// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterexport.h"

#include "backend/deadletter/kafkaletters.h"

#include <algorithm>
#include <mutex>
#include <thread>

namespace projectionist {

namespace {

constexpr std::size_t exportedTogether = 5000;
constexpr std::size_t payloadsTogether = 128; ///< are held no longer than needed
constexpr Duration exportPoll{10};
constexpr Duration exportAnswerLimit{30'000};
constexpr Duration anyTime{
    std::chrono::hours(24 * 365)}; ///< topics are as long as they are, and the wizard may come first

Error notFinished(ErrorKind kind, std::string why)
{
    return {kind, "The export was not finished", std::move(why), "", true};
}

} // namespace

/// What the readers' threads and who waits for them share.
struct LetterExport::Streaming
{
    std::mutex mutex;
    /// Both guarded, and empty when nobody waits any more.
    std::function<bool(const LetterView&, const DeadLetter&)> wants;
    std::function<Result<void>(const LetterView&, const DeadLetter&, const DecodedBody&)> take;
    Result<void> written;             ///< guarded
    std::optional<Result<void>> read; ///< guarded

    /// `decode` may wait, so it runs without the lock.
    void add(const LetterView& view, const DeadLetter& letter, const std::function<DecodedBody()>& decode)
    {
        {
            const std::lock_guard lock(mutex);
            if (!wants || !written || !wants(view, letter))
                return;
        }
        const auto decoded = decode();
        const std::lock_guard lock(mutex);
        if (take && written)
            written = take(view, letter, decoded);
    }
};

LetterExport::LetterExport(LetterDesk& desk, const Clock& clock, const ExportContent& content,
                           const DeadLetterLook& look, Sinks sinks)
    : m_desk(desk)
    , m_clock(clock)
    , m_content(content)
    , m_lines(content.format, content.payload, look)
    , m_sinks(std::move(sinks))
    , m_decoder(content.decoded && content.registry ? std::make_shared<PayloadDecoder>(*content.registry, clock)
                                                    : nullptr)
{
}

template<typename Done>
Result<void> LetterExport::waitUntil(Done done, Duration limit)
{
    const Duration end = m_clock.monotonic() + limit;
    while (!done()) {
        if (!m_sinks.goOn())
            return tl::unexpected(notFinished(ErrorKind::Cancelled, "cancelled"));
        if (m_clock.monotonic() >= end)
            return tl::unexpected(notFinished(ErrorKind::Timeout, "there was no answer in time"));
        std::this_thread::sleep_for(exportPoll);
    }
    return {};
}

template<typename Answer>
Result<Answer> LetterExport::await(const std::function<void(std::function<void(Answer)>)>& order, Duration limit)
{
    struct Awaited
    {
        std::mutex mutex;
        std::optional<Answer> answer; ///< guarded; may come after nobody waits for it any more
    };
    const auto awaited = std::make_shared<Awaited>();
    order([awaited](Answer answer) {
        const std::lock_guard lock(awaited->mutex);
        awaited->answer.emplace(std::move(answer));
    });
    const auto came = [&] {
        const std::lock_guard lock(awaited->mutex);
        return awaited->answer.has_value();
    };
    if (auto waited = waitUntil(came, limit); !waited)
        return tl::unexpected(waited.error());
    const std::lock_guard lock(awaited->mutex);
    return std::move(*awaited->answer);
}

Result<ExportOutcome> LetterExport::run(std::uint64_t query, const std::vector<LetterPlace>& places)
{
    auto listed = await<Result<ListedRows>>([&](auto done) { m_desk.list(query, places, std::move(done)); }, anyTime);
    if (!listed || !*listed)
        return tl::unexpected(listed ? listed->error() : listed.error());
    const ListedRows& rows = **listed;
    m_total = rows.size();
    m_left.assign(rows.empty() ? 0 : *std::ranges::max_element(rows) + std::size_t{1}, false);
    for (const auto row : rows)
        m_left[row] = true;
    auto written = m_sinks.write(m_lines.head());
    if (written && m_content.payload)
        written = stream();
    if (written)
        written = writeAll(rows);
    if (!written)
        return tl::unexpected(written.error());
    return m_outcome;
}

Result<void> LetterExport::writeAll(const ListedRows& rows)
{
    for (std::size_t begin = 0; begin < rows.size(); begin += exportedTogether) {
        ListedRows portion(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                           rows.begin() + static_cast<std::ptrdiff_t>(std::min(begin + exportedTogether, rows.size())));
        std::erase_if(portion, [&](std::uint32_t row) { return !m_left[row]; });
        if (portion.empty())
            continue;
        const auto page =
            await<LetterPage>([&](auto done) { m_desk.look(portion, std::move(done)); }, exportAnswerLimit);
        if (!page)
            return tl::unexpected(page.error());
        m_outcome.gone += portion.size() - page->views.size();
        if (auto written = write(*page); !written)
            return written;
    }
    return {};
}

/// What can be read fast; the rest is fetched one by one.
Result<void> LetterExport::stream()
{
    const auto streaming = std::make_shared<Streaming>();
    streaming->wants = [this](const LetterView& view, const DeadLetter& letter) {
        return view.row < m_left.size() && m_left[view.row] && letter.valueSize <= m_content.mostBytes;
    };
    streaming->take = [this](const LetterView& view, const DeadLetter& letter, const DecodedBody& decoded) {
        m_left[view.row] = false;
        return writeLine(view, referenceInKafka(view.place), &letter, decoded);
    };
    std::stop_source stop;
    m_desk.readAgain(
        [streaming, decode = decoding(stop.get_token())](const LetterView& view, const DeadLetter& letter) {
            streaming->add(view, letter, [&] { return decode(letter); });
        },
        stop.get_token(),
        [streaming](Result<void> read) {
            const std::lock_guard lock(streaming->mutex);
            streaming->read = std::move(read);
        });
    const auto waited = waitUntil(
        [&] {
            const std::lock_guard lock(streaming->mutex);
            return streaming->read || !streaming->written;
        },
        anyTime);
    stop.request_stop();
    const std::lock_guard lock(streaming->mutex);
    streaming->wants = nullptr;
    streaming->take = nullptr;
    if (!waited || !streaming->written)
        return waited ? streaming->written : waited;
    return *streaming->read;
}

Result<void> LetterExport::write(const LetterPage& page)
{
    std::vector<OpenedLetter> opened;
    const auto decode = decoding({});
    for (std::size_t i = 0; i < page.views.size(); ++i) {
        if (m_content.payload && i % payloadsTogether == 0) {
            auto next = open(std::span(page.views).subspan(i, std::min(payloadsTogether, page.views.size() - i)));
            if (!next)
                return tl::unexpected(next.error());
            opened = *std::move(next);
        }
        const auto* letter = m_content.payload ? &opened[i % payloadsTogether].letter : nullptr;
        if (letter && !*letter) {
            ++m_outcome.unread;
            m_outcome.trouble = m_outcome.trouble ? m_outcome.trouble : letter->error();
        }
        const auto* there = letter && *letter ? &**letter : nullptr;
        if (auto written = writeLine(page.views[i], page.references[i], there, there ? decode(*there) : DecodedBody{});
            !written)
            return written;
        if (!m_sinks.goOn())
            return tl::unexpected(notFinished(ErrorKind::Cancelled, "cancelled"));
    }
    return {};
}

/// In their order; what does not come in time is an error of its own.
Result<std::vector<OpenedLetter>> LetterExport::open(std::span<const LetterView> views)
{
    struct Opening
    {
        std::mutex mutex;
        std::vector<OpenedLetter> letters; ///< guarded, as the next
        std::size_t came = 0;
    };
    const auto opening = std::make_shared<Opening>();
    opening->letters.resize(views.size());
    for (auto& one : opening->letters)
        one.letter = tl::unexpected(
            Error{ErrorKind::Timeout, "The letter was not read", "there was no answer in time", "", true});
    for (std::size_t i = 0; i < views.size(); ++i)
        m_desk.open(views[i].place, m_content.mostBytes, [opening, i](OpenedLetter letter) {
            const std::lock_guard lock(opening->mutex);
            opening->letters[i] = std::move(letter);
            ++opening->came;
        });
    const auto waited = waitUntil(
        [&] {
            const std::lock_guard lock(opening->mutex);
            return opening->came == views.size();
        },
        exportAnswerLimit);
    if (!waited && waited.error().kind == ErrorKind::Cancelled)
        return tl::unexpected(waited.error());
    const std::lock_guard lock(opening->mutex);
    return opening->letters;
}

/// Holds nothing that ends with this: a thread may still read when nobody waits for it any more.
std::function<DecodedBody(const DeadLetter&)> LetterExport::decoding(std::stop_token stop) const
{
    if (!m_content.decoded)
        return [](const DeadLetter&) { return DecodedBody{}; };
    return [decoder = m_decoder, stop = std::move(stop)](const DeadLetter& letter) {
        return decodeValue(decoder.get(), letter.value, letter.valueSize, stop);
    };
}

Result<void> LetterExport::writeLine(const LetterView& view, const std::string& reference, const DeadLetter* letter,
                                     const DecodedBody& decoded)
{
    if (decoded.trouble()) {
        ++m_outcome.undecoded;
        m_outcome.undecodedTrouble = m_outcome.undecodedTrouble.value_or(*decoded.trouble());
    }
    auto written = m_sinks.write(m_lines.line(view, reference, letter, decoded));
    if (!written)
        return written;
    ++m_outcome.letters;
    if (m_sinks.progress)
        m_sinks.progress(m_outcome.letters, m_total);
    return {};
}

} // namespace projectionist
