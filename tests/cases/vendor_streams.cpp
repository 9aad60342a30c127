#include "tests/cases/vendor_streams.hpp"

#include <algorithm>
#include <stdexcept>

namespace abv::cases {
namespace {

// Of one choice, in the order in which OpenAI sends them.
void add_chat_deltas(const Json& choice, std::vector<Json>& deltas) {
  const Json& message = choice["message"];
  deltas.push_back(Json::Members{{"role", "assistant"}, {"content", ""}, {"refusal", Json()}});
  for (const char* name : {"reasoning_content", "reasoning"}) {
    for (const std::string& piece : pieces_of(message[name].text()))
      deltas.push_back(Json::Members{{"content", Json()}, {name, piece}});
  }
  for (const std::string& piece : pieces_of(message["content"].text()))
    deltas.push_back(Json::Members{{"content", piece}});
  for (const std::string& piece : pieces_of(message["refusal"].text()))
    deltas.push_back(Json::Members{{"refusal", piece}});
  for (std::size_t i = 0; i < message["tool_calls"].size(); ++i) {
    Json begun = message["tool_calls"][i];
    const std::string kind = begun["type"].text();
    const std::string long_field = kind == "custom" ? "input" : "arguments";
    const std::string whole = begun[kind][long_field].text();
    begun.field("index") = static_cast<int>(i);
    begun.field(kind).field(long_field) = "";
    deltas.push_back(Json::Members{{"tool_calls", Json::List{begun}}});
    for (const std::string& piece : pieces_of(whole)) {
      deltas.push_back(Json::Members{
          {"tool_calls", Json::List{Json::Members{{"index", static_cast<int>(i)},
                                                  {kind, Json::Members{{long_field, piece}}}}}}});
    }
  }
  for (const char* name : {"annotations", "images", "audio", "function_call"}) {
    if (message.has(name)) deltas.push_back(Json::Members{{name, message[name]}});
  }
}

Json chat_chunk(const Json& answer) {
  Json chunk = answer;
  chunk.field("object") = "chat.completion.chunk";
  chunk.field("choices") = Json::List();
  chunk.field("usage") = Json();
  return chunk;
}

Json claude_delta(std::size_t index, const std::string& type, const std::string& field,
                  const Json& value) {
  return Json::Members{{"type", "content_block_delta"},
                       {"index", static_cast<int>(index)},
                       {"delta", Json::Members{{"type", type}, {field, value}}}};
}

void add_claude_block(std::size_t index, const Json& block, std::vector<Json>& frames) {
  const std::string type = block["type"].text();
  Json begun = block;
  std::vector<Json> deltas;
  if (type == "text") {
    begun.field("text") = "";
    begun.remove("citations");
    for (const std::string& piece : pieces_of(block["text"].text()))
      deltas.push_back(claude_delta(index, "text_delta", "text", piece));
    for (const Json& citation : block["citations"].list())
      deltas.push_back(claude_delta(index, "citations_delta", "citation", citation));
  } else if (type == "thinking") {
    begun.field("thinking") = begun.field("signature") = "";
    for (const std::string& piece : pieces_of(block["thinking"].text()))
      deltas.push_back(claude_delta(index, "thinking_delta", "thinking", piece));
    deltas.push_back(claude_delta(index, "signature_delta", "signature", block["signature"]));
  } else if (type == "tool_use" || type == "server_tool_use") {
    begun.field("input") = Json::Members();
    deltas.push_back(claude_delta(index, "input_json_delta", "partial_json", ""));
    for (const std::string& piece : pieces_of(block["input"].dump()))
      deltas.push_back(claude_delta(index, "input_json_delta", "partial_json", piece));
  }
  frames.push_back(Json::Members{{"type", "content_block_start"},
                                 {"index", static_cast<int>(index)},
                                 {"content_block", begun}});
  if (index == 0) frames.push_back(Json::Members{{"type", "ping"}});
  frames.insert(frames.end(), deltas.begin(), deltas.end());
  frames.push_back(
      Json::Members{{"type", "content_block_stop"}, {"index", static_cast<int>(index)}});
}

// Texts come in pieces, everything else as it is; a signature comes with the last piece.
std::vector<Json> gemini_parts(const Json& part) {
  const std::vector<std::string> pieces = pieces_of(part["text"].text());
  if (pieces.empty()) return {part};
  std::vector<Json> parts;
  for (const std::string& piece : pieces) {
    Json one = part;
    one.field("text") = piece;
    if (&piece != &pieces.back()) one.remove("thoughtSignature");
    parts.push_back(one);
  }
  return parts;
}

}  // namespace

const Vendor& vendor(std::string_view name) {
  const auto found = std::find_if(kVendors.begin(), kVendors.end(),
                                  [&](const Vendor& one) { return one.name == name; });
  if (found == kVendors.end()) throw std::out_of_range("no vendor " + std::string(name));
  return *found;
}

std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  std::size_t from = 0;
  for (std::size_t i = 1; i <= 3; ++i) {
    std::size_t to = text.size() * i / 3;
    while (to < text.size() && (static_cast<unsigned char>(text[to]) & 0xC0U) == 0x80U)
      ++to;
    if (to > from) pieces.push_back(text.substr(from, to - from));
    from = std::max(from, to);
  }
  return pieces;
}

std::vector<Json> chat_frames(const Json& answer) {
  std::vector<Json> frames;
  const auto add = [&](const Json& choice, const Json& delta, const Json& finish_reason,
                       const Json& logprobs) {
    Json chunk = chat_chunk(answer);
    chunk.field("choices").add(Json::Members{{"index", choice["index"]},
                                             {"delta", delta},
                                             {"logprobs", logprobs},
                                             {"finish_reason", finish_reason}});
    frames.push_back(chunk);
  };
  for (const Json& choice : answer["choices"].list()) {
    if (choice["logprobs"].is_object()) {  // one token per chunk
      add(choice, Json::Members{{"role", "assistant"}, {"content", ""}}, Json(), Json());
      for (const char* name : {"content", "refusal"}) {
        for (const Json& token : choice["logprobs"][name].list()) {
          Json logprobs = Json::Members{{"content", Json()}, {"refusal", Json()}};
          logprobs.field(name) = Json::List{token};
          add(choice, Json::Members{{name, token["token"]}}, Json(), logprobs);
        }
      }
      continue;
    }
    std::vector<Json> deltas;
    add_chat_deltas(choice, deltas);
    for (const Json& delta : deltas)
      add(choice, delta, Json(), Json());
  }
  for (const Json& choice : answer["choices"].list())
    add(choice, Json::Members(), choice["finish_reason"], Json());
  Json last = chat_chunk(answer);
  last.field("usage") = answer["usage"];
  frames.push_back(last);
  return frames;
}

std::vector<Json> claude_frames(const Json& answer) {
  Json begun = answer;
  begun.field("content") = Json::List();
  begun.field("stop_reason") = begun.field("stop_sequence") = Json();
  begun.remove("stop_details");
  begun.field("usage").field("output_tokens") = 1;
  begun.field("usage").remove("output_tokens_details");
  std::vector<Json> frames{Json::Members{{"type", "message_start"}, {"message", begun}}};
  for (std::size_t i = 0; i < answer["content"].size(); ++i)
    add_claude_block(i, answer["content"][i], frames);
  Json delta = Json::Members{{"stop_reason", answer["stop_reason"]},
                             {"stop_sequence", answer["stop_sequence"]}};
  if (answer.has("stop_details")) delta.field("stop_details") = answer["stop_details"];
  Json usage = answer["usage"];
  for (const char* only_at_start : {"service_tier", "cache_creation"})
    usage.remove(only_at_start);
  frames.push_back(Json::Members{{"type", "message_delta"}, {"delta", delta}, {"usage", usage}});
  frames.push_back(Json::Members{{"type", "message_stop"}});
  return frames;
}

std::vector<Json> gemini_frames(const Json& answer) {
  std::vector<Json> frames;
  if (answer["candidates"].size() == 0) return {answer};  // of a prompt that was blocked
  for (const Json& candidate : answer["candidates"].list()) {
    std::vector<Json> parts;
    for (const Json& part : candidate["content"]["parts"].list()) {
      const std::vector<Json> its = gemini_parts(part);
      parts.insert(parts.end(), its.begin(), its.end());
    }
    if (parts.empty()) parts.push_back(Json());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Json one = candidate;
      if (!parts[i].is_null()) one.field("content").field("parts") = Json::List{parts[i]};
      if (i + 1 < parts.size()) {
        for (const char* only_at_end : {"finishReason", "groundingMetadata", "logprobsResult",
                                        "citationMetadata", "urlContextMetadata"})
          one.remove(only_at_end);
      }
      Json frame = answer;
      frame.field("candidates") = Json::List{one};
      frames.push_back(frame);
    }
  }
  return frames;
}

std::vector<Json> frames_of(const Vendor& vendor, const Json& answer) {
  if (vendor.name == "openai-responses") return responses_frames(answer);
  if (vendor.name == "claude-messages") return claude_frames(answer);
  return vendor.name == "gemini" ? gemini_frames(answer) : chat_frames(answer);
}

std::vector<std::string> sse_of(const Vendor& vendor, const std::vector<Json>& frames) {
  std::vector<std::string> texts;
  for (const Json& frame : frames) {
    const bool has_event = vendor.name == "claude-messages" || vendor.name == "openai-responses";
    const std::string event = has_event ? "event: " + frame["type"].text() + "\n" : "";
    const std::string end = vendor.name == "gemini" ? "\r\n\r\n" : "\n\n";
    texts.push_back(event + "data: " + frame.dump() + end);
  }
  if (vendor.name == "openai-chat") texts.emplace_back("data: [DONE]\n\n");
  return texts;
}

}  // namespace abv::cases
