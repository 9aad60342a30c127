#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/base/clock.hpp"

namespace abv {

enum class LogLevel : int { kTrace = 0, kDebug, kInfo, kWarn, kError, kOff };

// "trace" … "off"; kInfo for anything else.
LogLevel log_level_from(std::string_view name);
const char* log_level_name(LogLevel level);

// One key and its value in a log line. A view: it lives as long as the call that logs it.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  LogField(std::string_view k, std::int64_t v) : key(k), value(v) {}
  LogField(std::string_view k, int v) : key(k), value(static_cast<std::int64_t>(v)) {}
  LogField(std::string_view k, unsigned v) : key(k), value(static_cast<std::int64_t>(v)) {}
  LogField(std::string_view k, std::uint64_t v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

// Where lines go. write() gets one whole line with its newline; any thread, never together.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(std::string_view line) = 0;
};

// Writes to a file descriptor, which it does not own.
class FdLogSink final : public LogSink {
 public:
  explicit FdLogSink(int fd) : fd_(fd) {}
  void write(std::string_view line) override;

 private:
  int fd_;
};

// Structured log: an event name ("plugin.loaded") and fields, one line each, as logfmt text or
// JSON.
//
// Every method may be called from any thread. Values are never secrets: Secret has no conversion.
class Log {
 public:
  enum class Format { kText, kJson };

  Log(LogSink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}

  void set_level(LogLevel level) { level_.store(level, std::memory_order_relaxed); }
  void set_format(Format format) { format_.store(format, std::memory_order_relaxed); }
  bool enabled(LogLevel level) const { return level >= level_.load(std::memory_order_relaxed); }

  void write(LogLevel level, std::string_view event, const LogField* fields, std::size_t count);
  void write(LogLevel level, std::string_view event, const std::vector<LogField>& fields) {
    write(level, event, fields.data(), fields.size());
  }

  using Fields = std::initializer_list<LogField>;
  void debug(std::string_view event, Fields f = {}) {
    write(LogLevel::kDebug, event, f.begin(), f.size());
  }
  void info(std::string_view event, Fields f = {}) {
    write(LogLevel::kInfo, event, f.begin(), f.size());
  }
  void warn(std::string_view event, Fields f = {}) {
    write(LogLevel::kWarn, event, f.begin(), f.size());
  }
  void error(std::string_view event, Fields f = {}) {
    write(LogLevel::kError, event, f.begin(), f.size());
  }

 private:
  LogSink& sink_;
  const Clock& clock_;
  std::atomic<LogLevel> level_{LogLevel::kInfo};
  std::atomic<Format> format_{Format::kText};
  std::mutex mutex_;
};

}  // namespace abv
