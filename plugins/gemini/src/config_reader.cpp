#include "config_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "abv/sdk/json_schema.hpp"
#include "abv/sdk/reasoning.hpp"
#include "names.hpp"
#include "wire_error.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;

namespace {

constexpr const char* kWhere = "generationConfig";

class ConfigReader {
 public:
  ConfigReader(chat::Request& request, sdk::LossSink& losses)
      : request_(request), losses_(losses) {}

  void read(const json::Value& config) {
    const auto mime_type = field(config, "responseMimeType").as_string();
    is_enum_ = mime_type == "text/x.enum";
    if (mime_type == "application/json") request_.output.format = "json";
    if (mime_type == "text/plain") request_.output.format = "text";
    for (const auto& [key, value] : config.members()) {
      if (!value.is_null()) read_member(camel(key), value);
    }
  }

 private:
  void read_member(const std::string& name, const json::Value& value) {
    if (read_number(name, value) || read_output(name, value)) return;
    if (name == "stopSequences") {
      for (const auto& sequence : value.items()) {
        expect_string(sequence, std::string(kWhere) + ".stopSequences[]");
        request_.stop.push_back(sequence.raw());
      }
    } else if (name == "responseLogprobs") {
      request_.logprobs = value.as_bool();
    } else if (name == "thinkingConfig") {
      read_thinking(value);
    } else {
      keep(name, value);
    }
  }

  bool read_number(const std::string& name, const json::Value& value) {
    if (take(name, "temperature", value, request_.temperature)) return true;
    if (take(name, "topP", value, request_.top_p)) return true;
    if (take(name, "topK", value, request_.top_k)) return true;
    if (take(name, "candidateCount", value, request_.n)) return true;
    if (take(name, "maxOutputTokens", value, request_.max_tokens)) return true;
    if (take(name, "seed", value, request_.seed)) return true;
    if (take(name, "presencePenalty", value, request_.presence_penalty)) return true;
    if (take(name, "frequencyPenalty", value, request_.frequency_penalty)) return true;
    return take(name, "logprobs", value, request_.top_logprobs);
  }

  template <class Number>
  bool take(const std::string& name, std::string_view wanted, const json::Value& value,
            std::optional<Number>& target) {
    if (name != wanted) return false;
    expect_number(value, std::string(kWhere) + "." + name);
    if constexpr (std::is_same_v<Number, double>) {
      target = value.as_double();
    } else {
      constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();
      target = value.as_int(kNone);
      if (*target != kNone) return true;
      constexpr double kMost = 9e18;
      target = std::llround(std::clamp(value.as_double(), -kMost, kMost));
      losses_.approximated("/generationConfig/" + name, "rounded to a whole number");
    }
    return true;
  }

  bool read_output(const std::string& name, const json::Value& value) {
    if (name == "responseMimeType") {
      const auto type = value.as_string();
      if (type != "application/json" && type != "text/plain") keep(name, value);
      return true;
    }
    if (name == "responseSchema" || name == "responseJsonSchema" || name == "_responseJsonSchema") {
      read_schema(name, value);
      return true;
    }
    if (name != "responseModalities") return false;
    for (const auto& modality : value.items())
      request_.output.modalities.push_back(sdk::json_schema::detail::lower(modality.as_string()));
    return true;
  }

  // Gemini CLI sends types in upper case under both names.
  void read_schema(const std::string& name, const json::Value& value) {
    if (is_enum_) return keep(name, value);
    const auto type = value["type"].as_string();
    request_.output.format = "json_schema";
    if (name != "responseSchema" && sdk::json_schema::detail::lower(type) == type) {
      request_.output.schema = value.raw();
      return;
    }
    json::Writer out;
    sdk::json_schema::from_openapi(value, out);
    request_.output.schema = request_.keep(out.take());
  }

  void read_thinking(const json::Value& thinking) {
    expect_object(thinking, std::string(kWhere) + ".thinkingConfig");
    chat::Reasoning& reasoning = request_.reasoning;
    reasoning.show = "none";  // unless it says that thoughts are included
    for (const auto& [key, value] : thinking.members()) {
      const auto name = camel(key);
      const auto effort = sdk::effort_of_level(value.as_string());
      if (value.is_null()) continue;
      if (name == "includeThoughts") {
        reasoning.show = value.as_bool() ? "summary" : "none";
      } else if (name == "thinkingBudget") {
        expect_number(value, std::string(kWhere) + ".thinkingConfig.thinkingBudget");
        const auto budget = value.as_int();
        reasoning.enabled = budget != 0;
        reasoning.is_adaptive = budget < 0;
        if (budget >= 0) reasoning.budget_tokens = budget;
      } else if (name == "thinkingLevel" && !effort.empty()) {
        reasoning.enabled = true;
        reasoning.effort = effort;
      } else if (value.as_string() != "THINKING_LEVEL_UNSPECIFIED") {
        keep("thinkingConfig/" + name, value);
      }
    }
  }

  void keep(const std::string& name, const json::Value& value) {
    request_.extras.push_back(
        {std::string(kDialect), std::string(kWhere) + "/" + name, value.raw()});
  }

  chat::Request& request_;
  sdk::LossSink& losses_;
  bool is_enum_ = false;  // the answer is one word of an enum, which others don't have
};

}  // namespace

void read_config(const json::Value& config, chat::Request& request, sdk::LossSink& losses) {
  expect_object(config, kWhere);
  ConfigReader(request, losses).read(config);
}

}  // namespace abv::gemini
