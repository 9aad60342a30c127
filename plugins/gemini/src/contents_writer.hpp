#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "model_traits.hpp"
#include "part_writer.hpp"

namespace abv::gemini {

// Lays out messages as the API wants them: the system prompt apart, turns of "user" and "model" in
// alternation, and after each turn with function calls one turn that begins with as many responses,
// in the order of the calls.
class ContentsWriter {
 public:
  // All must outlive this. Reports what is lost while it is made.
  ContentsWriter(const sdk::chat::Request& request, const ModelTraits& model,
                 sdk::LossSink& losses);

  bool has_system() const { return !system_.empty(); }
  void write_system(sdk::json::Writer& out) const;
  void write_contents(sdk::json::Writer& out) const;

 private:
  struct Call {
    std::string_view id, name;
    std::string path;
    std::size_t turn = 0;
    Span response;
    std::vector<Span> media;  // of the result, where it cannot stand in the response
    bool is_answered = false;
  };
  struct Turn {
    bool is_model = false;
    const sdk::chat::Message* message = nullptr;  // with extras of this dialect
    std::vector<Span> parts;
    std::vector<std::size_t> calls;
  };

  void report(const sdk::chat::Message& message, std::size_t number);
  void add_system(const sdk::chat::Message& message, std::size_t number);
  void add_message(const sdk::chat::Message& message, std::size_t number);
  void add_part(const sdk::chat::Message& message, std::size_t index);
  void add_result(const sdk::chat::Part& part);
  void answer_all();
  void lead_with_user();
  Turn& turn(const sdk::chat::Message& message);
  void write_turn(const Turn& turn, const Turn* calling, sdk::json::Writer& out) const;
  void write_role(const Turn& turn, sdk::json::Writer& out) const;
  void write_responses(const Turn& turn, sdk::json::Writer& out) const;

  sdk::LossSink& losses_;
  PartWriter parts_;
  std::vector<Span> system_;
  std::vector<Turn> turns_;
  std::vector<Call> calls_;
  std::unordered_map<std::string_view, std::size_t> open_;  // calls without result, by id
  const sdk::chat::Message* last_ = nullptr;                // that the last turn was for
};

}  // namespace abv::gemini
