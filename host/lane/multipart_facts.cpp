#include <string>

#include "abv/sdk/multipart.hpp"
#include "host/lane/request_facts.hpp"

namespace abv::lane {

Result<RequestFacts> multipart_facts(std::string_view body, std::string_view content_type) {
  RequestFacts facts;
  const auto take = [&](const sdk::FormPart& part) {
    if (part.name == "model") {
      facts.model = part.content;
      const auto begin = static_cast<std::size_t>(part.content.data() - body.data());
      facts.model_ranges.push_back(Range{begin, part.content.size()});
    } else if (part.name == "stream") {
      facts.is_stream = part.content == "true";
    }
  };
  const std::string fault = sdk::read_form(body, content_type, take);
  if (!fault.empty()) {
    return Error{Error::Code::kInvalid, "request body: " + fault};
  }
  return facts;
}

}  // namespace abv::lane
