#pragma once

#include <string>
#include <utility>
#include <variant>

namespace abv {

// Why something that can be expected to fail did fail.
//
// `message` names place, path, rule and value, starts in lower case and has no final full stop. It
// never holds a secret.
struct Error {
  enum class Code {
    kInvalid,      // the input breaks a rule
    kNotFound,     // what was asked for is not there
    kDenied,       // policy forbids it
    kIo,           // the system or a peer failed
    kTimeout,      // a time limit passed
    kCancelled,    // the caller is gone; not a failure to report
    kUnsupported,  // understood, but not offered
    kLimit,        // a configured size or count was exceeded
    kInternal,     // a fault of this program or of a plugin
  };

  Code code = Code::kInternal;
  std::string message;
};

// Either a value or an Error. Used for what can be expected to fail; exceptions come from third
// parties only and are caught where those are called.
template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that `return value;` and `return Error{…};` both read naturally.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Only when ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }

  // Only when not ok().
  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  Error& error() { return error_; }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

// A short word for logs and tests: "invalid", "timeout", …
const char* code_name(Error::Code code);

}  // namespace abv
