// Where the answer to a call goes.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "abv/abi/reply.h"
#include "abv/sdk/event.hpp"
#include "abv/sdk/failure.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {

// A header by views, for lists in braces.
struct Header {
  std::string_view name;
  std::string_view value;
};

// An answer is either raw (begin, write…) or made of events (start(), text(), …, stop()). Every
// function throws Stopped when the host takes no more; let it pass, the SDK returns the right
// status.
class Reply : public EventWords<Reply> {
 public:
  explicit Reply(const abv_reply* raw) : raw_(raw) {}

  void begin(int http_status, std::span<const Header> headers) {
    std::vector<abv_header> fields;
    fields.reserve(headers.size());
    for (const Header& header : headers)
      fields.push_back({str(header.name), str(header.value)});
    throw_unless_ok(raw_->begin(raw_->ctx, http_status, fields.data(), fields.size()));
  }
  void begin(int http_status, std::initializer_list<Header> headers) {
    begin(http_status, std::span<const Header>(headers.begin(), headers.size()));
  }

  void write(std::string_view bytes) { throw_unless_ok(raw_->write(raw_->ctx, str(bytes))); }

  // A whole answer at once.
  void send(int http_status, std::string_view content_type, std::string_view body) {
    begin(http_status, {{"content-type", content_type}});
    write(body);
  }

  void emit(const abv_event& event) { throw_unless_ok(raw_->emit(raw_->ctx, &event)); }
  void emit(const Event& event) { emit(event.raw()); }

  const void* extension(std::string_view id) const {
    return raw_->get_extension(raw_->ctx, str(id));
  }
  const abv_reply* raw() const { return raw_; }

 private:
  const abv_reply* raw_;
};

}  // namespace v1
}  // namespace abv::sdk
