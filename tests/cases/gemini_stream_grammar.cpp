#include <set>

#include "tests/cases/client_streams.hpp"

namespace abv::cases {
namespace {

class GeminiStream {
 public:
  explicit GeminiStream(const Shapes& shapes) : shapes_(shapes) {}

  Assembled read(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) {
      if (!frame.event.empty()) fault("an event line: " + frame.event);
      if (frame.data == "[DONE]") {
        fault("[DONE]");
        continue;
      }
      take(Json::parse(frame.data));
    }
    if (finished_.size() != whole_["candidates"].size()) fault("a candidate has no finishReason");
    if (whole_["candidates"].size() == 0 && !whole_.has("promptFeedback")) fault("no candidate");
    return {whole_, faults_};
  }

 private:
  void fault(const std::string& text) { faults_.push_back(text); }

  void take(const Json& chunk) {
    for (const std::string& one : shapes_.faults("Frame", chunk))
      fault(one);
    for (const char* name : {"responseId", "modelVersion"}) {
      if (whole_.has(name) && whole_[name] != chunk[name]) fault(std::string(name) + " changes");
      if (chunk.has(name)) whole_.field(name) = chunk[name];
    }
    for (const char* name : {"usageMetadata", "promptFeedback"}) {
      if (chunk.has(name)) whole_.field(name) = chunk[name];
    }
    for (const Json& candidate : chunk["candidates"].list())
      take_candidate(candidate);
  }

  void take_candidate(const Json& candidate) {
    const auto place = static_cast<std::size_t>(candidate["index"].number());
    Json& candidates = whole_.field("candidates");
    if (place > candidates.size()) fault("a candidate is left out");
    if (place >= candidates.size()) candidates.items().resize(place + 1);
    Json& whole = candidates.items()[place];
    if (finished_.count(place) > 0) fault("a candidate goes on after its finishReason");
    for (const auto& [name, value] : candidate.members()) {
      if (name != "content") whole.field(name) = value;
    }
    for (const Json& part : candidate["content"]["parts"].list()) {
      whole.field("content").field("role") = "model";
      whole.field("content").field("parts").add(part);
    }
    if (candidate.has("finishReason")) finished_.insert(place);
  }

  const Shapes& shapes_;
  Json whole_;
  std::set<std::size_t> finished_;
  std::vector<std::string> faults_;
};

}  // namespace

Assembled assemble_gemini(const std::vector<Frame>& frames, const Shapes& shapes) {
  return GeminiStream(shapes).read(frames);
}

}  // namespace abv::cases
