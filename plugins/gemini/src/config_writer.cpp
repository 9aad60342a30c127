#include "config_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "abv/sdk/json_schema.hpp"
#include "extras_writer.hpp"
#include "thinking_writer.hpp"
#include "tool_writer.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;

namespace {

constexpr std::size_t kMaxStops = 5;
constexpr std::int64_t kMaxCandidates = 8;
constexpr std::int64_t kMaxLogprobs = 20;
constexpr std::int64_t kMaxSeed = 2'147'483'647;

class ConfigWriter {
 public:
  ConfigWriter(const chat::Request& request, const ModelTraits& model, sdk::LossSink& losses)
      : request_(request), model_(model), losses_(losses) {}

  void write(json::Writer& out) {
    out_.begin_object();
    write_numbers();
    write_stop();
    write_output();
    write_thinking(request_, model_, out_, losses_);
    ExtrasWriter(request_.extras, "generationConfig").write(out_);
    out_.end_object();
    if (out_.view() != "{}") out.key("generationConfig").raw(out_.view());
  }

 private:
  template <class Number>
  void put(const char* name, const std::optional<Number>& value) {
    if (value) out_.member(name, *value);
  }

  void write_numbers() {
    put("temperature", within(request_.temperature, 0.0, 2.0, "/temperature"));
    put("topP", within(request_.top_p, 0.0, 1.0, "/top_p"));
    put("topK", request_.top_k);
    put("candidateCount", within(request_.n, std::int64_t{1}, kMaxCandidates, "/n"));
    const auto most = model_.most_output_tokens();
    put("maxOutputTokens", within(request_.max_tokens, std::int64_t{1}, most, "/max_tokens"));
    put("presencePenalty", request_.presence_penalty);
    put("frequencyPenalty", request_.frequency_penalty);
    if (request_.seed) put("seed", seed());
    put("responseLogprobs", request_.logprobs);
    const auto top = within(request_.top_logprobs, std::int64_t{0}, kMaxLogprobs, "/top_logprobs");
    put("logprobs", top);
  }

  // The upstream's seeds have 32 bits.
  std::optional<std::int64_t> seed() {
    const std::int64_t seed = *request_.seed;
    if (seed >= -kMaxSeed - 1 && seed <= kMaxSeed) return seed;
    losses_.approximated("/seed", "the upstream takes 32 bits");
    return seed & kMaxSeed;
  }

  template <class Number>
  std::optional<Number> within(std::optional<Number> value, Number least, Number most,
                               const char* place) {
    if (!value || (*value >= least && *value <= most)) return value;
    losses_.approximated(place, "out of the upstream's range");
    return std::clamp(*value, least, most);
  }

  void write_stop() {
    if (request_.stop.empty()) return;
    out_.key("stopSequences").begin_array();
    for (std::size_t i = 0; i < request_.stop.size(); ++i) {
      if (i < kMaxStops) {
        out_.raw(request_.stop[i]);
      } else {
        losses_.dropped("/stop/" + std::to_string(i), "the upstream takes five");
      }
    }
    out_.end_array();
  }

  void write_output() {
    const chat::Output& output = request_.output;
    if (!output.modalities.empty()) {
      out_.key("responseModalities").begin_array();
      for (const auto& modality : output.modalities)
        out_.value(sdk::json_schema::detail::upper(modality));
      out_.end_array();
    }
    if (!output.verbosity.empty()) {
      losses_.dropped("/output/verbosity", "the upstream has no such word");
    }
    if (output.format == "text") write_mime_type("text/plain");
    if (output.format != "json" && output.format != "json_schema") return;
    if (model_.is_before_3() && has_tools(request_)) {
      return losses_.dropped("/output/format", "the model takes no JSON mode beside tools");
    }
    write_mime_type("application/json");
    if (output.format == "json_schema") write_schema(output);
  }

  // A type that only this dialect knows stands as it was.
  void write_mime_type(const char* type) {
    const ExtrasWriter extras(request_.extras, "generationConfig");
    if (!extras.has("responseMimeType")) out_.member("responseMimeType", type);
  }

  void write_schema(const chat::Output& output) {
    if (!output.name.empty()) losses_.dropped("/output/name", "the upstream's schemas have none");
    if (!output.description.empty()) {
      losses_.dropped("/output/description", "the upstream's schemas have none beside them");
    }
    json::Document document;
    if (!document.parse(output.schema)) return;
    out_.key("responseJsonSchema");
    sdk::json_schema::convert(document.root(), sdk::json_schema::kGeminiJsonSchema, out_, losses_,
                              "/output/schema");
  }

  const chat::Request& request_;
  const ModelTraits& model_;
  sdk::LossSink& losses_;
  json::Writer out_;
};

}  // namespace

void write_config(const chat::Request& request, const ModelTraits& model, json::Writer& out,
                  sdk::LossSink& losses) {
  ConfigWriter(request, model, losses).write(out);
}

}  // namespace abv::gemini
