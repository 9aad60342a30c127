#include "host/net/poco_layer.hpp"

#include <Poco/Exception.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <string>

namespace abv::net {
namespace {

constexpr std::size_t kMostPerCall = 1 << 20;  // Poco counts in int

Poco::Timespan timespan(Nanos time) {
  return Poco::Timespan(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

Error timed_out(const char* doing) {
  return {Error::Code::kTimeout, std::string(doing) + " timed out"};
}

Error failed(const char* doing, const Poco::Exception& error) {
  return {Error::Code::kIo, std::string(doing) + " failed: " + error.displayText()};
}

}  // namespace

Result<std::size_t> PocoLayer::read_some(char* buffer, std::size_t size) {
  try {
    const int got = socket_.receiveBytes(buffer, static_cast<int>(std::min(size, kMostPerCall)));
    // Negative is OpenSSL's "want read": Poco has polled for the time of the limit before it says
    // so.
    if (got < 0) return timed_out("TLS read");
    return static_cast<std::size_t>(got);
  } catch (const Poco::TimeoutException&) {
    return timed_out("TLS read");
  } catch (const Poco::Exception& error) {
    return failed("TLS read", error);
  }
}

Result<void> PocoLayer::write_piece(std::string_view piece) {
  try {
    while (!piece.empty()) {
      const int sent = socket_.sendBytes(piece.data(), static_cast<int>(piece.size()));
      if (sent <= 0) return timed_out("TLS write");
      piece.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  } catch (const Poco::TimeoutException&) {
    return timed_out("TLS write");
  } catch (const Poco::Exception& error) {
    return failed("TLS write", error);
  }
}

Result<void> PocoLayer::write_all(std::span<const std::string_view> pieces) {
  return joiner_.join(pieces, [this](std::string_view piece) { return write_piece(piece); });
}

void PocoLayer::set_timeouts(Nanos read, Nanos write) {
  try {
    if (read != read_timeout_) socket_.setReceiveTimeout(timespan(read));
    if (write != write_timeout_) socket_.setSendTimeout(timespan(write));
    read_timeout_ = read;
    write_timeout_ = write;
  } catch (const Poco::Exception&) {
    // The socket is closed; the read or write that follows says so.
  }
}

bool PocoLayer::has_pending() {
  try {
    return socket_.available() > 0;
  } catch (const Poco::Exception&) {
    return false;
  }
}

bool PocoLayer::is_quiet() {
  try {
    return !socket_.poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ);
  } catch (const Poco::Exception&) {
    return false;
  }
}

}  // namespace abv::net
