#include <map>

#include "tests/cases/client_streams.hpp"

namespace abv::cases {
namespace {

class ClaudeStream {
 public:
  explicit ClaudeStream(const Shapes& shapes) : shapes_(shapes) {}

  Assembled read(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) {
      const Json event = Json::parse(frame.data);
      const std::string type = event["type"].text();
      if (frame.event != type) fault("event line \"" + frame.event + "\" before \"" + type + "\"");
      for (const std::string& one : shapes_.faults("Frame", event))
        fault(one);
      if (is_stopped_) fault(type + " after message_stop");
      if (!is_started_ && type != "message_start") fault(type + " before message_start");
      take(type, event);
    }
    if (!is_stopped_) fault("no message_stop at the end");
    return {whole_, faults_};
  }

 private:
  void fault(const std::string& text) { faults_.push_back(text); }

  void take(const std::string& type, const Json& event) {
    if (type == "message_start") start(event["message"]);
    if (type == "content_block_start") open(event);
    if (type == "content_block_delta") extend(event);
    if (type == "content_block_stop") close(event);
    if (type == "message_delta") end(event);
    if (type == "message_stop") {
      is_stopped_ = true;
      if (!is_ended_) fault("message_stop without message_delta");
    }
    if (type == "error") fault("an error event");
  }

  void start(const Json& message) {
    if (is_started_) fault("message_start twice");
    is_started_ = true;
    whole_ = message;
    if (message["content"].size() > 0) fault("message_start with content");
  }

  Json& block() { return whole_.field("content").items().back(); }

  void open(const Json& event) {
    const Json& begun = event["content_block"];
    if (is_open_) fault("a block begins in another");
    if (is_ended_) fault("a block after message_delta");
    if (event["index"] != Json(static_cast<int>(whole_["content"].size()))) {
      fault("a block with index " + event["index"].dump());
    }
    is_open_ = true;
    is_signed_ = false;
    input_.clear();
    whole_.field("content").add(begun);
    const bool is_empty = begun["text"].text().empty() && begun["thinking"].text().empty() &&
                          begun["signature"].text().empty() && begun["input"].size() == 0;
    if (!is_empty) fault("content in content_block_start, which clients drop");
  }

  void extend(const Json& event) {
    const Json& delta = event["delta"];
    const std::string type = delta["type"].text();
    if (!is_open_ || event["index"].number() + 1 != static_cast<double>(whole_["content"].size())) {
      fault("a delta of a block that is not open");
      return;
    }
    static const std::map<std::string, std::string> kBlocks{{"text_delta", "text"},
                                                            {"citations_delta", "text"},
                                                            {"input_json_delta", "tool_use"},
                                                            {"thinking_delta", "thinking"},
                                                            {"signature_delta", "thinking"}};
    const std::string kind = block()["type"].text();
    const bool is_input = type == "input_json_delta" && kind == "server_tool_use";
    if (kBlocks.at(type) != kind && !is_input) fault(type + " in another kind of block");
    if (type == "input_json_delta") input_ += delta["partial_json"].text();
    if (type == "citations_delta") block().field("citations").add(delta["citation"]);
    if (type == "thinking_delta" && is_signed_) fault("thinking after its signature");
    if (type == "signature_delta" && is_signed_) fault("two signatures in one block");
    is_signed_ = is_signed_ || type == "signature_delta";
    for (const char* name : {"text", "thinking", "signature"}) {
      if (delta.has(name)) block().field(name) = block()[name].text() + delta[name].text();
    }
  }

  void close(const Json& event) {
    if (!is_open_ || event["index"].number() + 1 != static_cast<double>(whole_["content"].size())) {
      fault("content_block_stop of a block that is not open");
      return;
    }
    is_open_ = false;
    const std::string kind = block()["type"].text();
    if (kind == "tool_use" || kind == "server_tool_use") {
      block().field("input") = input_.empty() ? Json(Json::Members()) : Json::parse(input_);
    }
  }

  void end(const Json& event) {
    if (is_open_) fault("message_delta in a block");
    if (is_ended_) fault("message_delta twice");
    is_ended_ = true;
    for (const auto& [name, value] : event["delta"].members())
      whole_.field(name) = value;
    for (const auto& [name, value] : event["usage"].members()) {
      if (!value.is_null()) whole_.field("usage").field(name) = value;
    }
  }

  const Shapes& shapes_;
  Json whole_;
  std::string input_;
  bool is_started_ = false, is_open_ = false, is_signed_ = false, is_ended_ = false,
       is_stopped_ = false;
  std::vector<std::string> faults_;
};

}  // namespace

Assembled assemble_claude(const std::vector<Frame>& frames, const Shapes& shapes) {
  return ClaudeStream(shapes).read(frames);
}

}  // namespace abv::cases
