#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/cases/bindings.hpp"
#include "tests/cases/json_tree.hpp"
#include "tests/cases/vendor.hpp"

namespace abv::cases {

// A client's vendor and an upstream's.
struct Pair {
  const Vendor& client;
  const Vendor& upstream;

  std::string name() const;  // "openai-chat > gemini"
};

// All pairs of five kinds of clients and four kinds of upstreams.
std::vector<Pair> all_pairs();

// One golden conversation: the same talk in the words of every vendor, as a client of that vendor
// asks and as the vendor itself answers. What a conversion must make of it follows: the upstream
// gets what its own clients would have sent, the client gets what its own vendor would have
// answered. Where formats force a difference, the file says so and why ("differences").
// README.md describes the files.
class Conversation {
 public:
  // Throws std::runtime_error when it is not as it should be.
  Conversation(const std::string& path, const Json& vendors);

  const std::string& name() const { return name_; }
  std::size_t turns() const { return file_["turns"].size(); }

  // Whether the pair can have this conversation.
  bool takes(const Pair& pair) const;

  // What the client calls the model, and what the upstream does.
  std::string model(const Vendor& vendor) const;

  // In the vendor's words, with placeholders (bindings.hpp).
  Json request(std::size_t turn, const Vendor& vendor, bool is_stream) const;
  Json answer(std::size_t turn, const Vendor& vendor) const;
  std::vector<Json> frames(std::size_t turn, const Vendor& vendor, const Json& answer) const;

  // The client's, with what it can say only to this upstream.
  Json client_request(std::size_t turn, const Pair& pair, bool is_stream) const;

  // What must come out of the pair.
  Json expected_request(std::size_t turn, const Pair& pair, bool is_stream) const;
  Json expected_reply(std::size_t turn, const Pair& pair) const;
  std::string expected_path(const Vendor& upstream, bool is_stream) const;
  // Each the words that a reported loss must hold, with blanks between; each is used once. `kind`
  // is "lost", or "may_lose" for what the formats leave open.
  std::vector<std::string> losses(std::size_t turn, const Pair& pair, const char* kind) const;

  // What ids and signatures are called on either side before the first turn.
  Bindings upstream_names(const Pair& pair) const;
  Bindings client_names(const Pair& pair) const;

 private:
  const Json& in_turn(std::size_t turn, const Vendor& vendor) const;
  void bind_ids(const Pair& pair, Bindings& names) const;
  template <class Use>
  void each_difference(std::size_t turn, const Pair& pair, Use use) const;

  std::string name_;
  Json file_;
  Json vendors_;
};

// All conversations of a directory, by name.
std::vector<Conversation> read_conversations(const std::string& directory);

}  // namespace abv::cases
