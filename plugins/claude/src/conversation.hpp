#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "model_traits.hpp"

namespace abv::claude {

// A part where it will be sent, and where it stood. The part is null for a tool result that had to
// be invented.
struct Placed {
  const sdk::chat::Part* part = nullptr;
  std::size_t message = 0;
  std::size_t index = 0;
  std::string id = {};  // of a tool call and of its result, as it is sent
  // A tool call that holds the signature of the thinking before it, which is not there itself:
  // clients of dialects without a place of its own for thinking bring it back that way.
  bool brings_thinking = false;
};

// One message of the API.
struct Turn {
  sdk::chat::Role role = sdk::chat::Role::kUser;
  std::vector<Placed> results;        // of the tools that the turn before called; they come first
  std::vector<Placed> parts;          // everything else
  std::vector<std::size_t> messages;  // what it was made of
};

// The messages of a request in the order that the API demands: the user begins, turns alternate,
// each call of a tool is answered in the very next turn, once, and system prompts stand first or,
// where the model takes them, after a user's turn and before the assistant's. Parts that cannot be
// sent are left out. Everything that had to move, go or be invented is reported.
class Conversation {
 public:
  // `request` must outlive this.
  Conversation(const sdk::chat::Request& request, const ModelTraits& traits, sdk::LossSink& losses);

  // The parts of the system prompt.
  const std::vector<Placed>& system() const { return system_; }
  const std::vector<Turn>& turns() const { return turns_; }

  // True when the answer goes on with words that the assistant already said.
  bool is_prefilled() const;

  // True when the conversation ends in results of tools, and the assistant's turn that called them
  // does not begin with thinking.
  bool calls_without_thinking() const;

 private:
  // A system prompt that stood inside the conversation and waits for the end of the user's turn.
  struct Waiting {
    std::size_t message = 0;
    bool has_moved = false;
  };
  struct OpenCall {
    std::size_t turn = 0;
    std::string id;  // as it is sent
  };

  void add(std::size_t message);
  void add_system(std::size_t message);
  void add_user(std::size_t message);
  void add_assistant(std::size_t message);
  void add_result(Placed placed);
  void place_waiting();
  void lift(std::size_t message);
  void answer_open_calls();
  void begin_with_user();
  Turn& turn_of(sdk::chat::Role role, std::size_t message);
  std::vector<Placed> admit(std::size_t message);
  std::string sent_id(const std::string& id);

  const sdk::chat::Request& request_;
  const ModelTraits& traits_;
  sdk::LossSink& losses_;
  std::vector<Placed> system_;
  std::vector<Turn> turns_;
  std::vector<Waiting> waiting_;
  // By the request's ids, which need not be different; the first call is answered first.
  std::unordered_map<std::string, std::list<OpenCall>> open_calls_;
  std::unordered_set<std::string> sent_ids_;
  std::unordered_map<std::string, std::size_t> repeats_;  // of one id, by that id
  std::unordered_set<std::string> unanswered_;            // of sent_ids_
  bool has_begun_ = false;
};

// Why a part cannot be sent in a message of `role`; empty when it can.
std::string_view why_not(const sdk::chat::Part& part, sdk::chat::Role role);

// True for a text that says nothing, which the API refuses.
bool is_blank(const sdk::chat::Part& part);

// "/messages/3/parts/0"
std::string path_of(const Placed& placed);
std::string path_of_message(std::size_t message);

}  // namespace abv::claude
