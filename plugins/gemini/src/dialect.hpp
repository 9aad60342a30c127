#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"
#include "decoder.hpp"
#include "encoder.hpp"
#include "endpoints.hpp"
#include "errors.hpp"
#include "media_requests.hpp"
#include "models.hpp"
#include "request_reader.hpp"
#include "request_writer.hpp"

namespace abv::gemini {

// The wire format of the Gemini API. Immutable; any thread.
class GeminiDialect {
 public:
  static constexpr sdk::Info kInfo{
      .name = "gemini-api",
      .summary = "the wire format of Google's Gemini API",
      .abilities = kDialectAbilities,
  };

  using Decoder = gemini::Decoder;
  using Encoder = gemini::Encoder;

  static constexpr std::uint64_t kDecodes =
      ABV_EVENT_BIT(ABV_EVENT_START) | ABV_EVENT_BIT(ABV_EVENT_TEXT) |
      ABV_EVENT_BIT(ABV_EVENT_REASONING) | ABV_EVENT_BIT(ABV_EVENT_SIGNATURE) |
      ABV_EVENT_BIT(ABV_EVENT_TOOL_START) | ABV_EVENT_BIT(ABV_EVENT_TOOL_ARGUMENTS) |
      ABV_EVENT_BIT(ABV_EVENT_TOOL_END) | ABV_EVENT_BIT(ABV_EVENT_IMAGE) |
      ABV_EVENT_BIT(ABV_EVENT_USAGE) | ABV_EVENT_BIT(ABV_EVENT_STOP) |
      ABV_EVENT_BIT(ABV_EVENT_ERROR) | ABV_EVENT_BIT(ABV_EVENT_CITATION) |
      ABV_EVENT_BIT(ABV_EVENT_LOGPROBS) | ABV_EVENT_BIT(ABV_EVENT_OPAQUE) |
      ABV_EVENT_BIT(ABV_EVENT_EMBEDDING) | ABV_EVENT_BIT(ABV_EVENT_SEGMENTS);
  static constexpr std::uint64_t kEncodes = (kDecodes & ~ABV_EVENT_BIT(ABV_EVENT_SEGMENTS)) |
                                            ABV_EVENT_BIT(ABV_EVENT_PING) |
                                            ABV_EVENT_BIT(ABV_EVENT_REFUSAL);

  std::string encode_error(sdk::Form form, const sdk::Error& error,
                           std::string_view /*request_id*/) const {
    return gemini::encode_error(form, error);
  }
  const char* content_type(sdk::Form form) const {
    return form == sdk::Form::kStream ? "text/event-stream" : "application/json";
  }
  std::optional<std::string> encode_models(std::string_view models_json, std::string_view only,
                                           std::string_view query) const {
    return gemini::encode_models(models_json, only, query);
  }
  std::string decode_models(std::string_view body) const { return gemini::decode_models(body); }

  void decode_request(const sdk::Call& call, sdk::Writer& canonical, sdk::LossSink& losses) const {
    canonical.write(call.operation() == "embeddings" ? read_embeddings_request(call)
                                                     : read_request(call, losses));
  }
  void encode_request(std::string_view canonical, const sdk::Attempt& attempt, sdk::Outgoing& out,
                      sdk::LossSink& losses) const {
    const MediaRequest request = write(canonical, attempt, losses);
    out.set_body(request.body);
    out.set_url(request.path);
    out.set_header("content-type", "application/json");
  }

 private:
  static MediaRequest write(std::string_view canonical, const sdk::Attempt& attempt,
                            sdk::LossSink& losses) {
    const auto operation = attempt.operation();
    if (attempt.model().empty()) {
      throw sdk::Failure{400, "invalid_request_error", "model: expected a name, got none", -1,
                         "model"};
    }
    if (operation == "embeddings") return write_embeddings_request(canonical, attempt, losses);
    if (operation == "images.generations") return write_image_request(canonical, attempt, losses);
    if (operation == "audio.transcriptions") {
      return write_transcription_request(canonical, attempt, losses);
    }
    return {request_path(attempt.model(), operation, attempt.wants_stream()),
            write_request(canonical, attempt, losses)};
  }
};

}  // namespace abv::gemini
