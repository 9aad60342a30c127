#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/net/utf8.hpp"

// WebSocket (RFC 6455) as a server speaks it: the handshake's key, and frames. Nothing here does
// I/O.
namespace abv::net {

// Is it what a client may send as Sec-WebSocket-Key: 16 bytes in base64?
bool is_websocket_key(std::string_view key);

// The Sec-WebSocket-Accept that answers a key.
std::string websocket_accept(std::string_view key);

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// Why a WebSocket is closed.
enum class CloseCode : std::uint16_t {
  kNone = 0,  // not on the wire: the client gave no code
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kUnsupportedData = 1003,
  kInvalidText = 1007,
  kPolicy = 1008,
  kTooBig = 1009,
  kInternalError = 1011,
  kTryAgainLater = 1013,
};

// A control frame carries at most so much.
inline constexpr std::size_t kMostControl = 125;

// Reads what a client sends, cut anywhere: text messages, put together of their fragments, and the
// control frames that may stand between those.
//
// Strict as the RFC asks for: frames are masked, reserved bits are clear, opcodes are known,
// lengths take the fewest bytes, control frames are short and whole, text and close reasons are
// UTF-8. Binary messages are refused, for want of a use.
class WebSocketParser {
 public:
  enum class State { kIncomplete, kMessage, kPing, kPong, kClose, kRefused };

  // A longer message is refused, by what its frames announce.
  explicit WebSocketParser(std::uint64_t longest_message) : longest_(longest_message) {}

  // Takes bytes off the front, up to the end of the next message or control frame; kIncomplete when
  // all were taken. Not to be called again after kClose or kRefused.
  State read(std::string_view& bytes);

  // After kMessage, until the next read(); may be moved away.
  std::string& message() { return message_; }

  // After kPing or kPong, until the next read().
  std::string_view payload() const { return control_; }

  // After kClose: what the client said. After kRefused: what to close with, and why.
  CloseCode close_code() const { return close_code_; }
  const std::string& reason() const { return reason_; }

  // A frame has begun, or a message whose last fragment is not there.
  bool is_within() const { return header_size_ > 0 || in_message_; }

  // Bytes of the message that is being put together.
  std::size_t held() const { return message_.size(); }

 private:
  State refuse(CloseCode code, std::string why);
  State take_header(std::string_view& bytes);
  State check_begin();
  State begin_payload();
  State take_payload(std::string_view& bytes);
  State end_frame();
  State end_close();

  bool is_control() const { return (opcode_ & 8) != 0; }

  const std::uint64_t longest_;
  std::array<unsigned char, 14> header_{};
  std::size_t header_size_ = 0;    // 0 between frames
  std::size_t header_needed_ = 2;  // grows when the first two bytes have told
  bool in_payload_ = false;
  bool is_final_ = false;
  std::uint8_t opcode_ = 0;
  std::array<unsigned char, 4> mask_{};
  std::size_t mask_at_ = 0;
  std::uint64_t left_ = 0;  // of the payload
  bool in_message_ = false;
  bool is_told_ = false;  // the message was given out
  std::string message_;
  std::string control_;
  Utf8Check text_;
  CloseCode close_code_ = CloseCode::kNone;
  std::string reason_;
};

// The head of a whole, unmasked frame.
class FrameHead {
 public:
  FrameHead(Opcode opcode, std::uint64_t payload);

  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 10> bytes_{};
  std::size_t size_ = 0;
};

// The payload of a close frame; a reason that is too long is cut, between two characters.
std::string close_payload(CloseCode code, std::string_view reason);

}  // namespace abv::net
