#include "response_grammar.hpp"

#include <set>

#include "abv/sdk/json.hpp"
#include "abv/sdk/sse.hpp"

namespace abv::tests {
namespace {

namespace json = sdk::json;

class Grammar {
 public:
  std::vector<std::string> check(std::string_view stream) {
    sdk::SseReader frames;
    frames.feed(stream, [&](const sdk::SseFrame& frame) { on_frame(frame); });
    if (!is_ended_) fault("the response does not end");
    return faults_;
  }

 private:
  void fault(const std::string& text) {
    faults_.push_back("event " + std::to_string(number_ - 1) + " (" + type_ + "): " + text);
  }
  void expect(bool holds, const std::string& rule) {
    if (!holds) fault(rule);
  }

  void on_frame(const sdk::SseFrame& frame) {
    const auto parsed = json::parse(frame.data);
    ++number_;
    if (!parsed) return fault("no JSON");
    const json::Value& event = *parsed;
    type_ = event["type"].as_string();
    expect(frame.event == type_, "the frame is named otherwise");
    expect(event["sequence_number"].as_int(-1) == number_ - 1, "out of sequence");
    expect(!is_ended_, "after the end");
    expect((number_ == 1) == (type_ == "response.created"), "created must come first, once");
    expect((number_ == 2) == (type_ == "response.in_progress"), "in_progress must come second");
    if (type_ == "keepalive") return;
    if (type_ == "response.completed" || type_ == "response.incomplete" ||
        type_ == "response.failed") {
      return on_end(event["response"]);
    }
    if (event["response"].exists()) {
      expect(event["response"]["status"].as_string() == "in_progress", "it has not ended");
      return;
    }
    if (type_ == "response.output_item.added") return on_item(event);
    expect(event["output_index"].as_int(-1) == static_cast<std::int64_t>(done_.size()),
           "another output_index than the open item's");
    if (type_ == "response.output_item.done") return on_item_done(event["item"]);
    expect(is_open_, "outside of an item");
    expect(event["item_id"].as_string() == id_, "another item_id than the open item's");
    on_inner(event);
  }

  void on_item(const json::Value& event) {
    expect(!is_open_, "the last item is open");
    expect(event["output_index"].as_int(-1) == static_cast<std::int64_t>(done_.size()),
           "output_index has a gap");
    is_open_ = true;
    id_ = event["item"]["id"].as_string();
    expect(ids_.insert(id_).second && !id_.empty(), "the id is not the item's own");
    item_type_ = event["item"]["type"].as_string();
    text_.clear();
    parts_ = 0;
    annotations_ = 0;
    is_text_done_ = false;
  }

  void on_inner(const json::Value& event) {
    const auto index =
        event["content_index"].exists() ? event["content_index"] : event["summary_index"];
    if (type_.ends_with("part.added")) {
      expect(!is_part_open_, "the last part is open");
      expect(index.as_int(-1) == parts_, "the part's index has a gap");
      is_part_open_ = true;
      is_text_done_ = false;
      text_.clear();
      annotations_ = 0;
      return;
    }
    const bool is_call = item_type_.ends_with("_call");
    expect(is_call || is_part_open_, "outside of a part");
    expect(is_call || index.as_int(-1) == parts_, "another index than the open part's");
    if (type_.ends_with(".delta")) {
      expect(!is_text_done_, "the text was done");
      expect(event["delta"].is_string() && event["delta"].size() == 0, "no delta");
      text_ += event["delta"].as_string();
    } else if (type_ == "response.output_text.annotation.added") {
      expect(event["annotation_index"].as_int(-1) == annotations_++, "annotation out of order");
    } else if (type_.ends_with("part.done")) {
      expect(is_text_done_, "the text is not done");
      expect(words_of(event["part"]) == text_, "the part is not what was said");
      expect(event["part"]["annotations"].size() == static_cast<std::size_t>(annotations_),
             "other annotations than were told");
      is_part_open_ = false;
      ++parts_;
    } else {
      expect(type_.ends_with(".done"), "not known");
      is_text_done_ = true;
      expect(words_of(event) == text_, "the text is not what was said");
    }
  }

  void on_item_done(const json::Value& item) {
    expect(is_open_, "no item is open");
    expect(!is_part_open_, "a part is open");
    expect(item["id"].as_string() == id_, "another id than it was begun with");
    expect(item["type"].as_string() == item_type_, "another type than it was begun with");
    if (item_type_ == "function_call" || item_type_ == "custom_tool_call") {
      expect(is_text_done_, "the arguments are not done");
      expect(words_of(item) == text_, "the arguments are not what was said");
    }
    const auto list = item_type_ == "reasoning" ? item["summary"] : item["content"];
    expect(static_cast<std::int64_t>(list.size()) == parts_, "other parts than were told");
    done_.emplace_back(item.raw());
    is_open_ = false;
  }

  void on_end(const json::Value& response) {
    is_ended_ = true;
    expect("response." + response["status"].as_string() == type_, "the status is another");
    expect(response["id"].is_string(), "no id");
    expect(type_ == "response.failed" || !is_open_, "an item is open");
    expect(response["output"].size() == done_.size(), "other items than were done");
    for (std::size_t i = 0; i < done_.size(); ++i)
      expect(response["output"][i].raw() == done_[i], "an item is not what it was");
  }

  static std::string words_of(const json::Value& value) {
    for (const char* key : {"text", "refusal", "arguments", "input"}) {
      if (value[key].is_string()) return value[key].as_string();
    }
    return {};
  }

  std::vector<std::string> faults_;
  std::int64_t number_ = 0;
  std::string type_;
  std::vector<std::string> done_;
  std::set<std::string> ids_;
  std::string id_, item_type_, text_;
  std::int64_t parts_ = 0, annotations_ = 0;
  bool is_open_ = false, is_part_open_ = false, is_text_done_ = false, is_ended_ = false;
};

}  // namespace

std::vector<std::string> response_faults(std::string_view stream) {
  return Grammar().check(stream);
}

std::vector<std::string> response_event_types(std::string_view stream) {
  std::vector<std::string> types;
  sdk::SseReader frames;
  frames.feed(stream, [&](const sdk::SseFrame& frame) {
    const bool goes_on =
        !types.empty() && frame.event.ends_with(".delta") && types.back() == frame.event;
    if (!goes_on) types.emplace_back(frame.event);
  });
  return types;
}

std::string last_response_event(std::string_view stream) {
  std::string data;
  sdk::SseReader frames;
  frames.feed(stream, [&](const sdk::SseFrame& frame) { data = frame.data; });
  return data;
}

}  // namespace abv::tests
