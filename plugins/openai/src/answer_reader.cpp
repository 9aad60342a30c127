#include "answer_reader.hpp"

#include <utility>

#include "errors.hpp"

namespace abv::openai {

namespace json = sdk::json;

void AnswerReader::start(const json::Value& answer, sdk::EventSink& sink) {
  if (std::exchange(is_started_, true) || !wants(ABV_EVENT_START)) return;
  sink.start(answer["id"].text(scratch_), answer["model"].text(more_scratch_));
}

void AnswerReader::give_text(std::uint32_t kind, std::string_view text, std::uint32_t index,
                             sdk::EventSink& sink) {
  if (text.empty() || !wants(kind)) return;
  auto event = sdk::make_event(kind, index);
  event.text = sdk::str(text);
  sink.emit(event);
}

void AnswerReader::give_usage(const abv_usage& counts, sdk::EventSink& sink) {
  if (wants(ABV_EVENT_USAGE)) sink.usage(counts);
}

void AnswerReader::give_stop(sdk::StopReason reason, std::string_view word, sdk::EventSink& sink) {
  is_ended_ = true;
  if (wants(ABV_EVENT_STOP)) sink.stop(reason, word);
}

void AnswerReader::fail(const json::Value& error, sdk::EventSink& sink) {
  is_ended_ = true;
  if (!wants(ABV_EVENT_ERROR)) return;
  if (error.is_string()) return sink.error(500, {}, error.text(scratch_));
  const auto type = error["type"].as_string();
  const auto code = error["code"].as_string();
  // Proxies write the HTTP status into `code` as a number.
  const auto told = error["code"].as_int();
  const bool is_status = told >= 400 && told < 600;
  sink.error(is_status ? static_cast<int>(told) : error_status(type, code),
             code.empty() ? type : code, error["message"].text(scratch_), error.raw());
}

}  // namespace abv::openai
