// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/httpget.h"

#include <algorithm>
#include <array>
#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

constexpr long mostRedirects = 3;

struct CurlMeaning
{
    int code;
    ErrorKind kind;
    bool retriable;
    std::string_view why; ///< empty: curl's own words
    std::string_view next;
};

constexpr std::string_view checkAddress = "Check host and port of its url.";
constexpr std::string_view triedAgain = "Check that it runs and the network lets it through; it is tried again.";

constexpr std::array curlMeanings = {
    CurlMeaning{CURLE_UNSUPPORTED_PROTOCOL, ErrorKind::Configuration, false,
                "it redirects to an address that is not followed",
                "Write the address where it answers itself into its url."},
    CurlMeaning{CURLE_URL_MALFORMAT, ErrorKind::Configuration, false, "the address makes no sense", checkAddress},
    CurlMeaning{CURLE_COULDNT_RESOLVE_HOST, ErrorKind::NameNotFound, true, "no such host name",
                "Check the spelling of the host, and that this machine's DNS knows it (VPN?)."},
    CurlMeaning{CURLE_COULDNT_RESOLVE_PROXY, ErrorKind::NameNotFound, true, "the proxy has no such host name",
                "Check http_proxy and https_proxy in the environment."},
    CurlMeaning{CURLE_COULDNT_CONNECT, ErrorKind::Refused, true, "", checkAddress},
    CurlMeaning{CURLE_OPERATION_TIMEDOUT, ErrorKind::Timeout, true, "", triedAgain},
    CurlMeaning{CURLE_PEER_FAILED_VERIFICATION, ErrorKind::Tls, false, "",
                "Set ca_file to the certificate of the authority that signed the server's, and use the name that is in "
                "it."},
    CurlMeaning{CURLE_SSL_CACERT_BADFILE, ErrorKind::Tls, false, "the certificates of authorities cannot be read",
                "Set ca_file to a PEM file that this user may read."},
    CurlMeaning{CURLE_SSL_CERTPROBLEM, ErrorKind::Tls, false, "",
                "certificate_file and key_file must be PEM files that belong together."},
    CurlMeaning{CURLE_SSL_CONNECT_ERROR, ErrorKind::Tls, false, "",
                "Check that the server speaks TLS on that port; if not, its url begins with http://."},
    CurlMeaning{CURLE_TOO_MANY_REDIRECTS, ErrorKind::InvalidData, false, "it redirects again and again",
                "Write the address where it answers itself into its url."},
    CurlMeaning{CURLE_GOT_NOTHING, ErrorKind::Unreachable, true, "it closed the connection without an answer",
                triedAgain},
    CurlMeaning{CURLE_RECV_ERROR, ErrorKind::Unreachable, true, "", triedAgain},
    CurlMeaning{CURLE_SEND_ERROR, ErrorKind::Unreachable, true, "", triedAgain},
    CurlMeaning{CURLE_PARTIAL_FILE, ErrorKind::Unreachable, true, "the answer ended too early", triedAgain},
    CurlMeaning{CURLE_WEIRD_SERVER_REPLY, ErrorKind::InvalidData, false, "what answers there does not speak HTTP",
                checkAddress},
    CurlMeaning{CURLE_OUT_OF_MEMORY, ErrorKind::Resource, true, "out of memory", "Close something."},
};

/// What stands in a JSON error message of Connect and of schema registries, cut to a line.
std::string serversWords(const std::string& body)
{
    const auto answer = nlohmann::json::parse(body, nullptr, false);
    if (!answer.is_object() || !answer.contains("message") || !answer["message"].is_string())
        return {};
    std::string text = answer["message"].get<std::string>().substr(0, 300);
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
    return text;
}

} // namespace

/// What a running question leads to.
struct HttpGetter::Transfer
{
    std::stop_token stop;
    std::string body;
    bool tooLarge = false;
    std::array<char, CURL_ERROR_SIZE> words{};

    static std::size_t take(char* data, std::size_t size, std::size_t count, void* self)
    {
        auto& transfer = *static_cast<Transfer*>(self);
        if (transfer.body.size() + size * count > mostBytes) {
            transfer.tooLarge = true;
            return 0;
        }
        transfer.body.append(data, size * count);
        return size * count;
    }
    static int goOn(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
    {
        return static_cast<Transfer*>(self)->stop.stop_requested() ? 1 : 0;
    }
};

void HttpGetter::Closer::operator()(void* handle) const noexcept
{
    curl_easy_cleanup(handle);
}

HttpGetter::HttpGetter(HttpEndpoint endpoint, std::string what)
    : m_endpoint(std::move(endpoint)), m_what(std::move(what)), m_handle(curl_easy_init())
{
}

HttpGetter::~HttpGetter() = default;

void HttpGetter::configure(Transfer& transfer, const std::string& url) const
{
    CURL* const handle = m_handle.get();
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L); // threads
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer.words.data());
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(m_endpoint.timeout.count()));
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(handle, CURLOPT_MAXREDIRS, mostRedirects);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http,https");
    curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "projectionist");
    curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::take);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &Transfer::goOn);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
    if (!m_endpoint.user.empty()) {
        curl_easy_setopt(handle, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        curl_easy_setopt(handle, CURLOPT_USERNAME, m_endpoint.user.c_str());
        curl_easy_setopt(handle, CURLOPT_PASSWORD, m_endpoint.password.c_str());
    }
    if (!m_endpoint.caFile.empty())
        curl_easy_setopt(handle, CURLOPT_CAINFO, m_endpoint.caFile.c_str());
    if (!m_endpoint.certificateFile.empty())
        curl_easy_setopt(handle, CURLOPT_SSLCERT, m_endpoint.certificateFile.c_str());
    if (!m_endpoint.keyFile.empty())
        curl_easy_setopt(handle, CURLOPT_SSLKEY, m_endpoint.keyFile.c_str());
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, m_endpoint.verify ? 1L : 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, m_endpoint.verify ? 2L : 0L);
}

Result<HttpAnswer> HttpGetter::get(const std::string& path, const std::stop_token& stop, const std::string& accept)
{
    if (!m_handle)
        return tl::unexpected(failure(CURLE_OUT_OF_MEMORY, {}));
    Transfer transfer;
    transfer.stop = stop;
    configure(transfer, m_endpoint.url + path);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
        curl_slist_append(nullptr, ("Accept: " + accept).c_str()), &curl_slist_free_all);
    curl_easy_setopt(m_handle.get(), CURLOPT_HTTPHEADER, headers.get());
    const CURLcode code = curl_easy_perform(m_handle.get());
    HttpAnswer answer;
    const char* text = nullptr;
    if (curl_easy_getinfo(m_handle.get(), CURLINFO_CONTENT_TYPE, &text) == CURLE_OK && text)
        answer.contentType = text;
    if (curl_easy_getinfo(m_handle.get(), CURLINFO_EFFECTIVE_URL, &text) == CURLE_OK && text)
        answer.url = text;
    curl_easy_getinfo(m_handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_reset(m_handle.get()); // it points to what ends here
    if (code != CURLE_OK)
        return tl::unexpected(failure(code, transfer));
    answer.body = std::move(transfer.body);
    return answer;
}

Error HttpGetter::failure(int code, const Transfer& transfer) const
{
    Error error{ErrorKind::Unreachable, fmt::format("{} at {} did not answer", m_what, m_endpoint.url),
                transfer.words[0] != '\0' ? transfer.words.data() : curl_easy_strerror(static_cast<CURLcode>(code)),
                std::string(triedAgain), true};
    if (transfer.stop.stop_requested()) {
        error.kind = ErrorKind::Cancelled;
        error.why = "it was asked to stop";
        error.next.clear();
        return error;
    }
    if (transfer.tooLarge) {
        return {ErrorKind::InvalidData, error.what + " with anything of use",
                fmt::format("its answer is larger than {} MB", mostBytes >> 20U), std::string(checkAddress), false};
    }
    if (error.why.find("HTTP/0.9") != std::string::npos) // what is no HTTP at all
        code = CURLE_WEIRD_SERVER_REPLY;
    for (const auto& meaning : curlMeanings)
        if (meaning.code == code) {
            error.kind = meaning.kind;
            error.retriable = meaning.retriable;
            error.next = meaning.next;
            if (!meaning.why.empty())
                error.why = meaning.why;
            return error;
        }
    return error;
}

Error HttpGetter::refusal(const HttpAnswer& answer) const
{
    Error error{ErrorKind::InvalidData, fmt::format("{} at {} refused the request", m_what, m_endpoint.url),
                fmt::format("HTTP {}", answer.status), std::string(checkAddress), false};
    if (const std::string words = serversWords(answer.body); !words.empty())
        error.why += ": " + words;
    if (answer.status == 401) {
        error.kind = ErrorKind::Authentication;
        error.next =
            m_endpoint.user.empty() ? "It wants to know who asks: add user and password." : "Check user and password.";
    } else if (answer.status == 403) {
        error.kind = ErrorKind::Permission;
        error.next = "Ask its administrator for the right to read.";
    } else if (answer.status == 404) {
        error.kind = ErrorKind::NotFound;
    } else if (answer.status == 429 || answer.status >= 500) {
        error.kind = ErrorKind::Unreachable;
        error.retriable = true;
        error.next = "Look into its log; it is tried again.";
    }
    return error;
}

Error HttpGetter::nonsense(const HttpAnswer& answer, const std::string& why) const
{
    return {ErrorKind::InvalidData, fmt::format("What answers at {} is not {}", answer.url, m_what), why,
            std::string(checkAddress), false};
}

} // namespace projectionist
