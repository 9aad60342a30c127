// The host, as one instance sees it: its services, each of which may be missing.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abv/abi/host.h"
#include "abv/host/clock.h"
#include "abv/host/http.h"
#include "abv/host/info.h"
#include "abv/host/log.h"
#include "abv/host/metrics.h"
#include "abv/host/secret.h"
#include "abv/host/store.h"
#include "abv/sdk/call.hpp"
#include "abv/sdk/event.hpp"
#include "abv/sdk/http.hpp"
#include "abv/sdk/reply.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {

// Writes lines into the host's log; does nothing without the service.
class Log {
 public:
  explicit Log(const abv_host_log* raw) : raw_(raw) {}

  bool enabled(std::int32_t level) const {
    return raw_ != nullptr && raw_->enabled(raw_->ctx, level) != 0;
  }
  // `event` is a dotted word, such as "token.refreshed". No secrets in fields.
  void write(std::int32_t level, std::string_view event,
             std::initializer_list<Header> fields = {}) const {
    if (!enabled(level)) return;
    std::vector<abv_header> pairs;
    pairs.reserve(fields.size());
    for (const Header& field : fields)
      pairs.push_back({str(field.name), str(field.value)});
    raw_->write(raw_->ctx, level, str(event), pairs.data(), pairs.size());
  }
  void debug(std::string_view event, std::initializer_list<Header> fields = {}) const {
    write(ABV_LOG_DEBUG, event, fields);
  }
  void info(std::string_view event, std::initializer_list<Header> fields = {}) const {
    write(ABV_LOG_INFO, event, fields);
  }
  void warn(std::string_view event, std::initializer_list<Header> fields = {}) const {
    write(ABV_LOG_WARN, event, fields);
  }
  void error(std::string_view event, std::initializer_list<Header> fields = {}) const {
    write(ABV_LOG_ERROR, event, fields);
  }

 private:
  const abv_host_log* raw_;
};

// The host's clocks. Without the service the system's clocks are read, and sleeping is unsupported.
class Clock {
 public:
  explicit Clock(const abv_host_clock* raw) : raw_(raw) {}

  std::int64_t now_ns() const {
    if (raw_ != nullptr) return raw_->now_ns(raw_->ctx);
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since_start).count();
  }
  std::int64_t unix_ms() const {
    if (raw_ != nullptr) return raw_->unix_ms(raw_->ctx);
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  }
  // Throws Stopped when the call is cancelled meanwhile.
  void sleep_until(const Call& call, std::int64_t until_ns) const {
    if (raw_ == nullptr) throw Stopped{ABV_E_UNSUPPORTED};
    throw_unless_ok(raw_->sleep_until(raw_->ctx, call.raw(), until_ns));
  }

 private:
  const abv_host_clock* raw_;
};

// Secrets that the YAML granted to this instance.
class Secrets {
 public:
  explicit Secrets(const abv_host_secret* raw) : raw_(raw) {}

  explicit operator bool() const { return raw_ != nullptr; }

  std::optional<std::string> read(std::string_view name) const {
    StringWriter out;
    if (raw_ == nullptr || raw_->read(raw_->ctx, str(name), out.raw()) < ABV_OK)
      return std::nullopt;
    return out.text();
  }
  // In constant time. False without the service.
  bool equals(std::string_view name, std::string_view given) const {
    return raw_ != nullptr && raw_->equals(raw_->ctx, str(name), str(given)) == 1;
  }

 private:
  const abv_host_secret* raw_;
};

// A key-value store of this instance that survives restarts.
class Store {
 public:
  explicit Store(const abv_host_store* raw) : raw_(raw) {}

  explicit operator bool() const { return raw_ != nullptr; }

  std::optional<std::string> get(std::string_view key) const {
    StringWriter out;
    if (raw_ == nullptr || raw_->get(raw_->ctx, str(key), out.raw()) < ABV_OK) return std::nullopt;
    return out.text();
  }
  abv_status put(std::string_view key, std::string_view value) const {
    return raw_ == nullptr ? ABV_E_UNSUPPORTED : raw_->put(raw_->ctx, str(key), str(value));
  }
  abv_status remove(std::string_view key) const {
    return raw_ == nullptr ? ABV_E_UNSUPPORTED : raw_->remove(raw_->ctx, str(key));
  }
  std::vector<std::string> keys(std::string_view prefix) const {
    std::vector<std::string> found;
    if (raw_ != nullptr) throw_unless_ok(raw_->keys(raw_->ctx, str(prefix), &collect, &found));
    return found;
  }

 private:
  static abv_status collect(void* arg, abv_str key) noexcept {
    try {
      static_cast<std::vector<std::string>*>(arg)->emplace_back(view(key));
      return ABV_OK;
    } catch (const std::bad_alloc&) {
      return ABV_E_NO_MEMORY;
    }
  }

  const abv_host_store* raw_;
};

// Numbers for the operator. Define in the constructor, record anywhere; -1 is a metric that is not
// kept.
class Metrics {
 public:
  explicit Metrics(const abv_host_metrics* raw) : raw_(raw) {}

  std::int32_t define(std::int32_t kind, std::string_view name, std::string_view unit,
                      std::string_view help, std::span<const double> bounds = {}) const {
    if (raw_ == nullptr) return -1;
    return raw_->define(raw_->ctx, kind, str(name), str(unit), str(help), bounds.data(),
                        bounds.size());
  }
  void record(std::int32_t metric, double value) const {
    if (raw_ != nullptr && metric >= 0) raw_->record(raw_->ctx, metric, value);
  }

 private:
  const abv_host_metrics* raw_;
};

// Cheap to copy; valid until the instance is destroyed.
class Host {
 public:
  explicit Host(const abv_host* raw)
      : raw_(raw),
        clock_(service<abv_host_clock>(ABV_HOST_CLOCK)),
        info_(service<abv_host_info>(ABV_HOST_INFO)),
        log_(service<abv_host_log>(ABV_HOST_LOG)),
        metrics_(service<abv_host_metrics>(ABV_HOST_METRICS)),
        secret_(service<abv_host_secret>(ABV_HOST_SECRET)),
        store_(service<abv_host_store>(ABV_HOST_STORE)),
        http_(service<abv_host_http>(ABV_HOST_HTTP)) {}

  Clock clock() const { return Clock(clock_); }
  Http http() const { return Http(http_); }
  Log log() const { return Log(log_); }
  Metrics metrics() const { return Metrics(metrics_); }
  Secrets secrets() const { return Secrets(secret_); }
  Store store() const { return Store(store_); }

  // A fact about the host by key ("instance", "listen.host"); empty when it is not known.
  std::string_view info(std::string_view key) const {
    return info_ == nullptr ? std::string_view() : view(info_->get(info_->ctx, str(key)));
  }

  // Any service by id, or null.
  template <class Table>
  const Table* service(std::string_view id) const {
    return static_cast<const Table*>(raw_->get_extension(raw_->ctx, str(id)));
  }

  void set_create_error(std::string_view text) const {
    raw_->set_create_error(raw_->ctx, str(text));
  }
  const abv_host* raw() const { return raw_; }

 private:
  const abv_host* raw_;
  const abv_host_clock* clock_;
  const abv_host_info* info_;
  const abv_host_log* log_;
  const abv_host_metrics* metrics_;
  const abv_host_secret* secret_;
  const abv_host_store* store_;
  const abv_host_http* http_;
};

}  // namespace v1
}  // namespace abv::sdk
