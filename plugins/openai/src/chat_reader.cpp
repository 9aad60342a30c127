#include "chat_reader.hpp"

#include <algorithm>

#include "abv/sdk/needle.hpp"
#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

// With its quotes, a name in a chunk can only be a key or a whole string: quotes in text are
// escaped.
constexpr sdk::Needle kFinishReason(R"("finish_reason")");
constexpr sdk::Needle kUsage(R"("usage")");
constexpr sdk::Needle kError(R"("error")");

// True when the key that ends where `rest` begins has the value null.
bool is_null(std::string_view rest) {
  const auto colon = rest.find_first_not_of(" \t\r\n");
  if (colon == std::string_view::npos || rest[colon] != ':') return false;
  const auto value = rest.find_first_not_of(" \t\r\n", colon + 1);
  return value != std::string_view::npos && rest.substr(value, 4) == "null";
}

// True when `key` is absent, or null everywhere. `length` is that of the key with its quotes.
bool is_absent_or_null(std::string_view text, const sdk::Needle& key, std::size_t length) {
  for (;;) {
    const auto at = key.find(text);
    if (at == std::string_view::npos) return true;
    text.remove_prefix(at + length);
    if (!is_null(text)) return false;
  }
}

}  // namespace

bool ChatReader::can_skip(const sdk::SseFrame& frame) {
  if (!is_started_ || wants_any(kContentEvents)) return false;
  const auto at = kFinishReason.find(frame.data);
  // A chunk with a finish_reason is no error; without one it may be.
  if (at == std::string_view::npos && kError.is_in(frame.data)) return false;
  constexpr std::size_t kLength = std::string_view(R"("finish_reason")").size();
  const bool goes_on = at == std::string_view::npos ||
                       is_absent_or_null(frame.data.substr(at), kFinishReason, kLength);
  return goes_on && is_absent_or_null(frame.data, kUsage, std::string_view(R"("usage")").size());
}

void ChatReader::on_chunk(const json::Value& chunk, sdk::EventSink& sink) {
  read(chunk, "delta", sink);
}

void ChatReader::on_done(sdk::EventSink& sink) {
  end(sink);
}

void ChatReader::on_whole(const json::Value& body, sdk::EventSink& sink) {
  read(body, "message", sink);
}

bool ChatReader::finish(sdk::EventSink& sink) {
  const auto is_finished = [](const ChatChoiceReader& one) { return one.is_finished(); };
  const bool are_finished =
      !choices_.empty() && std::all_of(choices_.begin(), choices_.end(), is_finished);
  if (!is_ended_ && are_finished) end(sink);
  return is_ended_;
}

void ChatReader::read(const json::Value& body, std::string_view message_key, sdk::EventSink& sink) {
  if (body["error"].is_object() || body["error"].is_string()) return fail(body["error"], sink);
  // vLLM leaves the object around it out.
  if (body["object"].as_string() == "error") return fail(body, sink);
  start(body, sink);
  if (body["usage"].is_object()) counts_ = read_usage(body["usage"]);
  std::int64_t position = 0;
  for (const auto& item : body["choices"].items()) {
    const auto number = item["index"].as_int(position++);
    constexpr std::int64_t kMost = 128;  // that OpenAI gives; what is beyond is no sane answer
    if (number < 0 || number >= kMost) continue;
    choice(static_cast<std::uint32_t>(number)).read(item, item[message_key], sink);
    // Moonshot puts the counts here.
    if (item["usage"].is_object()) counts_ = read_usage(item["usage"]);
  }
}

ChatChoiceReader& ChatReader::choice(std::uint32_t number) {
  while (choices_.size() <= number) {
    const auto next = static_cast<std::uint32_t>(choices_.size());
    const auto place = next == 0 ? "" : std::to_string(next) + "_";
    choices_.emplace_back(next, wanted_, "call_" + id_ + "_" + place);
  }
  return choices_[number];
}

void ChatReader::end(sdk::EventSink& sink) {
  if (is_ended_) return;
  start(json::Value(), sink);
  choice(0);
  for (ChatChoiceReader& one : choices_)
    one.end_calls(sink);
  if (counts_) give_usage(*counts_, sink);
  is_ended_ = true;
  for (ChatChoiceReader& one : choices_)
    one.stop(sink);
}

}  // namespace abv::openai
