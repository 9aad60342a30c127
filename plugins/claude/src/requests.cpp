#include "requests.hpp"

#include "abv/sdk/chat_json.hpp"
#include "request_reader.hpp"
#include "request_writer.hpp"

namespace abv::claude {

namespace {

void throw_unless_known(std::string_view operation) {
  if (operation == "chat" || operation == "count_tokens") return;
  throw sdk::Stopped{ABV_E_UNSUPPORTED};
}

}  // namespace

void decode_request(const sdk::Call& call, sdk::Writer& canonical, sdk::LossSink& /*losses*/) {
  throw_unless_known(call.operation());
  sdk::json::Document document;
  if (!document.parse(call.body())) {
    throw sdk::Failure{400, "invalid_request_error",
                       "request body: no JSON at byte " + std::to_string(document.stopped_at())};
  }
  canonical.write(sdk::chat::write_chat(read_request(document.root())));
}

void encode_request(std::string_view canonical, const sdk::Attempt& attempt, sdk::Outgoing& out,
                    sdk::LossSink& losses) {
  throw_unless_known(attempt.operation());
  sdk::json::Document document;
  write_request(sdk::chat::read_chat(canonical, document), attempt, out, losses);
}

}  // namespace abv::claude
