#include "responses_reader.hpp"

#include <array>

#include "responses_trace.hpp"
#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

// The frame's type without parsing; empty when the data has to be parsed to know.
std::string_view quick_type(const sdk::SseFrame& frame) {
  constexpr std::string_view kHead = R"({"type":")";
  if (!frame.event.empty()) return frame.event;
  if (!frame.data.starts_with(kHead)) return {};
  const auto rest = frame.data.substr(kHead.size());
  return rest.substr(0, rest.find('"'));
}

bool is_end(std::string_view type) {
  return type == "response.completed" || type == "response.incomplete" || type == "response.failed";
}

// The types of frames that begin or end an answer. Everything else is content.
bool is_frame_of_the_answer(std::string_view type) {
  return is_end(type) || type == "response.created" || type == "error";
}

bool is_call_type(std::string_view type) {
  return type == "function_call" || type == "custom_tool_call" || type == "local_shell_call";
}

std::string head_of(const json::Value& item) {
  json::Writer head;
  head.begin_object();
  for (const char* key : {"type", "id", "phase"}) {
    if (item[key].is_string()) head.member(key, item[key]);
  }
  return head.end_object().take();
}

// The status that the API would have answered with; 0 for codes not known.
int status_of_code(std::string_view code) {
  struct Row {
    std::string_view code;
    int status;
  };
  constexpr std::array<Row, 6> kRows{{{"server_error", 500},
                                      {"server_is_overloaded", 503},
                                      {"slow_down", 503},
                                      {"vector_store_timeout", 504},
                                      {"context_length_exceeded", 400},
                                      {"data_residency_mismatch", 400}}};
  for (const Row& row : kRows) {
    if (row.code == code) return row.status;
  }
  const bool is_bad_image = code.find("image") != std::string_view::npos;
  const bool is_policy = code.find("policy") != std::string_view::npos;
  const bool is_bad_input = code.starts_with("invalid_") && code != "invalid_api_key";
  return is_bad_image || is_policy || is_bad_input ? 400 : 0;
}

}  // namespace

bool ResponsesReader::can_skip(const sdk::SseFrame& frame) {
  if (wants_any(kContentEvents)) return false;
  const auto type = quick_type(frame);
  // A refusal is told by its text alone; the end says "completed".
  if (type == "response.refusal.delta") return false;
  return type.starts_with("response.") && !is_frame_of_the_answer(type);
}

void ResponsesReader::on_chunk(const json::Value& chunk, sdk::EventSink& sink) {
  const auto type = chunk["type"].as_string();
  if (type == "error")
    return fail_response(chunk["error"].is_object() ? chunk["error"] : chunk, sink);
  if (type.empty() && chunk["error"].is_object()) return fail_response(chunk["error"], sink);
  if (chunk["response"].is_object()) start(chunk["response"], sink);
  if (is_end(type)) return end_response(chunk["response"], sink);
  const auto number = static_cast<std::uint32_t>(chunk["output_index"].as_int());
  if (type == "response.output_item.added" || type == "response.output_item.done") {
    start(json::Value(), sink);
    Item& item = begin_item(number, chunk["item"], sink);
    if (type == "response.output_item.done") end_item(item, chunk["item"], sink);
    return;
  }
  on_delta(type, chunk, sink);
}

void ResponsesReader::on_whole(const json::Value& body, sdk::EventSink& sink) {
  if (body["error"].is_object() && !body["status"]) return fail_response(body["error"], sink);
  start(body, sink);
  if (body["status"].is_string()) return end_response(body, sink);
  std::uint32_t number = 0;
  for (const auto& item : body["output"].items())
    end_item(begin_item(number++, item, sink), item, sink);
}

void ResponsesReader::on_delta(std::string_view type, const json::Value& chunk,
                               sdk::EventSink& sink) {
  const auto number = static_cast<std::uint32_t>(chunk["output_index"].as_int());
  if (type == "response.output_text.delta") {
    on_text(ABV_EVENT_TEXT, chunk, sink);
  } else if (type == "response.refusal.delta") {
    on_text(ABV_EVENT_REFUSAL, chunk, sink);
  } else if (type == "response.reasoning_summary_text.delta") {
    on_thinking("summary", chunk, sink);
  } else if (type == "response.reasoning_text.delta") {
    on_thinking("content", chunk, sink);
  } else if (type == "response.reasoning_summary_part.added") {
    Item& item = items_[number];
    if (chunk["summary_index"].as_int() > 0 && item.thinking == "summary") {
      give(ABV_EVENT_REASONING, "\n\n", part_of(item), item, sink, ABV_EVENT_SUMMARY);
    }
  } else if (type == "response.function_call_arguments.delta" ||
             type == "response.custom_tool_call_input.delta") {
    on_arguments(items_[number], chunk["delta"].text(scratch_), sink);
  } else if (type == "response.output_text.annotation.added") {
    Piece& piece = piece_of(items_[number], chunk["content_index"].as_int());
    give_citation(chunk["annotation"], piece, sink);
  }
}

void ResponsesReader::on_text(std::uint32_t kind, const json::Value& chunk, sdk::EventSink& sink) {
  start(json::Value(), sink);
  Item& item = items_[static_cast<std::uint32_t>(chunk["output_index"].as_int())];
  Piece& piece = piece_of(item, chunk["content_index"].as_int());
  piece.has_text = true;
  if (kind == ABV_EVENT_REFUSAL) has_refusal_ = true;
  give(kind, chunk["delta"].text(scratch_), piece.part, item, sink);
  give_logprobs(chunk["logprobs"], piece, sink);
}

// A server that gives both forms says the same twice; the first to come is read.
void ResponsesReader::on_thinking(std::string_view form, const json::Value& chunk,
                                  sdk::EventSink& sink) {
  start(json::Value(), sink);
  Item& item = items_[static_cast<std::uint32_t>(chunk["output_index"].as_int())];
  if (item.thinking.empty()) item.thinking = form;
  if (item.thinking != form) return;
  give(ABV_EVENT_REASONING, chunk["delta"].text(scratch_), part_of(item), item, sink,
       form == "summary" ? ABV_EVENT_SUMMARY : 0U);
}

void ResponsesReader::on_arguments(Item& item, std::string_view text, sdk::EventSink& sink) {
  if (!item.is_call || text.empty()) return;
  item.has_arguments = true;
  give_text(ABV_EVENT_TOOL_ARGUMENTS, text, part_of(item), sink);
}

ResponsesReader::Item& ResponsesReader::begin_item(std::uint32_t number, const json::Value& item,
                                                   sdk::EventSink& sink) {
  Item& known = items_[number];
  if (known.head.empty()) known.head = head_of(item);
  if (!known.is_call && is_call_type(item["type"].text(scratch_))) begin_call(known, item, sink);
  return known;
}

void ResponsesReader::begin_call(Item& known, const json::Value& item, sdk::EventSink& sink) {
  known.is_call = has_calls_ = true;
  const auto part = part_of(known);
  if (!wants(ABV_EVENT_TOOL_START)) return;
  const auto type = item["type"].as_string();
  auto name = type == "local_shell_call" ? std::string(kLocalShell) : item["name"].as_string();
  if (const auto space = item["namespace"].as_string(); !space.empty()) {
    name.insert(0, space + std::string(kNamespaceMark));
  }
  auto event = sdk::make_event(ABV_EVENT_TOOL_START, part);
  if (type == "custom_tool_call") event.flags = ABV_EVENT_CUSTOM;
  event.id = sdk::str(item["call_id"].text(scratch_));
  event.name = sdk::str(name);
  event.raw_json = sdk::str(known.head);
  sink.emit(event);
}

void ResponsesReader::end_item(Item& known, const json::Value& item, sdk::EventSink& sink) {
  if (known.is_ended) return;
  known.is_ended = true;
  const auto type = item["type"].as_string();
  if (known.is_call) {
    if (type == "local_shell_call") {
      on_arguments(known, item["action"].raw(), sink);
    } else if (!known.has_arguments) {
      const auto* const words = type == "custom_tool_call" ? "input" : "arguments";
      on_arguments(known, item[words].text(scratch_), sink);
    }
    if (wants(ABV_EVENT_TOOL_END)) sink.tool_end(part_of(known));
  } else if (type == "reasoning") {
    end_reasoning(known, item, sink);
  } else if (type == "message") {
    end_message(known, item, sink);
  } else if (type == "image_generation_call" && item["result"].is_string()) {
    end_image(known, item, sink);
  } else if (!type.empty() && wants(ABV_EVENT_OPAQUE)) {
    sink.opaque(item.raw(), part_of(known));
  }
}

void ResponsesReader::end_message(Item& known, const json::Value& item, sdk::EventSink& sink) {
  std::int64_t number = 0;
  for (const auto& content : item["content"].items()) {
    Piece& piece = piece_of(known, number++);
    if (!piece.has_text) {
      give(ABV_EVENT_TEXT, content["text"].text(scratch_), piece.part, known, sink);
      give(ABV_EVENT_REFUSAL, content["refusal"].text(scratch_), piece.part, known, sink);
    }
    if (content["type"].as_string() == "refusal") has_refusal_ = true;
    if (!piece.has_logprobs) give_logprobs(content["logprobs"], piece, sink);
    std::size_t seen = 0;
    for (const auto& annotation : content["annotations"].items()) {
      if (seen++ >= piece.citations) give_citation(annotation, piece, sink);
    }
  }
}

void ResponsesReader::end_reasoning(Item& known, const json::Value& item, sdk::EventSink& sink) {
  if (known.thinking.empty()) {
    const bool is_summary = item["summary"].size() > 0;
    const std::uint32_t flags = is_summary ? ABV_EVENT_SUMMARY : 0U;
    bool is_first = true;
    for (const auto& text : item[is_summary ? "summary" : "content"].items()) {
      if (!is_first) give(ABV_EVENT_REASONING, "\n\n", part_of(known), known, sink, flags);
      is_first = false;
      give(ABV_EVENT_REASONING, text["text"].text(scratch_), part_of(known), known, sink, flags);
    }
  }
  const auto proof = item["encrypted_content"].text(scratch_);
  if (proof.empty()) return;
  give(ABV_EVENT_SIGNATURE, proof, part_of(known), known, sink, ABV_EVENT_REDACTED);
}

void ResponsesReader::end_image(Item& known, const json::Value& item, sdk::EventSink& sink) {
  if (!wants(ABV_EVENT_IMAGE)) return;
  const auto format = item["output_format"].as_string();
  const std::string type = "image/" + (format == "svg"  ? "svg+xml"
                                       : format.empty() ? "png"
                                                        : format);
  sink.image(type, item["result"].text(scratch_), part_of(known), item.raw());
}

void ResponsesReader::end_response(const json::Value& response, sdk::EventSink& sink) {
  start(response, sink);
  const auto status = response["status"].as_string();
  // Also what a stream gave no items of.
  if (items_.empty() && wants_any(kContentEvents)) {
    std::uint32_t number = 0;
    for (const auto& item : response["output"].items())
      end_item(begin_item(number++, item, sink), item, sink);
  }
  if (response["usage"].is_object()) give_usage(read_usage(response["usage"]), sink);
  if (status == "failed") return fail_response(response["error"], sink);
  if (status == "incomplete") {
    const auto why = response["incomplete_details"]["reason"].as_string();
    const auto reason = why == "max_output_tokens" ? sdk::StopReason::kLength
                        : why == "content_filter"  ? sdk::StopReason::kRefusal
                                                   : sdk::StopReason::kOther;
    return give_stop(reason, why, sink);
  }
  // A response that runs in the background has begun and not ended; its document is complete.
  if (status != "completed" && !status.empty()) {
    return give_stop(sdk::StopReason::kOther, status, sink);
  }
  if (has_refusal_ || has_refusal(response)) {
    return give_stop(sdk::StopReason::kRefusal, "completed", sink);
  }
  const bool calls = has_calls_ || has_calls(response);
  give_stop(calls ? sdk::StopReason::kTool : sdk::StopReason::kEnd, "completed", sink);
}

void ResponsesReader::fail_response(const json::Value& error, sdk::EventSink& sink) {
  const auto code = error["code"].as_string();
  const int status = status_of_code(code);
  if (status == 0) return fail(error, sink);
  is_ended_ = true;
  if (!wants(ABV_EVENT_ERROR)) return;
  sink.error(status, code, error["message"].text(scratch_), error.raw());
}

bool ResponsesReader::has_calls(const json::Value& response) {
  for (const auto& item : response["output"].items()) {
    if (is_call_type(item["type"].as_string())) return true;
  }
  return false;
}

bool ResponsesReader::has_refusal(const json::Value& response) {
  for (const auto& item : response["output"].items()) {
    for (const auto& content : item["content"].items()) {
      if (content["type"].as_string() == "refusal") return true;
    }
  }
  return false;
}

std::uint32_t ResponsesReader::part_of(Item& item) {
  if (!item.part) item.part = next_part_++;
  return *item.part;
}

ResponsesReader::Piece& ResponsesReader::piece_of(Item& item, std::int64_t content_index) {
  const auto [found, is_new] = item.pieces.try_emplace(content_index);
  if (is_new) found->second.part = next_part_++;
  return found->second;
}

void ResponsesReader::give(std::uint32_t kind, std::string_view text, std::uint32_t part,
                           const Item& item, sdk::EventSink& sink, std::uint32_t flags) {
  if (text.empty() || !wants(kind)) return;
  auto event = sdk::make_event(kind, part);
  event.flags = flags;
  event.text = sdk::str(text);
  event.raw_json = sdk::str(item.head);
  sink.emit(event);
}

void ResponsesReader::give_citation(const json::Value& annotation, Piece& piece,
                                    sdk::EventSink& sink) {
  if (!annotation.is_object()) return;
  ++piece.citations;
  if (!wants(ABV_EVENT_CITATION)) return;
  const auto title = annotation["title"].exists() ? annotation["title"] : annotation["filename"];
  sink.citation(annotation["url"].text(scratch_), title.text(more_scratch_), {}, piece.part,
                annotation.raw());
}

void ResponsesReader::give_logprobs(const json::Value& entries, Piece& piece,
                                    sdk::EventSink& sink) {
  if (entries.size() == 0) return;
  piece.has_logprobs = true;
  if (wants(ABV_EVENT_LOGPROBS)) sink.logprobs(entries.raw(), piece.part);
}

}  // namespace abv::openai
