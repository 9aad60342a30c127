#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "abv/abi/event.h"
#include "abv/ext/dialect.h"

// Where plugins put what they make. Each class here is the host's side of one C table: derive from
// it, or use the one given, and hand it to a wrapper. What is thrown is caught at the border and
// becomes ABV_E_INTERNAL.
namespace abv::plugin {

inline constexpr std::size_t kMaxOutputBytes = std::size_t{64} << 20;

// A request with a file in it grows by a third when that becomes base64.
inline constexpr std::size_t kMaxCanonicalBytes = std::size_t{256} << 20;

// Takes events. The event and its views have been checked; they are valid until emit returns.
class EventSink {
 public:
  virtual abv_status emit(const abv_event& event) = 0;

 protected:
  ~EventSink() = default;
};

// Takes what a conversion could not carry over.
class LossSink {
 public:
  virtual void lost(std::string_view path, std::string_view what, std::string_view why) = 0;

 protected:
  ~LossSink() = default;
};

// For those who do not want to know.
class NoLossSink final : public LossSink {
 public:
  void lost(std::string_view, std::string_view, std::string_view) override {}
};

// An abv_writer that appends to a string. Beyond `limit` bytes added it says ABV_E_LIMIT.
class StringWriter {
 public:
  explicit StringWriter(std::string& out, std::size_t limit = kMaxOutputBytes) noexcept;
  StringWriter(const StringWriter&) = delete;
  StringWriter& operator=(const StringWriter&) = delete;

  const abv_writer* table() const noexcept { return &table_; }
  bool overflowed() const noexcept { return overflowed_; }

 private:
  static abv_status ABV_CALL write(void* ctx, abv_str bytes) noexcept;

  abv_writer table_;
  std::string& out_;
  std::size_t left_;
  bool overflowed_ = false;
};

abv_event_sink event_table(EventSink& sink) noexcept;
abv_loss_sink loss_table(LossSink& sink) noexcept;

// Has every field of version 1.0, and views that can be read?
bool is_valid(const abv_event* event) noexcept;

}  // namespace abv::plugin
