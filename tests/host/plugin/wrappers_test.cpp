// What goes over the border comes out on the other side as it went in.

#include <map>
#include <stdexcept>

#include "host/plugin/dialect.hpp"
#include "host/plugin/middleware.hpp"
#include "host/plugin/provider.hpp"
#include "tests/host/plugin/instance_host.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

class KindsHost {
 public:
  std::shared_ptr<Instance> create(const std::string& component) {
    host_.dir().add("all_kinds");
    const auto library = host_.dir().load("test.all-kinds").value();
    return Instance::create(host_.spec(library, component), host_.services()).value();
  }

 private:
  InstanceHost host_;
};

// Keeps the texts of events; refuses after `limit` of them.
class TextSink final : public EventSink {
 public:
  explicit TextSink(std::size_t limit = 100, abv_status refusal = ABV_E_CANCELLED)
      : limit_(limit), refusal_(refusal) {}

  abv_status emit(const abv_event& event) override {
    if (text_.size() >= limit_) {
      return refusal_;
    }
    text_ += plugin::text(event.text);
    return ABV_OK;
  }
  const std::string& text() const { return text_; }

 private:
  std::size_t limit_;
  abv_status refusal_;
  std::string text_;
};

class ThrowingSink final : public EventSink {
 public:
  abv_status emit(const abv_event&) override { throw std::runtime_error("the host is broken"); }
};

class HeaderMap final : public HeadEdit {
 public:
  std::int32_t http_status() const override { return 0; }
  abv_status set_header(std::string_view name, std::string_view value) override {
    headers[std::string(name)] = value;
    return ABV_OK;
  }
  abv_status remove_header(std::string_view name) override {
    headers.erase(std::string(name));
    return ABV_OK;
  }
  std::string_view header(std::string_view name) override { return headers[std::string(name)]; }
  abv_status set_request_id(std::string_view) override { return ABV_OK; }

  std::map<std::string, std::string> headers;
};

// Writes down what is asked of it.
class Notes final : public OutgoingRequest {
 public:
  abv_status set_method(std::string_view) override { return ABV_OK; }
  abv_status set_url(std::string_view url) override { return note("url", url); }
  abv_status set_header(std::string_view name, std::string_view value) override {
    return note(name, value);
  }
  abv_status remove_header(std::string_view) override { return ABV_OK; }
  abv_status set_credential(std::string_view header, std::string_view prefix,
                            std::string_view field) override {
    return note(header, std::string(prefix) + "<" + std::string(field) + ">");
  }
  abv_status splice(std::size_t offset, std::size_t length, std::string_view replacement) override {
    return note("splice", std::to_string(offset) + "+" + std::to_string(length) + "=" +
                              std::string(replacement));
  }
  abv_status set_body(std::string_view) override { return ABV_OK; }

  std::map<std::string, std::string> notes;

 private:
  abv_status note(std::string_view key, std::string_view value) {
    notes[std::string(key)] = value;
    return ABV_OK;
  }
};

class OneSecret final : public AccountSecrets {
 public:
  const Secret* find(std::string_view field) override {
    return field == "region" ? &region_ : nullptr;
  }

 private:
  Secret region_{"north"};
};

abv_event text_event(std::string_view text) {
  abv_event event{};
  event.size = sizeof event;
  event.kind = ABV_EVENT_TEXT;
  event.text = view(text);
  return event;
}

TEST_CASE("an instance is only what its component is", "[plugin][wrappers]") {
  KindsHost host;
  const auto instance = host.create("post");

  const auto dialect = Dialect::of(instance);

  REQUIRE_FALSE(dialect.ok());
  CHECK_THAT(dialect.error().message,
             ContainsSubstring("all_kinds.so is abv.provider/1, expected abv.dialect/1"));
  CHECK(Provider::of(instance).ok());
}

TEST_CASE("a dialect tells what it is and what it can", "[plugin][wrappers]") {
  KindsHost host;
  const Dialect dialect = Dialect::of(host.create("letters")).value();

  CHECK(dialect.name() == "letters");
  REQUIRE(dialect.abilities().endpoints.size() == 1);
  CHECK(dialect.abilities().endpoints[0].path == "/letters/{model}");
  CHECK(dialect.decodes() == ABV_EVENT_BIT(ABV_EVENT_TEXT));
  CHECK(dialect.has_encoder());
  CHECK(dialect.has_decode_models());
  CHECK_FALSE(dialect.has_encode_models());
  CHECK_FALSE(dialect.has_decode_request());
  CHECK_FALSE(dialect.has_encode_request());
  CHECK(dialect.content_type(Form::kStream) == "text/letters");
  CHECK(dialect.content_type(Form::kWhole) == "text/plain");
}

TEST_CASE("what a dialect does not offer is unsupported and never called", "[plugin][wrappers]") {
  KindsHost host;
  const Dialect dialect = Dialect::of(host.create("letters")).value();
  const PlainCall call;
  NoLossSink losses;
  Notes notes;
  std::string out;
  const std::uint64_t calls = dialect.instance().counters().calls;

  CHECK(dialect.encode_models("{}", "", "", out) == ABV_E_UNSUPPORTED);
  CHECK(dialect.decode_request(call.table(), out, losses) == ABV_E_UNSUPPORTED);
  CHECK(dialect.encode_request("{}", Attempt{}, notes, losses) == ABV_E_UNSUPPORTED);
  CHECK(dialect.instance().counters().calls == calls);
}

TEST_CASE("a dialect appends what it writes", "[plugin][wrappers]") {
  KindsHost host;
  const Dialect dialect = Dialect::of(host.create("letters")).value();
  abv_error error{};
  error.size = sizeof error;
  error.http_status = 429;
  error.message = view("slow down");
  std::string out = "> ";

  CHECK(dialect.encode_error(Form::kStream, error, "id-1", out) == ABV_OK);
  CHECK(out == "> 2 429 slow down id-1");
  CHECK(dialect.decode_models("list", out) == ABV_OK);
  CHECK(out == "> 2 429 slow down id-1models of list");
}

TEST_CASE("an answer is decoded piece by piece and has to end", "[plugin][wrappers]") {
  KindsHost host;
  const Dialect dialect = Dialect::of(host.create("letters")).value();
  Decoder decoder = dialect.open_decoder(CodecParams{}).value();
  Decoder cut = dialect.open_decoder(CodecParams{}).value();
  TextSink sink;

  CHECK(decoder.decode("he", sink) == ABV_OK);
  Decoder moved = std::move(decoder);
  CHECK(moved.decode("llo.", sink) == ABV_OK);
  CHECK(moved.finish(sink) == ABV_OK);
  CHECK(sink.text() == "hello");
  CHECK(cut.decode("he", sink) == ABV_OK);
  CHECK(cut.finish(sink) == ABV_E_INVALID);
  cut = std::move(moved);
  CHECK(cut);
  CHECK_FALSE(moved);
}

TEST_CASE("a refusal of the sink comes back, but a fault of the host is not the plugin's",
          "[plugin][wrappers]") {
  KindsHost host;
  const Dialect dialect = Dialect::of(host.create("letters")).value();
  Decoder decoder = dialect.open_decoder(CodecParams{}).value();
  TextSink full(2);
  TextSink panicking(0, ABV_E_PANIC);
  ThrowingSink throwing;

  CHECK(decoder.decode("abc", full) == ABV_E_CANCELLED);
  CHECK(full.text() == "ab");
  CHECK(decoder.decode("abc", panicking) == ABV_E_IO);
  CHECK(decoder.decode("abc", throwing) == ABV_E_IO);
}

TEST_CASE("an answer is encoded with the parameters it was opened for", "[plugin][wrappers]") {
  KindsHost host;
  const Dialect dialect = Dialect::of(host.create("letters")).value();
  CodecParams params;
  params.model = "m-1";
  Encoder encoder = dialect.open_encoder(params).value();
  std::string out;

  CHECK(encoder.encode(text_event("hi"), out) == ABV_OK);
  CHECK(encoder.finish(out) == ABV_OK);
  CHECK(out == "hi by m-1");
}

TEST_CASE("a codec that cannot be opened says why", "[plugin][wrappers]") {
  KindsHost host;
  const Dialect dialect = Dialect::of(host.create("letters")).value();
  CodecParams params;
  params.model = "refused";

  const auto decoder = dialect.open_decoder(params);

  REQUIRE_FALSE(decoder.ok());
  CHECK(decoder.error().code == Error::Code::kUnsupported);
  CHECK(decoder.error().message == "mine: cannot open a decoder: unsupported");
}

TEST_CASE("a writer holds its limit", "[plugin][wrappers]") {
  std::string out;
  StringWriter writer(out, 3);
  const abv_writer& table = *writer.table();

  CHECK(table.write(table.ctx, view("abc")) == ABV_OK);
  CHECK_FALSE(writer.overflowed());
  CHECK(table.write(table.ctx, view("d")) == ABV_E_LIMIT);
  CHECK(table.write(table.ctx, view("")) == ABV_OK);
  CHECK(writer.overflowed());
  CHECK(table.write(table.ctx, abv_str{nullptr, 1}) == ABV_E_INVALID);
  CHECK(out == "abc");
}

TEST_CASE("a provider shapes the request without seeing the credential", "[plugin][wrappers]") {
  KindsHost host;
  const Provider provider = Provider::of(host.create("post")).value();
  OneSecret secrets;
  const Account account{"a1", "api_key", "label", "{}", &secrets};
  Attempt attempt;
  attempt.number = 2;
  attempt.path = "/v1";
  attempt.model = "m";
  Notes notes;

  CHECK(provider.prepare(attempt, notes) == ABV_E_DENIED);
  attempt.account = &account;
  CHECK(provider.prepare(attempt, notes) == ABV_OK);
  CHECK(notes.notes == std::map<std::string, std::string>{{"url", "https://north.example/v1"},
                                                          {"x-number", "2"},
                                                          {"splice", "0+1=m"},
                                                          {"authorization", "Bearer <api_key>"}});
  CHECK(provider.abilities().credentials == std::vector<std::string>{"api_key"});
}

TEST_CASE("a verdict is taken over when it is legal", "[plugin][wrappers]") {
  KindsHost host;
  const Provider provider = Provider::of(host.create("post")).value();
  Answer answer;
  Verdict verdict;
  verdict.scope = Scope::kAccount;
  std::string reason;

  answer.http_status = 429;
  REQUIRE(provider.judge(Attempt{}, answer, verdict, reason) == ABV_OK);
  CHECK(verdict.action == Action::kRotate);
  CHECK(verdict.scope == Scope::kAccount);
  CHECK(verdict.cool_down_ms == 1500);
  CHECK(reason == "status 429");

  answer.http_status = 599;
  verdict = Verdict{};
  CHECK(provider.judge(Attempt{}, answer, verdict, reason) == ABV_E_INTERNAL);
  CHECK(verdict.action == Action::kPass);
  CHECK_FALSE(provider.has_digest());
  CHECK(provider.digest(Attempt{}, answer, reason) == ABV_E_UNSUPPORTED);
}

TEST_CASE("a middleware tells its access and its order", "[plugin][wrappers]") {
  KindsHost host;
  const Middleware middleware = Middleware::of(host.create("twice")).value();

  CHECK(middleware.events() == EventAccess::kChange);
  REQUIRE(middleware.order().after.size() == 1);
  CHECK(middleware.order().after[0].id == "test.auth");
  CHECK(middleware.order().after[0].reason == "it needs to know who asks");
  CHECK(middleware.has_open());
  CHECK(middleware.has_on_request());
  CHECK_FALSE(middleware.has_on_head());
  CHECK_FALSE(middleware.has_on_reply_head());
  CHECK_FALSE(middleware.fails_open());
}

TEST_CASE("a middleware's hooks see one call from open to close", "[plugin][wrappers]") {
  KindsHost host;
  const Middleware middleware = Middleware::of(host.create("twice")).value();
  PlainCall call;
  PlainReply reply;
  HeaderMap headers;
  headers.headers["x-from"] = "me";
  void* state = nullptr;

  REQUIRE(middleware.open(call.table(), state) == ABV_OK);
  CHECK(middleware.on_head(state, call.table(), headers, reply) == ABV_OK);
  CHECK(middleware.on_request(state, call.table(), headers, reply) == ABV_OK);
  CHECK(headers.headers["x-id"] == "call-1");
  CHECK(reply.http_status() == 0);

  call.set_path("/stop");
  CHECK(middleware.on_request(state, call.table(), headers, reply) == ABV_RESPONDED);
  CHECK(reply.http_status() == 418);
  CHECK(reply.body() == "me");

  call.set_path("/strange");
  CHECK(middleware.on_request(state, call.table(), headers, reply) == ABV_E_INTERNAL);
  middleware.close(state, Outcome{});
}

TEST_CASE("a middleware passes on as many events as it likes", "[plugin][wrappers]") {
  KindsHost host;
  const Middleware middleware = Middleware::of(host.create("twice")).value();
  TextSink next;

  CHECK(middleware.on_event(nullptr, text_event("ab"), &next) == ABV_OK);
  CHECK(middleware.on_event(nullptr, text_event("cd"), nullptr) == ABV_OK);
  CHECK(next.text() == "abab");
}

TEST_CASE("events that cannot be read are refused before the host sees them",
          "[plugin][wrappers]") {
  TextSink sink;
  const abv_event_sink table = event_table(sink);
  abv_event too_small = text_event("x");
  too_small.size = 8;
  abv_event broken = text_event("x");
  broken.text = abv_str{nullptr, 9};

  CHECK(table.emit(table.ctx, nullptr) == ABV_E_INVALID);
  CHECK(table.emit(table.ctx, &too_small) == ABV_E_INVALID);
  CHECK(table.emit(table.ctx, &broken) == ABV_E_INVALID);
  CHECK(sink.text().empty());
}

TEST_CASE("a call's table checks what a plugin hands it", "[plugin][wrappers]") {
  PlainCall call;
  const abv_call& table = call.table();
  int cancelled = 0;
  const auto note = [](void* arg) { ++*static_cast<int*>(arg); };
  abv_error error{};
  error.size = sizeof error;
  error.message = view("no");
  error.type = abv_str{nullptr, 4};
  std::size_t n = 1;

  CHECK(table.set(table.ctx, view("k"), view("v")) == ABV_OK);
  CHECK(text(table.get(table.ctx, view("k"))) == "v");
  CHECK(table.set(table.ctx, view(""), view("v")) == ABV_E_INVALID);
  CHECK(table.alloc(table.ctx, 8, 3) == nullptr);
  CHECK(table.read_body(table.ctx, nullptr, 4, &n) == ABV_E_INVALID);
  table.fail(table.ctx, nullptr);
  table.fail(table.ctx, &error);
  CHECK(call.failure() == "no");
  CHECK(table.on_cancel(table.ctx, nullptr, nullptr) == ABV_E_INVALID);
  CHECK(table.on_cancel(table.ctx, note, &cancelled) == ABV_OK);
  CHECK(table.cancelled(table.ctx) == 0);
  call.cancel();
  CHECK(table.cancelled(table.ctx) == 1);
  CHECK(cancelled == 1);
  CHECK(call_of(nullptr) == nullptr);
  CHECK(call_of(&table) == &call);
}

}  // namespace
}  // namespace abv::plugin
