#include "host/base/log.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>

#include "host/base/json_text.hpp"

namespace abv {
namespace {

constexpr std::array<const char*, 6> kLevelNames{"trace", "debug", "info", "warn", "error", "off"};

void append_time(std::string& out, std::int64_t unix_ms) {
  const std::time_t seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                    parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                    parts.tm_min, parts.tm_sec, static_cast<int>(unix_ms % 1000));
  out.append(text.data(), static_cast<std::size_t>(length));
}

bool is_bare(std::string_view text) {
  if (text.empty()) {
    return false;
  }
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || static_cast<unsigned char>(c) >= 0x7F) {
      return false;
    }
  }
  return true;
}

void append_value(std::string& out, const LogField& field, bool json) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (!json && is_bare(*text)) {
      out += *text;
    } else {
      append_json_string(out, *text);
    }
  } else if (const auto* flag = std::get_if<bool>(&field.value)) {
    out += *flag ? "true" : "false";
  } else if (const auto* whole = std::get_if<std::int64_t>(&field.value)) {
    out += std::to_string(*whole);
  } else {
    std::array<char, 32> digits{};
    const int length =
        std::snprintf(digits.data(), digits.size(), "%.3f", std::get<double>(field.value));
    out.append(digits.data(), static_cast<std::size_t>(length));
  }
}

}  // namespace

LogLevel log_level_from(std::string_view name) {
  for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
    if (name == kLevelNames[i]) {
      return static_cast<LogLevel>(i);
    }
  }
  return LogLevel::kInfo;
}

const char* log_level_name(LogLevel level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

void FdLogSink::write(std::string_view line) {
  while (!line.empty()) {
    const ssize_t n = ::write(fd_, line.data(), line.size());
    if (n <= 0) {
      return;  // nowhere left to complain to
    }
    line.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Log::write(LogLevel level, std::string_view event, const LogField* fields, std::size_t count) {
  if (!enabled(level)) {
    return;
  }
  const bool json = format_.load(std::memory_order_relaxed) == Format::kJson;
  std::string line;
  line.reserve(256);
  line += json ? "{\"time\":\"" : "";
  append_time(line, clock_.unix_ms());
  line += json ? "\",\"level\":\"" : " ";
  line += log_level_name(level);
  line += json ? "\",\"event\":" : " ";
  if (json) {
    append_json_string(line, event);
  } else {
    line += event;
  }
  for (std::size_t i = 0; i < count; ++i) {
    line += json ? "," : " ";
    if (json) {
      append_json_string(line, fields[i].key);
    } else {
      line += fields[i].key;
    }
    line += json ? ':' : '=';
    append_value(line, fields[i], json);
  }
  line += json ? "}\n" : "\n";
  const std::lock_guard lock(mutex_);
  sink_.write(line);
}

}  // namespace abv
