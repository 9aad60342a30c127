#include "count_writer.hpp"

namespace abv::openai {

void CountWriter::on_finish(sdk::Writer& out) {
  if (!usage_ || usage_->input_tokens < 0) throw sdk::Stopped{ABV_E_INVALID};
  json_.begin_object().member("object", "response.input_tokens");
  json_.member("input_tokens", usage_->input_tokens).end_object();
  out.write(json_.view());
}

}  // namespace abv::openai
