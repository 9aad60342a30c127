#pragma once

#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "host/http/server.hpp"
#include "host/lane/runner.hpp"
#include "host/lane/site.hpp"
#include "host/lane/traffic.hpp"
#include "host/net/http1.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_sinks.hpp"

namespace abv::test {

// One answer as a strict client reads it.
struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  bool keep_alive = false;

  // The first header of that name, any case; "" for none.
  std::string header(std::string_view name) const {
    net::HeadParser parser;
    (void)parser.feed(head);
    return std::string(parser.head().get(name));
  }
};

// A client that says what a test wants it to say. It waits for answers without a limit of its own;
// one that never comes ends with the half minute after which a test has failed anyway.
class PlainClient {
 public:
  explicit PlainClient(std::uint16_t port) : socket_(Poco::Net::SocketAddress("127.0.0.1", port)) {
    socket_.setReceiveTimeout(Poco::Timespan(30, 0));
  }

  // That the server has gone already is not reported.
  void say(std::string_view text) {
    ::send(socket_.impl()->sockfd(), text.data(), text.size(), MSG_NOSIGNAL);
  }

  // The next answer; status 0 when the connection ends before one is complete, -1 for what is none.
  // Nothing is checked here, so that any thread may do it.
  Answer hear() {
    net::HeadParser parser;
    std::size_t taken = 0;
    while (!parser.done()) {
      const auto used = parser.feed(std::string_view(unread_).substr(taken));
      if (!used) {
        return Answer{-1, unread_, "", false};
      }
      taken += *used;
      if (!parser.done() && !read_more()) {
        return {};
      }
    }
    Answer answer;
    answer.status = parser.head().status;
    answer.head = unread_.substr(0, taken);
    answer.keep_alive = parser.head().keep_alive;
    const std::size_t length = parser.head().content_length;
    while (unread_.size() < taken + length) {
      if (!read_more()) {
        return {};
      }
    }
    answer.body = unread_.substr(taken, length);
    unread_.erase(0, taken + length);
    return answer;
  }

  Answer ask(std::string_view request) {
    say(request);
    return hear();
  }

  // All that comes until the server closes.
  std::string hear_to_the_end() {
    while (read_more()) {
    }
    return std::exchange(unread_, "");
  }

  bool is_closed() { return hear_to_the_end().empty(); }
  void half_close() { ::shutdown(socket_.impl()->sockfd(), SHUT_WR); }
  void close() { socket_.close(); }

 private:
  bool read_more() {
    std::string buffer(std::size_t{16} * 1024, '\0');
    const ssize_t got = ::recv(socket_.impl()->sockfd(), buffer.data(), buffer.size(), 0);
    unread_.append(buffer, 0, got > 0 ? static_cast<std::size_t>(got) : 0);
    return got > 0;
  }

  Poco::Net::StreamSocket socket_;
  std::string unread_;
};

// A server without a single plugin: all that it offers is /health, and /upload, whose body may have
// 1000 bytes and is answered by nothing.
class HealthHost {
 public:
  explicit HealthHost(http::ServerSettings settings = {}) : site_(make_site()) {
    settings.port = 0;
    auto started = http::Server::start(
        settings, [this] { return site_; }, runner_, clock_, log_);
    REQUIRE(started.ok());
    server_ = std::move(started).value();
  }

  http::Server& server() { return *server_; }
  std::uint16_t port() const { return server_->port(); }
  void stop() { server_.reset(); }
  Log& log() { return log_; }
  const Clock& clock() const { return clock_; }
  lane::Runner& runner() { return runner_; }
  std::shared_ptr<const lane::Site> site() const { return site_; }

 private:
  static lane::Endpoint endpoint(lane::Endpoint::Kind kind, const char* operation) {
    lane::Endpoint made;
    made.kind = kind;
    made.described.operation = operation;
    return made;
  }

  static std::shared_ptr<const lane::Site> make_site() {
    auto site = std::make_shared<lane::Site>();
    site->traffic = std::make_shared<lane::Traffic>();
    site->version = "1.2.3";
    site->limits.body_bytes = 1000;
    site->endpoints.push_back(endpoint(lane::Endpoint::Kind::kHealth, "health"));
    site->endpoints.push_back(endpoint(lane::Endpoint::Kind::kHandler, "upload"));
    auto table = route::RouteTable::build({{"GET", "/health", "", "the host", 0},
                                           {"POST", "/health", "", "the host", 0},
                                           {"POST", "/upload", "", "the test", 1}});
    REQUIRE(table.ok());
    site->table.emplace(std::move(table).value());
    return site;
  }

  SystemClock clock_;
  NoSink sink_;
  Log log_{sink_, clock_};
  record::RecordQueue records_{64, {}};
  lane::Runner runner_{clock_, records_};
  std::shared_ptr<const lane::Site> site_;
  std::unique_ptr<http::Server> server_;
};

inline const std::string kAsk = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
inline const std::string kHealthy = R"({"status":"ok","version":"1.2.3"})";

inline bool is_healthy(HealthHost& host) {
  const Answer answer = PlainClient(host.port()).ask(kAsk);
  return answer.status == 200 && answer.body == kHealthy;
}

// How many of so many requests on one connection are answered well.
inline int count_healthy(HealthHost& host, int times) {
  PlainClient client(host.port());
  int healthy = 0;
  for (int i = 0; i < times; ++i) {
    healthy += client.ask(kAsk).body == kHealthy ? 1 : 0;
  }
  return healthy;
}

}  // namespace abv::test
