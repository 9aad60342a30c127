#include "host/lane/answer_head.hpp"

#include "host/lane/reply_writer.hpp"
#include "host/net/http1.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {

abv_status AnswerHead::set_header(std::string_view name, std::string_view value) {
  if (is_hop_by_hop(name)) {
    return ABV_E_DENIED;
  }
  if (!net::is_token(name) || !net::is_field_value(value)) {
    return ABV_E_INVALID;
  }
  remove_header(name);
  headers_.push_back({plugin::view(arena_.keep(name)), plugin::view(arena_.keep(value))});
  return ABV_OK;
}

abv_status AnswerHead::remove_header(std::string_view name) {
  std::erase_if(headers_, [&](const abv_header& header) {
    return net::equal_ignoring_case(plugin::text(header.name), name);
  });
  return ABV_OK;
}

std::string_view AnswerHead::header(std::string_view name) {
  for (const abv_header& header : headers_) {
    if (net::equal_ignoring_case(plugin::text(header.name), name)) {
      return plugin::text(header.value);
    }
  }
  return {};
}

}  // namespace abv::lane
