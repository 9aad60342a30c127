#include "compact_writer.hpp"

#include "compaction.hpp"
#include "responses_trace.hpp"
#include "stored_responses.hpp"
#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

CompactWriter::CompactWriter(const sdk::CodecParams& params) : AnswerWriter(params, "resp_") {
  json::Document document;
  if (!document.parse(params.request_body())) return;
  const auto body = document.root();
  sdk::chat::Request texts;
  StoredResponses stored(params.call(), texts);
  std::string before;
  const auto previous = body["previous_response_id"].as_string();
  for (const auto& turn : stored.turns_up_to(previous, before))
    keep_messages(turn.request["input"]);
  keep_messages(body["input"]);
}

void CompactWriter::keep_messages(const json::Value& input) {
  if (input.is_string()) return keep_message(input);
  for (const auto& item : input.items()) {
    const auto type = item["type"].as_string();
    const bool is_message = type == "message" || type.empty();
    if (is_message && item["role"].as_string() == "user") keep_message(item["content"]);
  }
}

void CompactWriter::keep_message(const json::Value& content) {
  json::Writer item;
  item.begin_object().member("type", "message");
  item.member(
      "id", "msg" + std::string(kOwnIdMark) + request_id_ + "_" + std::to_string(messages_.size()));
  item.member("status", "completed").member("role", "user").key("content");
  if (content.is_string()) {
    item.begin_array().begin_object().member("type", "input_text").member("text", content);
    item.end_object().end_array();
  } else {
    item.value(content);
  }
  messages_.push_back(item.end_object().take());
}

void CompactWriter::on_content(const sdk::Event& event, sdk::Writer& /*out*/) {
  if (event.kind() == ABV_EVENT_TEXT && event.choice() == 0) summary_ += event.text();
}

// Half of a summary would lose the rest of the conversation for good.
void CompactWriter::on_finish(sdk::Writer& out) {
  const bool is_cut = *stop_ == sdk::StopReason::kLength || *stop_ == sdk::StopReason::kRefusal ||
                      *stop_ == sdk::StopReason::kPause;
  if (summary_.empty() || is_cut) throw sdk::Stopped{ABV_E_INVALID};
  json_.begin_object().member("id", id_).member("object", "response.compaction");
  json_.member("created_at", created_).key("output").begin_array();
  for (const std::string& message : messages_)
    json_.raw(message);
  json_.begin_object().member("type", "compaction");
  json_.member("id", "cmp" + std::string(kOwnIdMark) + request_id_ + "_0");
  json_.member("encrypted_content", wrap_summary(summary_)).end_object().end_array();
  json_.key("usage");
  write_response_usage(json_, usage_.value_or(sdk::make_usage()));
  out.write(json_.end_object().view());
}

}  // namespace abv::openai
