#include <algorithm>
#include <initializer_list>
#include <stdexcept>

#include "tests/cases/normal.hpp"

namespace abv::cases {
namespace {

void drop(Json& object, const char* name, const Json& meaningless) {
  if (object[name] == meaningless) object.remove(name);
}

void drop_nulls(Json& object) {
  for (auto it = object.fields().begin(); it != object.fields().end();) {
    it = it->second.is_null() ? object.fields().erase(it) : std::next(it);
  }
}

template <class Change>
void for_each(Json& object, const char* name, Change change) {
  if (!object[name].is_list()) return;
  for (Json& item : object.field(name).items())
    change(item);
}

void rename(Json& object, const char* from, const char* to) {
  if (!object.has(from)) return;
  object.field(to) = object[from];
  object.remove(from);
}

// The JSON that a string holds; arguments that are no JSON stay as they are.
void read_json_text(Json& object, const char* name) {
  try {
    if (object[name].is_text()) object.field(name) = Json::parse(object[name].text());
  } catch (const std::runtime_error&) {
    return;
  }
}

// "x" for [{"type": type, "text": "x"}].
void shorten(Json& object, const char* name, const std::string& type) {
  const Json& content = object[name];
  if (content.size() != 1 || !content.is_list() || content[0].size() != 2) return;
  if (content[0]["type"].text() == type) object.field(name) = Json(content[0]["text"]);
}

// [{"type": type, "text": "x"}] for "x".
void lengthen(Json& object, const char* name, const std::string& type) {
  if (!object[name].is_text()) return;
  object.field(name) = Json::List{Json::Members{{"type", type}, {"text", object[name].text()}}};
}

// {"output": "x"} in a result means x, as {"result": "x"} does: Google's names for what a function
// gave.
void unwrap_output(Json& object, const char* name) {
  Json copy = object;
  read_json_text(copy, name);
  for (const char* wrapping : {"output", "result"}) {
    if (copy[name].size() == 1 && copy[name].has(wrapping)) {
      object.field(name) = Json(copy[name][wrapping]);
    }
  }
}

void normal_chat_message(Json& message) {
  drop_nulls(message);
  for_each(message, "content", [](Json& part) {
    if (part.has("image_url")) drop(part.field("image_url"), "detail", "auto");
  });
  shorten(message, "content", "text");
  if (message["role"].text() == "assistant") drop(message, "content", "");
  if (message["role"].text() == "tool") unwrap_output(message, "content");
  for_each(message, "tool_calls", [](Json& call) {
    if (call.has("function")) read_json_text(call.field("function"), "arguments");
  });
}

Json normal_chat(Json request) {
  drop_nulls(request);
  for (Json& message : request.field("messages").items())
    normal_chat_message(message);
  for_each(request, "tools", [](Json& tool) {
    if (tool.has("function")) drop(tool.field("function"), "strict", false);
  });
  rename(request, "max_tokens", "max_completion_tokens");
  if (request["stop"].is_text()) request.field("stop") = Json::List{request["stop"]};
  drop(request, "stream", false);
  drop(request, "store", false);
  drop(request, "n", 1);
  drop(request, "tool_choice", "auto");
  drop(request, "parallel_tool_calls", true);
  drop(request, "response_format", Json::Members{{"type", "text"}});
  return request;
}

void normal_input_item(Json& item) {
  drop_nulls(item);
  const std::string type = item["type"].text();
  item.remove("status");
  item.remove("id");
  if (type.empty() || type == "message") {
    item.remove("type");
    lengthen(item, "content", item["role"].text() == "assistant" ? "output_text" : "input_text");
    for (Json& part : item.field("content").items()) {
      drop(part, "annotations", Json::List());
      drop(part, "logprobs", Json::List());
      drop(part, "detail", "auto");
    }
  }
  if (type == "function_call") read_json_text(item, "arguments");
  if (type == "function_call_output" || type == "custom_tool_call_output") {
    shorten(item, "output", "input_text");
    unwrap_output(item, "output");
  }
  if (type == "reasoning") drop(item, "content", Json::List());
}

Json normal_responses(Json request) {
  drop_nulls(request);
  lengthen(request, "input", "input_text");
  Json::List input;
  if (request.has("instructions")) {
    Json first = Json::Members{{"role", "system"}, {"content", request["instructions"]}};
    request.remove("instructions");
    input.push_back(first);
  }
  for (const Json& item : request["input"].list()) {
    input.push_back(item.has("text") ? Json::Members{{"role", "user"}, {"content", item["text"]}}
                                     : item);
  }
  for (Json& item : input)
    normal_input_item(item);
  request.field("input") = input;
  for_each(request, "tools", [](Json& tool) {
    if (tool["type"].text() == "function" && !tool.has("strict")) tool.field("strict") = true;
  });
  if (request.has("text")) {
    drop(request.field("text"), "format", Json::Members{{"type", "text"}});
    drop(request, "text", Json::Members());
  }
  drop(request, "stream", false);
  drop(request, "store", true);
  drop(request, "tool_choice", "auto");
  drop(request, "parallel_tool_calls", true);
  drop(request, "truncation", "disabled");
  return request;
}

void normal_claude_blocks(Json& owner, const char* name) {
  lengthen(owner, name, "text");
  if (!owner[name].is_list()) return;
  for (Json& block : owner.field(name).items()) {
    drop_nulls(block);
    drop(block, "is_error", false);
    if (block["type"].text() != "tool_result") continue;
    normal_claude_blocks(block, "content");
    if (block["content"].size() == 1) unwrap_output(block.field("content").items()[0], "text");
  }
}

Json normal_claude(Json request) {
  drop_nulls(request);
  normal_claude_blocks(request, "system");
  for (Json& message : request.field("messages").items())
    normal_claude_blocks(message, "content");
  for_each(request, "tools", [](Json& tool) {
    drop_nulls(tool);
    drop(tool, "type", "custom");
    drop(tool, "strict", false);
  });
  if (request.has("tool_choice")) {
    drop(request.field("tool_choice"), "disable_parallel_tool_use", false);
    drop(request, "tool_choice", Json::Members{{"type", "auto"}});
  }
  drop(request, "stream", false);
  return request;
}

// Types of the OpenAPI form in JSON Schema's letters.
Json json_schema_of(const Json& schema) {
  if (schema.is_list()) {
    Json list = Json::List();
    for (const Json& item : schema.list())
      list.add(json_schema_of(item));
    return list;
  }
  if (!schema.is_object()) return schema;
  Json copy = Json::Members();
  for (const auto& [name, member] : schema.members()) {
    copy.field(name) = json_schema_of(member);
    if (name != "type" || !member.is_text()) continue;
    std::string type = member.text();
    std::transform(type.begin(), type.end(), type.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    copy.field(name) = type;
  }
  return copy;
}

void normal_schema(Json& object, const char* openapi, const char* json_schema) {
  rename(object, openapi, json_schema);
  if (object.has(json_schema)) object.field(json_schema) = json_schema_of(object[json_schema]);
}

Json normal_gemini(Json request) {
  drop(request, "store", false);
  for_each(request, "contents", [](Json& content) {
    for_each(content, "parts", [](Json& part) {
      if (part.has("functionResponse")) unwrap_output(part.field("functionResponse"), "response");
    });
  });
  if (request.has("systemInstruction")) request.field("systemInstruction").remove("role");
  for_each(request, "tools", [](Json& tool) {
    for_each(tool, "functionDeclarations",
             [](Json& function) { normal_schema(function, "parameters", "parametersJsonSchema"); });
  });
  if (request.has("generationConfig")) {
    Json& config = request.field("generationConfig");
    normal_schema(config, "responseSchema", "responseJsonSchema");
    drop(config, "candidateCount", 1);
    drop(config, "responseMimeType", "text/plain");
    drop(request, "generationConfig", Json::Members());
  }
  const Json automatic = Json::Members{{"mode", "AUTO"}};
  drop(request, "toolConfig", Json::Members{{"functionCallingConfig", automatic}});
  return request;
}

}  // namespace

Json normal_request(const Vendor& vendor, Json request) {
  if (vendor.name == "openai-chat") return normal_chat(std::move(request));
  if (vendor.name == "openai-responses") return normal_responses(std::move(request));
  if (vendor.name == "claude-messages") return normal_claude(std::move(request));
  return normal_gemini(std::move(request));
}

}  // namespace abv::cases
