#include "plain_reader.hpp"

#include <algorithm>

#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

// The object that follows the last `"name":` in `text`, or nothing.
std::string_view object_after(std::string_view text, std::string_view name) {
  const auto at = text.rfind("\"" + std::string(name) + "\"");
  const auto begin = at == std::string_view::npos ? at : text.find('{', at);
  if (begin == std::string_view::npos) return {};
  std::size_t depth = 0;
  for (std::size_t end = begin; end < text.size(); ++end) {
    if (text[end] == '{') ++depth;
    if (text[end] == '}' && --depth == 0) return text.substr(begin, end + 1 - begin);
  }
  return {};
}

bool ends_like_json(std::string_view tail) {
  const auto last = tail.find_last_not_of(" \t\r\n");
  return last != std::string_view::npos && (tail[last] == '}' || tail[last] == ']');
}

}  // namespace

bool PlainReader::can_skip(const sdk::SseFrame& frame) {
  return frame.event.ends_with(".partial_image");
}

void PlainReader::on_chunk(const json::Value& chunk, sdk::EventSink& sink) {
  const auto type = chunk["type"].as_string();
  if (type == "error" || chunk["error"].is_object()) {
    return fail(chunk["error"].is_object() ? chunk["error"] : chunk, sink);
  }
  start(chunk, sink);
  if (type == "transcript.text.delta") {
    give_text(ABV_EVENT_TEXT, chunk["delta"].text(scratch_), 0, sink);
  }
  if (chunk["usage"].is_object()) give_usage(read_usage(chunk["usage"]), sink);
  if (type.ends_with(".completed") || type == "transcript.text.done") {
    give_stop(sdk::StopReason::kEnd, {}, sink);
  }
}

void PlainReader::on_done(sdk::EventSink& sink) {
  if (is_ended_) return;
  start(json::Value(), sink);
  give_stop(sdk::StopReason::kEnd, {}, sink);
}

void PlainReader::on_whole(const json::Value& body, sdk::EventSink& sink) {
  if (body["error"].is_object()) return fail(body["error"], sink);
  start(body, sink);
  if (wants(ABV_EVENT_EMBEDDING)) give_embeddings(body, sink);
  if (body["usage"].is_object()) {
    give_usage(read_usage(body["usage"]), sink);
  } else if (body["input_tokens"].is_number()) {
    give_usage(sdk::make_usage(body["input_tokens"].as_int()), sink);
  }
  give_stop(sdk::StopReason::kEnd, {}, sink);
}

void PlainReader::give_embeddings(const json::Value& body, sdk::EventSink& sink) {
  std::int64_t next = 0;
  for (const auto& one : body["data"].items()) {
    const auto index = one["index"].as_int(next++);
    const auto numbers = one["embedding"];
    if (numbers.is_array() && index >= 0 && index <= UINT32_MAX) {
      sink.embedding(numbers.raw(), static_cast<std::uint32_t>(index));
    }
  }
}

void PlainReader::on_ends(std::string_view head, std::string_view tail, sdk::EventSink& sink) {
  start(json::Value(), sink);
  json::Document usage;
  for (const auto text : {tail, head}) {
    if (!usage.parse(object_after(text, "usage"))) continue;
    give_usage(read_usage(usage.root()), sink);
    break;
  }
  is_ended_ = ends_like_json(tail);
  if (is_ended_) give_stop(sdk::StopReason::kEnd, {}, sink);
}

void BodyEnds::append(std::string_view bytes) {
  size_ += bytes.size();
  const auto room = kEndBytes - head_.size();
  head_.append(bytes.substr(0, std::min(room, bytes.size())));
  if (bytes.size() > kEndBytes) bytes.remove_prefix(bytes.size() - kEndBytes);
  if (tail_.size() + bytes.size() > 2 * kEndBytes) tail_.erase(0, tail_.size() - kEndBytes);
  tail_.append(bytes);
}

std::string_view BodyEnds::tail() const {
  const std::string_view all = tail_;
  return all.size() > kEndBytes ? all.substr(all.size() - kEndBytes) : all;
}

}  // namespace abv::openai
