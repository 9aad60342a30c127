#include "requests.hpp"

#include "chat_request.hpp"
#include "compaction.hpp"
#include "completions_request.hpp"
#include "responses_request.hpp"

namespace abv::openai {

sdk::chat::Request read_request(const sdk::Call& call, sdk::json::Document& document,
                                sdk::LossSink& losses) {
  const auto operation = call.operation();
  if (operation == "chat") return read_chat_request(call, document, losses);
  if (operation == "completions") return read_completions_request(call, document, losses);
  if (operation == "responses" || operation == "count_tokens") {
    return read_responses_request(call, document, losses);
  }
  if (operation == "responses.compact") return read_compact_request(call, document, losses);
  throw sdk::Stopped{ABV_E_UNSUPPORTED};
}

void write_request(const sdk::chat::Request& request, const sdk::Attempt& attempt,
                   sdk::Outgoing& out, sdk::LossSink& losses) {
  const auto operation = attempt.operation();
  if (operation == "responses" || operation == "count_tokens") {
    return write_responses_request(request, attempt, out, losses);
  }
  if (operation != "chat" && operation != "completions") throw sdk::Stopped{ABV_E_UNSUPPORTED};
  write_chat_request(request, attempt, out, losses);
}

}  // namespace abv::openai
