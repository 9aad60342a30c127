#pragma once

#include <string>
#include <vector>

#include "tests/cases/conversation.hpp"
#include "tests/cases/dialects.hpp"

namespace abv::cases {

// One conversation between a client and an upstream, with a proxy's conversion between them.
class PairRun {
 public:
  PairRun(const Dialects& dialects, const Conversation& conversation, const Pair& pair,
          sdk::Form form);

  // What is not as it has to be, one line each.
  std::vector<std::string> faults();

 private:
  void run_turn();
  Json send_request(const Json& request);
  void check_losses(std::vector<std::string> reported);
  void get_answer(const std::string& request_body);
  void check_reply(const std::vector<tests::Recorded>& events, const std::string& request_body);
  void note(const std::string& place, const std::vector<std::string>& faults);
  bool is_stream() const { return form_ == sdk::Form::kStream; }

  const Dialects& dialects_;
  const Conversation& conversation_;
  const Pair pair_;
  const sdk::Form form_;
  std::size_t turn_ = 0;
  Bindings client_, upstream_;
  std::vector<std::string> faults_;
};

// The bytes with which the upstream answers.
std::string answer_bytes(const Conversation& conversation, std::size_t turn, const Vendor& upstream,
                         const Bindings& names, sdk::Form form);

}  // namespace abv::cases
