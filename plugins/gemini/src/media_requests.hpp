#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"

// Requests of the operations that are no chat. What encode_request writes throws Failure 400 for
// what the model cannot do, and 413 for more than a request may hold.
namespace abv::gemini {

// embedContent and batchEmbedContents as the canonical request.
std::string read_embeddings_request(const sdk::Call& call);

// Where a request goes, with its query, and its body.
struct MediaRequest {
  std::string path, body;
};

// batchEmbedContents, also for a single input.
MediaRequest write_embeddings_request(std::string_view canonical, const sdk::Attempt& attempt,
                                      sdk::LossSink& losses);

// predict for Imagen, generateContent for every other model.
MediaRequest write_image_request(std::string_view canonical, const sdk::Attempt& attempt,
                                 sdk::LossSink& losses);

// generateContent with the sound in it. Models made for it are told what to do by
// audioTranscriptionConfig, all others in words, and in a schema where times are wanted.
MediaRequest write_transcription_request(std::string_view canonical, const sdk::Attempt& attempt,
                                         sdk::LossSink& losses);

}  // namespace abv::gemini
