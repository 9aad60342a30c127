#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace abv {

// A credential. It prints as `***`, wipes its memory when it goes, and has to be asked for its text
// by a name that is easy to search for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();

  bool empty() const { return text_.empty(); }

  // The text itself. Never log it, never put it into an error message.
  std::string_view reveal() const { return text_; }

 private:
  std::string text_;
};

// Prints `***`, or nothing for an empty secret.
std::ostream& operator<<(std::ostream& out, const Secret& secret);

// Compares in a time that depends on the length of `given` only, not on where the two differ.
bool constant_time_equal(std::string_view given, std::string_view expected);

}  // namespace abv
