#include "host/http/web_socket.hpp"

#include <Poco/Exception.h>
#include <Poco/RunnableAdapter.h>
#include <Poco/Thread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <memory>
#include <random>
#include <utility>

#include "host/http/message_reply.hpp"

namespace abv::http {
namespace {

constexpr int kListenerStackBytes = 128 * 1024;

// After so many pings without a byte in return the client counts as gone.
constexpr int kMostPings = 3;

// Stands for the connection among the calls, and never leaves this process but for its log.
std::string new_session_id() {
  std::random_device random;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "ws_%08x%08x", random(), random());
  return text.data();
}

// What is of the upgrade, or of each call's own.
bool is_passed_on(std::string_view name) {
  constexpr std::array<std::string_view, 7> kOwn{"connection",       "upgrade", "keep-alive",
                                                 "content-length",   "accept",  "expect",
                                                 "transfer-encoding"};
  constexpr std::string_view kPrefix = "sec-websocket-";
  return !net::equal_ignoring_case(name, "content-type") &&
         !net::equal_ignoring_case(name.substr(0, kPrefix.size()), kPrefix) &&
         std::none_of(kOwn.begin(), kOwn.end(),
                      [&](std::string_view one) { return net::equal_ignoring_case(one, name); });
}

// A message as the body of a call; what was read to its end is freed.
class MessageBody final : public lane::BodySource {
 public:
  explicit MessageBody(CallMessage& message) : message_(message), length_(message.body.size()) {}

  std::optional<std::uint64_t> length() const override { return length_; }

  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t taken =
        std::string_view(message_.body).substr(read_).copy(buffer.data(), buffer.size());
    read_ += taken;
    if (read_ == length_) {
      message_.body = {};
      message_.memory.reset();
      read_ = length_ = 0;
    }
    return taken;
  }

 private:
  CallMessage& message_;
  std::size_t length_;
  std::size_t read_ = 0;
};

lane::CallError too_old() {
  return lane::CallError::make(400, ABV_E_LIMIT, "websocket_connection_limit_reached",
                               "this WebSocket has reached its age limit (websocket.max_age), open "
                               "a new one");
}

}  // namespace

WebSocket::WebSocket(Shared& shared, net::Stream& stream, const lane::ClientRequest& upgrade,
                     plugin::WebSocketWords words, std::string_view ahead)
    : shared_(shared),
      stream_(stream),
      words_(std::move(words)),
      session_(new_session_id()),
      began_(shared.clock.now()),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      target_(upgrade.target),
      peer_(upgrade.peer),
      is_secure_(upgrade.is_secure),
      frames_(stream),
      queue_(began_),
      ahead_(ahead),
      longest_message_(shared.sites()->limits.body_bytes),
      parser_(longest_message_),
      heard_at_(began_) {
  for (const net::Header& header : upgrade.headers) {
    if (is_passed_on(header.name)) {
      headers_.push_back({std::string(header.name), std::string(header.value)});
    }
  }
}

WebSocket::~WebSocket() {
  if (wake_ >= 0) {
    ::close(wake_);
  }
}

void WebSocket::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

void WebSocket::serve() {
  shared_.log.debug("websocket.open", {{"session", session_}, {"peer", peer_}});
  Poco::Thread listener;
  listener.setStackSize(kListenerStackBytes);
  Poco::RunnableAdapter<WebSocket> listening(*this, &WebSocket::listen);
  try {
    listener.start(listening);
  } catch (const Poco::Exception& fault) {
    shared_.log.error("websocket.no_thread", {{"error", fault.displayText()}});
    frames_.close(net::CloseCode::kTryAgainLater, "out of threads");
    return;
  }
  while (std::optional<CallMessage> message = queue_.next()) {
    answer(*std::move(message));
    queue_.done(shared_.clock.now());
    if (!goes_on()) {
      break;
    }
  }
  listener.join();
}

void WebSocket::leave() {
  if (queue_.idle_since()) {
    frames_.try_close(net::CloseCode::kGoingAway, "the server stops");
  }
  wake();
}

// Ends the connection from either thread. Always false.
bool WebSocket::end(net::CloseCode code, std::string_view reason) {
  shared_.log.debug(
      "websocket.end",
      {{"session", session_}, {"code", static_cast<int>(code)}, {"reason", std::string(reason)}});
  frames_.close(code, reason);
  queue_.end();
  departure_.leave();
  wake();
  return false;
}

void WebSocket::listen() {
  std::array<char, 16 * 1024> buffer;
  try {
    bool goes_on = hear(ahead_);
    while (goes_on) {
      const std::optional<Nanos> patience = look_at_clock();
      if (!patience) {
        break;
      }
      const FrameStream::Heard heard = frames_.wait(wake_, *patience);
      if (heard == FrameStream::Heard::kWake) {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t got = ::read(wake_, &count, sizeof count);
      }
      if (heard != FrameStream::Heard::kBytes) {
        continue;
      }
      const Result<std::size_t> got = frames_.read(buffer);
      goes_on = got && hear({buffer.data(), *got});
    }
  } catch (const std::exception& fault) {
    shared_.log.error("websocket.fault", {{"session", session_}, {"error", fault.what()}});
    end(net::CloseCode::kInternalError, "internal error");
  }
  queue_.end();
  departure_.leave();
}

// Does what is due, and tells how long nothing will be; 0 is without limit, nothing is the end.
std::optional<Nanos> WebSocket::look_at_clock() {
  const std::shared_ptr<const lane::Site> site = shared_.sites();
  const Nanos now = shared_.clock.now();
  if (queue_.is_over() || is_to_end(*site, now)) {
    return std::nullopt;
  }
  Nanos next = Nanos::max();
  const auto plan = [&](Nanos since, Nanos limit) {
    if (limit.count() != 0 && since + limit > now) {
      next = std::min(next, since + limit);
    }
  };
  const Nanos every = site->streams.keep_alive;
  if (every.count() != 0 && now >= heard_at_ + (pings_ + 1) * every) {
    if (pings_ == kMostPings) {
      end(net::CloseCode::kGoingAway, "no sign of life");
      return std::nullopt;
    }
    frames_.ping();
    ++pings_;
  }
  plan(heard_at_ + pings_ * every, every);
  plan(began_, site->websockets.max_age);
  if (const std::optional<Nanos> idle = queue_.idle_since()) {
    plan(*idle, site->websockets.idle);
  }
  if (parser_.is_within()) {
    plan(heard_at_, shared_.settings.header_timeout);
  }
  return next == Nanos::max() ? Nanos{0} : next - now;
}

// Ends what is to end now; where a call runs, its thread does it afterwards.
bool WebSocket::is_to_end(const lane::Site& site, Nanos now) {
  const auto is_over = [now](Nanos since, Nanos limit) {
    return limit.count() != 0 && now >= since + limit;
  };
  if (parser_.is_within() && is_over(heard_at_, shared_.settings.header_timeout)) {
    return !end(net::CloseCode::kPolicy, "a message is not complete within listen.header_timeout");
  }
  if (is_over(began_, site.websockets.max_age)) {
    is_expired_.store(true);
  }
  const std::optional<Nanos> idle = queue_.idle_since();
  if (!idle) {
    return false;
  }
  if (shared_.is_stopping.load() || !site.websockets.enabled) {
    return !end(net::CloseCode::kGoingAway, "the server stops");
  }
  if (is_expired_.load()) {
    return !end(net::CloseCode::kGoingAway, "the age limit is reached");
  }
  if (!parser_.is_within() && is_over(*idle, site.websockets.idle)) {
    return !end(net::CloseCode::kGoingAway, "idle for too long");
  }
  return false;
}

// False when nothing more is to be heard.
bool WebSocket::hear(std::string_view bytes) {
  if (!bytes.empty()) {
    heard_at_ = shared_.clock.now();
    pings_ = 0;
  }
  while (!bytes.empty()) {
    const net::WebSocketParser::State what = parser_.read(bytes);
    if (what != net::WebSocketParser::State::kIncomplete && !take(what)) {
      return false;
    }
  }
  if (parser_.held() == 0) {
    return true;
  }
  const std::shared_ptr<const lane::Site> site = shared_.sites();
  if (!memory_) {
    memory_.emplace(site->traffic);
  }
  return memory_->cover(parser_.held(), site->limits.bodies_total_bytes) ||
         end(net::CloseCode::kTryAgainLater,
             "the request bodies in progress take too much memory (limits.bodies_total)");
}

bool WebSocket::take(net::WebSocketParser::State what) {
  switch (what) {
    case net::WebSocketParser::State::kMessage:
      take_message();
      return true;
    case net::WebSocketParser::State::kPing:
      frames_.pong(parser_.payload());
      return true;
    case net::WebSocketParser::State::kClose:
      return end(parser_.close_code(), "");
    case net::WebSocketParser::State::kRefused:
      return end(parser_.close_code(), parser_.reason());
    default:
      return true;
  }
}

void WebSocket::take_message() {
  std::optional<CallMessage> message = read_call_message(std::move(parser_.message()), words_);
  parser_.message().clear();
  if (message) {
    if (memory_) {
      message->memory.emplace(*std::move(memory_));
    }
    queue_.push(*std::move(message), longest_message_);
  }
  memory_.reset();
}

lane::ClientRequest WebSocket::request_for(const CallMessage& message) const {
  lane::ClientRequest request;
  request.method = "POST";
  request.target = target_;
  request.is_secure = is_secure_;
  request.peer = peer_;
  request.headers.reserve(headers_.size() + 2);
  for (const Header& header : headers_) {
    request.headers.push_back({header.name, header.value});
  }
  request.headers.push_back({"content-type", "application/json"});
  request.headers.push_back({"accept", "text/event-stream"});
  request.stream = &stream_;
  request.session = session_;
  request.wants_output = message.wants_output;
  request.refusal = message.refusal ? &*message.refusal : nullptr;
  return request;
}

void WebSocket::answer(CallMessage message) {
  const std::shared_ptr<const lane::Site> site = shared_.sites();
  if (is_expired_.load()) {
    message.refusal = too_old();
  }
  MessageBody body(message);
  MessageReply reply(frames_, words_.lane, message.lane);
  lane::ClientRequest request = request_for(message);
  request.body = &body;
  request.sink = &reply;
  request.departure = &departure_;
  try {
    shared_.runner.run(*site, request);
  } catch (const std::exception& fault) {
    shared_.log.error("call.fault", {{"session", session_}, {"error", fault.what()}});
  }
  if (!reply.is_settled() && !queue_.is_over()) {
    end(net::CloseCode::kInternalError, "an answer broke off");
  }
}

// After a call: is there to be another?
bool WebSocket::goes_on() {
  const std::shared_ptr<const lane::Site> site = shared_.sites();
  if (shared_.is_stopping.load() || !site->websockets.enabled) {
    return end(net::CloseCode::kGoingAway, "the server stops");
  }
  if (is_expired_.load() && !queue_.has_waiting()) {
    return end(net::CloseCode::kGoingAway, "the age limit is reached");
  }
  wake();  // the time of being idle has begun
  return true;
}

}  // namespace abv::http
