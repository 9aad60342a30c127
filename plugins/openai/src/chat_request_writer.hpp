#pragma once

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "chat_request_fields.hpp"
#include "model_traits.hpp"

namespace abv::openai {

// Writes one canonical request as a chat request, and reports what it cannot say. It lives as long
// as one encode_request.
class ChatRequestWriter {
 public:
  ChatRequestWriter(const sdk::chat::Request& request, std::string_view model, bool is_stream,
                    sdk::LossSink& losses)
      : request_(request),
        model_(model),
        traits_(traits_of(model)),
        is_stream_(is_stream),
        losses_(losses) {}

  std::string write();

 private:
  using Part = sdk::chat::Part;
  using Message = sdk::chat::Message;
  using Parts = std::vector<const Part*>;

  // A part that is written elsewhere than where it stood.
  struct Displaced {
    const Part* part;
    std::string call_id;
  };

  // chat_request_write_messages.cpp
  void write_messages();
  void write_prompt(const Message& message, const Place& place);
  void write_users(std::size_t begin, std::size_t end, const Place& messages);
  void write_user(const Message& message, const Place& place);
  void write_result(const Message& message, const Part& result, const Place& place,
                    std::vector<Displaced>& displaced);
  void write_displaced(const std::vector<Displaced>& displaced);
  void check_result(const Part& result, const Place& place);
  void begin_message(std::string_view role, const Message& message, const Place& place);
  bool is_nothing_here(const Message& message) const;

  // chat_request_write_turns.cpp
  struct Turn;
  struct JoinedText;
  std::size_t end_of_turn(std::size_t begin) const;
  void write_assistants(std::size_t begin, std::size_t end, const Place& messages);
  void sort_turn(std::size_t begin, std::size_t end, const Place& messages, Turn& turn);
  void sort_part(const Part& part, const Part* next, const Place& place, Turn& turn);
  void take_text(const Part& part, const Place& place, Turn& turn);
  void take_reasoning(const Part& part, const Part* next, const Place& place, Turn& turn);
  void take_call(const Part& call, const Place& place, Turn& turn);
  bool can_be_joined(const Part& text) const;
  Parts content_of(const Turn& turn, std::deque<JoinedText>& joined) const;
  void write_said(const Turn& turn);
  void write_call(const Part& call, std::string_view signature);
  void write_arguments(const Part& call);

  // chat_request_write_parts.cpp
  bool can_write(const Part& part, const Place& place);
  bool can_write_media(const Part& part, const Place& place);
  bool can_write_text(const Part& part, const Place& place);
  void check_marks(const Part& part, const Place& place);
  // `mark` is a cache mark on all of it.
  void write_content(const Parts& parts, sdk::chat::Json mark = {});
  void write_part(const Part& part, sdk::chat::Json mark);
  void write_image(const Part& part);
  void write_file(const Part& part);
  void write_cache(sdk::chat::Json mark);

  // chat_request_write_tools.cpp
  void write_tools();
  bool can_write_tool(const sdk::chat::Tool& tool, const Place& place);
  void write_tool(const sdk::chat::Tool& tool);
  void write_custom_tool(const sdk::chat::Tool& tool);
  void write_tool_choice(std::size_t tool_count);
  bool write_own_choice();
  void write_allowed(const std::vector<std::string>& names, std::string_view mode);
  void write_named(const std::string& name);
  void write_web_search(const sdk::chat::Tool& tool, const Place& place);
  bool is_custom_tool(std::string_view name) const;
  bool is_hidden(const sdk::chat::Tool& tool) const;

  // chat_request_write.cpp
  void write_sampling();
  void write_limits();
  void write_stop();
  void write_reasoning();
  std::string_view effort_to_write();
  void write_output();
  void write_client();
  void write_name(std::string_view key, std::string_view source, const std::string& name);
  void write_stream_options();
  void write_request_extras();

  // The extras of this dialect: those of the node itself, which have none of the prefixes
  // `elsewhere`, or those that begin with `inside`, without it.
  void put_extras(const sdk::chat::Extras& extras, std::string_view inside,
                  std::initializer_list<std::string_view> elsewhere = {});
  bool has_extras(const sdk::chat::Extras& extras, std::string_view inside) const;
  bool is_own(const sdk::chat::Extra& extra) const;
  void report_extras(const sdk::chat::Extras& extras, const Place& place);
  void drop(const Place& place, std::string_view name, std::string_view why);
  void approximate(const Place& place, std::string_view name, std::string_view why);

  const sdk::chat::Request& request_;
  const std::string_view model_;
  const ModelTraits traits_;
  const bool is_stream_;
  sdk::LossSink& losses_;
  const Place root_;
  sdk::json::Writer json_;
};

}  // namespace abv::openai
