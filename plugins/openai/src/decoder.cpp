#include "decoder.hpp"

#include <array>
#include <utility>

#include "chat_reader.hpp"
#include "responses_reader.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;
constexpr std::size_t kMaxEmbeddingBytes = std::size_t{128} << 20U;

// The operations of PlainReader.
constexpr std::array<std::string_view, 7> kPlainOperations = {
    "audio.transcriptions", "audio.translations", "count_tokens",     "embeddings",
    "images.edits",         "images.generations", "images.variations"};

bool is_plain(std::string_view operation) {
  for (const auto plain : kPlainOperations) {
    if (plain == operation) return true;
  }
  return false;
}

}  // namespace

Decoder::Decoder(const sdk::CodecParams& params)
    : is_stream_(params.is_stream()),
      keeps_embeddings_(params.operation() == "embeddings" && params.wants(ABV_EVENT_EMBEDDING)),
      frames_(kMaxBytes) {
  const auto operation = params.operation();
  if (operation == "chat" || operation == "completions") {
    reader_ = std::make_unique<ChatReader>(params.wanted(), params.id());
  } else if (operation == "responses") {
    reader_ = std::make_unique<ResponsesReader>(params.wanted());
  } else if (is_plain(operation)) {
    auto plain = std::make_unique<PlainReader>(params.wanted());
    plain_ = plain.get();
    reader_ = std::move(plain);
  }
}

void Decoder::decode(std::string_view bytes, sdk::EventSink& sink) {
  if (!reader_) return;
  if (is_stream_) {
    const bool fits = frames_.feed(bytes, [&](const auto& frame) { on_frame(frame, sink); });
    if (!fits) throw sdk::Stopped{ABV_E_LIMIT};
  } else if (plain_ != nullptr && !keeps_embeddings_) {
    ends_.append(bytes);
  } else {
    const std::size_t most = keeps_embeddings_ ? kMaxEmbeddingBytes : kMaxBytes;
    if (body_.size() + bytes.size() > most) throw sdk::Stopped{ABV_E_LIMIT};
    body_.append(bytes);
  }
}

void Decoder::finish(sdk::EventSink& sink) {
  if (!reader_) return;
  if (is_stream_) {
    frames_.finish([&](const auto& frame) { on_frame(frame, sink); });
  } else {
    finish_whole(sink);
  }
  if (!reader_->finish(sink)) throw sdk::Stopped{ABV_E_INVALID};
}

void Decoder::on_frame(const sdk::SseFrame& frame, sdk::EventSink& sink) {
  if (frame.data.starts_with("[DONE]")) return reader_->on_done(sink);
  if (reader_->is_ended() || reader_->can_skip(frame)) return;
  if (!document_.parse(frame.data)) throw sdk::Stopped{ABV_E_INVALID};
  reader_->on_chunk(document_.root(), sink);
}

void Decoder::finish_whole(sdk::EventSink& sink) {
  if (plain_ == nullptr || keeps_embeddings_) {
    if (!document_.parse(body_)) throw sdk::Stopped{ABV_E_INVALID};
    return reader_->on_whole(document_.root(), sink);
  }
  if (!ends_.is_whole()) return plain_->on_ends(ends_.head(), ends_.tail(), sink);
  // A transcription may be asked for as plain text, which has no grammar to be broken.
  const auto first = ends_.head().find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && ends_.head()[first] == '{';
  if (!is_json) return plain_->on_done(sink);
  if (!document_.parse(ends_.head())) throw sdk::Stopped{ABV_E_INVALID};
  reader_->on_whole(document_.root(), sink);
}

}  // namespace abv::openai
