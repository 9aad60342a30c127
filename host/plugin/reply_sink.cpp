#include "host/plugin/reply_sink.hpp"

#include "host/plugin/border.hpp"
#include "host/plugin/sinks.hpp"

namespace abv::plugin {
namespace {

ReplySink& sink_of(void* ctx) noexcept {
  return *static_cast<ReplySink*>(ctx);
}

abv_status ABV_CALL begin(void* ctx, int32_t http_status, const abv_header* headers,
                          size_t header_count) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(headers, header_count) || http_status < 100 || http_status > 599) {
      return ABV_E_INVALID;
    }
    return sink_of(ctx).begin(http_status, {headers, header_count});
  });
}

abv_status ABV_CALL write(void* ctx, abv_str bytes) noexcept {
  return at_border([&]() -> abv_status {
    return is_valid(bytes) ? sink_of(ctx).write(text(bytes)) : ABV_E_INVALID;
  });
}

abv_status ABV_CALL emit(void* ctx, const abv_event* event) noexcept {
  return at_border(
      [&]() -> abv_status { return is_valid(event) ? sink_of(ctx).emit(*event) : ABV_E_INVALID; });
}

const void* ABV_CALL get_extension(void* ctx, abv_str id) noexcept {
  return at_border_or<const void*>(nullptr, [&]() -> const void* {
    return is_valid(id) ? sink_of(ctx).get_extension(text(id)) : nullptr;
  });
}

}  // namespace

abv_reply reply_table(ReplySink& sink) noexcept {
  return abv_reply{sizeof(abv_reply), 0, &sink, begin, write, emit, get_extension};
}

}  // namespace abv::plugin
