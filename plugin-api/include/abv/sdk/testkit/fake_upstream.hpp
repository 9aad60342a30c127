// What a provider is given and asked for: attempts, accounts, outgoing requests, answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/ext/provider.h"
#include "abv/sdk/testkit/fake_call.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace testkit {

struct AccountFields {
  std::map<std::string, std::string> secrets = {{"api_key", "sk-test"}};
  std::string kind = "api_key";
  std::string attributes_json = "{}";
};

class FakeAccount {
 public:
  explicit FakeAccount(AccountFields fields = {}) : fields_(std::move(fields)) {}
  FakeAccount(const FakeAccount&) = delete;
  FakeAccount& operator=(const FakeAccount&) = delete;

  const abv_account* raw() const { return &raw_; }
  const std::map<std::string, std::string>& secrets() const { return fields_.secrets; }
  int clear_reads() const { return clear_reads_; }  // how often the plugin read a secret itself

 private:
  static abv_status secret(void* ctx, abv_str field, const abv_writer* out) noexcept {
    auto& account = *static_cast<FakeAccount*>(ctx);
    const auto found = account.fields_.secrets.find(std::string(view(field)));
    if (found == account.fields_.secrets.end()) return ABV_E_NOT_FOUND;
    ++account.clear_reads_;
    return out->write(out->ctx, str(found->second));
  }

  AccountFields fields_;
  int clear_reads_ = 0;
  abv_account raw_{
      sizeof(abv_account),          0,      this, str("account-1"), str(fields_.kind), str("test"),
      str(fields_.attributes_json), &secret};
};

struct AttemptFields {
  std::string operation = "chat";
  std::string dialect = "openai-chat";
  std::string model = "test-model";
  std::string method = "POST";
  std::string path = "/v1/chat/completions";
  std::string query = {};
  std::string body = "{}";
  HeaderList headers = {};
  std::uint32_t flags = 0;
  std::uint32_t number = 1;
  std::uint32_t step = 0;
};

class FakeAttempt {
 public:
  // `account` may be null, and must outlive the attempt.
  explicit FakeAttempt(AttemptFields fields = {}, const FakeAccount* account = nullptr)
      : fields_(std::move(fields)), headers_(header_views(fields_.headers)) {
    raw_.size = sizeof raw_;
    raw_.flags = fields_.flags;
    raw_.number = fields_.number;
    raw_.step = fields_.step;
    raw_.operation = str(fields_.operation);
    raw_.dialect = str(fields_.dialect);
    raw_.model = str(fields_.model);
    raw_.method = str(fields_.method);
    raw_.path = str(fields_.path);
    raw_.query = str(fields_.query);
    raw_.body = str(fields_.body);
    raw_.headers = headers_.data();
    raw_.header_count = headers_.size();
    raw_.account = account == nullptr ? nullptr : account->raw();
  }
  FakeAttempt(const FakeAttempt&) = delete;
  FakeAttempt& operator=(const FakeAttempt&) = delete;

  const abv_attempt* raw() const { return &raw_; }

 private:
  AttemptFields fields_;
  std::vector<abv_header> headers_;
  abv_attempt raw_{};
};

// The request that a provider makes of an attempt.
class RecordingOutgoing {
 public:
  // `account` supplies what set_credential fills in; it may be null.
  explicit RecordingOutgoing(std::string body = {}, const FakeAccount* account = nullptr)
      : body_(std::move(body)), account_(account) {}
  RecordingOutgoing(const RecordingOutgoing&) = delete;
  RecordingOutgoing& operator=(const RecordingOutgoing&) = delete;

  const abv_outgoing* raw() const { return &raw_; }

  const std::string& method() const { return method_; }  // empty when it was not set
  const std::string& url() const { return url_; }
  std::string header(std::string_view name) const {
    for (const auto& [field, value] : headers_) {
      if (iequals(field, name)) return value;
    }
    return {};
  }
  const std::vector<std::string>& removed_headers() const { return removed_; }
  // "413 too_large: …", or empty: why a dialect would not make a request.
  const std::string& failure() const { return failure_; }

  // The body with all splices done.
  std::string body() const {
    std::string edited = body_;
    for (auto splice = splices_.rbegin(); splice != splices_.rend(); ++splice) {
      edited.replace(splice->first, splice->second.first, splice->second.second);
    }
    return edited;
  }

 private:
  static RecordingOutgoing& self(void* ctx) { return *static_cast<RecordingOutgoing*>(ctx); }

  static abv_status set_method(void* ctx, abv_str method) noexcept {
    self(ctx).method_ = view(method);
    return ABV_OK;
  }
  static abv_status set_url(void* ctx, abv_str url) noexcept {
    self(ctx).url_ = view(url);
    return ABV_OK;
  }
  static abv_status set_header(void* ctx, abv_str name, abv_str value) noexcept {
    auto& headers = self(ctx).headers_;
    for (auto& [field, old_value] : headers) {
      if (!iequals(field, view(name))) continue;
      old_value = view(value);
      return ABV_OK;
    }
    headers.emplace_back(view(name), view(value));
    return ABV_OK;
  }
  static abv_status remove_header(void* ctx, abv_str name) noexcept {
    self(ctx).removed_.emplace_back(view(name));
    return ABV_OK;
  }
  static abv_status set_credential(void* ctx, abv_str header, abv_str prefix,
                                   abv_str field) noexcept {
    const FakeAccount* account = self(ctx).account_;
    if (account == nullptr) return ABV_E_NOT_FOUND;
    const auto found = account->secrets().find(std::string(view(field)));
    if (found == account->secrets().end()) return ABV_E_NOT_FOUND;
    const std::string value = std::string(view(prefix)) + found->second;
    return set_header(ctx, header, str(value));
  }
  static abv_status splice(void* ctx, std::size_t offset, std::size_t length,
                           abv_str replacement) noexcept {
    if (offset + length > self(ctx).body_.size()) return ABV_E_INVALID;
    self(ctx).splices_[offset] = {length, std::string(view(replacement))};
    return ABV_OK;
  }
  static abv_status set_body(void* ctx, abv_str body) noexcept {
    self(ctx).body_ = view(body);
    self(ctx).splices_.clear();
    return ABV_OK;
  }

  static void fail(void* ctx, const abv_error* error) noexcept {
    std::string text = std::to_string(error->http_status) + " ";
    text.append(view(error->type)).append(": ").append(view(error->message));
    self(ctx).failure_ = std::move(text);
  }

  std::string body_;
  const FakeAccount* account_;
  std::string failure_;
  std::string method_;
  std::string url_;
  HeaderList headers_;
  std::vector<std::string> removed_;
  std::map<std::size_t, std::pair<std::size_t, std::string>> splices_;  // by offset
  abv_outgoing raw_{
      sizeof(abv_outgoing), 0,       this,      &set_method, &set_url, &set_header, &remove_header,
      &set_credential,      &splice, &set_body, &fail};
};

class FakeAnswer {
 public:
  explicit FakeAnswer(std::int32_t http_status, std::string body = {}, HeaderList headers = {},
                      abv_status transport = ABV_OK)
      : body_(std::move(body)), fields_(std::move(headers)), headers_(header_views(fields_)) {
    raw_.size = sizeof raw_;
    raw_.http_status = http_status;
    raw_.transport = transport;
    raw_.headers = headers_.data();
    raw_.header_count = headers_.size();
    raw_.body = str(body_);
    raw_.now_unix_ms = 1'700'000'000'000;
  }
  FakeAnswer(const FakeAnswer&) = delete;
  FakeAnswer& operator=(const FakeAnswer&) = delete;

  const abv_answer* raw() const { return &raw_; }

 private:
  std::string body_;
  HeaderList fields_;
  std::vector<abv_header> headers_;
  abv_answer raw_{};
};

}  // namespace testkit
}  // namespace v1
}  // namespace abv::sdk
