#include <string>

#include "abv/sdk/media_json.hpp"
#include "chat_request_fields.hpp"
#include "media_requests.hpp"

namespace abv::openai {

namespace json = sdk::json;
namespace media = sdk::media;

namespace {

constexpr std::string_view kDialect = "openai-chat";

media::EmbeddingInput read_input(const json::Value& value, const Place& place) {
  media::EmbeddingInput input;
  if (value.is_string()) {
    input.text = value.raw();
  } else if (value.is_array() && value.size() > 0) {
    std::size_t at = 0;
    for (const auto& token : value.items()) {
      const Place inner(place, at++);
      if (!token.is_number()) refuse(inner, "a token", token);
    }
    input.tokens = value.raw();
  } else {
    refuse(place, "a text or an array of tokens", value);
  }
  return input;
}

// One text, several, one list of tokens, or several.
void read_inputs(const json::Value& value, const Place& place, media::EmbeddingsRequest& request) {
  const bool is_one = value.is_string() || (value.is_array() && value[0].is_number());
  if (is_one) {
    request.inputs.push_back(read_input(value, place));
    return;
  }
  if (!value.is_array() || value.size() == 0) {
    refuse(place, "a text or an array of at least one", value);
  }
  request.inputs.reserve(value.size());
  for (const auto& item : value.items())
    request.inputs.push_back(read_input(item, Place(place, request.inputs.size())));
}

void report(const media::EmbeddingInput& input, const std::string& place, sdk::LossSink& losses) {
  if (!input.task.empty()) losses.dropped(place + "/task", "the upstream knows no tasks");
  if (!input.title.empty()) losses.dropped(place + "/title", "the upstream knows no titles");
  sdk::chat::report_foreign(input.extras, kDialect, place, losses);
}

void write_input(const media::EmbeddingInput& input, std::size_t index, json::Writer& out) {
  if (!input.raw.empty()) {
    const std::string place = "inputs[" + std::to_string(index) + "]";
    sdk::Failure failure{
        400, "invalid_request_error",
        place + ": the upstream embeds text only, got what only " + input.dialect + " can say"};
    failure.param = place;
    throw failure;
  }
  out.raw(input.tokens.empty() ? input.text : input.tokens);
}

}  // namespace

std::string read_embeddings_request(const sdk::Call& call) {
  json::Document document;
  const json::Value body = read_body(call.body(), document);
  const Place root;
  media::EmbeddingsRequest request;
  request.model = read_word(body["model"], Place(root, "model"));
  read_inputs(body["input"], Place(root, "input"), request);
  request.dimensions = read_integer(body["dimensions"], Place(root, "dimensions"));
  const Place encoding(root, "encoding_format");
  request.encoding = read_word(body["encoding_format"], encoding);
  if (!request.encoding.empty() && request.encoding != "float" && request.encoding != "base64") {
    refuse(encoding, "expected float or base64, got \"" + request.encoding + "\"");
  }
  request.user = read_word(body["user"], Place(root, "user"));
  keep_rest(body, {"model", "input", "dimensions", "encoding_format", "user"}, kDialect, {},
            request.extras);
  return media::write_embeddings(request);
}

void write_embeddings_request(std::string_view canonical, const sdk::Attempt& attempt,
                              sdk::Outgoing& out, sdk::LossSink& losses) {
  json::Document document;
  const media::EmbeddingsRequest request = media::read_embeddings(canonical, document);
  json::Writer body;
  body.begin_object().member("model", attempt.model()).key("input").begin_array();
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    write_input(request.inputs[i], i, body);
    report(request.inputs[i], "/inputs/" + std::to_string(i), losses);
  }
  body.end_array();
  if (request.dimensions) body.member("dimensions", *request.dimensions);
  body.member("encoding_format", "float");
  if (!request.user.empty()) body.member("user", request.user);
  for (const auto& extra : request.extras) {
    if (extra.dialect == kDialect) body.key(extra.key).raw(extra.value);
  }
  sdk::chat::report_foreign(request.extras, kDialect, {}, losses);
  out.set_url("/v1/embeddings");
  out.set_body(body.end_object().view());
}

}  // namespace abv::openai
