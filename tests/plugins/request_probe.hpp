#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/ext/stored_answers.h"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/testkit/fake_host.hpp"
#include "abv/sdk/testkit/library.hpp"

// Drives the request side of a dialect through its C table, as a host would.
namespace abv::tests {

// A client's request to decode_request.
struct ClientFacts {
  std::string body;
  std::string operation = "chat";
  std::string path = {};
  std::string query = {};
  std::string model = {};  // as the host found it: in the path, for Gemini
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool is_stream = false;
  std::string method = "POST";
  const abv_stored_answers* stored = nullptr;  // the answers that the host keeps, if any
};

struct ReadRequest {
  abv_status status = ABV_OK;
  std::string canonical;
  std::vector<std::string> losses;  // "dropped /path: why"
  std::string failure;              // "400 type: message", or empty
  std::string param;                // of the failure
};

struct WrittenRequest {
  abv_status status = ABV_OK;
  std::string method, path;  // empty when they were not set
  std::string body;
  std::vector<std::string> losses;
  std::string failure;  // "400 type: message", or empty
};

// What encode_request is asked for.
struct Wanted {
  std::string model = "m";
  std::string operation = "chat";
  bool is_stream = false;
};

class RequestProbe {
 public:
  explicit RequestProbe(const abv_component& component);

  ReadRequest read(const ClientFacts& facts) const;
  ReadRequest read(std::string_view body) const { return read(ClientFacts{std::string(body)}); }
  WrittenRequest write(std::string_view canonical, const Wanted& wanted = {}) const;

  // A client's request as this dialect itself would send it on.
  WrittenRequest round_trip(std::string_view body, const Wanted& wanted = {}) const;

 private:
  const abv_dialect& table() const { return instance_.table<abv_dialect>(); }

  sdk::testkit::FakeHost host_;
  sdk::testkit::Instance instance_;
};

// JSON text without insignificant blanks and with the members of each object sorted, so that two
// texts that mean the same are equal. What is no JSON comes back as it is.
std::string sorted_json(std::string_view text);

}  // namespace abv::tests
