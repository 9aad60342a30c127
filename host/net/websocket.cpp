#include "host/net/websocket.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace abv::net {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeySize = 24;  // of 16 bytes in base64

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

// Appends bytes without their mask, which starts with its byte `at`.
void append_unmasked(std::string& out, std::string_view bytes,
                     const std::array<unsigned char, 4>& mask, std::size_t at) {
  const std::size_t begin = out.size();
  out.append(bytes);
  std::array<unsigned char, 8> turned{};
  for (std::size_t i = 0; i < turned.size(); ++i) {
    turned[i] = mask[(at + i) % mask.size()];
  }
  std::uint64_t word_mask = 0;
  std::memcpy(&word_mask, turned.data(), sizeof word_mask);
  char* to = out.data() + begin;
  std::size_t left = bytes.size();
  for (; left >= sizeof word_mask; left -= sizeof word_mask, to += sizeof word_mask) {
    std::uint64_t word = 0;
    std::memcpy(&word, to, sizeof word);
    word ^= word_mask;
    std::memcpy(to, &word, sizeof word);
  }
  for (std::size_t i = 0; i < left; ++i) {
    to[i] = static_cast<char>(to[i] ^ turned[i]);
  }
}

// Codes that may stand in a close frame: those of the RFC and its registry, and those that
// libraries and applications choose.
bool may_be_sent(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

std::uint64_t big_endian(const unsigned char* bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | bytes[i];
  }
  return value;
}

void put_big_endian(char* to, std::uint64_t value, std::size_t size) {
  for (std::size_t i = size; i-- > 0; value >>= 8) {
    to[i] = static_cast<char>(value & 0xFF);
  }
}

}  // namespace

bool is_websocket_key(std::string_view key) {
  return key.size() == kKeySize && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2, is_base64);
}

std::string websocket_accept(std::string_view key) {
  const std::string text = std::string(key) + std::string(kGuid);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  ::SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 32> encoded{};
  const int size = ::EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

WebSocketParser::State WebSocketParser::refuse(CloseCode code, std::string why) {
  close_code_ = code;
  reason_ = std::move(why);
  return State::kRefused;
}

WebSocketParser::State WebSocketParser::read(std::string_view& bytes) {
  if (!in_payload_) {
    control_.clear();
  }
  if (std::exchange(is_told_, false)) {
    message_.clear();
  }
  for (;;) {
    const State state = in_payload_ ? take_payload(bytes) : take_header(bytes);
    if (state != State::kIncomplete) {
      return state;
    }
    const bool is_frame_over = in_payload_ && left_ == 0;
    if (is_frame_over) {
      if (const State ended = end_frame(); ended != State::kIncomplete) {
        return ended;
      }
    } else if (bytes.empty()) {
      return State::kIncomplete;
    }
  }
}

WebSocketParser::State WebSocketParser::take_header(std::string_view& bytes) {
  while (header_size_ < header_needed_) {
    if (bytes.empty()) {
      return State::kIncomplete;
    }
    header_[header_size_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (header_size_ == 2) {
      if (const State state = check_begin(); state != State::kIncomplete) {
        return state;
      }
    }
  }
  return begin_payload();
}

// What the first two bytes tell is judged before anything else is waited for.
WebSocketParser::State WebSocketParser::check_begin() {
  const unsigned char length = header_[1] & 0x7F;
  is_final_ = (header_[0] & 0x80) != 0;
  opcode_ = header_[0] & 0x0F;
  if ((header_[0] & 0x70) != 0) {
    return refuse(CloseCode::kProtocolError, "a reserved bit is set without an extension");
  }
  if ((opcode_ > 2 && opcode_ < 8) || opcode_ > 10) {
    return refuse(CloseCode::kProtocolError, "unknown opcode " + std::to_string(opcode_));
  }
  if ((header_[1] & 0x80) == 0) {
    return refuse(CloseCode::kProtocolError, "a frame is not masked");
  }
  if (is_control() && (!is_final_ || length > kMostControl)) {
    return refuse(CloseCode::kProtocolError, is_final_ ? "a control frame is longer than 125 bytes"
                                                       : "a control frame is fragmented");
  }
  const bool is_continuation = opcode_ == static_cast<std::uint8_t>(Opcode::kContinuation);
  if (!is_control() && is_continuation != in_message_) {
    return refuse(CloseCode::kProtocolError,
                  in_message_ ? "a message begins within another" : "a continuation of no message");
  }
  if (opcode_ == static_cast<std::uint8_t>(Opcode::kBinary)) {
    return refuse(CloseCode::kUnsupportedData, "expected text, got a binary message");
  }
  header_needed_ = 2 + (length == 126 ? 2u : length == 127 ? 8u : 0u) + mask_.size();
  return State::kIncomplete;
}

WebSocketParser::State WebSocketParser::begin_payload() {
  const std::size_t extended = header_needed_ - 2 - mask_.size();
  left_ = extended == 0 ? header_[1] & 0x7F : big_endian(header_.data() + 2, extended);
  const std::uint64_t least = extended == 2 ? 126 : extended == 8 ? 65536 : 0;
  if (left_ < least || left_ >> 63 != 0) {
    return refuse(CloseCode::kProtocolError, "a length does not take the fewest bytes");
  }
  if (!is_control() && left_ > longest_ - std::min<std::uint64_t>(message_.size(), longest_)) {
    return refuse(CloseCode::kTooBig,
                  "a message is longer than " + std::to_string(longest_) + " bytes");
  }
  std::copy_n(header_.begin() + 2 + static_cast<std::ptrdiff_t>(extended), mask_.size(),
              mask_.begin());
  mask_at_ = 0;
  in_payload_ = true;
  in_message_ |= !is_control();
  return State::kIncomplete;
}

WebSocketParser::State WebSocketParser::take_payload(std::string_view& bytes) {
  const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  std::string& to = is_control() ? control_ : message_;
  append_unmasked(to, bytes.substr(0, taken), mask_, mask_at_);
  bytes.remove_prefix(taken);
  mask_at_ = (mask_at_ + taken) % mask_.size();
  left_ -= taken;
  if (!is_control() && !text_.take(std::string_view(to).substr(to.size() - taken))) {
    return refuse(CloseCode::kInvalidText, "a message is not UTF-8");
  }
  return State::kIncomplete;
}

WebSocketParser::State WebSocketParser::end_frame() {
  in_payload_ = false;
  header_size_ = 0;
  header_needed_ = 2;
  switch (static_cast<Opcode>(opcode_)) {
    case Opcode::kPing:
      return State::kPing;
    case Opcode::kPong:
      return State::kPong;
    case Opcode::kClose:
      return end_close();
    default:
      break;
  }
  if (!is_final_) {
    return State::kIncomplete;
  }
  if (!text_.is_whole()) {
    return refuse(CloseCode::kInvalidText, "a message is not UTF-8");
  }
  text_.reset();
  in_message_ = false;
  is_told_ = true;
  return State::kMessage;
}

WebSocketParser::State WebSocketParser::end_close() {
  close_code_ = CloseCode::kNone;
  if (control_.empty()) {
    return State::kClose;
  }
  const std::uint64_t code = big_endian(reinterpret_cast<const unsigned char*>(control_.data()),
                                        control_.size() > 1 ? 2 : 0);
  if (!may_be_sent(static_cast<std::uint16_t>(code))) {
    return refuse(CloseCode::kProtocolError, "a close frame has no valid code");
  }
  reason_ = control_.substr(2);
  Utf8Check check;
  if (!check.take(reason_) || !check.is_whole()) {
    return refuse(CloseCode::kInvalidText, "the reason of a close frame is not UTF-8");
  }
  close_code_ = static_cast<CloseCode>(code);
  return State::kClose;
}

FrameHead::FrameHead(Opcode opcode, std::uint64_t payload) {
  constexpr unsigned kFinal = 0x80;
  bytes_[0] = static_cast<char>(kFinal | static_cast<unsigned>(opcode));
  if (payload <= kMostControl) {
    bytes_[1] = static_cast<char>(payload);
    size_ = 2;
  } else if (payload <= 0xFFFF) {
    bytes_[1] = 126;
    put_big_endian(bytes_.data() + 2, payload, 2);
    size_ = 4;
  } else {
    bytes_[1] = 127;
    put_big_endian(bytes_.data() + 2, payload, 8);
    size_ = 10;
  }
}

std::string close_payload(CloseCode code, std::string_view reason) {
  if (code == CloseCode::kNone) {
    return {};
  }
  std::size_t size = std::min(reason.size(), kMostControl - 2);
  while (size < reason.size() && size > 0 && (reason[size] & 0xC0) == 0x80) {
    --size;
  }
  std::string payload(2, '\0');
  put_big_endian(payload.data(), static_cast<std::uint16_t>(code), 2);
  return payload.append(reason.substr(0, size));
}

}  // namespace abv::net
