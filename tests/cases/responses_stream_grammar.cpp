#include <map>
#include <set>

#include "tests/cases/client_streams.hpp"

namespace abv::cases {
namespace {

// A part of an item while it comes.
struct OpenPart {
  std::string text;
  bool is_told = false;  // by a .done with the whole text
};

class ResponsesStream {
 public:
  explicit ResponsesStream(const Shapes& shapes) : shapes_(shapes) {}

  Assembled read(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) {
      if (frame.data == "[DONE]") {
        fault("[DONE]");
        continue;
      }
      const Json event = Json::parse(frame.data);
      type_ = event["type"].text();
      // A sign of life, which OpenAI's own servers send in long streams; SDKs pass it over.
      if (type_ == "keepalive" && count_ > 0 && !is_ended_) {
        if (event["sequence_number"] != Json(count_)) fault("is not number " + event.dump());
        ++count_;
        continue;
      }
      if (frame.event != type_) fault("event line \"" + frame.event + "\"");
      for (const std::string& one : shapes_.faults("Frame", event))
        fault(one);
      if (event["sequence_number"] != Json(count_)) fault("is not number " + event.dump());
      if (is_ended_) fault("comes after the end");
      if ((count_ == 0) != (type_ == "response.created")) fault("stands in the wrong place");
      ++count_;
      take(event);
    }
    type_ = "the stream";
    if (!is_ended_) fault("has no end");
    return {whole_, faults_};
  }

 private:
  void fault(const std::string& text) { faults_.push_back(type_ + " " + text); }

  bool is(const char* ending) const {
    const std::string_view end(ending);
    return type_.size() >= end.size() &&
           std::string_view(type_).substr(type_.size() - end.size()) == end;
  }

  void take(const Json& event) {
    if (event.has("response")) {
      take_response(event["response"]);
    } else if (type_ == "response.output_item.added") {
      open_item(event);
    } else if (type_ == "error") {
      fault("ends the stream");
    } else {
      take_of_item(event);
    }
  }

  void take_response(const Json& response) {
    if (whole_.has("id") && whole_["id"] != response["id"]) fault("has another id");
    whole_ = response;
    const bool is_begin = is(".created") || is(".in_progress");
    if (is_begin) {
      if (response["output"].size() > 0) fault("has output already");
      if (response["status"].text() != "in_progress") fault("has status not in_progress");
      return;
    }
    is_ended_ = true;
    if (type_ != "response." + response["status"].text()) fault("has another status");
    if (!items_.empty() && is_open_) fault("leaves an item open");
    if (response["output"] != Json(items_)) {
      fault("has output " + response["output"].dump() + " after items " + Json(items_).dump());
    }
  }

  void open_item(const Json& event) {
    if (is_open_) fault("begins in another item");
    if (event["output_index"] != Json(static_cast<int>(items_.size()))) fault("skips an index");
    const Json& item = event["item"];
    const std::string id = item["id"].text();
    if (id.empty() || !ids_.insert(id).second) fault("has no id of its own");
    items_.push_back(item);
    is_open_ = true;
    parts_.clear();
    long_text_.clear();
    is_long_told_ = false;
    const bool is_empty = item["content"].size() == 0 && item["summary"].size() == 0 &&
                          item["arguments"].text().empty() && item["input"].text().empty();
    if (!is_empty && has_text(item)) fault("has content already");
  }

  // Other items may come whole.
  static bool has_text(const Json& item) {
    const std::string type = item["type"].text();
    return type == "message" || type == "reasoning" || type == "function_call" ||
           type == "custom_tool_call";
  }

  void take_of_item(const Json& event) {
    if (!is_open_ || event["output_index"].number() + 1 != static_cast<double>(items_.size())) {
      fault("is of an item that is not open");
      return;
    }
    if (event.has("item_id") && event["item_id"] != items_.back()["id"]) fault("has another id");
    if (type_ == "response.output_item.done") {
      close_item(event["item"]);
    } else if (event.has("content_index") || event.has("summary_index")) {
      take_of_part(event);
    } else if (is(".delta")) {
      long_text_ += event["delta"].text();
    } else {
      const char* name = event.has("input") ? "input" : "arguments";
      if (event[name].text() != long_text_) fault("is not what the deltas were");
      is_long_told_ = true;
      items_.back().field(name) = long_text_;
    }
  }

  // Content and summary parts go the same way.
  void take_of_part(const Json& event) {
    const bool is_summary = event.has("summary_index");
    const Json& index = event[is_summary ? "summary_index" : "content_index"];
    const std::string list = is_summary ? "summary" : "content";
    const auto place = static_cast<std::size_t>(index.number());
    if (is("part.added")) {
      if (place != parts_.size()) fault("skips an index");
      if (!part_text(event["part"]).empty()) fault("has content already");
      parts_.emplace_back();
      items_.back().field(list).add(event["part"]);
      return;
    }
    if (place >= parts_.size()) {
      fault("is of a part that was not added");
      return;
    }
    OpenPart& part = parts_[place];
    Json& whole = items_.back().field(list).items()[place];
    if (is("annotation.added")) {
      whole.field("annotations").add(event["annotation"]);
    } else if (is(".delta")) {
      if (part.is_told) fault("comes after the part's end");
      part.text += event["delta"].text();
    } else if (is("part.done")) {
      if (!part.is_told) fault("stands before the end of its text");
      whole.field(whole.has("refusal") ? "refusal" : "text") = part.text;
      if (whole.has("annotations")) whole.field("logprobs") = event["part"]["logprobs"];
      Json told = event["part"];
      if (!told.has("logprobs")) whole.remove("logprobs");
      if (told != whole) fault("tells " + told.dump() + " after " + whole.dump());
    } else {
      if (event[event.has("refusal") ? "refusal" : "text"].text() != part.text) {
        fault("is not what the deltas were");
      }
      part.is_told = true;
    }
  }

  static std::string part_text(const Json& part) {
    return part["text"].text() + part["refusal"].text();
  }

  void close_item(const Json& item) {
    is_open_ = false;
    const std::string type = item["type"].text();
    if ((type == "function_call" || type == "custom_tool_call") && !is_long_told_) {
      fault("stands before the end of its arguments");
    }
    for (const char* name : {"id", "type", "content", "arguments", "input", "name", "call_id"}) {
      if (item[name] != items_.back()[name]) {
        fault("tells another " + std::string(name) + ": " + item[name].dump() + " after " +
              items_.back()[name].dump());
      }
    }
    if (item["summary"] != items_.back()["summary"]) fault("tells another summary");
    items_.back() = item;
  }

  const Shapes& shapes_;
  Json whole_;
  Json::List items_;
  std::vector<OpenPart> parts_;
  std::set<std::string> ids_;
  std::string type_, long_text_;
  bool is_open_ = false, is_ended_ = false, is_long_told_ = false;
  int count_ = 0;
  std::vector<std::string> faults_;
};

}  // namespace

Assembled assemble_responses(const std::vector<Frame>& frames, const Shapes& shapes) {
  return ResponsesStream(shapes).read(frames);
}

}  // namespace abv::cases
