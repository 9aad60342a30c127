#include "host/plugin/services/log_service.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "host/plugin/border.hpp"

namespace abv::plugin {
namespace {

// A plugin that logs what it gets must not be able to flood the log with one line.
constexpr std::size_t kMaxFields = 32;
constexpr std::size_t kMaxWordBytes = 128;
constexpr std::size_t kMaxValueBytes = 8192;

LogLevel level_of(int32_t level) noexcept {
  return static_cast<LogLevel>(std::clamp<int32_t>(level, ABV_LOG_TRACE, ABV_LOG_ERROR));
}

// Event names and keys stand bare in a line: no spaces, no quotes, no line ends.
std::string bare_word(std::string_view text) {
  std::string word(text.substr(0, kMaxWordBytes));
  for (char& c : word) {
    const bool is_bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    c = is_bare ? c : '_';
  }
  return word.empty() ? "_" : word;
}

}  // namespace

LogService::LogService(Log& log, std::string instance)
    : log_(log),
      instance_(std::move(instance)),
      table_{sizeof(abv_host_log), 0, this, enabled, write} {}

int32_t ABV_CALL LogService::enabled(void* ctx, int32_t level) noexcept {
  return static_cast<LogService*>(ctx)->log_.enabled(level_of(level)) ? 1 : 0;
}

void ABV_CALL LogService::write(void* ctx, int32_t level, abv_str event, const abv_header* fields,
                                size_t field_count) noexcept {
  visit_border([&] {
    LogService& service = *static_cast<LogService*>(ctx);
    if (!is_valid(event) || !is_valid(fields, field_count) ||
        !service.log_.enabled(level_of(level))) {
      return;
    }
    const std::size_t count = std::min(field_count, kMaxFields);
    std::vector<std::string> keys;
    keys.reserve(count);
    std::vector<LogField> line{{"instance", service.instance_}};
    for (std::size_t i = 0; i < count; ++i) {
      keys.push_back(bare_word(text(fields[i].name)));
      line.emplace_back(keys.back(), text(fields[i].value).substr(0, kMaxValueBytes));
    }
    service.log_.write(level_of(level), bare_word(text(event)), line);
  });
}

}  // namespace abv::plugin
