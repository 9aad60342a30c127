#include "response_writer.hpp"

#include <algorithm>

#include "errors.hpp"
#include "usage.hpp"

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

void ResponseWriter::on_content(const sdk::Event& event, sdk::Writer& out) {
  switch (event.kind()) {
    case ABV_EVENT_TEXT:
      return add_text(Kind::kMessage, event, out);
    case ABV_EVENT_REASONING:
      return add_text(Kind::kReasoning, event, out);
    case ABV_EVENT_SIGNATURE:
      return add_signature(event, out);
    case ABV_EVENT_TOOL_START:
      begin_item(Kind::kCall, event, out);
      return;
    case ABV_EVENT_TOOL_ARGUMENTS:
      if (open_item(Kind::kCall, event.index()) == nullptr) return;
      return add_text(Kind::kCall, event, out);
    case ABV_EVENT_TOOL_END:
      if (Item* call = open_item(Kind::kCall, event.index())) end_item(*call, out);
      return;
    default:
      return;
  }
}

void ResponseWriter::on_error(const sdk::Event& error, sdk::Writer& out) {
  if (!is_stream_) return AnswerWriter::on_error(error, out);
  begin_event("response.failed");
  json_.key("response");
  put_response("failed", &error);
  end_event(out);
}

void ResponseWriter::on_finish(sdk::Writer& out) {
  end_items(true, out);
  const auto status = final_status();
  if (!is_stream_) {
    put_response(status, nullptr);
    return out.write(json_.view());
  }
  begin_event("response." + std::string(status));
  json_.key("response");
  put_response(status, nullptr);
  end_event(out);
}

ResponseWriter::Item* ResponseWriter::open_item(Kind kind, std::uint32_t part) {
  const auto same = [&](const Item& item) {
    return item.is_open && item.kind == kind && item.part == part;
  };
  const auto found = std::find_if(items_.rbegin(), items_.rend(), same);
  return found == items_.rend() ? nullptr : &*found;
}

ResponseWriter::Item& ResponseWriter::begin_item(Kind kind, const sdk::Event& event,
                                                 sdk::Writer& out) {
  end_items(false, out);
  const auto tail = request_id_ + "_" + std::to_string(items_.size());
  Item& item = items_.emplace_back();
  item.kind = kind;
  item.part = event.index();
  item.id = (kind == Kind::kMessage ? "msg_" : kind == Kind::kReasoning ? "rs_" : "fc_") + tail;
  if (kind == Kind::kCall) {
    item.call_id = event.id().empty() ? "call_" + tail : std::string(event.id());
    item.name = event.name();
  }
  begin_event("response.output_item.added");
  json_.member("output_index", place_of(item)).key("item");
  put_item(item);
  end_event(out);
  return item;
}

// The parts inside an item begin with its first text.
void ResponseWriter::begin_part(const Item& item, sdk::Writer& out) {
  if (item.kind == Kind::kCall) return;
  begin_item_event(item.kind == Kind::kMessage ? "response.content_part.added"
                                               : "response.reasoning_summary_part.added",
                   item);
  json_.key("part");
  put_part(item, {});
  end_event(out);
}

void ResponseWriter::add_text(Kind kind, const sdk::Event& event, sdk::Writer& out) {
  if (event.text().empty()) return;
  Item* found = open_item(kind, event.index());
  Item& item = found != nullptr ? *found : begin_item(kind, event, out);
  if (item.text.empty()) begin_part(item, out);
  item.text += event.text();
  begin_item_event(kind == Kind::kMessage     ? "response.output_text.delta"
                   : kind == Kind::kReasoning ? "response.reasoning_summary_text.delta"
                                              : "response.function_call_arguments.delta",
                   item);
  json_.member("delta", event.text());
  if (kind == Kind::kMessage) json_.key("logprobs").begin_array().end_array();
  end_event(out);
}

// Reasoning that was not shown may be signed all the same; calls and text cannot be.
void ResponseWriter::add_signature(const sdk::Event& event, sdk::Writer& out) {
  const auto same = [&](const Item& item) { return item.part == event.index(); };
  const auto known = std::find_if(items_.rbegin(), items_.rend(), same);
  if (known == items_.rend()) {
    begin_item(Kind::kReasoning, event, out).signature = event.text();
  } else if (known->kind == Kind::kReasoning && known->is_open) {
    known->signature += event.text();
  }
}

void ResponseWriter::end_item(Item& item, sdk::Writer& out) {
  item.is_open = false;
  if (item.kind == Kind::kCall && item.text.empty()) item.text = "{}";
  if (!item.text.empty()) end_text(item, out);
  begin_event("response.output_item.done");
  json_.member("output_index", place_of(item)).key("item");
  put_item(item);
  end_event(out);
}

void ResponseWriter::end_text(const Item& item, sdk::Writer& out) {
  if (item.kind == Kind::kCall) {
    begin_item_event("response.function_call_arguments.done", item);
    json_.member("name", item.name).member("arguments", item.text);
    return end_event(out);
  }
  const bool is_message = item.kind == Kind::kMessage;
  begin_item_event(
      is_message ? "response.output_text.done" : "response.reasoning_summary_text.done", item);
  json_.member("text", item.text);
  if (is_message) json_.key("logprobs").begin_array().end_array();
  end_event(out);
  begin_item_event(
      is_message ? "response.content_part.done" : "response.reasoning_summary_part.done", item);
  json_.key("part");
  put_part(item, item.text);
  end_event(out);
}

void ResponseWriter::end_items(bool calls_too, sdk::Writer& out) {
  for (Item& item : items_) {
    if (item.is_open && (calls_too || item.kind != Kind::kCall)) end_item(item, out);
  }
}

void ResponseWriter::begin_event(std::string_view type) {
  json_.clear();
  if (!is_stream_) return;
  event_type_ = type;
  json_.begin_object().member("type", type).member("sequence_number", next_number_++);
}

void ResponseWriter::begin_item_event(std::string_view type, const Item& item) {
  begin_event(type);
  json_.member("item_id", item.id).member("output_index", place_of(item));
  if (item.kind == Kind::kMessage) json_.member("content_index", 0);
  if (item.kind == Kind::kReasoning) json_.member("summary_index", 0);
}

void ResponseWriter::end_event(sdk::Writer& out) {
  if (is_stream_) {
    json_.end_object();
    out.write("event: " + event_type_ + "\ndata: " + json_.take() + "\n\n");
  }
  json_.clear();
}

std::size_t ResponseWriter::place_of(const Item& item) const {
  return static_cast<std::size_t>(&item - items_.data());
}

void ResponseWriter::put_item(const Item& item) {
  const auto* status = item.is_open ? "in_progress" : "completed";
  json_.begin_object().member("id", item.id);
  switch (item.kind) {
    case Kind::kMessage:
      json_.member("type", "message").member("status", status).member("role", "assistant");
      json_.key("content").begin_array();
      if (!item.is_open) put_part(item, item.text);
      json_.end_array();
      break;
    case Kind::kReasoning:
      json_.member("type", "reasoning").key("summary").begin_array();
      if (!item.is_open && !item.text.empty()) put_part(item, item.text);
      json_.end_array();
      if (!item.signature.empty()) json_.member("encrypted_content", item.signature);
      break;
    case Kind::kCall:
      json_.member("type", "function_call").member("status", status);
      json_.member("call_id", item.call_id).member("name", item.name);
      json_.member("arguments", item.text);
      break;
  }
  json_.end_object();
}

void ResponseWriter::put_part(const Item& item, std::string_view text) {
  json_.begin_object();
  if (item.kind == Kind::kReasoning) {
    json_.member("type", "summary_text").member("text", text).end_object();
    return;
  }
  json_.member("type", "output_text").member("text", text);
  json_.key("annotations").begin_array().end_array();
  json_.key("logprobs").begin_array().end_array().end_object();
}

void ResponseWriter::put_response(std::string_view status, const sdk::Event* error) {
  json_.begin_object().member("id", id_).member("object", "response");
  json_.member("created_at", created_).member("status", status).key("error");
  if (error == nullptr) {
    json_.value(nullptr);
  } else {
    const auto upstream = json::parse(encode_error_event(sdk::Form::kWhole, *error));
    const auto code = upstream ? (*upstream)["error"]["code"].as_string() : std::string();
    json_.begin_object().member("code", code.empty() ? "server_error" : code);
    json_.member("message", error->text()).end_object();
  }
  json_.key("incomplete_details");
  if (status == "incomplete") {
    const bool is_length = *stop_ == sdk::StopReason::kLength;
    json_.begin_object();
    json_.member("reason", is_length ? "max_output_tokens" : "content_filter").end_object();
  } else {
    json_.value(nullptr);
  }
  json_.member("instructions", nullptr).key("metadata").begin_object().end_object();
  json_.member("model", model_).key("output").begin_array();
  for (const Item& item : items_) {
    if (!item.is_open) put_item(item);
  }
  json_.end_array().member("parallel_tool_calls", true).member("temperature", nullptr);
  json_.member("tool_choice", "auto").key("tools").begin_array().end_array();
  json_.member("top_p", nullptr).key("usage");
  if (usage_ && status != "in_progress") {
    write_response_usage(json_, *usage_);
  } else {
    json_.value(nullptr);
  }
  json_.end_object();
}

std::string_view ResponseWriter::final_status() const {
  const bool is_cut = *stop_ == sdk::StopReason::kLength || *stop_ == sdk::StopReason::kRefusal;
  return is_cut ? "incomplete" : "completed";
}

}  // namespace abv::openai
