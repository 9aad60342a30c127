#include <simdjson.h>

#include "host/lane/json_parsers.hpp"
#include "host/lane/request_facts.hpp"

namespace abv::lane {
namespace {

namespace ondemand = simdjson::ondemand;

// The range of the JSON string whose first character after the quote is at `start`, with both
// quotes.
Range string_range(std::string_view text, std::size_t start) {
  std::size_t end = start;
  while (text[end] != '"') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return Range{start - 1, end + 2 - start};
}

Error invalid_body(simdjson::error_code code) {
  return Error{Error::Code::kInvalid, std::string("request body: expected a JSON object: ") +
                                          simdjson::error_message(code)};
}

simdjson::error_code read_model(ondemand::value value, std::string_view text, RequestFacts& facts) {
  ondemand::json_type type;
  if (const auto error = value.type().get(type)) {
    return error;
  }
  if (type != ondemand::json_type::string) {
    return simdjson::SUCCESS;  // the upstream says what is wrong with it
  }
  ondemand::raw_json_string raw;
  if (const auto error = value.get_raw_json_string().get(raw)) {
    return error;
  }
  const auto start = static_cast<std::size_t>(raw.raw() - text.data());
  const Range range = string_range(text, start);
  facts.model_ranges.push_back(range);

  const std::string_view inner = text.substr(range.offset + 1, range.length - 2);
  if (inner.find('\\') == std::string_view::npos) {
    facts.model = inner;
    return simdjson::SUCCESS;
  }
  simdjson::dom::parser parser;
  std::string_view decoded;
  const std::string quoted(text.substr(range.offset, range.length));
  if (const auto error = parser.parse(quoted).get(decoded)) {
    return error;
  }
  facts.model = decoded;
  return simdjson::SUCCESS;
}

simdjson::error_code read_fields(ondemand::parser& parser, const Body& body, RequestFacts& facts) {
  const std::string_view text = body.text();
  ondemand::document document;
  const simdjson::padded_string_view padded(text.data(), text.size(), text.size() + Body::kPadding);
  if (const auto error = parser.iterate(padded).get(document)) {
    return error;
  }
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) {
    return error;
  }
  for (auto item : object) {
    ondemand::field field;
    if (const auto error = std::move(item).get(field)) {
      return error;
    }
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) {
      return error;
    }
    if (key == "model") {
      if (const auto error = read_model(field.value(), text, facts)) {
        return error;
      }
    } else if (key == "stream") {
      bool flag = false;
      facts.is_stream = field.value().get_bool().get(flag) == simdjson::SUCCESS && flag;
    }
  }
  // At the end of a well-formed document there is no current location.
  const char* location = nullptr;
  return document.current_location().get(location) ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

}  // namespace

Result<RequestFacts> json_facts(const Body& body) {
  RequestFacts facts;
  const LoanedParser parser;
  if (const auto error = read_fields(*parser, body, facts)) {
    return invalid_body(error);
  }
  return facts;
}

}  // namespace abv::lane
