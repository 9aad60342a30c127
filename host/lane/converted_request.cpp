#include "host/lane/converted_request.hpp"

#include <algorithm>

#include "host/net/http1.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {

abv_status ConvertedRequest::set_method(std::string_view method) {
  if (!net::is_token(method)) {
    return ABV_E_INVALID;
  }
  method_ = method;
  return ABV_OK;
}

abv_status ConvertedRequest::set_url(std::string_view path_and_query) {
  const bool is_path = path_and_query.starts_with('/') && !path_and_query.starts_with("//") &&
                       std::all_of(path_and_query.begin(), path_and_query.end(),
                                   [](char c) { return c > ' ' && c < '\x7f'; });
  if (!is_path) {
    return ABV_E_INVALID;
  }
  const std::size_t mark = path_and_query.find('?');
  path_ = path_and_query.substr(0, mark);
  query_ = mark == std::string_view::npos ? "" : path_and_query.substr(mark + 1);
  return ABV_OK;
}

abv_status ConvertedRequest::set_header(std::string_view name, std::string_view value) {
  if (!net::is_token(name) || !net::is_field_value(value)) {
    return ABV_E_INVALID;
  }
  remove_header(name);
  headers_.emplace_back(name, value);
  return ABV_OK;
}

abv_status ConvertedRequest::remove_header(std::string_view name) {
  std::erase_if(headers_,
                [&](const auto& header) { return net::equal_ignoring_case(header.first, name); });
  return ABV_OK;
}

abv_status ConvertedRequest::set_credential(std::string_view, std::string_view, std::string_view) {
  return ABV_E_UNSUPPORTED;
}

abv_status ConvertedRequest::splice(std::size_t, std::size_t, std::string_view) {
  return ABV_E_UNSUPPORTED;
}

abv_status ConvertedRequest::set_body(std::string_view body) {
  body_ = body;
  return ABV_OK;
}

std::vector<abv_header> ConvertedRequest::header_views() const {
  std::vector<abv_header> views;
  for (const auto& [name, value] : headers_) {
    views.push_back({plugin::view(name), plugin::view(value)});
  }
  return views;
}

void LossCollector::lost(std::string_view path, std::string_view what, std::string_view why) {
  const bool is_known = std::any_of(losses_.begin(), losses_.end(), [&](const record::Loss& one) {
    return one.path == path && one.what == what;
  });
  if (!is_known && losses_.size() < kMost) {
    losses_.push_back({std::string(path), std::string(what), std::string(why)});
  }
}

}  // namespace abv::lane
