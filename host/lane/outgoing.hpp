#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/account/account.hpp"
#include "host/lane/body.hpp"
#include "host/net/http1.hpp"
#include "host/net/url.hpp"
#include "host/plugin/outgoing.hpp"

namespace abv::lane {

// The request that goes upstream, while a provider shapes it.
//
// It starts as the client's: method, body, and the headers that may be passed on. The texts that
// are set are copied; the client's stay views. One thread.
class Outgoing final : public plugin::OutgoingRequest {
 public:
  // `headers` are the client's as they stand; what belongs to its connection, its credentials, its
  // origin and its path through other proxies is left out. `body` and `headers` outlive this.
  Outgoing(std::string_view method, std::span<const abv_header> headers, std::string_view body,
           account::Account* account);

  // Adds a splice of the host's own, before the provider has its turn.
  void add_splice(Splice splice) { splices_.push_back(std::move(splice)); }

  abv_status set_method(std::string_view method) override;
  abv_status set_url(std::string_view url) override;
  abv_status set_header(std::string_view name, std::string_view value) override;
  abv_status remove_header(std::string_view name) override;
  abv_status set_credential(std::string_view header, std::string_view prefix,
                            std::string_view field) override;
  abv_status splice(std::size_t offset, std::size_t length, std::string_view replacement) override;
  abv_status set_body(std::string_view body) override;

  std::string_view method() const { return method_; }
  const std::string& url() const { return url_; }

  // The headers to send, for the exchange and for the provider. Valid until the next change.
  const std::vector<net::Header>& headers() const { return headers_; }
  std::vector<abv_header> header_views() const;

  // The body with all splices in place. False when splices overlap. Valid as long as this is.
  bool body_pieces(std::vector<std::string_view>& pieces);

 private:
  std::string_view keep(std::string text);

  std::string method_;
  std::string url_;
  std::vector<net::Header> headers_;
  // Each text lives in its own allocation, so that views stay valid while more are added.
  std::vector<std::unique_ptr<std::string>> kept_;
  std::string_view body_;
  std::vector<Splice> splices_;
  account::Account* account_;
};

}  // namespace abv::lane
