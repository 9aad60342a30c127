#include "tests/host/app/socket_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "tests/host/app/http_client.hpp"

namespace abv::test {
namespace {

constexpr std::string_view kMask = "\x9B\x01\xE4\x5C";

int connected(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to the host");
  }
  return fd;
}

std::size_t number(std::string_view bytes) {
  std::size_t value = 0;
  for (const char c : bytes) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return value;
}

std::string bytes_of(std::size_t value, int count) {
  std::string bytes;
  for (int i = count - 1; i >= 0; --i) {
    bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  }
  return bytes;
}

bool is_last(const std::string& type) {
  return type == "response.completed" || type == "response.incomplete" ||
         type == "response.failed" || type == "error" || type.empty();
}

}  // namespace

std::string frame(unsigned first, std::string_view payload) {
  const std::size_t size = payload.size();
  std::string text = bytes_of(first, 1);
  text += size < 126     ? bytes_of(0x80 | size, 1)
          : size < 65536 ? bytes_of(0x80 | 126, 1) + bytes_of(size, 2)
                         : bytes_of(0x80 | 127, 1) + bytes_of(size, 8);
  text += kMask;
  for (std::size_t i = 0; i < size; ++i) {
    text += static_cast<char>(payload[i] ^ kMask[i % 4]);
  }
  return text;
}

std::string close_code(unsigned code) {
  return bytes_of(code, 2);
}

std::string type_of(std::string_view json) {
  constexpr std::string_view kBegin = "\"type\":\"";
  const std::size_t begin = json.find(kBegin);
  if (begin == std::string_view::npos) {
    return "";
  }
  json.remove_prefix(begin + kBegin.size());
  return std::string(json.substr(0, json.find('"')));
}

SocketClient::SocketClient(std::uint16_t port, const TestCerts* certs) {
  stream_.open(connected(port));
  stream_.set_read_timeout(std::chrono::seconds(30));
  if (certs != nullptr) {
    auto made = net::TlsClient::make(certs->ca_file());
    tls_ = made ? std::move(made).value() : nullptr;
    if (!tls_ || !stream_.start_tls(*tls_, {"127.0.0.1", "test"}, std::chrono::seconds(30))) {
      throw std::runtime_error("no TLS with the host");
    }
  }
}

int SocketClient::open(std::string_view target, std::initializer_list<std::string_view> headers) {
  std::string text = "GET " + std::string(target) +
                     " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Version: 13\r\n";
  for (const std::string_view header : headers) {
    text.append(header).append("\r\n");
  }
  send(text + "\r\n");
  return hear_head();
}

int SocketClient::hear_head() {
  std::size_t end = 0;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!need(unread_.size() + 1)) {
      return 0;
    }
  }
  head_ = take(end + 4);
  return std::atoi(head_.c_str() + head_.find(' '));
}

std::string SocketClient::header(std::string_view name) const {
  Answer answer;
  answer.head = head_;
  return answer.header(name);
}

void SocketClient::send(std::string_view bytes) {
  (void)stream_.write_all(bytes);
}

bool SocketClient::need(std::size_t bytes) {
  std::array<char, 16 * 1024> buffer;
  while (unread_.size() < bytes) {
    const Result<std::size_t> got = stream_.read_some(buffer.data(), buffer.size());
    if (!got || *got == 0) {
      const bool is_silent = !got && got.error().code == Error::Code::kTimeout;
      end_ = is_silent ? "silence" : "end";
      return false;
    }
    unread_.append(buffer.data(), *got);
  }
  return true;
}

std::string SocketClient::take(std::size_t bytes) {
  std::string taken = unread_.substr(0, bytes);
  unread_.erase(0, bytes);
  return taken;
}

std::string SocketClient::hear() {
  if (!need(2)) {
    return end_;
  }
  const unsigned first = static_cast<unsigned char>(unread_[0]);
  const unsigned second = static_cast<unsigned char>(unread_[1]);
  const std::size_t extended = second == 127 ? 8 : second == 126 ? 2 : 0;
  if (!need(2 + extended)) {
    return end_;
  }
  const std::size_t size =
      extended == 0 ? second : number(std::string_view(unread_).substr(2, extended));
  if (!need(2 + extended + size)) {
    return end_;
  }
  take(2 + extended);
  const std::string payload = take(size);
  switch (first) {
    case kTextFrame:
      return payload;
    case kPingFrame:
      return "ping(" + payload + ")";
    case kPongFrame:
      return "pong(" + payload + ")";
    case kCloseFrame:
      return payload.empty() ? "close()"
                             : "close(" + std::to_string(number(payload.substr(0, 2))) + " " +
                                   payload.substr(2) + ")";
    default:
      return "frame " + std::to_string(first);
  }
}

std::vector<std::string> SocketClient::hear_answer() {
  std::vector<std::string> messages;
  do {
    messages.push_back(hear());
  } while (!is_last(type_of(messages.back())));
  return messages;
}

std::string SocketClient::ask(std::string_view text) {
  say(text);
  std::string types;
  for (const std::string& message : hear_answer()) {
    const std::string type = type_of(message);
    types.append(types.empty() ? "" : " ").append(type.empty() ? message : type);
  }
  return types;
}

}  // namespace abv::test
