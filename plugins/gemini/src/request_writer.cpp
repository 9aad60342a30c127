#include "request_writer.hpp"

#include "abv/sdk/chat_json.hpp"
#include "config_writer.hpp"
#include "contents_writer.hpp"
#include "extras_writer.hpp"
#include "tool_writer.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;

namespace {

constexpr std::string_view kModels = "models/";

// Nothing in a model's name may lead to another path: the request carries a credential.
std::string as_segment(std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain) {
      out.push_back(c);
    } else {
      out.append({'%', kHex[byte >> 4U], kHex[byte & 0xFU]});
    }
  }
  return out;
}

// "standard" is what others call "default"; "auto" is what the upstream does unasked.
void write_tier(const std::string& tier, json::Writer& out, sdk::LossSink& losses) {
  if (tier.empty() || tier == "auto") return;
  if (tier == "standard" || tier == "flex" || tier == "priority" || tier == "unspecified") {
    out.member("serviceTier", tier);
  } else if (tier == "default" || tier == "standard_only") {
    out.member("serviceTier", "standard");
  } else {
    losses.dropped("/service_tier", "the upstream has no such tier");
  }
}

// True when there is nothing but contents.
bool write_body(const chat::Request& request, std::string_view model, json::Writer& out,
                sdk::LossSink& losses) {
  const ModelTraits traits(model);
  const ContentsWriter contents(request, traits, losses);
  contents.write_contents(out.key("contents"));
  const auto size = out.view().size();
  if (contents.has_system()) contents.write_system(out.key("systemInstruction"));
  write_tools(request, traits, out, losses);
  write_config(request, traits, out, losses);
  write_tier(request.service_tier, out, losses);
  if (request.store) out.member("store", *request.store);
  ExtrasWriter(request.extras, {}).write(out);
  if (!request.user.empty()) losses.dropped("/user", "the upstream is not told of users");
  if (!request.metadata.empty()) losses.dropped("/metadata", "the upstream keeps none");
  if (!request.cache_key.empty()) {
    losses.dropped("/cache_key", "the upstream caches by itself");
  }
  chat::report_foreign(request.extras, kDialect, "", losses);
  return out.view().size() == size;
}

}  // namespace

std::string model_resource(std::string_view model) {
  constexpr std::string_view kTuned = "tunedModels/";
  const std::string_view folder = model.starts_with(kTuned) ? kTuned : kModels;
  if (model.starts_with(folder)) model.remove_prefix(folder.size());
  return std::string(folder) + as_segment(model);
}

std::string request_path(std::string_view model, std::string_view operation, bool is_stream) {
  const std::string path = "/v1beta/" + model_resource(model);
  if (operation == "count_tokens") return path + ":countTokens";
  return path + (is_stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
}

std::string write_request(std::string_view canonical, const sdk::Attempt& attempt,
                          sdk::LossSink& losses) {
  json::Document document;
  const chat::Request request = chat::read_chat(canonical, document);
  json::Writer out;
  out.reserve(canonical.size());
  if (attempt.operation() != "count_tokens") {
    out.begin_object();
    write_body(request, attempt.model(), out, losses);
    out.end_object();
    return out.take();
  }
  // countTokens takes contents alone, or a whole request that names its model.
  out.begin_object();
  const bool is_bare = write_body(request, attempt.model(), out, losses);
  out.end_object();
  if (is_bare) return out.take();
  const std::string body = out.take();
  out.begin_object().key("generateContentRequest");
  out.begin_object().member("model", model_resource(attempt.model()));
  return out.take() + "," + body.substr(1) + "}";
}

}  // namespace abv::gemini
