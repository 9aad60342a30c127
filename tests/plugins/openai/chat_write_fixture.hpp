#pragma once

#include <string>

#include "tests/plugins/request_probe.hpp"

#include "dialect.hpp"

namespace abv::tests {

// Has the dialect write canonical requests.
struct ChatWriteFixture {
  RequestProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};

  WrittenRequest messages(const std::string& list, const std::string& model = "m") const {
    return dialect.write(R"({"abv":"chat/1","messages":[)" + list + "]}", {model});
  }
  // A request with one message and these members.
  WrittenRequest with(const std::string& members, const std::string& model = "m") const {
    return dialect.write(R"({"abv":"chat/1","messages":[{"role":"user","parts":)"
                         R"([{"type":"text","text":"x"}]}],)" +
                             members + "}",
                         {model});
  }
};

}  // namespace abv::tests
