// A dialect: one wire format, both ways. Here every line of the answer is one piece of text, in
// {"say":"…"}, and {"done":true} is its end.

#include <cstdint>
#include <string>
#include <string_view>

#include "abv/sdk/plugin.hpp"

namespace {

using abv::sdk::json::Document;

class Example {
 public:
  static constexpr abv::sdk::Info kInfo{
      .name = "example-lines",
      .summary = "a line of JSON for every piece of text",
      .abilities = R"({"dialect":"example-lines","endpoints":[{"operation":"chat",)"
                   R"("method":"POST","path":"/example/chat","model":"body","stream":"body"}]})",
  };

  static constexpr std::uint64_t kDecodes = ABV_EVENT_BIT(ABV_EVENT_START) |
                                            ABV_EVENT_BIT(ABV_EVENT_TEXT) |
                                            ABV_EVENT_BIT(ABV_EVENT_STOP);
  static constexpr std::uint64_t kEncodes = kDecodes;

  const char* content_type(abv::sdk::Form) const { return "application/x-ndjson"; }

  std::string encode_error(abv::sdk::Form, const abv::sdk::Error& error,
                           std::string_view request_id) const {
    abv::sdk::json::Writer out;
    out.begin_object().member("error", error.message()).member("request", request_id).end_object();
    return out.take() + "\n";
  }

  // Bytes come cut anywhere: what is no whole line yet waits.
  class Decoder {
   public:
    explicit Decoder(const abv::sdk::CodecParams&) {}

    void decode(std::string_view bytes, abv::sdk::EventSink& sink) {
      for (const char byte : bytes) {
        if (byte != '\n') {
          line_.push_back(byte);
          continue;
        }
        read_line(sink);
        line_.clear();
      }
    }

    void finish(abv::sdk::EventSink&) const {
      if (!is_done_) throw abv::sdk::Failure{502, "api_error", "the answer has no end"};
    }

   private:
    void read_line(abv::sdk::EventSink& sink) {
      if (!document_.parse(line_)) {
        throw abv::sdk::Failure{502, "api_error", "a line of the answer is not JSON"};
      }
      if (!has_started_) sink.start({}, {});
      has_started_ = true;
      const auto say = document_.root()["say"];
      if (say.is_string()) sink.text(say.text(scratch_));
      if (!document_.root()["done"].as_bool()) return;
      is_done_ = true;
      sink.stop(abv::sdk::StopReason::kEnd);
    }

    std::string line_;
    std::string scratch_;
    Document document_;
    bool has_started_ = false;
    bool is_done_ = false;
  };

  // In the whole form nothing may be written before finish, so the lines are kept until then.
  class Encoder {
   public:
    explicit Encoder(const abv::sdk::CodecParams& params) : is_stream_(params.is_stream()) {}

    void encode(const abv::sdk::Event& event, abv::sdk::Writer& out) {
      if (event.kind() == ABV_EVENT_TEXT) {
        json_.begin_object().member("say", event.text()).end_object();
        lines_ += json_.take() + "\n";
      } else if (event.kind() == ABV_EVENT_STOP) {
        lines_ += "{\"done\":true}\n";
      }
      if (is_stream_) finish(out);
    }

    void finish(abv::sdk::Writer& out) {
      out.write(lines_);
      lines_.clear();
    }

   private:
    bool is_stream_;
    std::string lines_;
    abv::sdk::json::Writer json_;
  };
};

}  // namespace

ABV_PLUGIN("org.example.example", "0.1.0", abv::sdk::Dialect<Example>)
