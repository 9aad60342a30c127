// The host's services, in memory and on virtual time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/abi/host.h"
#include "abv/host/clock.h"
#include "abv/host/info.h"
#include "abv/host/log.h"
#include "abv/host/metrics.h"
#include "abv/host/secret.h"
#include "abv/host/store.h"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace testkit {

// One line of the log.
struct LogLine {
  std::int32_t level;
  std::string event;
  std::map<std::string, std::string> fields;
};

// Time stands still but for sleeping, which takes no real time.
struct VirtualClock {
  std::int64_t now_ns = 1'000'000'000;
  std::int64_t unix_ms = 1'700'000'000'000;
  std::vector<std::int64_t> sleeps_ns;          // how long each sleep was
  std::function<void(std::size_t)> on_sleep{};  // before each sleep, with its number from 1
};

class FakeHost {
 public:
  FakeHost() = default;
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  const abv_host* raw() const { return &host_; }

  // What a test sets.
  VirtualClock clock;
  std::map<std::string, std::string> info = {{"listen.host", "127.0.0.1"},
                                             {"listen.port", "8045"},
                                             {"listen.is_loopback", "true"},
                                             {"version", "0.0.0-test"}};
  std::map<std::string, std::string> secrets;  // by setting name
  std::map<std::string, std::string> store;
  std::set<std::string> missing;  // ids of services that this host does not offer

  // What a plugin did.
  std::vector<LogLine> log;
  std::map<std::string, double> metrics;  // by name: the sum, or the last value of a gauge
  std::string create_error;
  int secret_uses = 0;

 private:
  static FakeHost& self(void* ctx) { return *static_cast<FakeHost*>(ctx); }

  static const void* get_extension(void* ctx, abv_str id) noexcept {
    const std::string name(view(id));
    auto& host = self(ctx);
    if (host.missing.count(name) != 0) return nullptr;
    if (name == ABV_HOST_CLOCK) return &host.clock_table_;
    if (name == ABV_HOST_INFO) return &host.info_table_;
    if (name == ABV_HOST_LOG) return &host.log_table_;
    if (name == ABV_HOST_METRICS) return &host.metrics_table_;
    if (name == ABV_HOST_SECRET) return &host.secret_table_;
    if (name == ABV_HOST_STORE) return &host.store_table_;
    return nullptr;
  }
  static void set_create_error(void* ctx, abv_str text) noexcept {
    self(ctx).create_error = view(text);
  }

  static std::int64_t now_ns(void* ctx) noexcept { return self(ctx).clock.now_ns; }
  static std::int64_t unix_ms(void* ctx) noexcept { return self(ctx).clock.unix_ms; }
  static abv_status sleep_until(void* ctx, const abv_call* call, std::int64_t until_ns) noexcept {
    auto& time = self(ctx).clock;
    if (time.on_sleep) time.on_sleep(time.sleeps_ns.size() + 1);
    if (call->cancelled(call->ctx) != 0) return ABV_E_CANCELLED;
    const std::int64_t length = until_ns > time.now_ns ? until_ns - time.now_ns : 0;
    time.sleeps_ns.push_back(length);
    time.now_ns += length;
    time.unix_ms += length / 1'000'000;
    return ABV_OK;
  }

  static abv_str get_info(void* ctx, abv_str key) noexcept {
    const auto found = self(ctx).info.find(std::string(view(key)));
    return found == self(ctx).info.end() ? abv_str{nullptr, 0} : str(found->second);
  }

  static std::int32_t log_enabled(void*, std::int32_t) noexcept { return 1; }
  static void write_log(void* ctx, std::int32_t level, abv_str event, const abv_header* fields,
                        std::size_t field_count) noexcept {
    LogLine line{level, std::string(view(event)), {}};
    for (std::size_t i = 0; i < field_count; ++i) {
      line.fields[std::string(view(fields[i].name))] = view(fields[i].value);
    }
    self(ctx).log.push_back(std::move(line));
  }

  static std::int32_t define_metric(void* ctx, std::int32_t kind, abv_str name, abv_str, abv_str,
                                    const double*, std::size_t) noexcept {
    auto& host = self(ctx);
    host.metrics[std::string(view(name))] = 0;
    host.metric_list_.emplace_back(kind, view(name));
    return static_cast<std::int32_t>(host.metric_list_.size() - 1);
  }
  static void record_metric(void* ctx, std::int32_t metric, double value) noexcept {
    const auto& [kind, name] = self(ctx).metric_list_.at(static_cast<std::size_t>(metric));
    double& kept = self(ctx).metrics[name];
    kept = kind == ABV_METRIC_GAUGE ? value : kept + value;
  }

  static abv_status read_secret(void* ctx, abv_str name, const abv_writer* out) noexcept {
    const auto found = self(ctx).secrets.find(std::string(view(name)));
    if (found == self(ctx).secrets.end()) return ABV_E_NOT_FOUND;
    ++self(ctx).secret_uses;
    return out->write(out->ctx, str(found->second));
  }
  static std::int32_t secret_equals(void* ctx, abv_str name, abv_str given) noexcept {
    const auto found = self(ctx).secrets.find(std::string(view(name)));
    ++self(ctx).secret_uses;
    return found != self(ctx).secrets.end() && found->second == view(given) ? 1 : 0;
  }

  static abv_status get_value(void* ctx, abv_str key, const abv_writer* out) noexcept {
    const auto found = self(ctx).store.find(std::string(view(key)));
    return found == self(ctx).store.end() ? ABV_E_NOT_FOUND
                                          : out->write(out->ctx, str(found->second));
  }
  static abv_status put_value(void* ctx, abv_str key, abv_str value) noexcept {
    self(ctx).store[std::string(view(key))] = view(value);
    return ABV_OK;
  }
  static abv_status remove_value(void* ctx, abv_str key) noexcept {
    self(ctx).store.erase(std::string(view(key)));
    return ABV_OK;
  }
  static abv_status list_keys(void* ctx, abv_str prefix, abv_status (*each)(void*, abv_str),
                              void* arg) noexcept {
    for (const auto& [key, value] : self(ctx).store) {
      if (key.compare(0, prefix.len, view(prefix)) != 0) continue;
      const abv_status status = each(arg, str(key));
      if (status < ABV_OK) return status;
    }
    return ABV_OK;
  }

  std::vector<std::pair<std::int32_t, std::string>> metric_list_;
  abv_host host_{sizeof(abv_host), ABV_ABI_MINOR, this, &get_extension, &set_create_error};
  abv_host_clock clock_table_{sizeof(abv_host_clock), 0, this, &now_ns, &unix_ms, &sleep_until};
  abv_host_info info_table_{sizeof(abv_host_info), 0, this, &get_info};
  abv_host_log log_table_{sizeof(abv_host_log), 0, this, &log_enabled, &write_log};
  abv_host_metrics metrics_table_{sizeof(abv_host_metrics), 0, this, &define_metric,
                                  &record_metric};
  abv_host_secret secret_table_{sizeof(abv_host_secret), 0, this, &read_secret, &secret_equals};
  abv_host_store store_table_{sizeof(abv_host_store), 0,         this, &get_value, &put_value,
                              &remove_value,          &list_keys};
};

}  // namespace testkit
}  // namespace v1
}  // namespace abv::sdk
