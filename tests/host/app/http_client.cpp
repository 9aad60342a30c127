#include "tests/host/app/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace abv::test {
namespace {

constexpr timeval kPatience{30, 0};

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  std::size_t line = head.find("\r\n") + 2;
  while (line < head.size()) {
    const std::size_t end = head.find("\r\n", line);
    const std::string_view text = std::string_view(head).substr(line, end - line);
    const std::size_t colon = text.find(": ");
    if (colon != std::string_view::npos && same_name(text.substr(0, colon), name)) {
      return std::string(text.substr(colon + 2));
    }
    line = end + 2;
  }
  return "";
}

std::string request(std::string_view method, std::string_view target, std::string_view body,
                    std::initializer_list<std::string_view> headers) {
  std::string text(method);
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  for (const std::string_view header : headers) {
    text.append(header).append("\r\n");
  }
  if (!body.empty() || method == "POST") {
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  return text.append("\r\n").append(body);
}

Client::Client(std::uint16_t port, int receive_buffer)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  if (receive_buffer > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    throw std::runtime_error("cannot connect to the host");
  }
}

Client::Client(Client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      unread_(std::move(other.unread_)),
      answer_(std::move(other.answer_)),
      stage_(other.stage_),
      left_(other.left_) {}

Client::~Client() {
  close();
}

void Client::close() {
  if (fd_ >= 0) {
    ::close(std::exchange(fd_, -1));
  }
}

void Client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Client::half_close() {
  ::shutdown(fd_, SHUT_WR);
}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      throw std::runtime_error("the host does not read the request");
    }
    if (n <= 0) {
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

// False at the end of the connection.
bool Client::receive() {
  std::array<char, 64 * 1024> buffer;
  ssize_t n = 0;
  do {
    n = ::recv(fd_, buffer.data(), buffer.size(), 0);
  } while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    throw std::runtime_error("waited in vain for bytes of the host; so far: " + answer_.head +
                             answer_.body.substr(0, 2000) + unread_.substr(0, 2000));
  }
  if (n <= 0) {
    return false;
  }
  unread_.append(buffer.data(), static_cast<std::size_t>(n));
  return true;
}

bool Client::take_head() {
  const std::size_t end = unread_.find("\r\n\r\n");
  if (end == std::string::npos) {
    return false;
  }
  answer_.head = unread_.substr(0, end + 4);
  unread_.erase(0, end + 4);
  answer_.status = std::atoi(answer_.head.c_str() + answer_.head.find(' '));
  const std::string length = answer_.header("content-length");
  left_ = std::strtoull(length.c_str(), nullptr, 10);
  if (answer_.status == 100) {
    answer_ = Answer();
  } else if (answer_.header("transfer-encoding") == "chunked") {
    stage_ = Stage::kChunkSize;
  } else if (!length.empty() || answer_.status == 204) {
    stage_ = left_ == 0 ? Stage::kDone : Stage::kBody;
  } else {
    stage_ = Stage::kUntilClosed;
  }
  return true;
}

void Client::take_body(Stage next) {
  const std::size_t n = std::min(left_, unread_.size());
  answer_.body.append(unread_, 0, n);
  unread_.erase(0, n);
  left_ -= n;
  if (left_ == 0) {
    stage_ = next;
  }
}

// One step through what has arrived; false when it needs more bytes.
bool Client::advance_one() {
  switch (stage_) {
    case Stage::kHead:
      return take_head();
    case Stage::kBody:
      take_body(Stage::kDone);
      return stage_ == Stage::kDone;
    case Stage::kUntilClosed:
      answer_.body += std::exchange(unread_, "");
      return false;
    case Stage::kChunkSize: {
      const std::size_t end = unread_.find("\r\n");
      if (end == std::string::npos) {
        return false;
      }
      left_ = std::strtoull(unread_.c_str(), nullptr, 16);
      unread_.erase(0, end + 2);
      stage_ = left_ == 0 ? Stage::kTrailer : Stage::kChunk;
      return true;
    }
    case Stage::kChunk:
      take_body(Stage::kChunkEnd);
      return stage_ == Stage::kChunkEnd;
    case Stage::kChunkEnd:
    case Stage::kTrailer:
      if (unread_.size() < 2) {
        return false;
      }
      unread_.erase(0, 2);
      stage_ = stage_ == Stage::kChunkEnd ? Stage::kChunkSize : Stage::kDone;
      return true;
    case Stage::kDone:
      return false;
  }
  return false;
}

void Client::advance() {
  while (advance_one()) {
  }
}

Answer Client::read_answer() {
  advance();
  bool is_open = true;
  while (stage_ != Stage::kDone && is_open) {
    is_open = receive();
    advance();
  }
  answer_.is_complete = stage_ == Stage::kDone;
  stage_ = Stage::kHead;
  return std::exchange(answer_, Answer());
}

Answer Client::call(std::string_view bytes) {
  send(bytes);
  return read_answer();
}

void Client::wait_for_continue() {
  while (unread_.find("\r\n\r\n") == std::string::npos && receive()) {
  }
  if (unread_ != "HTTP/1.1 100 Continue\r\n\r\n") {
    throw std::runtime_error("expected to be told to go on, got " + unread_);
  }
  unread_.clear();
}

void Client::read_until(std::string_view text) {
  advance();
  while (answer_.body.find(text) == std::string::npos) {
    if (stage_ == Stage::kDone || !receive()) {
      throw std::runtime_error("the answer ended without \"" + std::string(text) +
                               "\": " + answer_.head + answer_.body);
    }
    advance();
  }
}

void Client::read_until_closed() {
  while (receive()) {
    unread_.clear();
  }
}

}  // namespace abv::test
