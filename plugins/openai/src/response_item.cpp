#include "response_item.hpp"

#include <algorithm>

namespace abv::openai {

namespace json = sdk::json;

namespace {

using Kind = ResponseItem::Kind;

// How many characters a text has; the API counts those, not bytes.
std::size_t characters(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

// The arguments of a local_shell call are its action. A command that is one line goes to a shell.
void put_action(json::Writer& out, std::string_view arguments) {
  json::Document document;
  const bool is_json = document.parse(arguments);
  const auto action = is_json ? document.root() : json::Value();
  out.begin_object().member("type", "exec").key("command");
  const auto command = action["command"];
  if (command.is_array()) {
    out.value(command);
  } else {
    out.begin_array().value("bash").value("-lc");
    out.value(command.is_string() ? command.as_string() : std::string(arguments)).end_array();
  }
  out.key("env");
  action["env"].is_object() ? out.value(action["env"]) : out.begin_object().end_object();
  for (const char* key : {"timeout_ms", "user", "working_directory"}) {
    if (action[key].exists()) out.member(key, action[key]);
  }
  out.end_object();
}

void put_message(json::Writer& out, const ResponseItem& item, const char* status, bool is_done) {
  out.member("type", "message").member("status", status).member("role", "assistant");
  if (!item.phase.empty()) out.member("phase", item.phase);
  out.key("content").begin_array();
  if (is_done && item.has_text()) put_item_part(out, item, item.text(), true);
  out.end_array();
}

void put_reasoning(json::Writer& out, const ResponseItem& item, bool is_done) {
  out.member("type", "reasoning").key("summary").begin_array();
  for (const auto& text : item.texts) {
    if (is_done && !text.empty()) put_item_part(out, item, text, true);
  }
  out.end_array();
  if (!item.signature.empty()) out.member("encrypted_content", item.signature);
}

void put_call(json::Writer& out, const ResponseItem& item, const char* status, bool is_done) {
  const bool is_custom = item.kind == Kind::kCustom;
  out.member("type", is_custom ? "custom_tool_call" : "function_call").member("status", status);
  out.member("call_id", item.call_id).member("name", item.name);
  if (!item.space.empty()) out.member("namespace", item.space);
  out.member(is_custom ? "input" : "arguments", is_done ? item.text() : std::string_view());
}

void put_image(json::Writer& out, const ResponseItem& item, const char* status, bool is_done) {
  constexpr std::string_view kImage = "image/";
  out.member("type", "image_generation_call").member("status", status).key("result");
  is_done ? out.value(item.text()) : out.value(nullptr);
  std::string_view format = item.media_type;
  if (format.starts_with(kImage)) format.remove_prefix(kImage.size());
  if (!format.empty()) out.member("output_format", format);
}

}  // namespace

void put_item(json::Writer& out, const ResponseItem& item, bool is_done) {
  if (item.kind == Kind::kOpaque) {
    out.raw(item.raw);
    return;
  }
  const char* status = is_done ? item.status : "in_progress";
  out.begin_object().member("id", item.id);
  switch (item.kind) {
    case Kind::kReasoning:
      put_reasoning(out, item, is_done);
      break;
    case Kind::kFunction:
    case Kind::kCustom:
      put_call(out, item, status, is_done);
      break;
    case Kind::kLocalShell:
      out.member("type", "local_shell_call").member("status", status);
      out.member("call_id", item.call_id).key("action");
      put_action(out, item.text());
      break;
    case Kind::kImage:
      put_image(out, item, status, is_done);
      break;
    default:
      put_message(out, item, status, is_done);
  }
  out.end_object();
}

void put_item_part(json::Writer& out, const ResponseItem& item, std::string_view text,
                   bool is_done) {
  out.begin_object();
  if (item.kind == Kind::kReasoning) {
    out.member("type", "summary_text").member("text", text).end_object();
    return;
  }
  if (item.kind == Kind::kRefusal) {
    out.member("type", "refusal").member("refusal", text).end_object();
    return;
  }
  out.member("type", "output_text").member("text", text).key("annotations").begin_array();
  for (const Citation& citation : item.citations) {
    if (is_done) put_citation(out, item, citation);
  }
  out.end_array().key("logprobs").begin_array();
  if (is_done && !item.logprobs.empty()) out.raw(item.logprobs);
  out.end_array().end_object();
}

// Where the source's words are not in the text, all of the text is what they stand for.
void put_citation(json::Writer& out, const ResponseItem& item, const Citation& citation) {
  if (!citation.raw.empty()) {
    out.raw(citation.raw);
    return;
  }
  const auto text = item.text();
  const auto at = citation.text.empty() ? text.npos : text.find(citation.text);
  const auto start = at == text.npos ? 0 : characters(text.substr(0, at));
  const auto end = at == text.npos ? characters(text) : start + characters(citation.text);
  out.begin_object().member("type", "url_citation").member("url", citation.url);
  out.member("title", citation.title).member("start_index", start).member("end_index", end);
  out.end_object();
}

bool is_opaque_item(const json::Value& item) {
  if (!item.is_object() || !item["id"].is_string()) return false;
  const auto type = item["type"].as_string();
  return type.ends_with("_call") || type.ends_with("_call_output") || type == "mcp_list_tools" ||
         type == "mcp_approval_request" || type == "mcp_approval_response" ||
         type == "compaction" || type == "program" || type == "program_output" ||
         type == "tool_search_output" || type == "additional_tools";
}

}  // namespace abv::openai
