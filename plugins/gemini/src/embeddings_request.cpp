#include <string>

#include "abv/sdk/media_json.hpp"
#include "media_requests.hpp"
#include "names.hpp"
#include "request_writer.hpp"
#include "wire_error.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace media = sdk::media;

namespace {

// True when all parts are texts, which `text` then has, joined.
bool read_texts(const json::Value& parts, media::EmbeddingsRequest& request,
                sdk::chat::Json& text) {
  std::string joined;
  for (const auto& part : parts.items()) {
    if (part.size() != 1 || !part["text"].is_string()) return false;
    text = part["text"].raw();
    joined += part["text"].as_string();
  }
  if (parts.size() > 1) text = request.quote(joined);
  return parts.size() > 0;
}

void read_content(const json::Value& content, const std::string& where,
                  media::EmbeddingsRequest& request, media::EmbeddingInput& input) {
  expect_object(content, where);
  const json::Value parts = field(content, "parts");
  if (!parts.is_array()) throw wrong_type(where + ".parts", "an array", parts);
  if (read_texts(parts, request, input.text)) return;
  input.text = {};
  input.dialect = kDialect;
  input.raw = content.raw();
}

// One request of embedContent; `where` is its place, with a point, or empty.
void read_request(const json::Value& body, const std::string& where,
                  media::EmbeddingsRequest& request) {
  media::EmbeddingInput input;
  bool has_content = false;
  for (const auto& [key, value] : body.members()) {
    const auto name = camel(key);
    if (value.is_null() || name == "model") continue;
    if (name == "content") {
      has_content = true;
      read_content(value, where + "content", request, input);
    } else if (name == "taskType") {
      expect_string(value, where + "taskType");
      input.task = value.as_string();
    } else if (name == "title") {
      expect_string(value, where + "title");
      input.title = value.raw();
    } else if (name == "outputDimensionality" && value.is_number() &&
               request.dimensions.value_or(value.as_int()) == value.as_int()) {
      request.dimensions = value.as_int();
    } else {
      input.extras.push_back({std::string(kDialect), name, value.raw()});
    }
  }
  if (!has_content) throw wrong_type(where + "content", "an object", json::Value());
  request.inputs.push_back(std::move(input));
}

void write_input(const media::EmbeddingInput& input, std::size_t index,
                 const media::EmbeddingsRequest& request, const std::string& model,
                 json::Writer& out) {
  if (input.text.empty() && input.dialect != kDialect) {
    sdk::Failure failure{400, "invalid_request_error"};
    failure.param = "input[" + std::to_string(index) + "]";
    failure.message = failure.param + ": the upstream embeds text, got " +
                      (input.tokens.empty() ? "what only " + input.dialect + " can say"
                                            : std::string("tokens of another vocabulary"));
    throw failure;
  }
  out.begin_object().member("model", model).key("content");
  if (input.text.empty()) {
    out.raw(input.raw);
  } else {
    out.begin_object().key("parts").begin_array().begin_object();
    out.key("text").raw(input.text).end_object().end_array().end_object();
  }
  if (!input.task.empty()) out.member("taskType", input.task);
  if (!input.title.empty()) out.key("title").raw(input.title);
  const auto& extras = input.extras;
  const bool has_own = std::any_of(extras.begin(), extras.end(), [](const auto& extra) {
    return extra.dialect == kDialect && extra.key == "outputDimensionality";
  });
  if (request.dimensions && !has_own) out.member("outputDimensionality", *request.dimensions);
  for (const auto& extra : extras) {
    if (extra.dialect == kDialect) out.key(extra.key).raw(extra.value);
  }
  out.end_object();
}

}  // namespace

std::string read_embeddings_request(const sdk::Call& call) {
  json::Document document;
  if (!document.parse(call.body())) {
    throw sdk::Failure{
        400, "invalid_request_error",
        "the body is no JSON: it breaks at byte " + std::to_string(document.stopped_at())};
  }
  const json::Value body = document.root();
  if (!body.is_object()) throw wrong_type("the body", "an object", body);
  media::EmbeddingsRequest request;
  request.model = call.model();
  const json::Value requests = field(body, "requests");
  if (!requests) {
    read_request(body, {}, request);
    return media::write_embeddings(request);
  }
  if (!requests.is_array() || requests.size() == 0) {
    throw wrong_type("requests", "an array of at least one", requests);
  }
  for (const auto& one : requests.items()) {
    const std::string where = "requests[" + std::to_string(request.inputs.size()) + "]";
    expect_object(one, where);
    read_request(one, where + ".", request);
  }
  return media::write_embeddings(request);
}

MediaRequest write_embeddings_request(std::string_view canonical, const sdk::Attempt& attempt,
                                      sdk::LossSink& losses) {
  json::Document document;
  const media::EmbeddingsRequest request = media::read_embeddings(canonical, document);
  const std::string model = model_resource(attempt.model());
  json::Writer out;
  out.reserve(canonical.size() + request.inputs.size() * 96);
  out.begin_object().key("requests").begin_array();
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    write_input(request.inputs[i], i, request, model, out);
    sdk::chat::report_foreign(request.inputs[i].extras, kDialect, "/inputs/" + std::to_string(i),
                              losses);
  }
  out.end_array().end_object();
  if (!request.user.empty()) losses.dropped("/user", "the upstream is not told of users");
  sdk::chat::report_foreign(request.extras, kDialect, {}, losses);
  return {"/v1beta/" + model + ":batchEmbedContents", out.take()};
}

}  // namespace abv::gemini
