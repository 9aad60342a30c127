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
#include "models.hpp"
#include "requests.hpp"

namespace abv::claude {

// The wire format of Anthropic's Messages API. Immutable; any thread.
class Messages {
 public:
  static constexpr sdk::Info kInfo{
      .name = "claude-messages",
      .summary = "the wire format of Anthropic's Messages API",
      .abilities = kDialectAbilities,
  };

  using Decoder = claude::Decoder;
  using Encoder = claude::Encoder;

  static constexpr std::uint64_t kDecodes =
      ABV_EVENT_BIT(ABV_EVENT_START) | ABV_EVENT_BIT(ABV_EVENT_TEXT) |
      ABV_EVENT_BIT(ABV_EVENT_REASONING) | ABV_EVENT_BIT(ABV_EVENT_SIGNATURE) |
      ABV_EVENT_BIT(ABV_EVENT_TOOL_START) | ABV_EVENT_BIT(ABV_EVENT_TOOL_ARGUMENTS) |
      ABV_EVENT_BIT(ABV_EVENT_TOOL_END) | ABV_EVENT_BIT(ABV_EVENT_USAGE) |
      ABV_EVENT_BIT(ABV_EVENT_STOP) | ABV_EVENT_BIT(ABV_EVENT_ERROR) |
      ABV_EVENT_BIT(ABV_EVENT_PING) | ABV_EVENT_BIT(ABV_EVENT_CITATION) |
      ABV_EVENT_BIT(ABV_EVENT_OPAQUE);
  static constexpr std::uint64_t kEncodes =
      kDecodes | ABV_EVENT_BIT(ABV_EVENT_REFUSAL) | ABV_EVENT_BIT(ABV_EVENT_IMAGE);

  std::string encode_error(sdk::Form form, const sdk::Error& error,
                           std::string_view request_id) const {
    return claude::encode_error(form, error, request_id);
  }
  const char* content_type(sdk::Form form) const {
    return form == sdk::Form::kStream ? "text/event-stream" : "application/json";
  }
  std::optional<std::string> encode_models(std::string_view models_json, std::string_view only,
                                           std::string_view query) const {
    return claude::encode_models(models_json, only, query);
  }
  std::string decode_models(std::string_view body) const { return claude::decode_models(body); }

  void decode_request(const sdk::Call& call, sdk::Writer& canonical, sdk::LossSink& losses) const {
    claude::decode_request(call, canonical, losses);
  }
  void encode_request(std::string_view canonical, const sdk::Attempt& attempt, sdk::Outgoing& out,
                      sdk::LossSink& losses) const {
    claude::encode_request(canonical, attempt, out, losses);
  }
};

}  // namespace abv::claude
