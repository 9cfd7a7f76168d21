// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/deadlettersettings.h"
#include "backend/core/error.h"

#include <memory>
#include <stop_token>

namespace projectionist {

struct HttpAnswer
{
    long status = 0;
    std::string body;
    std::string contentType; ///< as sent; may be empty
    std::string url;         ///< that answered, after redirects
};

/// Asks one endpoint, keeping the connection between questions. Reads only. Returns within the endpoint's timeout
/// whatever the server does, and soon after `stop`. At most three redirects are followed, none from https to http, and
/// user and password go to no other host. One thread.
class HttpGetter
{
public:
    /// The largest answer that is taken.
    static constexpr std::size_t mostBytes = 16U << 20;

    /// `what`: for messages, "Kafka Connect".
    HttpGetter(HttpEndpoint endpoint, std::string what);
    ~HttpGetter();
    HttpGetter(const HttpGetter&) = delete;
    HttpGetter& operator=(const HttpGetter&) = delete;

    /// `path` begins with '/' and comes behind the endpoint's address; `accept`: of content types. Any status that a
    /// server gives is an answer, not an Error.
    [[nodiscard]] Result<HttpAnswer> get(const std::string& path, const std::stop_token& stop,
                                         const std::string& accept = "application/json");
    /// Why an answer other than 2xx is one that cannot be used, with the server's own words where it gave some.
    [[nodiscard]] Error refusal(const HttpAnswer& answer) const;
    /// InvalidData: what came is not what was asked for.
    [[nodiscard]] Error nonsense(const HttpAnswer& answer, const std::string& why) const;

private:
    struct Transfer;
    void configure(Transfer& transfer, const std::string& url) const;
    [[nodiscard]] Error failure(int code, const Transfer& transfer) const;

    struct Closer
    {
        void operator()(void* handle) const noexcept;
    };
    const HttpEndpoint m_endpoint;
    const std::string m_what;
    std::unique_ptr<void, Closer> m_handle; ///< CURL
};

} // namespace projectionist
