#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "tests/cases/conversation.hpp"
#include "tests/host/app/host_fixture.hpp"

namespace abv::cases {

// A whole host between clients of every kind and a server that plays every upstream, all of them
// over sockets. What a client of one kind sends to the model "to-gemini" is converted for Gemini.
class HostBridge {
 public:
  // The bytes of an HTTP answer, head and all.
  using Answers = std::function<std::string(const Vendor& upstream)>;

  explicit HostBridge(const Conversation& conversation);

  // What upstreams answer from now on; with `closes`, they end the connection behind it.
  void answer_with(Answers answers, bool closes = false);

  // Asks for the conversation's first turn.
  test::Answer ask(const Pair& pair, bool is_stream) const;

  // The path that the upstream was last asked for.
  std::string asked_path() const;

 private:
  void answer(test::FakeConnection& connection, const test::FakeRequest& request);

  const Conversation& conversation_;
  mutable std::mutex mutex_;
  Answers answers_;
  bool closes_ = false;
  std::string asked_path_;
  test::FakeServer upstream_;
  test::Host host_;
};

// Asks for every pair, and gives what `judge` finds wrong, each line with the pair's name.
std::vector<std::string> faults_of_all_pairs(
    const HostBridge& bridge, bool is_stream,
    const std::function<std::vector<std::string>(const Pair&, const test::Answer&)>& judge);

}  // namespace abv::cases
