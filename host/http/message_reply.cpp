#include "host/http/message_reply.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "host/base/json_text.hpp"
#include "host/net/http1.hpp"
#include "host/net/utf8.hpp"

namespace abv::http {
namespace {

// Generated images come as base64 in one event.
constexpr std::size_t kLongestEvent = std::size_t{128} << 20;

// More of an answer that is no stream is not looked at, and so much is shown of one that cannot be
// read.
constexpr std::size_t kMostBody = std::size_t{1} << 20;
constexpr std::size_t kMostShown = 300;

// The member `error` of an answer's body as JSON text; empty when it is no object.
std::string error_of(std::string_view body) {
  const simdjson::padded_string padded(body);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object error;
  std::string_view text;
  const bool is_found = !parser.iterate(padded).get(document) &&
                        !document["error"].get_object().get(error) && !error.raw_json().get(text);
  return is_found ? std::string(text.substr(0, text.rfind('}') + 1)) : std::string();
}

std::string own_error(std::string_view type, std::string_view message) {
  return "{\"type\":" + json_string(type) + ",\"code\":null,\"message\":" + json_string(message) +
         ",\"param\":null}";
}

}  // namespace

MessageReply::MessageReply(FrameStream& frames, std::string_view lane_member, std::string_view lane)
    : frames_(frames), events_(kLongestEvent) {
  if (!lane.empty()) {
    lane_ = json_string(lane_member) + ":" + std::string(lane) + ",";
  }
}

void MessageReply::begin(int status) {
  status_ = status;
  is_stream_ = false;
  retry_after_.clear();
}

void MessageReply::header(std::string_view name, std::string_view value) {
  if (net::equal_ignoring_case(name, "content-type")) {
    is_stream_ = status_ < 300 && value.starts_with("text/event-stream");
  } else if (net::equal_ignoring_case(name, "retry-after")) {
    retry_after_ = value;
  }
}

Result<void> MessageReply::write(std::string_view bytes, bool is_last) {
  Result<void> sent;
  if (is_stream_) {
    sent = events_.feed(bytes, [this](std::string_view data) { return send_data(data); });
  } else {
    body_.append(bytes.substr(0, kMostBody - std::min(body_.size(), kMostBody)));
    if (is_last) {
      sent = send_error(status_, body_);
    }
  }
  is_settled_ |= is_last && sent.ok();
  return sent;
}

// What is no JSON object, such as the last word of some streams, is none of the messages.
Result<void> MessageReply::send_data(std::string_view data) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = data.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos || data[begin] != '{') {
    return {};
  }
  std::string valid;
  if (net::Utf8Check check; !check.take(data) || !check.is_whole()) {
    valid = net::with_valid_utf8(data);
    data = valid;
  }
  const std::string_view rest = data.substr(begin + 1);
  const std::size_t next = rest.find_first_not_of(kBlanks);
  const bool is_empty = next == std::string_view::npos || rest[next] == '}';
  if (lane_.empty() || is_empty) {
    return frames_.text(std::span(&data, 1));
  }
  const std::array<std::string_view, 3> pieces{"{", lane_, rest};
  return frames_.text(pieces);
}

Result<void> MessageReply::send_error(int status, std::string_view body) {
  std::string error = error_of(body);
  if (status < 400) {
    error = own_error("upstream_failed", "the upstream answered without a stream");
    status = 502;
  } else if (error.empty()) {
    error = own_error("upstream_failed", body.substr(0, kMostShown));
  }
  std::string message = "{\"type\":\"error\"," + lane_ + "\"status\":" + std::to_string(status);
  if (!retry_after_.empty()) {
    message += ",\"headers\":{\"retry-after\":" + json_string(retry_after_) + "}";
  }
  message += ",\"error\":" + error + "}";
  const std::string_view text = message;
  return frames_.text(std::span(&text, 1));
}

void MessageReply::fail(int status, std::string_view error) {
  is_settled_ = send_error(status, error).ok();
}

}  // namespace abv::http
