// The canonical chat request as C++ types: what a dialect's decode_request makes of a client's
// request and what encode_request makes an upstream's request from. schema/chat.schema.json is its
// JSON form; chat_json.hpp reads and writes that.
//
// Long values are never unescaped and escaped again: they are views of JSON text (`Json`), copied
// as they stand from one document to the next. Short words that code looks at are plain strings.
//
// What only one dialect knows is not lost: it stands in `extras`, with the dialect's name. An
// encoder of that dialect writes it back, any other reports it to its LossSink.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/json.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace chat {

// The JSON text of one value; empty when it is absent. A view of a document that the caller keeps,
// or of a text in Request::keep.
using Json = std::string_view;

// A field that only one dialect knows, by its own name.
struct Extra {
  std::string dialect;  // "claude-messages"
  std::string key;
  Json value;
};
using Extras = std::vector<Extra>;

enum class Role : std::uint8_t { kSystem, kDeveloper, kUser, kAssistant };

enum class PartKind : std::uint8_t {
  kText,
  kRefusal,
  kImage,
  kAudio,
  kFile,       // a document, a video, or anything else with a media type
  kReasoning,  // of the assistant
  kToolCall,   // of the assistant
  kToolResult,
  kOpaque,  // `raw` in the words of `dialect`, which no other can express
};

// One piece of a message. Which fields count depends on `kind`.
struct Part {
  PartKind kind = PartKind::kText;

  // Text, refusal, reasoning: a JSON string. File: its content, where it is plain text. Absent for
  // reasoning that is not shown.
  Json text;

  // Image, audio, file: one of data (base64), url, file_id, text.
  std::string media_type;  // "image/png"; may be empty for a url or file_id
  Json data;               // a JSON string
  Json url;                // a JSON string
  std::string file_id;     // of the upstream's file store
  std::string name;        // file's name; also the tool's name of a call and of a result
  std::string detail;      // image: "low", "high", "auto"

  // Reasoning: what proves it to its maker. Tool call and text: the signature that came with it.
  std::string signature;
  std::string redacted;  // reasoning that may be sent back but not read, instead of text
  // Who made signature and redacted: "claude", "openai", "gemini", and which model where known.
  std::string origin, origin_model;

  // Tool call and tool result.
  std::string id;             // of the call
  Json arguments;             // call: a JSON object; of a custom tool, a JSON string
  bool is_custom = false;     // call: of a tool that takes free text
  bool is_error = false;      // result
  std::vector<Part> content;  // result: text, image, file and opaque parts

  std::string dialect;  // opaque: whose words `raw` is
  Json raw;             // opaque: the part as it stood

  Json cache;      // a cache mark ends here: {"ttl":"5m"}, or {}
  Json citations;  // text: an array, as events carry them
  Extras extras;
};

struct Message {
  Role role = Role::kUser;
  std::string name;  // of the speaker
  std::vector<Part> parts;
  Extras extras;
};

enum class ToolKind : std::uint8_t {
  kFunction,
  kCustom,     // takes free text; `format` says which
  kWebSearch,  // run by the upstream
  kOpaque,     // `raw` in the words of `dialect`
};

struct Tool {
  ToolKind kind = ToolKind::kFunction;
  std::string name;
  Json description;            // a JSON string
  Json parameters;             // function: a JSON Schema; absent when it takes none
  std::optional<bool> strict;  // arguments are held to the schema
  Json format;  // custom: {"type":"text"} or {"type":"grammar","syntax","definition"}
  // Web search: {"allowed_domains":[],"blocked_domains":[],"max_uses":n,"user_location":{},
  // "context_size":"medium"}, each optional.
  Json settings;
  std::string dialect;  // opaque
  Json raw;             // opaque
  Json cache;
  Extras extras;
};

struct ToolChoice {
  enum class Mode : std::uint8_t { kUnset, kAuto, kNone, kRequired };

  Mode mode = Mode::kUnset;
  // The tools that may be called. kRequired with one name is "call this tool".
  std::vector<std::string> names;
  std::optional<bool> parallel;  // more than one call in a turn
};

struct Reasoning {
  std::optional<bool> enabled;
  bool is_adaptive = false;  // the model decides how much
  std::string effort;        // "none", "minimal", "low", "medium", "high", "xhigh", "max"
  std::optional<std::int64_t> budget_tokens;
  std::string show;  // "none", "summary", "full"; empty: the dialect's default
};

struct Output {
  std::string format;  // "text", "json", "json_schema"; empty: unsaid
  std::string name;    // of the schema
  Json description;    // of the schema, a JSON string
  Json schema;
  std::optional<bool> strict;
  std::string verbosity;                // "low", "medium", "high"
  std::vector<std::string> modalities;  // "text", "image", "audio"
};

// One request. Move-only: its views may point into itself.
struct Request {
  Request() = default;
  Request(Request&&) = default;
  Request& operator=(Request&&) = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  std::string model;  // as the client asked for it
  bool stream = false;
  std::vector<Message> messages;  // system prompts among them, where they stood
  std::vector<Tool> tools;
  ToolChoice tool_choice;
  Reasoning reasoning;
  Output output;

  std::optional<std::int64_t> max_tokens;  // of the answer
  std::optional<double> temperature, top_p;
  std::optional<std::int64_t> top_k, seed, n;
  std::optional<double> presence_penalty, frequency_penalty;
  std::vector<Json> stop;  // JSON strings
  std::optional<bool> logprobs;
  std::optional<std::int64_t> top_logprobs;

  std::string user;          // the end user, by a name that says nothing of them
  Json metadata;             // an object of strings
  std::string service_tier;  // "auto", "default", "flex", "priority", …, as the client said it
  std::string cache_key;     // requests with the same one share a prompt cache
  std::optional<bool> store;
  Extras extras;

  // Keeps a text as long as the request.
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  // Makes a JSON string of plain text.
  Json quote(std::string_view text) {
    std::string json = "\"";
    json::append_escaped(json, text);
    json.push_back('"');
    return keep(std::move(json));
  }

 private:
  std::deque<std::string> kept_;  // a deque: its strings stay where they are
};

// The plain text of a JSON string; empty when it is none.
inline std::string plain(Json text) {
  if (text.size() < 2 || text.front() != '"') return {};
  const auto inner = text.substr(1, text.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return std::string(inner);
  std::string out;
  json::detail::unescape(inner, out);
  return out;
}

// True for a JSON string without content, and for an absent one.
inline bool is_blank(Json text) {
  return text.empty() || text == "\"\"" || text == "null";
}

// The name of the tool that the call `id` was for, looked up in the messages before `end`; empty
// when there is none. For dialects whose results must carry it.
inline std::string_view tool_name(const Request& request, std::string_view id, std::size_t end) {
  for (std::size_t i = end; i > 0; --i) {
    for (const Part& part : request.messages[i - 1].parts) {
      if (part.kind == PartKind::kToolCall && part.id == id) return part.name;
    }
  }
  return {};
}

// The id of a tool call in the letters that all vendors take ([A-Za-z0-9_-]) and at most `longest`
// of them. The same id always gives the same, so a call and its result still find each other; one
// that had to change ends in a hash of what it was.
inline std::string tool_id(std::string_view id, std::size_t longest) {
  std::string safe(id);
  std::uint32_t hash = 2166136261U;  // FNV-1a
  bool changed = id.empty() || id.size() > longest;
  for (char& c : safe) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
    if (!fits) {
      c = '_';
      changed = true;
    }
  }
  if (!changed) return safe;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string end = "_";
  for (unsigned shift = 32; shift > 0; shift -= 4)
    end.push_back(kHex[hash >> (shift - 4) & 0xFU]);
  safe.resize(std::min(safe.size(), longest - end.size()));
  return safe + end;
}

// Reports the extras that an encoder of `own` cannot express: those of all other dialects.
template <class Losses>
void report_foreign(const Extras& extras, std::string_view own, const std::string& path,
                    Losses& losses) {
  for (const Extra& extra : extras) {
    if (extra.dialect == own) continue;
    std::string pointer = path + "/";
    for (const char c : extra.key) {  // RFC 6901
      c == '~' ? pointer += "~0" : c == '/' ? pointer += "~1" : pointer += c;
    }
    losses.dropped(pointer, "only " + extra.dialect + " knows it");
  }
}

}  // namespace chat
}  // namespace v1
}  // namespace abv::sdk
