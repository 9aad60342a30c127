#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/stored.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/plugins/request_probe.hpp"

#include "dialect.hpp"

namespace abv::tests {

// The dialect with answers that a host keeps for it, which are put there as a host would: by what
// decode_request has kept of the request, and by an encoder that is opened without a call.
struct StoredFixture {
  RequestProbe requests{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  DialectProbe answers{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  sdk::testkit::FakeStoredAnswers stored;

  static std::string stored_id(const std::string& name) {
    return std::string(sdk::kStoredBegin) + name;
  }
  static std::string response_id(const std::string& name) { return "resp_" + stored_id(name); }
  static std::string item_id(const std::string& prefix, const std::string& name, int number) {
    return prefix + "_abv_" + stored_id(name) + "_" + std::to_string(number);
  }

  ReadRequest read(std::string_view body, std::string operation = "responses") const {
    return requests.read(ClientFacts{
        .body = std::string(body), .operation = std::move(operation), .stored = stored.raw()});
  }

  // The canonical messages of a request that is read without a failure.
  std::string messages(std::string_view body) const {
    const auto request = read(body);
    return request.failure.empty() ? json_at(request.canonical, "/messages") : request.failure;
  }

  // Has the request answered with `events` and keeps that as "resp_<begin><name>".
  void answer(const std::string& name, const std::string& body,
              const std::vector<Recorded>& events) {
    (void)read(body);
    const Params params{.form = sdk::Form::kWhole,
                        .operation = "responses",
                        .model = "m",
                        .id = stored_id(name),
                        .request_body = body};
    stored.put(stored_id(name), stored.kept_request().value(),
               answers.encode(events, params).bytes);
  }

  // A call about a kept response.
  ReadRequest call(std::string method, std::string path, std::string query = {},
                   bool is_stream = false) const {
    return requests.read(ClientFacts{.body = {},
                                     .operation = "responses.stored",
                                     .path = "/v1/responses/" + path,
                                     .query = std::move(query),
                                     .is_stream = is_stream,
                                     .method = std::move(method),
                                     .stored = stored.raw()});
  }
};

}  // namespace abv::tests
