#include "tests/cases/vendor_streams.hpp"

namespace abv::cases {
namespace {

// Writes the events of one response, numbered.
class ResponsesStream {
 public:
  explicit ResponsesStream(const Json& answer) : answer_(answer) {}

  std::vector<Json> frames() {
    Json begun = answer_;
    begun.field("status") = "in_progress";
    begun.field("output") = Json::List();
    begun.field("usage") = begun.field("incomplete_details") = Json();
    begun.remove("completed_at");
    add("response.created", Json::Members{{"response", begun}});
    add("response.in_progress", Json::Members{{"response", begun}});
    for (; output_index_ < static_cast<int>(answer_["output"].size()); ++output_index_)
      add_item(answer_["output"][static_cast<std::size_t>(output_index_)]);
    add("response." + answer_["status"].text(), Json::Members{{"response", answer_}});
    return frames_;
  }

 private:
  void add(const std::string& type, Json frame) {
    frame.field("type") = type;
    frame.field("sequence_number") = static_cast<int>(frames_.size());
    frames_.push_back(std::move(frame));
  }

  void add_of_item(const std::string& type, const Json& item, Json frame) {
    frame.field("item_id") = item["id"];
    frame.field("output_index") = output_index_;
    add(type, std::move(frame));
  }

  void add_item(const Json& item) {
    const std::string type = item["type"].text();
    Json begun = item;
    begun.field("status") = "in_progress";
    if (type == "message") begun.field("content") = Json::List();
    if (type == "function_call") begun.field("arguments") = "";
    if (type == "custom_tool_call") begun.field("input") = "";
    if (type == "reasoning") {
      begun.field("summary") = Json::List();
      begun.remove("status");
      // What stands there at the beginning is not yet what has to be sent back.
      if (begun.has("encrypted_content")) begun.field("encrypted_content") = "gAAAAABnotYet";
    }
    add("response.output_item.added",
        Json::Members{{"output_index", output_index_}, {"item", begun}});
    for (std::size_t i = 0; i < item["content"].size() && type == "message"; ++i)
      add_part(item, static_cast<int>(i), item["content"][i]);
    for (std::size_t i = 0; i < item["summary"].size(); ++i)
      add_summary(item, static_cast<int>(i), item["summary"][i]);
    if (type == "function_call") add_long(item, "function_call_arguments", "arguments");
    if (type == "custom_tool_call") add_long(item, "custom_tool_call_input", "input");
    add("response.output_item.done",
        Json::Members{{"output_index", output_index_}, {"item", item}});
  }

  void add_part(const Json& item, int index, const Json& part) {
    const bool is_text = part["type"].text() == "output_text";
    const std::string field = is_text ? "text" : "refusal";
    const std::string type = is_text ? "response.output_text" : "response.refusal";
    Json begun = part;
    begun.field(field) = "";
    if (is_text) begun.field("annotations") = Json::List();
    if (is_text) begun.field("logprobs") = Json::List();
    add_of_item("response.content_part.added", item,
                Json::Members{{"content_index", index}, {"part", begun}});
    const auto add_text = [&](const std::string& end, const std::string& name,
                              const std::string& text, const Json::List& logprobs) {
      Json frame = Json::Members{{"content_index", index}, {name, text}};
      if (is_text) frame.field("logprobs") = logprobs;
      add_of_item(type + end, item, frame);
    };
    const Json::List& tokens = part["logprobs"].list();
    for (const Json& token : tokens)
      add_text(".delta", "delta", token["token"].text(), {token});
    for (const std::string& piece : pieces_of(tokens.empty() ? part[field].text() : ""))
      add_text(".delta", "delta", piece, {});
    for (std::size_t i = 0; i < part["annotations"].size(); ++i) {
      add_of_item("response.output_text.annotation.added", item,
                  Json::Members{{"content_index", index},
                                {"annotation_index", static_cast<int>(i)},
                                {"annotation", part["annotations"][i]}});
    }
    add_text(".done", field, part[field].text(), tokens);
    add_of_item("response.content_part.done", item,
                Json::Members{{"content_index", index}, {"part", part}});
  }

  void add_summary(const Json& item, int index, const Json& part) {
    Json begun = part;
    begun.field("text") = "";
    const auto add_one = [&](const std::string& end, const std::string& name, const Json& value) {
      add_of_item("response.reasoning_summary_" + end, item,
                  Json::Members{{"summary_index", index}, {name, value}});
    };
    add_one("part.added", "part", begun);
    for (const std::string& piece : pieces_of(part["text"].text()))
      add_one("text.delta", "delta", piece);
    add_one("text.done", "text", part["text"]);
    add_one("part.done", "part", part);
  }

  void add_long(const Json& item, const std::string& event, const std::string& field) {
    for (const std::string& piece : pieces_of(item[field].text()))
      add_of_item("response." + event + ".delta", item, Json::Members{{"delta", piece}});
    add_of_item("response." + event + ".done", item, Json::Members{{field, item[field]}});
  }

  const Json& answer_;
  std::vector<Json> frames_;
  int output_index_ = 0;
};

}  // namespace

std::vector<Json> responses_frames(const Json& answer) {
  return ResponsesStream(answer).frames();
}

}  // namespace abv::cases
