// Records what a plugin sends: events, replies, edits of heads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/abi/event.h"
#include "abv/abi/reply.h"
#include "abv/ext/middleware.h"
#include "abv/sdk/event.hpp"
#include "abv/sdk/testkit/fake_call.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace testkit {

// A copy of an event.
struct RecordedEvent {
  std::uint32_t kind = 0;
  std::uint32_t index = 0;
  std::int64_t number = 0;
  std::string text;
  std::string id;
  std::string name;
  std::string raw_json;
  std::optional<abv_usage> usage;
};

inline RecordedEvent record(const abv_event& event) {
  return {event.kind,
          event.index,
          event.number,
          std::string(view(event.text)),
          std::string(view(event.id)),
          std::string(view(event.name)),
          std::string(view(event.raw_json)),
          event.usage == nullptr ? std::nullopt : std::optional<abv_usage>(*event.usage)};
}

// A list of events, and short questions about it.
class EventList {
 public:
  const std::vector<RecordedEvent>& all() const { return events_; }

  std::vector<std::uint32_t> kinds() const {
    std::vector<std::uint32_t> kinds;
    for (const RecordedEvent& event : events_)
      kinds.push_back(event.kind);
    return kinds;
  }
  // The texts of all events of that kind, one after the other.
  std::string joined(std::uint32_t kind) const {
    std::string text;
    for (const RecordedEvent& event : events_)
      text += event.kind == kind ? event.text : "";
    return text;
  }
  std::size_t count(std::uint32_t kind) const {
    std::size_t n = 0;
    for (const RecordedEvent& event : events_)
      n += event.kind == kind ? 1U : 0U;
    return n;
  }
  // The last event of that kind; an empty one when there is none.
  RecordedEvent last(std::uint32_t kind) const {
    RecordedEvent found;
    for (const RecordedEvent& event : events_)
      found = event.kind == kind ? event : found;
    return found;
  }

  // Takes an event if the grammar of abi/event.h allows it here; ABV_E_INVALID otherwise.
  abv_status add(const abv_event& event) {
    const bool is_start = event.kind == ABV_EVENT_START;
    const bool is_free = event.kind == ABV_EVENT_PING || event.kind == ABV_EVENT_ERROR;
    const bool fits = is_free || (events_.empty() ? is_start : !is_start);
    if (is_over_ || !fits) return ABV_E_INVALID;
    is_over_ = event.kind == ABV_EVENT_STOP || event.kind == ABV_EVENT_ERROR;
    events_.push_back(record(event));
    return ABV_OK;
  }

 private:
  std::vector<RecordedEvent> events_;
  bool is_over_ = false;
};

// A sink that keeps every event, whatever the order.
class RecordingSink {
 public:
  RecordingSink() = default;
  RecordingSink(const RecordingSink&) = delete;
  RecordingSink& operator=(const RecordingSink&) = delete;

  const abv_event_sink* raw() const { return &raw_; }
  const std::vector<RecordedEvent>& events() const { return events_; }

  // Refuses everything after `count` events with `status`.
  void refuse_after(std::size_t count, abv_status status) {
    limit_ = count;
    refusal_ = status;
  }

 private:
  static abv_status emit(void* ctx, const abv_event* event) noexcept {
    auto& sink = *static_cast<RecordingSink*>(ctx);
    if (sink.events_.size() >= sink.limit_) return sink.refusal_;
    sink.events_.push_back(record(*event));
    return ABV_OK;
  }

  std::vector<RecordedEvent> events_;
  std::size_t limit_ = SIZE_MAX;
  abv_status refusal_ = ABV_OK;
  abv_event_sink raw_{sizeof(abv_event_sink), 0, this, &emit};
};

// The answer to a call. Enforces the rules of abi/reply.h: begin before write, events by their
// grammar, never both.
class RecordingReply {
 public:
  RecordingReply() = default;
  RecordingReply(const RecordingReply&) = delete;
  RecordingReply& operator=(const RecordingReply&) = delete;

  const abv_reply* raw() const { return &raw_; }

  int http_status() const { return http_status_; }  // 0 before begin
  const std::string& body() const { return body_; }
  const EventList& events() const { return events_; }
  std::string header(std::string_view name) const {
    for (const auto& [field, value] : headers_) {
      if (iequals(field, name)) return value;
    }
    return {};
  }

  // The client leaves after `count` writes or events.
  void leave_after(std::size_t count) { limit_ = count; }

 private:
  static RecordingReply& self(void* ctx) { return *static_cast<RecordingReply*>(ctx); }

  bool client_is_gone() { return sent_++ >= limit_; }

  static abv_status begin(void* ctx, std::int32_t http_status, const abv_header* headers,
                          std::size_t header_count) noexcept {
    auto& reply = self(ctx);
    if (reply.http_status_ != 0 || !reply.events_.all().empty()) return ABV_E_INVALID;
    reply.http_status_ = http_status;
    for (std::size_t i = 0; i < header_count; ++i) {
      reply.headers_.emplace_back(view(headers[i].name), view(headers[i].value));
    }
    return ABV_OK;
  }
  static abv_status write(void* ctx, abv_str bytes) noexcept {
    auto& reply = self(ctx);
    if (reply.http_status_ == 0) return ABV_E_INVALID;
    if (reply.client_is_gone()) return ABV_E_CANCELLED;
    reply.body_ += view(bytes);
    return ABV_OK;
  }
  static abv_status emit(void* ctx, const abv_event* event) noexcept {
    auto& reply = self(ctx);
    if (reply.http_status_ != 0) return ABV_E_INVALID;
    if (reply.client_is_gone()) return ABV_E_CANCELLED;
    return reply.events_.add(*event);
  }
  static const void* get_extension(void*, abv_str) noexcept { return nullptr; }

  int http_status_ = 0;
  HeaderList headers_;
  std::string body_;
  EventList events_;
  std::size_t sent_ = 0;
  std::size_t limit_ = SIZE_MAX;
  abv_reply raw_{sizeof(abv_reply), 0, this, &begin, &write, &emit, &get_extension};
};

// The head of a request or of an answer, under a middleware's hands.
class RecordingEdit {
 public:
  explicit RecordingEdit(HeaderList headers = {}, std::int32_t http_status = 0)
      : headers_(std::move(headers)) {
    raw_.http_status = http_status;
  }
  RecordingEdit(const RecordingEdit&) = delete;
  RecordingEdit& operator=(const RecordingEdit&) = delete;

  const abv_edit* raw() const { return &raw_; }

  // The value of a header as it now stands; empty when there is none.
  std::string header(std::string_view name) const {
    for (const auto& [field, value] : headers_) {
      if (iequals(field, name)) return value;
    }
    return {};
  }
  const std::string& request_id() const { return request_id_; }  // empty when it was not set

 private:
  static RecordingEdit& self(void* ctx) { return *static_cast<RecordingEdit*>(ctx); }

  void erase(std::string_view name) {
    HeaderList kept;
    for (auto& header : headers_) {
      if (!iequals(header.first, name)) kept.push_back(std::move(header));
    }
    headers_ = std::move(kept);
  }

  static abv_status set_header(void* ctx, abv_str name, abv_str value) noexcept {
    self(ctx).erase(view(name));
    self(ctx).headers_.emplace_back(view(name), view(value));
    return ABV_OK;
  }
  static abv_status remove_header(void* ctx, abv_str name) noexcept {
    self(ctx).erase(view(name));
    return ABV_OK;
  }
  static abv_str get_header(void* ctx, abv_str name) noexcept {
    for (const auto& [field, value] : self(ctx).headers_) {
      if (iequals(field, view(name))) return str(value);
    }
    return {nullptr, 0};
  }
  static abv_status set_request_id(void* ctx, abv_str id) noexcept {
    self(ctx).request_id_ = view(id);
    return ABV_OK;
  }

  HeaderList headers_;
  std::string request_id_;
  abv_edit raw_{sizeof(abv_edit), 0,           this,           &set_header,
                &remove_header,   &get_header, &set_request_id};
};

}  // namespace testkit
}  // namespace v1
}  // namespace abv::sdk
