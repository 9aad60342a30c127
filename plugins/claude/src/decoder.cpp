#include "decoder.hpp"

#include <algorithm>
#include <array>

#include "citation.hpp"
#include "errors.hpp"
#include "stop_reason.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;

constexpr std::uint64_t kBlockEvents =
    ABV_EVENT_BIT(ABV_EVENT_TEXT) | ABV_EVENT_BIT(ABV_EVENT_REASONING) |
    ABV_EVENT_BIT(ABV_EVENT_SIGNATURE) | ABV_EVENT_BIT(ABV_EVENT_TOOL_START) |
    ABV_EVENT_BIT(ABV_EVENT_TOOL_ARGUMENTS) | ABV_EVENT_BIT(ABV_EVENT_TOOL_END) |
    ABV_EVENT_BIT(ABV_EVENT_CITATION) | ABV_EVENT_BIT(ABV_EVENT_OPAQUE);

// Members of a message, or of the event that ends it, that events have fields for.
constexpr std::array<std::string_view, 10> kCarried = {
    "id",          "type",          "role",  "model", "content",
    "stop_reason", "stop_sequence", "usage", "delta", "index"};

struct FrameType {
  std::string_view name;
  std::uint64_t gives;  // the events that can come out of it
};

constexpr std::array<FrameType, 7> kFrameTypes = {{
    {"content_block_delta", kBlockEvents},
    {"content_block_start", kBlockEvents},
    {"content_block_stop", kBlockEvents},
    {"message_delta", ABV_EVENT_BIT(ABV_EVENT_USAGE) | ABV_EVENT_BIT(ABV_EVENT_STOP)},
    {"message_start", ABV_EVENT_BIT(ABV_EVENT_START) | ABV_EVENT_BIT(ABV_EVENT_USAGE)},
    {"message_stop", 0},
    {"ping", ABV_EVENT_BIT(ABV_EVENT_PING)},
}};

// The frame's type without parsing: of its event line, or where the data begins with it. Empty when
// the data has to be parsed to know.
std::string_view quick_type(const sdk::SseFrame& frame) {
  constexpr std::string_view kHead = R"({"type":")";
  if (!frame.event.empty()) return frame.event;
  if (frame.data.substr(0, kHead.size()) != kHead) return {};
  const auto rest = frame.data.substr(kHead.size());
  return rest.substr(0, rest.find('"'));
}

bool is_unwanted(std::string_view type, std::uint64_t wanted) {
  for (const FrameType& known : kFrameTypes) {
    if (known.name == type) return (known.gives & wanted) == 0;
  }
  return false;
}

}  // namespace

Decoder::Input Decoder::input_of(const sdk::CodecParams& params) {
  if (params.operation() == "count_tokens") return Input::kTokenCount;
  if (params.operation() != "chat") return Input::kIgnored;
  return params.is_stream() ? Input::kStream : Input::kMessage;
}

Decoder::Decoder(const sdk::CodecParams& params)
    : wanted_(params.wanted()), input_(input_of(params)), frames_(kMaxBytes) {}

void Decoder::decode(std::string_view bytes, sdk::EventSink& sink) {
  if (input_ == Input::kIgnored) return;
  if (input_ == Input::kStream) {
    const bool fits = frames_.feed(bytes, [&](const auto& frame) { on_frame(frame, sink); });
    if (!fits) throw sdk::Stopped{ABV_E_LIMIT};
    return;
  }
  if (body_.size() + bytes.size() > kMaxBytes) throw sdk::Stopped{ABV_E_LIMIT};
  body_.append(bytes);
}

void Decoder::finish(sdk::EventSink& sink) {
  if (input_ == Input::kIgnored) return;
  if (input_ == Input::kStream) {
    frames_.finish([&](const auto& frame) { on_frame(frame, sink); });
    if (!is_ended_) throw sdk::Stopped{ABV_E_INVALID};
    return;
  }
  if (!document_.parse(body_)) throw sdk::Stopped{ABV_E_INVALID};
  on_whole(document_.root(), sink);
}

void Decoder::on_frame(const sdk::SseFrame& frame, sdk::EventSink& sink) {
  if (is_ended_) return;
  const auto type = quick_type(frame);
  if (type == "message_stop") {
    is_ended_ = true;
    return;
  }
  if (is_unwanted(type, wanted_)) return;
  if (!document_.parse(frame.data)) throw sdk::Stopped{ABV_E_INVALID};
  // The data's word is the one that counts: there are proxies that name every event "message".
  const auto event = document_.root();
  const auto told = event["type"].text(type_scratch_);
  on_event(told.empty() ? type : told, event, sink);
}

void Decoder::on_event(std::string_view type, const json::Value& event, sdk::EventSink& sink) {
  const auto index = static_cast<std::uint32_t>(event["index"].as_int());
  if (type == "message_start") {
    start(event["message"], sink);
    count(event["message"]["usage"], sink);
  } else if (type == "content_block_start") {
    open_block(index, event["content_block"], sink);
  } else if (type == "content_block_delta") {
    add_delta(index, event["delta"], sink);
  } else if (type == "content_block_stop") {
    close_block(index, sink);
  } else if (type == "message_delta") {
    count(event["usage"], sink);
    stop(event["delta"], event, sink);
  } else if (type == "message_stop") {
    is_ended_ = true;
  } else if (type == "ping") {
    if (wants(ABV_EVENT_PING)) sink.ping();
  } else if (type == "error") {
    fail(event["error"], sink);
  }
}

void Decoder::on_whole(const json::Value& body, sdk::EventSink& sink) {
  if (body["error"].is_object()) return fail(body["error"], sink);
  start(body, sink);
  if (input_ == Input::kTokenCount) {
    count(body, sink);
    if (wants(ABV_EVENT_STOP)) sink.stop(sdk::StopReason::kEnd);
    return;
  }
  std::uint32_t index = 0;
  for (const auto& block : body["content"].items()) {
    open_block(index, block, sink);
    close_block(index, sink);
    ++index;
  }
  count(body["usage"], sink);
  if (!body["stop_reason"].is_string()) throw sdk::Stopped{ABV_E_INVALID};
  stop(body, json::Value(), sink);
}

void Decoder::start(const json::Value& message, sdk::EventSink& sink) {
  if (is_started_) return;
  is_started_ = true;
  if (!wants(ABV_EVENT_START)) return;
  // A whole message tells the rest with its end.
  const auto raw = input_ == Input::kStream ? message.raw() : std::string_view();
  sink.start(message["id"].text(scratch_), message["model"].text(more_scratch_), raw);
}

void Decoder::start_if_missing(sdk::EventSink& sink) {
  start(json::Value(), sink);
}

void Decoder::open_block(std::uint32_t index, const json::Value& block, sdk::EventSink& sink) {
  start_if_missing(sink);
  tool_input_.clear();
  const auto type = block["type"].text(type_scratch_);
  if (type == "text") {
    block_ = Block::kText;
    give_text(ABV_EVENT_TEXT, block["text"], index, sink);
    for (const auto& citation : block["citations"].items())
      if (wants(ABV_EVENT_CITATION)) give_citation(citation, index, sink);
  } else if (type == "thinking") {
    block_ = Block::kThinking;
    give_text(ABV_EVENT_REASONING, block["thinking"], index, sink);
    give_text(ABV_EVENT_SIGNATURE, block["signature"], index, sink);
  } else if (type == "redacted_thinking") {
    block_ = Block::kThinking;
    if (wants(ABV_EVENT_SIGNATURE)) sink.redacted(block["data"].text(scratch_), index);
  } else if (type == "tool_use") {
    block_ = Block::kTool;
    if (block["input"].size() > 0) tool_input_ = block["input"].raw();
    if (!wants(ABV_EVENT_TOOL_START)) return;
    // Beyond type, id, name and input there is what only this dialect knows.
    const auto raw = block.size() > 4 ? block.raw() : std::string_view();
    sink.tool_start(block["id"].text(scratch_), block["name"].text(more_scratch_), index, raw);
  } else {
    block_ = Block::kOpaque;
    if (wants(ABV_EVENT_OPAQUE)) opaque_.begin(block);
  }
}

void Decoder::add_delta(std::uint32_t index, const json::Value& delta, sdk::EventSink& sink) {
  start_if_missing(sink);
  if (block_ == Block::kOpaque) {
    if (wants(ABV_EVENT_OPAQUE)) opaque_.add(delta);
    return;
  }
  const auto type = delta["type"].text(type_scratch_);
  if (type == "text_delta") {
    give_text(ABV_EVENT_TEXT, delta["text"], index, sink);
  } else if (type == "thinking_delta") {
    give_text(ABV_EVENT_REASONING, delta["thinking"], index, sink);
  } else if (type == "signature_delta") {
    give_text(ABV_EVENT_SIGNATURE, delta["signature"], index, sink);
  } else if (type == "citations_delta") {
    if (wants(ABV_EVENT_CITATION)) give_citation(delta["citation"], index, sink);
  } else if (type == "input_json_delta" && block_ == Block::kTool) {
    if (!delta["partial_json"].text(scratch_).empty()) tool_input_.clear();
    give_text(ABV_EVENT_TOOL_ARGUMENTS, delta["partial_json"], index, sink);
  }
}

void Decoder::close_block(std::uint32_t index, sdk::EventSink& sink) {
  if (block_ == Block::kTool) {
    if (!tool_input_.empty() && wants(ABV_EVENT_TOOL_ARGUMENTS)) {
      sink.tool_arguments(tool_input_, index);
    }
    if (wants(ABV_EVENT_TOOL_END)) sink.tool_end(index);
  } else if (block_ == Block::kOpaque && wants(ABV_EVENT_OPAQUE)) {
    sink.opaque(opaque_.finish(index), index);
  }
  block_ = Block::kNone;
}

void Decoder::count(const json::Value& usage, sdk::EventSink& sink) {
  if (!usage.is_object()) return;
  usage_.merge(usage);
  if (!wants(ABV_EVENT_USAGE)) return;
  start_if_missing(sink);
  sink.usage(usage_.counts(), usage.raw());
}

void Decoder::stop(const json::Value& ending, const json::Value& around, sdk::EventSink& sink) {
  if (!ending["stop_reason"].is_string() || !wants(ABV_EVENT_STOP)) return;
  start_if_missing(sink);
  const auto word = ending["stop_reason"].text(scratch_);
  sink.stop(read_stop_reason(word), word, ending["stop_sequence"].text(more_scratch_),
            end_details(ending, around));
}

// What the end of an answer says that no event has a field for (why it was refused, the container
// that tools ran in, …): {"stop_reason":…, …}, or nothing. `around` is the event that holds the
// ending, in a stream.
std::string_view Decoder::end_details(const json::Value& ending, const json::Value& around) {
  details_.clear();
  details_.begin_object().member("stop_reason", ending["stop_reason"]);
  const std::size_t least = details_.view().size();
  for (const auto& object : {ending, around}) {
    for (const auto& [name, value] : object.members()) {
      const bool is_carried = std::find(kCarried.begin(), kCarried.end(), name) != kCarried.end();
      if (!is_carried && !value.is_null()) details_.member(name, value);
    }
  }
  if (details_.view().size() == least) return {};
  details_.end_object();
  return details_.view();
}

void Decoder::fail(const json::Value& error, sdk::EventSink& sink) {
  is_ended_ = true;
  if (!wants(ABV_EVENT_ERROR)) return;
  const auto type = error["type"].text(scratch_);
  sink.error(error_status(type), type, error["message"].text(more_scratch_), error.raw());
}

void Decoder::give_text(std::uint32_t kind, const json::Value& text, std::uint32_t index,
                        sdk::EventSink& sink) {
  const auto piece = text.text(scratch_);
  if (piece.empty() || !wants(kind)) return;
  auto event = sdk::make_event(kind, index);
  event.text = sdk::str(piece);
  sink.emit(event);
}

}  // namespace abv::claude
