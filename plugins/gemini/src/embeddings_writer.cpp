#include "embeddings_writer.hpp"

#include "abv/sdk/json.hpp"
#include "names.hpp"

namespace abv::gemini {

namespace json = sdk::json;

EmbeddingsWriter::EmbeddingsWriter(std::string_view request_body) {
  json::Document request;
  is_batch_ = request.parse(request_body) && field(request.root(), "requests").exists();
}

std::string EmbeddingsWriter::write(const std::optional<abv_usage>& usage) const {
  if (vectors_.empty()) throw sdk::Stopped{ABV_E_INVALID};
  json::Writer out;
  out.begin_object();
  if (is_batch_) {
    out.key("embeddings").begin_array();
    for (const auto& [index, numbers] : vectors_)
      out.begin_object().key("values").raw(numbers).end_object();
    out.end_array();
  } else {
    out.key("embedding").begin_object().key("values").raw(vectors_.begin()->second).end_object();
  }
  if (usage && usage->input_tokens >= 0) {
    out.key("usageMetadata").begin_object().member("promptTokenCount", usage->input_tokens);
    out.member("totalTokenCount", usage->input_tokens).end_object();
  }
  return out.end_object().take();
}

}  // namespace abv::gemini
