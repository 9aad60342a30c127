// abv.provider/1 from a C++ class:
//
//   void prepare(const Attempt&, Outgoing&) const;                       required
//   void judge(const Attempt&, const Answer&, Verdict&) const;           optional
//   abv_status|void digest(const Attempt&, const Answer&, Writer& json)  optional
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "abv/ext/provider.h"
#include "abv/sdk/component.hpp"
#include "abv/sdk/event.hpp"

namespace abv::sdk {
inline namespace v1 {

// A credential of a provider.
class Account {
 public:
  explicit Account(const abv_account& raw) : raw_(&raw) {}

  std::string_view id() const { return view(raw_->id); }
  std::string_view kind() const { return view(raw_->kind); }
  std::string_view label() const { return view(raw_->label); }
  std::string_view attributes_json() const { return view(raw_->attributes_json); }

  // A secret field in clear text, or nothing. Prefer Outgoing::set_credential.
  std::optional<std::string> secret(std::string_view field) const {
    StringWriter out;
    if (raw_->secret(raw_->ctx, str(field), out.raw()) < ABV_OK) return std::nullopt;
    return out.text();
  }

 private:
  const abv_account* raw_;
};

// One try to have a call answered.
class Attempt {
 public:
  explicit Attempt(const abv_attempt& raw) : raw_(&raw) {}

  std::uint32_t number() const { return raw_->number; }
  std::uint32_t step() const { return raw_->step; }
  bool wants_stream() const { return (raw_->flags & ABV_ATTEMPT_STREAM) != 0; }
  std::string_view operation() const { return view(raw_->operation); }
  std::string_view dialect() const { return view(raw_->dialect); }
  std::string_view model() const { return view(raw_->model); }
  std::string_view method() const { return view(raw_->method); }
  std::string_view path() const { return view(raw_->path); }
  std::string_view query() const { return view(raw_->query); }
  std::string_view body() const { return view(raw_->body); }
  std::span<const abv_header> headers() const { return {raw_->headers, raw_->header_count}; }
  std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers(), name);
  }
  std::optional<Account> account() const {
    return raw_->account == nullptr ? std::nullopt : std::optional<Account>(*raw_->account);
  }
  const abv_attempt& raw() const { return *raw_; }

 private:
  const abv_attempt* raw_;
};

// The request that goes upstream. Every function throws Stopped when the host refuses.
class Outgoing {
 public:
  explicit Outgoing(const abv_outgoing& raw) : raw_(&raw) {}

  void set_method(std::string_view method) {
    throw_unless_ok(raw_->set_method(raw_->ctx, str(method)));
  }
  void set_url(std::string_view url) { throw_unless_ok(raw_->set_url(raw_->ctx, str(url))); }
  void set_header(std::string_view name, std::string_view value) {
    throw_unless_ok(raw_->set_header(raw_->ctx, str(name), str(value)));
  }
  void remove_header(std::string_view name) {
    throw_unless_ok(raw_->remove_header(raw_->ctx, str(name)));
  }
  // False when the account has no such field; the host fills the secret in.
  bool set_credential(std::string_view header, std::string_view prefix, std::string_view field) {
    const abv_status status = raw_->set_credential(raw_->ctx, str(header), str(prefix), str(field));
    if (status == ABV_E_NOT_FOUND) return false;
    throw_unless_ok(status);
    return true;
  }
  // False for a body that is streamed in, where nothing can be spliced.
  bool splice(std::size_t offset, std::size_t length, std::string_view replacement) {
    const abv_status status = raw_->splice(raw_->ctx, offset, length, str(replacement));
    if (status == ABV_E_UNSUPPORTED) return false;
    throw_unless_ok(status);
    return true;
  }
  void set_body(std::string_view body) { throw_unless_ok(raw_->set_body(raw_->ctx, str(body))); }

  // Says why encode_request fails. False when the host does not ask. Throwing the Failure does the
  // same and returns its status.
  bool fail(const Failure& failure) const {
    if (!ABV_HAS(abv_outgoing, raw_, fail) || raw_->fail == nullptr) return false;
    const abv_error error = to_abi(failure);
    raw_->fail(raw_->ctx, &error);
    return true;
  }

 private:
  const abv_outgoing* raw_;
};

// What came back.
class Answer {
 public:
  explicit Answer(const abv_answer& raw) : raw_(&raw) {}

  int http_status() const { return raw_->http_status; }
  abv_status transport() const { return raw_->transport; }
  std::string_view body() const { return view(raw_->body); }
  std::int64_t now_unix_ms() const { return raw_->now_unix_ms; }
  std::span<const abv_header> headers() const { return {raw_->headers, raw_->header_count}; }
  std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers(), name);
  }

 private:
  const abv_answer* raw_;
};

enum class Action : std::int32_t {
  kPass = ABV_ACTION_PASS,
  kRetry = ABV_ACTION_RETRY,
  kRotate = ABV_ACTION_ROTATE,
  kRefresh = ABV_ACTION_REFRESH,
  kDead = ABV_ACTION_DEAD,
};

enum class Scope : std::int32_t {
  kRequest = ABV_SCOPE_REQUEST,
  kModel = ABV_SCOPE_MODEL,
  kAccount = ABV_SCOPE_ACCOUNT,
  kProvider = ABV_SCOPE_PROVIDER,
};

// What an answer means. Comes filled with the host's default; change what is known better.
class Verdict {
 public:
  Verdict(abv_verdict& raw, const abv_writer* reason) : raw_(&raw), reason_(reason) {}

  Action action() const { return static_cast<Action>(raw_->action); }
  Scope scope() const { return static_cast<Scope>(raw_->scope); }
  std::int64_t cool_down_ms() const { return raw_->cool_down_ms; }
  std::int64_t retry_after_ms() const { return raw_->retry_after_ms; }

  void set(Action action, Scope scope) {
    raw_->action = static_cast<std::int32_t>(action);
    raw_->scope = static_cast<std::int32_t>(scope);
  }
  void set_cool_down_ms(std::int64_t ms) { raw_->cool_down_ms = ms; }
  void set_retry_after_ms(std::int64_t ms) { raw_->retry_after_ms = ms; }
  // A line for the log.
  void set_reason(std::string_view text) { reason_.write(text); }

 private:
  abv_verdict* raw_;
  Writer reason_;
};

namespace detail {

template <class T>
concept HasPrepare = requires(const T& t, const Attempt& attempt, Outgoing& out) {
  t.prepare(attempt, out);
};
template <class T>
concept HasJudge = requires(const T& t, const Attempt& attempt, const Answer& answer,
                            Verdict& verdict) {
  t.judge(attempt, answer, verdict);
};
template <class T>
concept HasDigest = requires(const T& t, const Attempt& attempt, const Answer& answer,
                             Writer& json) {
  t.digest(attempt, answer, json);
};

template <class T>
struct ProviderInterface {
  static_assert(HasPrepare<T>, "a provider needs: void prepare(const Attempt&, Outgoing&) const");
  ABV_SDK_OPTIONAL(T, judge, HasJudge<T>);
  ABV_SDK_OPTIONAL(T, digest, HasDigest<T>);

  static constexpr const char* kKind = ABV_KIND_PROVIDER;

  static abv_status prepare(void* self, const abv_attempt* attempt,
                            const abv_outgoing* out) noexcept {
    const auto* instance = static_cast<const Instance<T>*>(self);
    return guarded(&instance->host, nullptr, [&] {
      Outgoing outgoing(*out);
      return instance->component.prepare(Attempt(*attempt), outgoing);
    });
  }

  static abv_status judge(void* self, const abv_attempt* attempt, const abv_answer* answer,
                          abv_verdict* verdict, const abv_writer* reason) noexcept {
    const auto* instance = static_cast<const Instance<T>*>(self);
    return guarded(&instance->host, nullptr, [&] {
      Verdict opinion(*verdict, reason);
      return instance->component.judge(Attempt(*attempt), Answer(*answer), opinion);
    });
  }

  static abv_status digest(void* self, const abv_attempt* attempt, const abv_answer* answer,
                           const abv_writer* json) noexcept {
    const auto* instance = static_cast<const Instance<T>*>(self);
    return guarded(&instance->host, nullptr, [&] {
      Writer out(json);
      return instance->component.digest(Attempt(*attempt), Answer(*answer), out);
    });
  }

  static constexpr abv_provider make_table() {
    abv_provider table{};
    table.size = sizeof table;
    table.prepare = &prepare;
    if constexpr (HasJudge<T>) table.judge = &judge;
    if constexpr (HasDigest<T>) table.digest = &digest;
    return table;
  }

  static constexpr abv_provider kTable = make_table();
};

}  // namespace detail

template <class T>
using Provider = Component<T, detail::ProviderInterface>;

}  // namespace v1
}  // namespace abv::sdk
