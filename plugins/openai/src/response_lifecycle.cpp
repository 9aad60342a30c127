#include "errors.hpp"
#include "response_writer.hpp"
#include "usage.hpp"

// The order of a response's events: every item is begun, told and ended before the next.
namespace abv::openai {

namespace json = sdk::json;

void ResponseWriter::on_start(sdk::Writer& out) {
  for (const auto* type : {"response.created", "response.in_progress"}) {
    begin_event(type);
    json_.key("response");
    put_response("in_progress", nullptr);
    end_event(out);
  }
}

// Clients that wait for events do not count comments; the API itself sends this one in long
// streams. It cannot be the first, which must be response.created.
void ResponseWriter::on_ping(sdk::Writer& out) {
  if (next_number_ == 0) return AnswerWriter::on_ping(out);
  begin_event("keepalive");
  end_event(out);
}

void ResponseWriter::on_error(const sdk::Event& error, sdk::Writer& out) {
  if (!is_stream_ && !is_kept_) return AnswerWriter::on_error(error, out);
  if (!is_stream_) {
    for (Item& item : items_)
      if (!item.is_ended) item.status = "incomplete";
    told_ = items_.size();
    put_response("failed", &error);
    return out.write(json_.view());
  }
  begin_event("response.failed");
  json_.key("response");
  put_response("failed", &error);
  end_event(out);
}

void ResponseWriter::on_finish(sdk::Writer& out) {
  const auto status = final_status();
  for (Item& item : items_) {
    if (item.is_ended) continue;
    if (item.is_call()) end_call(item, out);
    item.is_ended = true;
    if (status == "incomplete" && &item == &items_.back()) item.status = "incomplete";
  }
  tell(out);
  told_ = items_.size();
  if (!is_stream_) {
    put_response(status, nullptr);
    return out.write(json_.view());
  }
  begin_event("response." + std::string(status));
  json_.key("response");
  put_response(status, nullptr);
  end_event(out);
}

// Tells what can be told now.
void ResponseWriter::tell(sdk::Writer& out) {
  if (!is_stream_) return;
  for (; told_ < items_.size(); ++told_) {
    Item& item = items_[told_];
    if (item.is_told_at_once() && !item.is_ended) return;
    if (!item.is_begun) begin_item(item, out);
    if (!item.is_ended) return;
    end_item(item, out);
  }
}

void ResponseWriter::begin_item(Item& item, sdk::Writer& out) {
  item.is_begun = true;
  begin_event("response.output_item.added");
  json_.member("output_index", place_of(item)).key("item");
  put_item(json_, item, false);
  end_event(out);
  // What had to wait.
  if (item.kind == Kind::kLocalShell || item.kind == Kind::kImage) return;
  auto waiting = std::move(item.texts);
  item.texts.clear();
  for (auto& text : waiting) {
    if (!item.texts.empty()) end_part(item, out);
    item.texts.emplace_back();
    if (text.empty()) continue;
    begin_part(item, out);
    item.texts.back() = std::move(text);
    tell_piece(item, item.texts.back(), out);
  }
}

void ResponseWriter::end_item(Item& item, sdk::Writer& out) {
  if (item.kind == Kind::kFunction) {
    begin_item_event("response.function_call_arguments.done", item);
    json_.member("name", item.name).member("arguments", item.text());
    end_event(out);
  } else if (item.kind == Kind::kCustom) {
    begin_item_event("response.custom_tool_call_input.done", item);
    json_.member("input", item.text());
    end_event(out);
  } else if (item.is_message() || item.kind == Kind::kReasoning) {
    end_part(item, out);
  }
  begin_event("response.output_item.done");
  json_.member("output_index", place_of(item)).key("item");
  put_item(json_, item, true);
  end_event(out);
}

// The parts inside an item begin with their first text.
void ResponseWriter::begin_part(const Item& item, sdk::Writer& out) {
  if (!is_stream_ || item.is_call()) return;
  const bool is_reasoning = item.kind == Kind::kReasoning;
  begin_item_event(
      is_reasoning ? "response.reasoning_summary_part.added" : "response.content_part.added", item);
  json_.key("part");
  put_item_part(json_, item, {}, false);
  end_event(out);
}

void ResponseWriter::end_part(const Item& item, sdk::Writer& out) {
  if (!is_stream_ || item.texts.empty() || item.texts.back().empty()) return;
  const auto& text = item.texts.back();
  const bool is_reasoning = item.kind == Kind::kReasoning;
  if (item.kind == Kind::kMessage) tell_citations(item, out);
  begin_item_event(is_reasoning                  ? "response.reasoning_summary_text.done"
                   : item.kind == Kind::kMessage ? "response.output_text.done"
                                                 : "response.refusal.done",
                   item);
  json_.member(item.kind == Kind::kRefusal ? "refusal" : "text", text);
  if (item.kind == Kind::kMessage) {
    json_.key("logprobs").begin_array();
    if (!item.logprobs.empty()) json_.raw(item.logprobs);
    json_.end_array();
  }
  end_event(out);
  begin_item_event(
      is_reasoning ? "response.reasoning_summary_part.done" : "response.content_part.done", item);
  json_.key("part");
  put_item_part(json_, item, text, true);
  end_event(out);
}

void ResponseWriter::tell_piece(const Item& item, std::string_view piece, sdk::Writer& out) {
  if (!is_stream_) return;
  switch (item.kind) {
    case Kind::kMessage:
      begin_item_event("response.output_text.delta", item);
      break;
    case Kind::kRefusal:
      begin_item_event("response.refusal.delta", item);
      break;
    case Kind::kReasoning:
      begin_item_event("response.reasoning_summary_text.delta", item);
      break;
    case Kind::kCustom:
      begin_item_event("response.custom_tool_call_input.delta", item);
      break;
    default:
      begin_item_event("response.function_call_arguments.delta", item);
      break;
  }
  json_.member("delta", piece);
  if (item.kind == Kind::kMessage) json_.key("logprobs").begin_array().end_array();
  end_event(out);
}

void ResponseWriter::tell_citations(const Item& item, sdk::Writer& out) {
  std::size_t number = 0;
  for (const Citation& citation : item.citations) {
    begin_item_event("response.output_text.annotation.added", item);
    json_.member("annotation_index", number++).key("annotation");
    put_citation(json_, item, citation);
    end_event(out);
  }
}

void ResponseWriter::begin_event(std::string_view type) {
  json_.clear();
  event_type_ = type;
  json_.begin_object().member("type", type).member("sequence_number", next_number_++);
}

void ResponseWriter::begin_item_event(std::string_view type, const Item& item) {
  begin_event(type);
  json_.member("item_id", item.id).member("output_index", place_of(item));
  if (item.is_message()) json_.member("content_index", 0);
  if (item.kind == Kind::kReasoning) json_.member("summary_index", item.texts.size() - 1);
}

void ResponseWriter::end_event(sdk::Writer& out) {
  json_.end_object();
  std::string frame = "event: ";
  frame.reserve(event_type_.size() + json_.view().size() + 20);
  frame.append(event_type_).append("\ndata: ").append(json_.view()).append("\n\n");
  out.write(frame);
  json_.clear();
}

void ResponseWriter::put_response(std::string_view status, const sdk::Event* error) {
  json_.begin_object().member("id", id_).member("object", "response");
  json_.member("created_at", created_).member("status", status).key("error");
  if (error == nullptr) {
    json_.value(nullptr);
  } else {
    const auto upstream = json::parse(encode_error_event(sdk::Form::kWhole, *error));
    auto code = upstream ? (*upstream)["error"]["code"].as_string() : std::string();
    const bool is_of_request = error->number() >= 400 && error->number() < 500;
    if (code.empty()) code = is_of_request ? "invalid_prompt" : "server_error";
    json_.begin_object().member("code", code).member("message", error->text()).end_object();
  }
  json_.key("incomplete_details");
  if (status == "incomplete") {
    const bool is_length = *stop_ == sdk::StopReason::kLength;
    json_.begin_object();
    json_.member("reason", is_length ? "max_output_tokens" : "content_filter").end_object();
  } else {
    json_.value(nullptr);
  }
  json_.member("model", model_).key("output").begin_array();
  for (std::size_t i = 0; i < told_; ++i)
    put_item(json_, items_[i], true);
  json_.end_array();
  wishes_.echo.write(json_);
  json_.key("usage");
  if (usage_ && status != "in_progress") {
    write_response_usage(json_, *usage_);
  } else {
    json_.value(nullptr);
  }
  json_.end_object();
}

// A refusal that the model put into words is an answer; one that was cut off is none.
std::string_view ResponseWriter::final_status() const {
  if (*stop_ == sdk::StopReason::kLength) return "incomplete";
  if (*stop_ != sdk::StopReason::kRefusal) return "completed";
  for (const Item& item : items_) {
    if (item.kind == Kind::kRefusal) return "completed";
  }
  return "incomplete";
}

}  // namespace abv::openai
