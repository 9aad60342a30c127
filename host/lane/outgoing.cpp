#include "host/lane/outgoing.hpp"

#include <algorithm>
#include <array>

#include "host/lane/call.hpp"
#include "host/lane/reply_writer.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

// What says where the client is and how it got here is nobody's business upstream; and an answer
// that is compressed could not be observed.
constexpr std::array<std::string_view, 14> kNotPassedOn{"host",
                                                        "expect",
                                                        "accept-encoding",
                                                        "forwarded",
                                                        "x-forwarded-for",
                                                        "via",
                                                        "x-forwarded-host",
                                                        "x-forwarded-proto",
                                                        "x-forwarded-port",
                                                        "x-real-ip",
                                                        "origin",
                                                        "referer",
                                                        "upgrade-insecure-requests",
                                                        "dnt"};

bool is_listed(std::string_view connection, std::string_view name) {
  while (!connection.empty()) {
    const std::size_t end = std::min(connection.find(','), connection.size());
    std::string_view one = connection.substr(0, end);
    connection.remove_prefix(std::min(end + 1, connection.size()));
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    if (net::equal_ignoring_case(one, name)) {
      return true;
    }
  }
  return false;
}

bool is_passed_on(std::string_view name, std::string_view connection) {
  const bool is_browser_hint =
      name.size() > 4 && net::equal_ignoring_case(name.substr(0, 4), "sec-");
  return !is_browser_hint && !is_hop_by_hop(name) && !is_client_credential(name) &&
         !is_listed(connection, name) &&
         std::none_of(kNotPassedOn.begin(), kNotPassedOn.end(),
                      [&](std::string_view one) { return net::equal_ignoring_case(one, name); });
}

}  // namespace

Outgoing::Outgoing(std::string_view method, std::span<const abv_header> headers,
                   std::string_view body, account::Account* account)
    : method_(method), body_(body), account_(account) {
  std::string connection;  // of all headers of that name
  for (const abv_header& header : headers) {
    if (net::equal_ignoring_case(plugin::text(header.name), "connection")) {
      connection.append(plugin::text(header.value)).append(",");
    }
  }
  headers_.reserve(headers.size() + 4);
  for (const abv_header& header : headers) {
    if (is_passed_on(plugin::text(header.name), connection)) {
      headers_.push_back({plugin::text(header.name), plugin::text(header.value)});
    }
  }
  headers_.push_back({"accept-encoding", "identity"});
}

std::string_view Outgoing::keep(std::string text) {
  kept_.push_back(std::make_unique<std::string>(std::move(text)));
  return *kept_.back();
}

abv_status Outgoing::set_method(std::string_view method) {
  if (!net::is_token(method)) {
    return ABV_E_INVALID;
  }
  method_ = method;
  return ABV_OK;
}

abv_status Outgoing::set_url(std::string_view url) {
  if (!net::parse_url(url)) {
    return ABV_E_INVALID;
  }
  url_ = url;
  return ABV_OK;
}

abv_status Outgoing::set_header(std::string_view name, std::string_view value) {
  if (!net::is_token(name) || !net::is_field_value(value)) {
    return ABV_E_INVALID;
  }
  remove_header(name);
  const std::string_view kept_name = keep(std::string(name));
  headers_.push_back({kept_name, keep(std::string(value))});
  return ABV_OK;
}

abv_status Outgoing::remove_header(std::string_view name) {
  std::erase_if(headers_, [&](const net::Header& header) {
    return net::equal_ignoring_case(header.name, name);
  });
  return ABV_OK;
}

abv_status Outgoing::set_credential(std::string_view header, std::string_view prefix,
                                    std::string_view field) {
  const Secret* secret = account_ == nullptr ? nullptr : account_->find(field);
  if (secret == nullptr) {
    return ABV_E_NOT_FOUND;
  }
  return set_header(header, std::string(prefix) + std::string(secret->reveal()));
}

abv_status Outgoing::splice(std::size_t offset, std::size_t length, std::string_view replacement) {
  if (offset > body_.size() || length > body_.size() - offset) {
    return ABV_E_INVALID;
  }
  splices_.push_back(Splice{Range{offset, length}, std::string(replacement)});
  return ABV_OK;
}

abv_status Outgoing::set_body(std::string_view body) {
  body_ = keep(std::string(body));
  splices_.clear();
  return ABV_OK;
}

std::vector<abv_header> Outgoing::header_views() const {
  std::vector<abv_header> views;
  views.reserve(headers_.size());
  for (const net::Header& header : headers_) {
    views.push_back({plugin::view(header.name), plugin::view(header.value)});
  }
  return views;
}

bool Outgoing::body_pieces(std::vector<std::string_view>& pieces) {
  return splice_pieces(body_, splices_, pieces);
}

}  // namespace abv::lane
