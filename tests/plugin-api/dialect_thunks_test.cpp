#include <optional>
#include <stdexcept>
#include <string>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace kit = abv::sdk::testkit;

constexpr sdk::Info kSomeInfo{.name = "some", .summary = "for tests"};

struct ErrorsOnly {
  static constexpr sdk::Info kInfo = kSomeInfo;
  std::string encode_error(sdk::Form form, const sdk::Error& error, std::string_view id) const {
    return (form == sdk::Form::kStream ? "stream " : "whole ") + std::string(error.message()) +
           " " + std::string(id);
  }
  const char* content_type(sdk::Form form) const {
    return form == sdk::Form::kStream ? "text/event-stream" : "application/json";
  }
};

// Each byte is a text event, "." is the end, "!" is malformed.
struct Bytes : ErrorsOnly {
  static constexpr std::uint64_t kDecodes = ABV_EVENT_BIT(ABV_EVENT_TEXT);
  static constexpr std::uint64_t kEncodes = ABV_EVENT_BIT(ABV_EVENT_STOP);

  std::optional<std::string> encode_models(std::string_view models, std::string_view only,
                                           std::string_view) const {
    if (only == "absent") return std::nullopt;
    return std::string(models);
  }

  class Decoder {
   public:
    Decoder(const Bytes&, const sdk::CodecParams& params) : operation_(params.operation()) {}
    void decode(std::string_view bytes, sdk::EventSink& sink) {
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == '!') throw sdk::Failure{400, "invalid_request_error", "malformed"};
        is_over_ = bytes[i] == '.';
        if (!is_over_) sink.text(bytes.substr(i, 1));
      }
    }
    void finish(sdk::EventSink& sink) const {
      if (!is_over_) throw sdk::Stopped{ABV_E_INVALID};
      sink.text(operation_);
    }

   private:
    std::string operation_;
    bool is_over_ = false;
  };

  class Encoder {
   public:
    explicit Encoder(const sdk::CodecParams& params) {
      if (params.model() == "none") throw std::runtime_error("no such model");
    }
    void encode(const sdk::Event& event, sdk::Writer& out) const { out.write(event.text()); }
    void finish(sdk::Writer& out) const { out.write("."); }
  };
};

// Answers with the type of the request, and refuses to make one.
struct Typed : ErrorsOnly {
  static constexpr std::uint64_t kEncodes = ABV_EVENT_BIT(ABV_EVENT_STOP);

  class Encoder {
   public:
    explicit Encoder(const sdk::CodecParams& params)
        : is_plain_(params.request_type() == "text/plain") {}
    void encode(const sdk::Event&, sdk::Writer&) const {}
    void finish(sdk::Writer&) const {}
    const char* answer_type() const { return is_plain_ ? "text/plain" : nullptr; }

   private:
    bool is_plain_;
  };

  void encode_request(std::string_view, const sdk::Attempt&, sdk::Outgoing&, sdk::LossSink&) const {
    throw sdk::Failure{413, "too_large", "file: too large"};
  }
};

std::string answer_type(const abv_dialect& table, void* self, const abv_codec_params& params) {
  void* state = nullptr;
  REQUIRE(table.open_encoder(self, &params, &state) == ABV_OK);
  const char* const type = table.answer_type(state);
  table.close_encoder(state);
  return type == nullptr ? "none" : type;
}

abv_codec_params params_for(std::string_view model) {
  abv_codec_params params{};
  params.size = sizeof params;
  params.form = ABV_FORM_STREAM;
  params.operation = sdk::str("chat");
  params.model = sdk::str(model);
  return params;
}

TEST_CASE("a dialect without codecs has no slots for them") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Dialect<ErrorsOnly>::kComponent, "{}");
  const auto& table = instance.table<abv_dialect>();
  CHECK(table.decodes == 0);
  CHECK(table.encodes == 0);
  CHECK(table.open_decoder == nullptr);
  CHECK(table.decode == nullptr);
  CHECK(table.finish_decoder == nullptr);
  CHECK(table.close_decoder == nullptr);
  CHECK(table.open_encoder == nullptr);
  CHECK(table.encode_models == nullptr);
  CHECK(table.decode_models == nullptr);
  CHECK(table.decode_request == nullptr);
  CHECK(table.encode_request == nullptr);
}

TEST_CASE("an encoder may have a media type of its own, by what was asked") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Dialect<Typed>::kComponent, "{}");
  const auto& table = instance.table<abv_dialect>();
  abv_codec_params params = params_for("m");
  params.request_type = sdk::str("text/plain");
  CHECK(answer_type(table, instance.self(), params) == "text/plain");
  params.request_type = sdk::str("text/html");
  CHECK(answer_type(table, instance.self(), params) == "none");
  params.request_type = sdk::str("text/plain");
  params.size = offsetof(abv_codec_params, request_type);  // of a host that does not know it
  CHECK(answer_type(table, instance.self(), params) == "none");
  CHECK(
      kit::Instance(host, sdk::Dialect<Bytes>::kComponent, "{}").table<abv_dialect>().answer_type ==
      nullptr);
}

TEST_CASE("a dialect that cannot make a request says why") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Dialect<Typed>::kComponent, "{}");
  const kit::FakeAttempt attempt;
  const kit::RecordingOutgoing out;
  const auto encode_request = instance.table<abv_dialect>().encode_request;
  CHECK(encode_request(instance.self(), sdk::str("{}"), attempt.raw(), out.raw(), nullptr) ==
        ABV_E_LIMIT);
  CHECK(out.failure() == "413 too_large: file: too large");
  abv_outgoing old = *out.raw();
  old.size = offsetof(abv_outgoing, fail);  // of a host that does not ask
  CHECK(encode_request(instance.self(), sdk::str("{}"), attempt.raw(), &old, nullptr) ==
        ABV_E_LIMIT);
}

TEST_CASE("errors are written in the form that is asked for") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Dialect<ErrorsOnly>::kComponent, "{}");
  const auto& table = instance.table<abv_dialect>();
  const sdk::Failure failure{400, "x", "bad"};
  const abv_error error = sdk::to_abi(failure);
  sdk::StringWriter out;
  CHECK(table.encode_error(instance.self(), ABV_FORM_WHOLE, &error, sdk::str("r1"), out.raw()) ==
        ABV_OK);
  CHECK(table.encode_error(instance.self(), ABV_FORM_STREAM, &error, sdk::str("r2"), out.raw()) ==
        ABV_OK);
  CHECK(out.text() == "whole bad r1stream bad r2");
  CHECK(std::string(table.content_type(instance.self(), ABV_FORM_STREAM)) == "text/event-stream");
}

TEST_CASE("a model that is not in the list is not found") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Dialect<Bytes>::kComponent, "{}");
  const auto encode_models = instance.table<abv_dialect>().encode_models;
  sdk::StringWriter out;
  CHECK(encode_models(instance.self(), sdk::str("list"), sdk::str("absent"), sdk::str(""),
                      out.raw()) == ABV_E_NOT_FOUND);
  CHECK(encode_models(instance.self(), sdk::str("list"), sdk::str(""), sdk::str(""), out.raw()) ==
        ABV_OK);
  CHECK(out.text() == "list");
}

TEST_CASE("a decoder keeps its state between pieces and knows its parameters") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Dialect<Bytes>::kComponent, "{}");
  const auto& table = instance.table<abv_dialect>();
  CHECK(table.decodes == Bytes::kDecodes);
  const abv_codec_params params = params_for("m");
  kit::RecordingSink sink;
  void* state = nullptr;
  REQUIRE(table.open_decoder(instance.self(), &params, &state) == ABV_OK);
  CHECK(table.decode(state, sdk::str("ab"), sink.raw()) == ABV_OK);
  CHECK(table.finish_decoder(state, sink.raw()) == ABV_E_INVALID);
  CHECK(table.decode(state, sdk::str("."), sink.raw()) == ABV_OK);
  CHECK(table.finish_decoder(state, sink.raw()) == ABV_OK);
  table.close_decoder(state);
  REQUIRE(sink.events().size() == 3);
  CHECK(sink.events()[1].text == "b");
  CHECK(sink.events()[2].text == "chat");
}

TEST_CASE("a decoder returns the sink's refusal unchanged, and malformed input as INVALID") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Dialect<Bytes>::kComponent, "{}");
  const auto& table = instance.table<abv_dialect>();
  const abv_codec_params params = params_for("m");
  kit::RecordingSink sink;
  sink.refuse_after(1, ABV_E_DEADLINE);
  void* state = nullptr;
  REQUIRE(table.open_decoder(instance.self(), &params, &state) == ABV_OK);
  CHECK(table.decode(state, sdk::str("ab"), sink.raw()) == ABV_E_DEADLINE);
  CHECK(table.decode(state, sdk::str("!"), sink.raw()) == ABV_E_INVALID);
  table.close_decoder(state);
}

TEST_CASE("an encoder writes, and one that cannot be made leaves no state") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Dialect<Bytes>::kComponent, "{}");
  const auto& table = instance.table<abv_dialect>();
  sdk::StringWriter out;
  void* state = nullptr;
  const abv_codec_params bad = params_for("none");
  CHECK(table.open_encoder(instance.self(), &bad, &state) == ABV_E_PANIC);
  CHECK(state == nullptr);
  const abv_codec_params good = params_for("m");
  REQUIRE(table.open_encoder(instance.self(), &good, &state) == ABV_OK);
  abv_event event = sdk::make_event(ABV_EVENT_TEXT);
  event.text = sdk::str("hi");
  CHECK(table.encode(state, &event, out.raw()) == ABV_OK);
  CHECK(table.finish_encoder(state, out.raw()) == ABV_OK);
  table.close_encoder(state);
  CHECK(out.text() == "hi.");
}

}  // namespace
