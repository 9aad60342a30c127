#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/chat_json.hpp"
#include "abv/sdk/dialect.hpp"
#include "decoder.hpp"
#include "encoder.hpp"
#include "endpoints.hpp"
#include "errors.hpp"
#include "media_requests.hpp"
#include "models.hpp"
#include "requests.hpp"
#include "stored_calls.hpp"

namespace abv::openai {

// The wire format of OpenAI's API. Immutable; any thread.
class OpenAiDialect {
 public:
  static constexpr sdk::Info kInfo{
      .name = "openai-chat",
      .summary = "the wire format of OpenAI's API: chat, responses and the rest",
      .abilities = kDialectAbilities,
  };

  using Decoder = openai::Decoder;
  using Encoder = openai::Encoder;

  // What any operation can give or write.
  static constexpr std::uint64_t kDecodes =
      ABV_EVENT_BIT(ABV_EVENT_START) | kContentEvents | ABV_EVENT_BIT(ABV_EVENT_USAGE) |
      ABV_EVENT_BIT(ABV_EVENT_STOP) | ABV_EVENT_BIT(ABV_EVENT_ERROR) |
      ABV_EVENT_BIT(ABV_EVENT_EMBEDDING);
  static constexpr std::uint64_t kEncodes =
      kDecodes | ABV_EVENT_BIT(ABV_EVENT_PING) | ABV_EVENT_BIT(ABV_EVENT_SEGMENTS);

  std::string encode_error(sdk::Form form, const sdk::Error& error,
                           std::string_view /*request_id*/) const {
    return openai::encode_error(form, error);
  }
  const char* content_type(sdk::Form form) const {
    return form == sdk::Form::kStream ? "text/event-stream" : "application/json";
  }
  std::optional<std::string> encode_models(std::string_view models_json, std::string_view only,
                                           std::string_view /*query*/) const {
    return openai::encode_models(models_json, only);
  }
  std::string decode_models(std::string_view body) const { return openai::decode_models(body); }

  void decode_request(const sdk::Call& call, sdk::Writer& canonical, sdk::LossSink& losses) const {
    if (call.operation() == kStoredOperation) return answer_stored_call(call, canonical);
    const auto operation = call.operation();
    if (operation == "embeddings") return canonical.write(read_embeddings_request(call));
    if (operation.starts_with("images.")) return canonical.write(read_image_request(call));
    if (operation.starts_with("audio.")) {
      return canonical.write(read_transcription_request(call, losses));
    }
    sdk::json::Document document;
    canonical.write(sdk::chat::write_chat(read_request(call, document, losses)));
  }
  void encode_request(std::string_view canonical, const sdk::Attempt& attempt, sdk::Outgoing& out,
                      sdk::LossSink& losses) const {
    if (attempt.operation() == "embeddings") {
      return write_embeddings_request(canonical, attempt, out, losses);
    }
    sdk::json::Document document;
    write_request(sdk::chat::read_chat(canonical, document), attempt, out, losses);
  }
};

}  // namespace abv::openai
