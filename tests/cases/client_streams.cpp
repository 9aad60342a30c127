#include "tests/cases/client_streams.hpp"

#include <stdexcept>

namespace abv::cases {
namespace {

void take_line(std::string_view line, Frame& frame, std::vector<std::string>& faults) {
  const auto rest = [&](std::size_t from) { return std::string(line.substr(from)); };
  if (line.substr(0, 1) == ":") return;
  if (line.substr(0, 7) == "event: " && frame.event.empty() && frame.data.empty()) {
    frame.event = rest(7);
  } else if (line.substr(0, 6) == "data: " && frame.data.empty()) {
    frame.data = rest(6);
  } else {
    faults.push_back("a line that is no event and no data, or stands twice: " + rest(0));
  }
}

}  // namespace

std::vector<Frame> frames_in(std::string_view bytes, std::vector<std::string>& faults) {
  std::vector<Frame> frames;
  Frame frame;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string_view::npos) break;
    std::string_view line = bytes.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) {
      take_line(line, frame, faults);
      continue;
    }
    if (!frame.data.empty()) frames.push_back(frame);
    if (frame.data.empty() && !frame.event.empty()) faults.push_back("an event without data");
    frame = {};
  }
  if (at < bytes.size() || !frame.data.empty() || !frame.event.empty()) {
    faults.push_back("the stream ends in the middle of an event");
  }
  return frames;
}

Assembled assemble(const Vendor& vendor, std::string_view bytes, const Shapes& shapes,
                   const Json& request) {
  std::vector<std::string> faults;
  const std::vector<Frame> frames = frames_in(bytes, faults);
  const bool wants_usage = request["stream_options"]["include_usage"].flag();
  Assembled assembled;
  try {
    if (vendor.name == "openai-chat") {
      assembled = assemble_chat(frames, shapes, wants_usage);
    } else if (vendor.name == "openai-completions") {
      assembled = assemble_completions(frames, shapes, wants_usage);
    } else if (vendor.name == "openai-responses") {
      assembled = assemble_responses(frames, shapes);
    } else if (vendor.name == "claude-messages") {
      assembled = assemble_claude(frames, shapes);
    } else {
      assembled = assemble_gemini(frames, shapes);
    }
  } catch (const std::runtime_error& error) {
    assembled.faults.emplace_back(error.what());
  }
  assembled.faults.insert(assembled.faults.begin(), faults.begin(), faults.end());
  return assembled;
}

}  // namespace abv::cases
