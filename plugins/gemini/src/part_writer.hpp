#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "model_traits.hpp"

namespace abv::gemini {

// A piece of the text that a PartWriter has written.
struct Span {
  std::size_t begin = 0, end = 0;

  bool is_empty() const { return begin == end; }
};

// Writes parts of contents, each as one JSON object, and reports what is lost. Their order is for
// others to decide.
class PartWriter {
 public:
  PartWriter(const ModelTraits& model, sdk::LossSink& losses) : model_(model), losses_(losses) {}

  // Makes room for about so many bytes of parts.
  void reserve(std::size_t bytes) { out_.reserve(bytes); }

  // Where the next part stands, as a JSON pointer.
  void set_place(std::size_t message, std::size_t part);
  std::string place() const;

  // An empty span when nothing is left to write. Not for calls and results.
  Span write(const sdk::chat::Part& part);

  // `signature` is the part's own or the one before it; empty: none that Gemini made. Only the
  // first call of a turn needs a placeholder.
  Span write_call(const sdk::chat::Part& part, std::string_view signature, bool is_first);

  // `media` gets what cannot stand in the response itself.
  Span write_result(const sdk::chat::Part& part, std::string_view name, std::vector<Span>& media);

  // A result that belongs to no call, which the API refuses, as text.
  Span write_stray_result(const sdk::chat::Part& part);

  Span write_unanswered(std::string_view id, std::string_view name);
  Span write_text(std::string_view text);

  // The part's signature when Gemini made it and the model can use it; else empty.
  std::string_view own_signature(const sdk::chat::Part& part);

  std::string_view text_of(const Span& span) const {
    return out_.view().substr(span.begin, span.end - span.begin);
  }

 private:
  void begin();
  Span end();
  Span write_reasoning(const sdk::chat::Part& part);
  Span write_opaque(const sdk::chat::Part& part);
  Span write_media(const sdk::chat::Part& part, const std::string& place);
  bool can_put_media(const sdk::chat::Part& part, const std::string& place);
  void put_media(const sdk::chat::Part& part, const std::string& place);
  void put_inside(const sdk::chat::Part& result, const std::vector<std::size_t>& places);
  std::string media_type(const sdk::chat::Part& part, const std::string& place);
  void put_response(const sdk::chat::Part& part, std::string_view name);
  static sdk::chat::Json joined_text(const sdk::chat::Part& result, std::string& storage);
  void put_signature(std::string_view signature);
  void put_extras(const sdk::chat::Extras& extras, std::string_view member);
  void report(const sdk::chat::Part& part);
  void report(const sdk::chat::Part& part, const std::string& place);

  const ModelTraits& model_;
  sdk::LossSink& losses_;
  sdk::json::Writer out_;
  std::size_t message_ = 0, part_ = 0;
  std::size_t begin_ = 0;
};

}  // namespace abv::gemini
