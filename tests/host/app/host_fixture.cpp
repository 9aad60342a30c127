#include "tests/host/app/host_fixture.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace abv::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::seconds(30);

void replace_file(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string provider(std::string_view name, const std::string& base_url, std::string_view key,
                     std::string_view settings) {
  std::string text = "  ";
  text.append(name).append(": { plugin: abv.").append(name);
  text.append(", base_url: \"").append(base_url).append("\", api_key: \"").append(key).append("\"");
  return text.append(settings.empty() ? "" : ", ").append(settings).append(" }\n");
}

std::string rules(const std::string& target) {
  return "      - { match: \"echo*\", provider: echo }\n"
         "      - { match: fast, provider: " +
         target +
         ", as: real-model }\n"
         "      - { match: \"*\", provider: " +
         target + " }\n";
}

std::string route(const std::string& name, const std::string& dialect, const std::string& models) {
  return "  - name: " + name + "\n    dialect: " + dialect + "\n    models:\n" + models +
         "      - { match: \"*\", provider: echo }\n";
}

}  // namespace

void CapturedLog::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  text_ += line;
  changed_.notify_all();
}

std::string CapturedLog::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

std::vector<std::string> CapturedLog::lines(std::string_view event) const {
  const std::lock_guard lock(mutex_);
  return lines_locked(event);
}

// A line is: time, level, event, fields.
std::vector<std::string> CapturedLog::lines_locked(std::string_view event) const {
  std::vector<std::string> found;
  std::size_t at = 0;
  while (at < text_.size()) {
    const std::size_t end = text_.find('\n', at);
    const std::string_view line = std::string_view(text_).substr(at, end - at);
    const std::size_t name = line.find(' ', line.find(' ') + 1) + 1;
    if (line.substr(name, line.find(' ', name) - name) == event) {
      found.emplace_back(line);
    }
    at = end + 1;
  }
  return found;
}

std::string CapturedLog::wait_for(std::string_view event, std::size_t count) {
  std::unique_lock lock(mutex_);
  std::vector<std::string> found;
  const bool came = changed_.wait_for(lock, kPatience, [&] {
    found = lines_locked(event);
    return found.size() >= count;
  });
  if (!came) {
    throw std::runtime_error("waited in vain for " + std::string(event) + " in the log:\n" + text_);
  }
  return found[count - 1];
}

std::string log_field(const std::string& line, std::string_view key) {
  const std::string mark = " " + std::string(key) + "=";
  const std::size_t start = line.find(mark);
  if (start == std::string::npos) {
    return "";
  }
  const std::size_t value = start + mark.size();
  const bool is_quoted = line.compare(value, 1, "\"") == 0;
  const std::size_t end = line.find(is_quoted ? "\"" : " ", value + 1);
  return line.substr(value + (is_quoted ? 1 : 0), end - value - (is_quoted ? 1 : 0));
}

std::string Yaml::text() const {
  return "version: 1\nlisten: " + listen + "\nlimits: " + limits +
         "\nlog: { level: debug }\ndata_dir: data\n" + more + "plugins:\n  dirs:\n" + dirs +
         "    - " ABV_TEST_PLUGIN_DIR "\n  allow:\n" + allow + "providers:\n" + providers +
         "middlewares:\n" + middlewares + "routes:\n" +
         route("openai", "openai-chat", openai_models) +
         route("claude", "claude-messages", claude_models) +
         route("gemini", "gemini", gemini_models) + routes;
}

Yaml proxy_to(const std::string& base_url, std::string_view settings) {
  Yaml yaml;
  yaml.providers += provider("openai", base_url + "/v1", kOpenAiKey, settings) +
                    provider("claude", base_url, kClaudeKey, settings) +
                    provider("gemini", base_url, kGeminiKey, settings);
  yaml.openai_models = rules("openai");
  yaml.claude_models = rules("claude");
  yaml.gemini_models = rules("gemini");
  return yaml;
}

Yaml proxy_to(const FakeServer& upstream, std::string_view settings) {
  return proxy_to(upstream.url(""), settings);
}

void put_trial(const fs::path& directory, std::string_view version) {
  const fs::path from(ABV_TEST_TRIAL_DIR);
  fs::create_directories(directory);
  // Removed first: a file that is mapped somewhere must not be written to.
  for (const char* ending : {".so", ".abv.json"}) {
    const fs::path to = directory / ("trial" + std::string(ending));
    fs::remove(to);
    fs::copy_file(from / ("trial_" + std::string(version) + ending), to);
  }
}

Host::Host(const Yaml& yaml, const Clock* clock,
           std::initializer_list<std::pair<const std::string, std::string>> environment)
    : environment_(environment),
      logger_(log_, clock == nullptr ? system_clock_ : *clock),
      daemon_(std::make_unique<app::Daemon>(config_file().string(), environment_, logger_,
                                            clock == nullptr ? system_clock_ : *clock, "1.2.3")) {
  std::signal(SIGPIPE, SIG_IGN);  // as the daemon's main function does
  write(yaml);
}

Host::~Host() = default;

Result<void> Host::try_start() {
  Result<void> done = daemon_->prepare();
  if (done) {
    done = daemon_->listen();
  }
  if (done) {
    port_ = daemon_->port();
  }
  return done;
}

void Host::start() {
  if (const Result<void> done = try_start(); !done) {
    throw std::runtime_error(done.error().message);
  }
}

void Host::write(const Yaml& yaml) {
  replace_file(config_file(), yaml.text());
}

Result<void> Host::try_reload(const Yaml& yaml) {
  write(yaml);
  return daemon_->reload();
}

void Host::reload(const Yaml& yaml) {
  if (const Result<void> done = try_reload(yaml); !done) {
    throw std::runtime_error(done.error().message);
  }
}

void Host::tidy_until(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("waited in vain for an old generation:\n" + log_.text());
    }
    pollfd wake{daemon_->wake_fd(), POLLIN, 0};
    ::poll(&wake, 1, 5);
    daemon_->tidy();
  }
}

std::string Host::place_of(std::string_view text) const {
  const std::string yaml = read_file(config_file());
  const std::size_t at = yaml.find(text);
  if (at == std::string::npos) {
    throw std::runtime_error("the YAML has no \"" + std::string(text) + "\"");
  }
  const auto line = std::count(yaml.begin(), yaml.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const std::size_t line_start = yaml.rfind('\n', at) + 1;
  return config_file().string() + ":" + std::to_string(line + 1) + ":" +
         std::to_string(at - line_start + 1);
}

Answer Host::post(std::string_view target, std::string_view body,
                  std::initializer_list<std::string_view> headers) const {
  return connect().call(request("POST", target, body, headers));
}

Answer Host::get(std::string_view target, std::initializer_list<std::string_view> headers) const {
  return connect().call(request("GET", target, "", headers));
}

void wait_until(const std::function<bool()>& done, std::string_view what) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("waited in vain until " + std::string(what));
    }
    ::poll(nullptr, 0, 1);
  }
}

}  // namespace abv::test
