#include "encoder.hpp"

#include "chat_writer.hpp"
#include "compact_writer.hpp"
#include "completions_writer.hpp"
#include "count_writer.hpp"
#include "embeddings_writer.hpp"
#include "image_writer.hpp"
#include "response_writer.hpp"
#include "transcript_writer.hpp"

namespace abv::openai {
namespace {

std::unique_ptr<AnswerWriter> writer_for(const sdk::CodecParams& params) {
  if (params.operation() == "chat") return std::make_unique<ChatWriter>(params);
  if (params.operation() == "completions") return std::make_unique<CompletionsWriter>(params);
  if (params.operation() == "responses") return std::make_unique<ResponseWriter>(params);
  if (params.operation() == "responses.compact") return std::make_unique<CompactWriter>(params);
  if (params.operation() == "count_tokens") return std::make_unique<CountWriter>(params);
  if (params.operation() == "embeddings") return std::make_unique<EmbeddingsWriter>(params);
  if (params.operation().starts_with("images.")) return std::make_unique<ImageWriter>(params);
  if (params.operation() == "audio.transcriptions" || params.operation() == "audio.translations") {
    return std::make_unique<TranscriptWriter>(params);
  }
  throw sdk::Stopped{ABV_E_UNSUPPORTED};
}

}  // namespace

Encoder::Encoder(const sdk::CodecParams& params) : writer_(writer_for(params)) {}

}  // namespace abv::openai
