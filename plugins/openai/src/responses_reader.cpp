#include "responses_reader.hpp"

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

// The types of frames that begin or end an answer. Everything else is content.
bool is_frame_of_the_answer(std::string_view type) {
  return type == "response.created" || type == "response.completed" ||
         type == "response.incomplete" || type == "response.failed" || type == "error";
}

}  // namespace

bool ResponsesReader::can_skip(const sdk::SseFrame& frame) {
  if (wants_any(kContentEvents)) return false;
  const auto type = quick_type(frame);
  return type.starts_with("response.") && !is_frame_of_the_answer(type);
}

void ResponsesReader::on_chunk(const json::Value& chunk, sdk::EventSink& sink) {
  const auto type = chunk["type"].as_string();
  if (type == "error") return fail(chunk["error"].is_object() ? chunk["error"] : chunk, sink);
  if (type.empty() && chunk["error"].is_object()) return fail(chunk["error"], sink);
  if (chunk["response"].is_object()) start(chunk["response"], sink);
  if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
    return end_response(chunk["response"], sink);
  }
  const auto index = static_cast<std::uint32_t>(chunk["output_index"].as_int());
  if (type == "response.output_item.added" || type == "response.output_item.done") {
    start(json::Value(), sink);
    begin_call(index, chunk["item"], sink);
    if (type == "response.output_item.done") end_item(index, chunk["item"], sink);
    return;
  }
  on_delta(type, chunk, sink);
}

void ResponsesReader::on_whole(const json::Value& body, sdk::EventSink& sink) {
  if (body["error"].is_object() && !body["status"]) return fail(body["error"], sink);
  start(body, sink);
  std::uint32_t index = 0;
  for (const auto& item : body["output"].items()) {
    begin_call(index, item, sink);
    end_item(index, item, sink);
    ++index;
  }
  if (body["status"].is_string()) end_response(body, sink);
}

void ResponsesReader::on_delta(std::string_view type, const json::Value& chunk,
                               sdk::EventSink& sink) {
  const auto index = static_cast<std::uint32_t>(chunk["output_index"].as_int());
  const auto delta = chunk["delta"].text(scratch_);
  const auto give = [&](std::uint32_t kind) {
    start(json::Value(), sink);
    items_[index].has_text = true;
    give_text(kind, delta, index, sink);
  };
  if (type == "response.output_text.delta" || type == "response.refusal.delta") {
    give(ABV_EVENT_TEXT);
  } else if (type == "response.reasoning_summary_text.delta" ||
             type == "response.reasoning_text.delta") {
    give(ABV_EVENT_REASONING);
  } else if (type == "response.reasoning_summary_part.added") {
    if (chunk["summary_index"].as_int() > 0) give_text(ABV_EVENT_REASONING, "\n\n", index, sink);
  } else if (type == "response.function_call_arguments.delta" && items_[index].is_call) {
    items_[index].has_arguments = true;
    give_text(ABV_EVENT_TOOL_ARGUMENTS, delta, index, sink);
  }
}

void ResponsesReader::begin_call(std::uint32_t index, const json::Value& item,
                                 sdk::EventSink& sink) {
  Item& known = items_[index];
  if (known.is_call || item["type"].text(scratch_) != "function_call") return;
  known.is_call = true;
  has_calls_ = true;
  if (!wants(ABV_EVENT_TOOL_START)) return;
  sink.tool_start(item["call_id"].text(scratch_), item["name"].text(more_scratch_), index);
}

void ResponsesReader::end_item(std::uint32_t index, const json::Value& item, sdk::EventSink& sink) {
  Item& known = items_[index];
  if (known.is_ended) return;
  known.is_ended = true;
  if (known.is_call) {
    if (!known.has_arguments) {
      give_text(ABV_EVENT_TOOL_ARGUMENTS, item["arguments"].text(scratch_), index, sink);
    }
    if (wants(ABV_EVENT_TOOL_END)) sink.tool_end(index);
    return;
  }
  const auto type = item["type"].as_string();
  if (type == "reasoning") return end_reasoning(index, item, sink);
  if (type != "message" || known.has_text) return;
  for (const auto& part : item["content"].items()) {
    give_text(ABV_EVENT_TEXT, part["text"].text(scratch_), index, sink);
    give_text(ABV_EVENT_TEXT, part["refusal"].text(scratch_), index, sink);
  }
}

void ResponsesReader::end_reasoning(std::uint32_t index, const json::Value& item,
                                    sdk::EventSink& sink) {
  if (!items_[index].has_text) {
    bool is_first = true;
    for (const auto& part : item["summary"].items()) {
      if (!is_first) give_text(ABV_EVENT_REASONING, "\n\n", index, sink);
      is_first = false;
      give_text(ABV_EVENT_REASONING, part["text"].text(scratch_), index, sink);
    }
    for (const auto& part : item["content"].items()) {
      give_text(ABV_EVENT_REASONING, part["text"].text(scratch_), index, sink);
    }
  }
  give_text(ABV_EVENT_SIGNATURE, item["encrypted_content"].text(scratch_), index, sink);
}

void ResponsesReader::end_response(const json::Value& response, sdk::EventSink& sink) {
  start(response, sink);
  if (response["usage"].is_object()) give_usage(read_usage(response["usage"]), sink);
  const auto status = response["status"].as_string();
  if (status == "failed") return fail(response["error"], sink);
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
  const bool calls = has_calls_ || has_calls(response);
  give_stop(calls ? sdk::StopReason::kTool : sdk::StopReason::kEnd, "completed", sink);
}

bool ResponsesReader::has_calls(const json::Value& response) {
  for (const auto& item : response["output"].items()) {
    if (item["type"].as_string() == "function_call") return true;
  }
  return false;
}

}  // namespace abv::openai
