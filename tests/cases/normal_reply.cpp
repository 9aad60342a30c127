#include <stdexcept>

#include "tests/cases/normal.hpp"

namespace abv::cases {
namespace {

bool is_nothing(const Json& value) {
  return value.is_null() || value == Json(0) || value == Json::List() || value == Json::Members() ||
         value == Json("");
}

// Takes out what says nothing, in depth.
void drop_nothing(Json& value) {
  if (value.is_list()) {
    for (Json& item : value.items())
      drop_nothing(item);
  }
  if (!value.is_object()) return;
  for (auto it = value.fields().begin(); it != value.fields().end();) {
    drop_nothing(it->second);
    it = is_nothing(it->second) ? value.fields().erase(it) : std::next(it);
  }
}

void keep_only(Json& object, const std::vector<std::string>& names) {
  Json kept = Json::Members();
  for (const std::string& name : names) {
    if (object.has(name)) kept.field(name) = object[name];
  }
  object = kept;
}

void read_json_text(Json& object, const char* name) {
  try {
    object.field(name) = Json::parse(object[name].text());
  } catch (const std::runtime_error&) {
    return;
  }
}

Json normal_chat(Json reply) {
  keep_only(reply, {"model", "choices", "usage"});
  for (Json& choice : reply.field("choices").items()) {
    Json& message = choice.field("message");
    if (!message["tool_calls"].is_list()) continue;
    for (Json& call : message.field("tool_calls").items()) {
      if (call.has("function")) read_json_text(call.field("function"), "arguments");
    }
  }
  drop_nothing(reply);
  return reply;
}

Json normal_completion(Json reply) {
  keep_only(reply, {"model", "choices", "usage"});
  drop_nothing(reply);
  return reply;
}

Json normal_responses(Json reply) {
  keep_only(reply, {"model", "output", "usage", "status", "incomplete_details", "error"});
  for (Json& item : reply.field("output").items()) {
    item.remove("id");
    item.remove("status");
    if (item["type"].text() == "function_call") read_json_text(item, "arguments");
  }
  drop_nothing(reply);
  return reply;
}

Json normal_claude(Json reply) {
  keep_only(reply, {"model", "content", "stop_reason", "stop_sequence", "usage"});
  Json& usage = reply.field("usage");
  keep_only(usage, {"input_tokens", "output_tokens", "cache_read_input_tokens",
                    "cache_creation_input_tokens", "output_tokens_details"});
  for (Json& block : reply.field("content").items()) {
    block.remove("caller");
    if (block["type"].text() != "tool_use") drop_nothing(block);
  }
  drop_nothing(usage);
  if (reply["stop_sequence"].is_null()) reply.remove("stop_sequence");
  return reply;
}

// Texts of one kind that follow each other are one text; Gemini itself ends streams with an empty
// one.
void join_texts(Json& parts) {
  Json joined = Json::List();
  for (const Json& part : parts.list()) {
    const bool is_text = part.has("text");
    if (is_text && part["text"].text().empty() && part.size() == 1) continue;
    Json::List& so_far = joined.items();
    const bool goes_on = is_text && !so_far.empty() && so_far.back().has("text") &&
                         so_far.back()["thought"].flag() == part["thought"].flag() &&
                         !so_far.back().has("thoughtSignature");
    if (!goes_on) {
      so_far.push_back(part);
      continue;
    }
    so_far.back().field("text") = so_far.back()["text"].text() + part["text"].text();
    if (part.has("thoughtSignature")) {
      so_far.back().field("thoughtSignature") = part["thoughtSignature"];
    }
  }
  parts = joined;
}

Json normal_gemini(Json reply) {
  keep_only(reply, {"candidates", "usageMetadata", "modelVersion", "promptFeedback"});
  if (reply.has("usageMetadata")) {
    keep_only(reply.field("usageMetadata"),
              {"promptTokenCount", "candidatesTokenCount", "totalTokenCount",
               "cachedContentTokenCount", "thoughtsTokenCount"});
    drop_nothing(reply.field("usageMetadata"));
  }
  for (Json& candidate : reply.field("candidates").items()) {
    keep_only(candidate, {"content", "finishReason", "index", "groundingMetadata",
                          "citationMetadata", "logprobsResult"});
    if (candidate["index"] == Json(0)) candidate.remove("index");
    if (candidate["content"].has("parts")) join_texts(candidate.field("content").field("parts"));
  }
  return reply;
}

}  // namespace

Json normal_reply(const Vendor& vendor, Json reply) {
  if (vendor.name == "openai-chat") return normal_chat(std::move(reply));
  if (vendor.name == "openai-completions") return normal_completion(std::move(reply));
  if (vendor.name == "openai-responses") return normal_responses(std::move(reply));
  if (vendor.name == "claude-messages") return normal_claude(std::move(reply));
  return normal_gemini(std::move(reply));
}

}  // namespace abv::cases
