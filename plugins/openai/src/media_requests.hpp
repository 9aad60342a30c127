#pragma once

#include <string>

#include "abv/sdk/dialect.hpp"

// Requests of the operations that are no chat: embeddings, images, audio. Extras stand under the
// name "openai-chat". Each gives the canonical request as JSON text, and throws Failure 400 for
// what is malformed.
namespace abv::openai {

std::string read_embeddings_request(const sdk::Call& call);

// "images.generations", "images.edits" and "images.variations".
std::string read_image_request(const sdk::Call& call);

// "audio.transcriptions" and "audio.translations".
std::string read_transcription_request(const sdk::Call& call, sdk::LossSink& losses);

// POST /v1/embeddings, for the model of `attempt`. Throws Failure 400 for an input that is no text.
void write_embeddings_request(std::string_view canonical, const sdk::Attempt& attempt,
                              sdk::Outgoing& out, sdk::LossSink& losses);

}  // namespace abv::openai
