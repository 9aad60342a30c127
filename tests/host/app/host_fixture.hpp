#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/app/daemon.hpp"
#include "host/config/environment.hpp"
#include "tests/host/app/http_client.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace abv::test {

// Keys of upstreams and of the proxy; none may ever turn up where it does not belong.
inline constexpr std::string_view kOpenAiKey = "sk-upstream-openai-5f2a";
inline constexpr std::string_view kClaudeKey = "sk-upstream-claude-81cc";
inline constexpr std::string_view kGeminiKey = "sk-upstream-gemini-90de";
inline constexpr std::string_view kProxyKey = "sk-proxy-key-77aa01";

// Keeps the log. Waiting for longer than half a minute throws std::runtime_error.
class CapturedLog final : public LogSink {
 public:
  void write(std::string_view line) override;

  std::string text() const;
  std::vector<std::string> lines(std::string_view event) const;

  // Waits for the `count`-th line of that event, and gives it.
  std::string wait_for(std::string_view event, std::size_t count = 1);

 private:
  std::vector<std::string> lines_locked(std::string_view event) const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
};

// The value of key=value in a log line; "" for none.
std::string log_field(const std::string& line, std::string_view key);

// A configuration, by sections. Each holds whole lines of YAML.
struct Yaml {
  std::string listen = "{ host: 127.0.0.1, port: 0, keep_alive: 20s }";
  std::string limits = "{}";
  std::string more;  // further sections
  std::string dirs;  // further ones, before that of the build
  std::string allow =
      "    - { id: abv.openai }\n    - { id: abv.claude }\n    - { id: abv.gemini }\n"
      "    - { id: abv.echo }\n    - { id: abv.request-id }\n    - { id: abv.auth }\n";
  std::string providers = "  echo: { plugin: abv.echo }\n";
  std::string middlewares =
      "  - { name: request-id, plugin: abv.request-id }\n"
      "  - { name: auth, plugin: abv.auth, mode: off }\n";
  std::string openai_models;  // of the three routes, before the rule for echo
  std::string claude_models;
  std::string gemini_models;
  std::string routes;  // further ones

  std::string text() const;
};

// All three dialects go to one upstream, and "fast" is another name of "real-model" there.
// `settings` are further ones of each provider, such as "timeouts: { idle: 1s }".
Yaml proxy_to(const std::string& base_url, std::string_view settings = "");
Yaml proxy_to(const FakeServer& upstream, std::string_view settings = "");

// The test's own plugin "test.trial", of that version, is put into `directory`.
void put_trial(const std::filesystem::path& directory, std::string_view version);

// A daemon in this process, with its files in a directory of its own.
class Host {
 public:
  // `clock` is the machine's when it is null.
  explicit Host(const Yaml& yaml, const Clock* clock = nullptr,
                std::initializer_list<std::pair<const std::string, std::string>> environment = {});
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host();

  // Throws std::runtime_error with the daemon's own words.
  void start();
  Result<void> try_start();

  void write(const Yaml& yaml);
  void reload(const Yaml& yaml);
  Result<void> try_reload(const Yaml& yaml);

  // Lets the daemon tidy up until `done`.
  void tidy_until(const std::function<bool()>& done);

  // Ends the daemon, as the end of the process would. Its log stays.
  void stop() { daemon_.reset(); }

  app::Daemon& daemon() { return *daemon_; }
  CapturedLog& log() { return log_; }
  std::filesystem::path dir() const { return dir_.path(); }
  Client connect() const { return Client(port_); }
  std::uint16_t port() const { return port_; }

  // "file:line:column" of the first occurrence of `text` in the YAML.
  std::string place_of(std::string_view text) const;

  // One call on a connection of its own.
  Answer post(std::string_view target, std::string_view body,
              std::initializer_list<std::string_view> headers = {}) const;
  Answer get(std::string_view target, std::initializer_list<std::string_view> headers = {}) const;

  // The log line of the `count`-th call that ended.
  std::string call_line(std::size_t count = 1) { return log_.wait_for("call", count); }

 private:
  std::filesystem::path config_file() const { return dir_.path() / "abv.yaml"; }

  TempDir dir_;
  CapturedLog log_;
  SystemClock system_clock_;
  config::MapEnvironment environment_;
  Log logger_;
  std::uint16_t port_ = 0;
  std::unique_ptr<app::Daemon> daemon_;
};

// Waits until `done`, which nothing announces; looks every millisecond. Throws after half a minute.
void wait_until(const std::function<bool()>& done, std::string_view what);

}  // namespace abv::test
