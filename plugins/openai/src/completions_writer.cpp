#include "completions_writer.hpp"

#include <algorithm>

#include "chat_client.hpp"
#include "completion_logprobs.hpp"
#include "finish_reason.hpp"
#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

// Clients of this format know no tool calls.
std::string_view finish_reason_of(sdk::StopReason reason) {
  return finish_reason_word(reason == sdk::StopReason::kTool ? sdk::StopReason::kEnd : reason,
                            false);
}

// The entries of a JSON array, without its brackets.
std::string_view entries_of(std::string_view array) {
  const bool is_array = array.size() > 2 && array.front() == '[';
  return is_array ? array.substr(1, array.size() - 2) : std::string_view();
}

}  // namespace

CompletionsWriter::CompletionsWriter(const sdk::CodecParams& params)
    : AnswerWriter(params, "cmpl-"), wants_usage_(read_chat_client(params).wants_usage) {}

void CompletionsWriter::on_start(sdk::Writer& /*out*/) {}

void CompletionsWriter::on_content(const sdk::Event& event, sdk::Writer& out) {
  const bool is_text = event.kind() == ABV_EVENT_TEXT || event.kind() == ABV_EVENT_REFUSAL;
  const auto logprobs =
      event.kind() == ABV_EVENT_LOGPROBS ? entries_of(event.raw_json()) : std::string_view();
  if (!is_text && logprobs.empty()) return;
  Choice& its = choice(event.choice());
  if (is_stream_) return write_piece(its, event.text(), logprobs, {}, out);
  its.text += event.text();
  if (!its.logprobs.empty() && !logprobs.empty()) its.logprobs.push_back(',');
  its.logprobs += logprobs;
}

void CompletionsWriter::on_stop(const sdk::Event& stop) {
  choice(stop.choice()).stop = static_cast<sdk::StopReason>(stop.number());
}

void CompletionsWriter::on_finish(sdk::Writer& out) {
  choice(0);
  const auto is_open = [](const Choice& one) { return !one.stop.has_value(); };
  if (std::any_of(choices_.begin(), choices_.end(), is_open)) throw sdk::Stopped{ABV_E_INVALID};
  if (is_stream_) return finish_stream(out);
  put_head();
  for (Choice& one : choices_)
    put_choice(one, one.text, one.logprobs, finish_reason_of(*one.stop));
  json_.end_array();
  if (usage_) {
    json_.key("usage");
    write_chat_usage(json_, *usage_);
  }
  json_.end_object();
  out.write(json_.view());
}

void CompletionsWriter::finish_stream(sdk::Writer& out) {
  for (Choice& one : choices_)
    write_piece(one, {}, {}, finish_reason_of(*one.stop), out);
  if (wants_usage_ && usage_) {
    put_head();
    json_.end_array().key("usage");
    write_chat_usage(json_, *usage_);
    json_.end_object();
    write_chunk(out);
  }
  out.write("data: [DONE]\n\n");
}

CompletionsWriter::Choice& CompletionsWriter::choice(std::uint32_t number) {
  const auto same = [&](const Choice& one) { return one.number == number; };
  const auto known = std::find_if(choices_.begin(), choices_.end(), same);
  if (known != choices_.end()) return *known;
  const auto behind = [&](const Choice& one) { return one.number > number; };
  Choice& its = *choices_.emplace(std::find_if(choices_.begin(), choices_.end(), behind));
  its.number = number;
  return its;
}

void CompletionsWriter::put_head() {
  json_.begin_object().member("id", id_).member("object", "text_completion");
  json_.member("created", created_).member("model", model_).key("choices").begin_array();
}

void CompletionsWriter::put_choice(Choice& choice, std::string_view text, std::string_view logprobs,
                                   std::string_view finish_reason) {
  json_.begin_object().member("text", text).member("index", choice.number).key("logprobs");
  if (logprobs.empty()) {
    json_.value(nullptr);
  } else {
    write_completion_logprobs(json_, "[" + std::string(logprobs) + "]", choice.offset);
  }
  json_.key("finish_reason");
  finish_reason.empty() ? json_.value(nullptr) : json_.value(finish_reason);
  json_.end_object();
}

void CompletionsWriter::write_piece(Choice& choice, std::string_view text,
                                    std::string_view logprobs, std::string_view finish_reason,
                                    sdk::Writer& out) {
  put_head();
  put_choice(choice, text, logprobs, finish_reason);
  json_.end_array();
  if (wants_usage_) json_.member("usage", nullptr);
  json_.end_object();
  write_chunk(out);
}

void CompletionsWriter::write_chunk(sdk::Writer& out) {
  out.write("data: " + json_.take() + "\n\n");
}

}  // namespace abv::openai
