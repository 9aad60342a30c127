#include "embeddings_writer.hpp"

#include <algorithm>
#include <bit>

#include "abv/sdk/signature.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

// Little-endian 32-bit floats, in base64.
std::string pack(const json::Value& numbers) {
  std::string bytes;
  bytes.reserve(numbers.size() * 4);
  for (const auto& number : numbers.items()) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(number.as_double()));
    for (unsigned shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<char>(bits >> shift & 0xFFU));
  }
  return sdk::base64_encode(bytes);
}

}  // namespace

EmbeddingsWriter::EmbeddingsWriter(const sdk::CodecParams& params) : AnswerWriter(params, {}) {
  json::Document request;
  is_base64_ = request.parse(params.request_body()) &&
               request.root()["encoding_format"].as_string() == "base64";
}

void EmbeddingsWriter::on_content(const sdk::Event& event, sdk::Writer& /*out*/) {
  if (event.kind() == ABV_EVENT_EMBEDDING) vectors_[event.index()] = event.raw_json();
}

void EmbeddingsWriter::on_finish(sdk::Writer& out) {
  if (vectors_.empty()) throw sdk::Stopped{ABV_E_INVALID};
  json::Document document;
  json_.begin_object().member("object", "list").key("data").begin_array();
  for (const auto& [index, numbers] : vectors_) {
    if (!document.parse(numbers) || document.root().size() == 0) {
      throw sdk::Stopped{ABV_E_INVALID};
    }
    json_.begin_object().member("object", "embedding").member("index", index).key("embedding");
    is_base64_ ? json_.value(pack(document.root())) : json_.raw(numbers);
    json_.end_object();
  }
  json_.end_array().member("model", model_);
  const auto input = usage_ ? std::max<std::int64_t>(usage_->input_tokens, 0) : 0;
  json_.key("usage").begin_object().member("prompt_tokens", input);
  json_.member("total_tokens", input).end_object();
  out.write(json_.end_object().view());
}

}  // namespace abv::openai
