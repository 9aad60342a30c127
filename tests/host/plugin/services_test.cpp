#include <condition_variable>
#include <cstring>
#include <thread>

#include "host/plugin/services/clock_service.hpp"
#include "host/plugin/services/http_service.hpp"
#include "host/plugin/services/info_service.hpp"
#include "host/plugin/services/log_service.hpp"
#include "host/plugin/services/metrics_service.hpp"
#include "host/plugin/services/secret_service.hpp"
#include "host/plugin/services/store_service.hpp"
#include "host/plugin/sinks.hpp"
#include "tests/host/plugin/instance_host.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

using Secrets = std::map<std::string, Secret, std::less<>>;
using Facts = std::map<std::string, std::string, std::less<>>;

constexpr abv_str kBroken{nullptr, 5};

// Lets time pass as soon as someone waits for it.
class PassingTime final : public Waiter {
 public:
  explicit PassingTime(test::VirtualClock& clock) : clock_(clock) {}
  void wait_until(std::unique_lock<std::mutex>&, std::condition_variable&, Nanos until) override {
    clock_.advance(until - clock_.now());
  }

 private:
  test::VirtualClock& clock_;
};

// Time stands still: only a notification ends a wait.
class StandingTime final : public Waiter {
 public:
  void wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& wake,
                  Nanos) override {
    wake.wait(lock);
  }
};

TEST_CASE("a plugin's log line carries its instance and cannot break out of its line",
          "[plugin][services]") {
  test::VirtualClock clock;
  test::TextSink lines;
  Log log(lines, clock);
  const LogService service(log, "mine");
  const abv_host_log& table = *service.table();
  const abv_header fields[] = {{view("account id"), view("a\nb")}, {view("n"), view("7")}};

  table.write(table.ctx, ABV_LOG_WARN, view("token refreshed\nplugin.fused"), fields, 2);
  table.write(table.ctx, ABV_LOG_DEBUG, view("unseen"), nullptr, 0);
  table.write(table.ctx, ABV_LOG_ERROR, kBroken, nullptr, 0);
  table.write(table.ctx, ABV_LOG_ERROR, view("no.fields"), nullptr, 3);

  CHECK_THAT(lines.text(), ContainsSubstring(" warn token_refreshed_plugin.fused instance=mine "
                                             "account_id=\"a\\nb\" n=7\n"));
  CHECK(std::count(lines.text().begin(), lines.text().end(), '\n') == 1);
  CHECK(table.enabled(table.ctx, ABV_LOG_INFO) == 1);
  CHECK(table.enabled(table.ctx, ABV_LOG_DEBUG) == 0);
  CHECK(table.enabled(table.ctx, 99) == 1);
}

TEST_CASE("a sleep lasts until its time has come on the host's clock", "[plugin][services]") {
  test::VirtualClock clock;
  PassingTime time(clock);
  const ClockService service(clock, time);
  const abv_host_clock& table = *service.table();
  const PlainCall call;
  const std::int64_t until = table.now_ns(table.ctx) + 5'000;

  CHECK(table.sleep_until(table.ctx, &call.table(), until) == ABV_OK);
  CHECK(table.now_ns(table.ctx) == until);
  CHECK(table.sleep_until(table.ctx, nullptr, until + 1) == ABV_OK);
  CHECK(table.now_ns(table.ctx) == until + 1);
  CHECK(table.unix_ms(table.ctx) == clock.unix_ms());
}

TEST_CASE("a sleep ends as soon as its call is cancelled", "[plugin][services]") {
  test::VirtualClock clock;
  StandingTime time;
  const ClockService service(clock, time);
  const abv_host_clock& table = *service.table();
  PlainCall call;

  std::thread client([&] { call.cancel(); });
  const abv_status status =
      table.sleep_until(table.ctx, &call.table(), table.now_ns(table.ctx) + 1'000'000'000);
  client.join();

  CHECK(status == ABV_E_CANCELLED);
  CHECK(table.sleep_until(table.ctx, &call.table(), 0) == ABV_E_CANCELLED);
}

TEST_CASE("a sleep on the machine's clock ends", "[plugin][services]") {
  const SystemClock clock;
  SystemWaiter waiter;
  const ClockService service(clock, waiter);
  const abv_host_clock& table = *service.table();
  const std::int64_t until = table.now_ns(table.ctx) + 1'000'000;

  CHECK(table.sleep_until(table.ctx, nullptr, until) == ABV_OK);
  CHECK(table.now_ns(table.ctx) >= until);
}

TEST_CASE("secrets are read and compared by name, and each use is counted", "[plugin][services]") {
  Secrets secrets;
  secrets.emplace("api_key", Secret("hunter2"));
  secrets.emplace("unset", Secret(""));
  const SecretService service(secrets);
  const abv_host_secret& table = *service.table();
  std::string out;
  const StringWriter writer(out);

  CHECK(table.read(table.ctx, view("api_key"), writer.table()) == ABV_OK);
  CHECK(out == "hunter2");
  CHECK(table.read(table.ctx, view("other"), writer.table()) == ABV_E_NOT_FOUND);
  CHECK(table.read(table.ctx, view("api_key"), nullptr) == ABV_E_INVALID);
  CHECK(table.read(table.ctx, kBroken, writer.table()) == ABV_E_INVALID);
  CHECK(table.equals(table.ctx, view("api_key"), view("hunter2")) == 1);
  CHECK(table.equals(table.ctx, view("api_key"), view("hunter3")) == 0);
  CHECK(table.equals(table.ctx, view("unset"), view("")) == 0);
  CHECK(table.equals(table.ctx, view("other"), view("")) == 0);
  CHECK(service.uses() == std::map<std::string, std::uint64_t>{{"api_key", 3}, {"unset", 1}});
}

TEST_CASE("facts are told by key", "[plugin][services]") {
  const Facts facts{{"version", "0.1.0"}};
  const InfoService service("mine", facts);
  const abv_host_info& table = *service.table();

  CHECK(text(table.get(table.ctx, view("version"))) == "0.1.0");
  CHECK(text(table.get(table.ctx, view("instance"))) == "mine");
  CHECK(table.get(table.ctx, view("unknown")).len == 0);
  CHECK(table.get(table.ctx, kBroken).len == 0);
}

TEST_CASE("metrics are defined before the freeze and carry plugin and instance",
          "[plugin][services]") {
  metrics::Registry registry;
  MetricsService service(&registry, "abv.zai-x", "mine");
  const abv_host_metrics& table = *service.table();
  const double bounds[] = {1, 2};

  const std::int32_t tokens = table.define(table.ctx, ABV_METRIC_COUNTER, view("tokens"), view("1"),
                                           view("seen"), nullptr, 0);
  const std::int32_t wait = table.define(table.ctx, ABV_METRIC_HISTOGRAM, view("wait"), view("s"),
                                         view("waited"), bounds, 2);
  CHECK(table.define(table.ctx, 9, view("x"), view(""), view(""), nullptr, 0) == ABV_E_INVALID);
  CHECK(table.define(table.ctx, ABV_METRIC_GAUGE, view("X"), view(""), view(""), nullptr, 0) ==
        ABV_E_INVALID);
  CHECK(table.define(table.ctx, ABV_METRIC_HISTOGRAM, view("y"), view(""), view(""), nullptr, 2) ==
        ABV_E_INVALID);
  service.freeze();
  CHECK(table.define(table.ctx, ABV_METRIC_GAUGE, view("z"), view(""), view(""), nullptr, 0) ==
        ABV_E_INVALID);

  table.record(table.ctx, tokens, 3);
  table.record(table.ctx, wait, 1.5);
  table.record(table.ctx, -1, 1);
  table.record(table.ctx, 99, 1);

  const std::string exposed = registry.prometheus_text();
  CHECK_THAT(exposed, ContainsSubstring("abv_zai_x_tokens_total{instance=\"mine\"} 3\n"));
  CHECK_THAT(exposed, ContainsSubstring("abv_zai_x_wait_seconds_count{instance=\"mine\"} 1\n"));
}

abv_status collect(void* arg, abv_str key) {
  auto& keys = *static_cast<std::vector<std::string>*>(arg);
  keys.emplace_back(text(key));
  return keys.size() == 2 ? ABV_E_CANCELLED : ABV_OK;
}

TEST_CASE("a plugin's store keeps values under its own name", "[plugin][services]") {
  PluginDir dir;
  const auto database = store::Database::open(dir.run_dir() / "db" / "abv.db").value();
  store::KeyValueStore store = store::KeyValueStore::open(*database).value();
  const StoreService service(&store, "mine");
  const abv_host_store& table = *service.table();
  std::string out;
  const StringWriter writer(out);

  CHECK(table.put(table.ctx, view("a"), view("1")) == ABV_OK);
  CHECK(table.put(table.ctx, view("b"), view("2")) == ABV_OK);
  CHECK(table.put(table.ctx, view("c"), view("3")) == ABV_OK);
  CHECK(table.put(table.ctx, view(""), view("1")) == ABV_E_INVALID);
  CHECK(table.put(table.ctx, view("big"), view(std::string((1 << 20) + 1, 'x'))) == ABV_E_LIMIT);
  CHECK(table.get(table.ctx, view("b"), writer.table()) == ABV_OK);
  CHECK(out == "2");
  CHECK(table.remove(table.ctx, view("b")) == ABV_OK);
  CHECK(table.get(table.ctx, view("b"), writer.table()) == ABV_E_NOT_FOUND);
  CHECK(table.get(table.ctx, view("a"), nullptr) == ABV_E_INVALID);
  CHECK(store.get("mine", "a").value() == "1");
  std::vector<std::string> keys;
  CHECK(table.keys(table.ctx, view(""), collect, &keys) == ABV_E_CANCELLED);
  CHECK(keys == std::vector<std::string>{"a", "c"});
  CHECK(table.keys(table.ctx, view(""), nullptr, nullptr) == ABV_E_INVALID);
}

// Answers every request with its own URL; counts what is open.
class UrlBackend final : public HttpBackend {
 public:
  class Exchange final : public HttpExchange {
   public:
    Exchange(UrlBackend& backend, std::string body) : backend_(backend), body_(std::move(body)) {
      ++backend_.open_count;
    }
    ~Exchange() override { --backend_.open_count; }
    std::int32_t http_status() const override { return 203; }
    std::span<const abv_header> headers() const override { return {&header_, 1}; }
    Result<std::size_t> read(std::span<char> buffer) override {
      if (backend_.call != nullptr && backend_.call->cancelled()) {
        return Error{Error::Code::kCancelled, "gone"};
      }
      const std::size_t n = std::min(buffer.size(), body_.size());
      std::memcpy(buffer.data(), body_.data(), n);
      body_.erase(0, n);
      return n;
    }

   private:
    UrlBackend& backend_;
    std::string body_;
    abv_header header_{view("server"), view("test")};
  };

  Result<std::unique_ptr<HttpExchange>> open(const Request& request, CallHandle* asked) override {
    if (request.url == "http://down/") {
      return Error{Error::Code::kTimeout, "down: no answer"};
    }
    call = asked;
    return std::unique_ptr<HttpExchange>(std::make_unique<Exchange>(
        *this, std::string(request.method) + " " + std::string(request.url)));
  }

  int open_count = 0;
  CallHandle* call = nullptr;
};

abv_http_request http_request(std::string_view url) {
  abv_http_request request{};
  request.size = sizeof request;
  request.method = view("GET");
  request.url = view(url);
  return request;
}

TEST_CASE("a plugin's own request gives head and body, and ends with its close",
          "[plugin][services]") {
  UrlBackend backend;
  HttpService service(&backend);
  const abv_host_http& table = *service.table();
  const abv_http_request request = http_request("http://x/");
  abv_http_stream* stream = nullptr;
  abv_http_head head{};
  head.size = sizeof head;
  char buffer[8];
  std::size_t n = 0;

  REQUIRE(table.open(table.ctx, nullptr, &request, &stream, nullptr) == ABV_OK);
  CHECK(table.head(stream, &head) == ABV_OK);
  CHECK(head.http_status == 203);
  REQUIRE(head.header_count == 1);
  CHECK(text(head.headers[0].name) == "server");
  CHECK(table.read(stream, buffer, sizeof buffer, &n) == ABV_OK);
  CHECK(std::string(buffer, n) == "GET http");
  CHECK(table.read(stream, buffer, 0, &n) == ABV_E_INVALID);
  CHECK(backend.open_count == 1);
  table.close(stream);
  CHECK(backend.open_count == 0);
}

TEST_CASE("a request that fails says why, and a malformed one never goes out",
          "[plugin][services]") {
  UrlBackend backend;
  HttpService service(&backend);
  const abv_host_http& table = *service.table();
  const abv_http_request down = http_request("http://down/");
  abv_http_request broken = http_request("http://x/");
  broken.header_count = 3;
  auto* stream = reinterpret_cast<abv_http_stream*>(&backend);
  std::string why;
  const StringWriter writer(why);

  CHECK(table.open(table.ctx, nullptr, &down, &stream, writer.table()) == ABV_E_DEADLINE);
  CHECK(stream == nullptr);
  CHECK(why == "down: no answer");
  CHECK(table.open(table.ctx, nullptr, &broken, &stream, nullptr) == ABV_E_INVALID);
  CHECK(table.open(table.ctx, nullptr, nullptr, &stream, nullptr) == ABV_E_INVALID);
  CHECK(table.open(table.ctx, nullptr, &down, nullptr, nullptr) == ABV_E_INVALID);
  table.close(nullptr);
}

TEST_CASE("a request belongs to its call", "[plugin][services]") {
  UrlBackend backend;
  HttpService service(&backend);
  const abv_host_http& table = *service.table();
  const abv_http_request request = http_request("http://x/");
  PlainCall call;
  abv_http_stream* stream = nullptr;
  char buffer[8];
  std::size_t n = 0;

  REQUIRE(table.open(table.ctx, &call.table(), &request, &stream, nullptr) == ABV_OK);
  CHECK(backend.call == &call);
  call.cancel();
  CHECK(table.read(stream, buffer, sizeof buffer, &n) == ABV_E_CANCELLED);
  table.close(stream);
}

TEST_CASE("a request that was never closed ends with its instance", "[plugin][services]") {
  UrlBackend backend;
  {
    HttpService service(&backend);
    const abv_host_http& table = *service.table();
    const abv_http_request request = http_request("http://x/");
    abv_http_stream* stream = nullptr;
    REQUIRE(table.open(table.ctx, nullptr, &request, &stream, nullptr) == ABV_OK);
  }

  CHECK(backend.open_count == 0);
}

}  // namespace
}  // namespace abv::plugin
