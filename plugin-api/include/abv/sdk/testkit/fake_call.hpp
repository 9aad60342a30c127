// A client request whose every field a test can set.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/abi/call.h"
#include "abv/sdk/failure.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace testkit {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// ABI views of `headers`, which must stay as they are while the result is in use.
inline std::vector<abv_header> header_views(const HeaderList& headers) {
  std::vector<abv_header> views;
  for (const auto& [name, value] : headers)
    views.push_back({str(name), str(value)});
  return views;
}

// What a call is made from.
struct CallFields {
  std::string id = "req-test";
  std::string method = "POST";
  std::string path = "/v1/chat/completions";
  std::string query = {};
  std::string operation = "chat";
  std::string dialect = "openai-chat";
  std::string route = "test";
  std::string model = {};
  std::string peer = "127.0.0.1";
  HeaderList headers = {};
  std::string body = {};
  std::uint32_t flags = 0;
  std::string streamed_body = {};  // handed out by read_body
};

class FakeCall {
 public:
  explicit FakeCall(CallFields fields = {})
      : fields_(std::move(fields)), headers_(header_views(fields_.headers)) {
    raw_.size = sizeof raw_;
    raw_.flags = fields_.flags;
    raw_.ctx = this;
    raw_.id = str(fields_.id);
    raw_.method = str(fields_.method);
    raw_.path = str(fields_.path);
    raw_.query = str(fields_.query);
    raw_.operation = str(fields_.operation);
    raw_.dialect = str(fields_.dialect);
    raw_.route = str(fields_.route);
    raw_.model = str(fields_.model);
    raw_.peer = str(fields_.peer);
    raw_.headers = headers_.data();
    raw_.header_count = headers_.size();
    raw_.body = str(fields_.body);
    raw_.cancelled = &is_cancelled;
    raw_.on_cancel = &on_cancel;
    raw_.alloc = &alloc;
    raw_.read_body = &read_body;
    raw_.fail = &fail;
    raw_.complete = &complete;
    raw_.get = &get;
    raw_.set = &set;
    raw_.get_extension = &get_extension;
  }
  FakeCall(const FakeCall&) = delete;
  FakeCall& operator=(const FakeCall&) = delete;

  const abv_call* raw() const { return &raw_; }

  // The client leaves.
  void cancel() {
    cancelled_ = true;
    if (notify_ != nullptr) std::exchange(notify_, nullptr)(notify_arg_);
  }

  // What the plugin said with call->fail, if it did.
  const std::optional<Failure>& failure() const { return failure_; }
  // The status of `complete`, if it was called.
  const std::optional<abv_status>& completion() const { return completion_; }

  std::string fact(const std::string& key) const {
    const auto found = facts_.find(key);
    return found == facts_.end() ? std::string() : found->second;
  }
  void set_fact(const std::string& key, std::string value) { facts_[key] = std::move(value); }

  // What the plugin gets for get_extension(id).
  void offer(std::string id, const void* table) { extensions_[std::move(id)] = table; }

 private:
  static FakeCall& self(void* ctx) { return *static_cast<FakeCall*>(ctx); }

  static std::int32_t is_cancelled(void* ctx) noexcept { return self(ctx).cancelled_ ? 1 : 0; }
  static abv_status on_cancel(void* ctx, void (*fn)(void*), void* arg) noexcept {
    if (self(ctx).cancelled_) {
      fn(arg);
      return ABV_OK;
    }
    self(ctx).notify_ = fn;
    self(ctx).notify_arg_ = arg;
    return ABV_OK;
  }
  static void* alloc(void* ctx, std::size_t size, std::size_t align) noexcept {
    auto block = std::make_unique<std::byte[]>(size + align);
    void* start = block.get();
    std::size_t space = size + align;
    self(ctx).arena_.push_back(std::move(block));
    return std::align(align, size, start, space);
  }
  static abv_status read_body(void* ctx, char* buffer, std::size_t capacity,
                              std::size_t* n) noexcept {
    auto& call = self(ctx);
    const std::string_view rest =
        std::string_view(call.fields_.streamed_body).substr(call.body_at_);
    *n = rest.copy(buffer, capacity);
    call.body_at_ += *n;
    return ABV_OK;
  }
  static void fail(void* ctx, const abv_error* error) noexcept {
    self(ctx).failure_ = Failure{error->http_status,
                                 std::string(view(error->type)),
                                 std::string(view(error->message)),
                                 error->retry_after_ms,
                                 std::string(view(error->param)),
                                 std::string(view(error->detail_json)),
                                 error->code};
  }
  static void complete(void* ctx, abv_status status) noexcept { self(ctx).completion_ = status; }
  static abv_str get(void* ctx, abv_str key) noexcept {
    const auto found = self(ctx).facts_.find(std::string(view(key)));
    return found == self(ctx).facts_.end() ? abv_str{nullptr, 0} : str(found->second);
  }
  static abv_status set(void* ctx, abv_str key, abv_str value) noexcept {
    self(ctx).facts_[std::string(view(key))] = view(value);
    return ABV_OK;
  }
  static const void* get_extension(void* ctx, abv_str id) noexcept {
    const auto found = self(ctx).extensions_.find(std::string(view(id)));
    return found == self(ctx).extensions_.end() ? nullptr : found->second;
  }

  CallFields fields_;
  std::vector<abv_header> headers_;
  abv_call raw_{};
  std::atomic<bool> cancelled_ = false;
  void (*notify_)(void*) = nullptr;
  void* notify_arg_ = nullptr;
  std::vector<std::unique_ptr<std::byte[]>> arena_;
  std::size_t body_at_ = 0;
  std::optional<Failure> failure_;
  std::optional<abv_status> completion_;
  std::map<std::string, std::string> facts_;
  std::map<std::string, const void*> extensions_;
};

}  // namespace testkit
}  // namespace v1
}  // namespace abv::sdk
