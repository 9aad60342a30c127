#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json.hpp"
#include "tests/host/app/host_fixture.hpp"
#include "tests/support/fake_server.hpp"

namespace abv::test {

// What an upstream says, in the words of its vendor.
struct Said {
  std::string text;
  std::string tool_call = {};  // the id of a call of "get"; then its thinking is signed, if it can
  bool is_cut = false;         // at the limit of tokens
};

// A whole host that speaks OpenAI's Responses API to clients, with an upstream of each family:
// "to-chat", "to-claude", "to-gemini", and "to-openai", which has the Responses API itself.
class StoredHost {
 public:
  explicit StoredHost(std::string_view settings = {}, const Clock* clock = nullptr);

  // What the next calls are answered with, one after the other; the last one stays.
  void will_say(std::vector<Said> said);

  // The next stream stops after its first words, until the test releases the upstream, or for good
  // with an error.
  void will_stall();
  void will_break();

  Host& host() { return host_; }
  const Host& host() const { return host_; }
  FakeServer& upstream() { return upstream_; }

  // POST /v1/responses with these members of the body.
  Answer create(std::string_view members, std::string_view as = {}) const;
  Answer call(std::string_view method, std::string_view path, std::string_view body = {},
              std::string_view as = {}) const;

  // What an upstream was last asked.
  FakeRequest asked() const;

 private:
  void answer(FakeConnection& connection, const FakeRequest& request);

  std::mutex mutex_;
  std::vector<Said> said_{{"Hello"}};
  bool stalls_ = false;
  bool breaks_ = false;
  FakeServer upstream_;
  Host host_;
};

// A member of a JSON text by names and numbers with slashes between; its text when it is a string,
// else its JSON; "nothing" where there is none.
std::string at(std::string_view json, std::string_view path);

// "previous_response_id":"…"
std::string after(const Answer& answer);

}  // namespace abv::test
