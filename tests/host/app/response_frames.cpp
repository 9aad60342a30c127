#include "tests/host/app/response_frames.hpp"

#include <numeric>

namespace abv::test {
namespace {

std::string frame(const std::string& type, const std::string& members) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
}

}  // namespace

std::vector<std::string> response_frames(std::string_view text) {
  const std::string said(text);
  const std::string part = R"({"type":"output_text","text":")" + said + R"(","annotations":[]})";
  const std::string item = R"({"id":"msg_1","type":"message","status":"completed",)"
                           R"("role":"assistant","content":[)" +
                           part + "]}";
  return {
      frame("response.created",
            R"("response":{"id":"resp_1","model":"gpt-x","status":"in_progress","output":[]})"),
      frame("response.output_item.added",
            R"("output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress",)"
            R"("role":"assistant","content":[]})"),
      frame("response.content_part.added",
            R"("item_id":"msg_1","output_index":0,"content_index":0,)"
            R"("part":{"type":"output_text","text":"","annotations":[]})"),
      frame("response.output_text.delta",
            R"("item_id":"msg_1","output_index":0,"content_index":0,"delta":")" + said + "\""),
      frame("response.output_text.done",
            R"("item_id":"msg_1","output_index":0,"content_index":0,"text":")" + said + "\""),
      frame("response.content_part.done",
            R"("item_id":"msg_1","output_index":0,"content_index":0,"part":)" + part),
      frame("response.output_item.done", R"("output_index":0,"item":)" + item),
      frame("response.completed",
            R"("response":{"id":"resp_1","model":"gpt-x","status":"completed","output":[)" + item +
                R"(],"usage":{"input_tokens":7,"output_tokens":3,"total_tokens":10}})"),
  };
}

std::string joined(const std::vector<std::string>& frames) {
  return std::accumulate(frames.begin(), frames.end(), std::string());
}

}  // namespace abv::test
