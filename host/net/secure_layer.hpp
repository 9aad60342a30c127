#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"

namespace abv::net {

// The TLS part of a Stream. The contracts are those of the Stream's functions of the same names.
class SecureLayer {
 public:
  virtual ~SecureLayer() = default;

  virtual Result<std::size_t> read_some(char* buffer, std::size_t size) = 0;
  virtual Result<void> write_all(std::span<const std::string_view> pieces) = 0;
  virtual void set_timeouts(Nanos read, Nanos write) = 0;
  virtual bool is_quiet() = 0;
  virtual bool has_pending() = 0;
};

// Hands out pieces joined to at most `kMost` bytes: what is small is copied together, what is large
// is passed on as it is.
class Joiner {
 public:
  static constexpr std::size_t kMost = std::size_t{16} * 1024;  // one TLS record

  // `write` takes a string_view and returns a Result<void>; the first error ends it.
  template <class Write>
  Result<void> join(std::span<const std::string_view> pieces, Write write) {
    std::size_t held = 0;
    for (std::string_view piece : pieces) {
      while (!piece.empty()) {
        if (held == 0 && piece.size() >= kMost) {
          if (auto done = write(piece.substr(0, kMost)); !done) return done;
          piece.remove_prefix(kMost);
          continue;
        }
        const std::size_t taken = piece.copy(buffer_ + held, kMost - held);
        piece.remove_prefix(taken);
        held += taken;
        if (held == kMost) {
          if (auto done = write(std::string_view(buffer_, held)); !done) return done;
          held = 0;
        }
      }
    }
    return held == 0 ? Result<void>() : write(std::string_view(buffer_, held));
  }

 private:
  char buffer_[kMost];
};

}  // namespace abv::net
