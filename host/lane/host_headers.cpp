#include "host/lane/host_headers.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

#include "host/base/json_text.hpp"

namespace abv::lane {
namespace {

void append_timing(std::string& out, std::string_view name, Nanos time) {
  std::array<char, 96> text{};
  const double ms = std::chrono::duration<double, std::milli>(time).count();
  const int length =
      std::snprintf(text.data(), text.size(), "%s%.*s;dur=%.3f", out.empty() ? "" : ", ",
                    static_cast<int>(std::min<std::size_t>(name.size(), 48)), name.data(), ms);
  out.append(text.data(), static_cast<std::size_t>(length));
}

}  // namespace

std::string server_timing(const record::Timings& timings,
                          const std::vector<std::pair<std::string, Nanos>>& plugins, Nanos write) {
  std::string value;
  append_timing(value, "parse", timings.parse);
  append_timing(value, "route", timings.route);
  for (const auto& [name, time] : plugins) {
    append_timing(value, name, time);
  }
  append_timing(value, "convert", timings.convert);
  if (timings.queue > Nanos(0)) {
    append_timing(value, "queue", timings.queue);
  }
  append_timing(value, "upstream", timings.upstream_wait);
  append_timing(value, "write", write);
  return value;
}

std::string loss_list(const std::vector<record::Loss>& losses) {
  constexpr std::size_t kRoom = 4000;
  std::string value = "[";
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const std::string one = "{\"path\":" + json_string(losses[i].path) +
                            ",\"what\":" + json_string(losses[i].what) +
                            ",\"why\":" + json_string(losses[i].why) + "}";
    value += i == 0 ? "" : ",";
    if (value.size() + one.size() > kRoom) {
      return value + "{\"more\":" + std::to_string(losses.size() - i) + "}]";
    }
    value += one;
  }
  return value + "]";
}

}  // namespace abv::lane
