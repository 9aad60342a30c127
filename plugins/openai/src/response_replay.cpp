#include "response_replay.hpp"

#include <string_view>

#include "abv/sdk/dialect.hpp"
#include "response_writer.hpp"
#include "responses_reader.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

constexpr std::string_view kProof = "encrypted_content";

// Where the writer's frames come, one at a time: those that the client has are left out.
class LaterFrames {
 public:
  LaterFrames(std::int64_t after, sdk::Writer& out) : after_(after), out_(out) {}

  const abv_writer* raw() const { return &raw_; }

 private:
  static abv_status write(void* ctx, abv_str frame) noexcept {
    auto& self = *static_cast<LaterFrames*>(ctx);
    if (self.number_++ <= self.after_) return ABV_OK;
    try {
      self.out_.write(sdk::view(frame));
      return ABV_OK;
    } catch (const sdk::Stopped& stopped) {
      return stopped.status;
    }
  }

  const std::int64_t after_;
  sdk::Writer& out_;
  std::int64_t number_ = 0;
  abv_writer raw_{sizeof(abv_writer), 0, this, &write};
};

// Where the reader's events come: they go to the writer.
class EventsToFrames {
 public:
  EventsToFrames(ResponseWriter& writer, sdk::Writer& out, bool shows_proofs)
      : writer_(writer), out_(out), shows_proofs_(shows_proofs) {}

  const abv_event_sink* raw() const { return &raw_; }

 private:
  static abv_status emit(void* ctx, const abv_event* event) noexcept {
    auto& self = *static_cast<EventsToFrames*>(ctx);
    abv_event shown = *event;
    if (shown.kind == ABV_EVENT_SIGNATURE && !self.shows_proofs_) shown.text = {};
    try {
      self.writer_.encode(sdk::Event(shown), self.out_);
      return ABV_OK;
    } catch (const sdk::Stopped& stopped) {
      return stopped.status;
    } catch (...) {
      return ABV_E_NO_MEMORY;
    }
  }

  ResponseWriter& writer_;
  sdk::Writer& out_;
  const bool shows_proofs_;
  abv_event_sink raw_{sizeof(abv_event_sink), 0, this, &emit};
};

}  // namespace

void write_shown_item(json::Writer& out, const json::Value& item, bool shows_proofs) {
  if (shows_proofs || item["type"].as_string() != "reasoning") {
    out.value(item);
    return;
  }
  out.begin_object();
  for (const auto& [key, value] : item.members()) {
    if (key != kProof) out.member(key, value);
  }
  out.end_object();
}

void replay_whole(const Replay& replay, sdk::Writer& out) {
  json::Writer answer;
  answer.begin_object();
  for (const auto& [key, value] : replay.response.members()) {
    answer.key(key);
    if (key != "output") {
      answer.value(value);
      continue;
    }
    answer.begin_array();
    for (const auto& item : value.items())
      write_shown_item(answer, item, replay.shows_proofs);
    answer.end_array();
  }
  out.write(answer.end_object().view());
}

// The response repeats what its writer reads of a request.
void replay_stream(const Replay& replay, sdk::Writer& out) {
  const std::string id = replay.response["id"].as_string();
  const std::string model = replay.response["model"].as_string();
  abv_codec_params params{};
  params.size = sizeof params;
  params.form = ABV_FORM_STREAM;
  params.operation = sdk::str("responses");
  params.model = sdk::str(model);
  params.id = sdk::str(std::string_view(id).substr(id.find('_') + 1));
  params.request_body = sdk::str(replay.response.raw());
  params.now_unix_ms = replay.response["created_at"].as_int() * 1000;
  ResponseWriter writer{sdk::CodecParams(params)};
  const LaterFrames frames(replay.starting_after, out);
  sdk::Writer frames_out(frames.raw());
  const EventsToFrames events(writer, frames_out, replay.shows_proofs);
  sdk::EventSink sink(events.raw());
  ResponsesReader reader(~std::uint64_t{0});
  reader.on_whole(replay.response, sink);
  writer.finish(frames_out);
}

}  // namespace abv::openai
