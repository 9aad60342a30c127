#include "turn_joiner.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "names.hpp"

namespace abv::gemini {

namespace chat = sdk::chat;
using chat::Part;
using chat::PartKind;
using chat::Role;

namespace {

std::string_view proof_of(const Part& part) {
  return part.signature.empty() ? part.redacted : part.signature;
}

// Text or a thought of Gemini's that nothing has signed yet.
bool is_open(const Part& part) {
  if (!part.extras.empty() || !proof_of(part).empty()) return false;
  return part.kind == PartKind::kText ||
         (part.kind == PartKind::kReasoning && part.origin == kFamily);
}

bool is_nothing(const Part& part) {
  return is_open(part) && chat::is_blank(part.text);
}

bool continues(const Part& last, const Part& next, bool joins_texts) {
  if (!is_open(last) || last.kind != next.kind || !next.extras.empty()) return false;
  if (next.kind == PartKind::kText) return joins_texts && is_open(next);
  // Other vendors sign a whole thought, so the pieces before it are of the same.
  return is_open(next) || chat::is_blank(next.text) || next.origin != kFamily;
}

// Makes the first of the parts [begin, end) all of them.
void join(std::vector<Part>& parts, std::size_t begin, std::size_t end, chat::Request& request) {
  if (end - begin == 1) return;
  std::string text = "\"";
  for (std::size_t i = begin; i < end; ++i) {
    const auto piece = parts[i].text;
    if (!chat::is_blank(piece)) text.append(piece.substr(1, piece.size() - 2));
  }
  Part& whole = parts[begin];
  whole.text = request.keep(std::move(text.append("\"")));
  Part& last = parts[end - 1];
  whole.signature = std::move(last.signature);
  whole.redacted = std::move(last.redacted);
  whole.origin = std::move(last.origin);
  whole.origin_model = std::move(last.origin_model);
}

void unsign_calls(std::vector<Part>& parts) {
  std::unordered_set<std::string_view> known;
  for (const Part& part : parts) {
    if (part.kind == PartKind::kReasoning && part.origin != kFamily) known.insert(proof_of(part));
  }
  if (known.empty()) return;
  for (Part& part : parts) {
    if (part.kind != PartKind::kToolCall || part.origin == kFamily) continue;
    if (known.count(proof_of(part)) == 0) continue;
    part.signature.clear();
    part.redacted.clear();
    part.origin.clear();
    part.origin_model.clear();
  }
}

}  // namespace

void join_parts(chat::Message& message, chat::Request& request) {
  std::vector<Part>& parts = message.parts;
  const bool is_turn = message.role == Role::kAssistant;
  if (is_turn && !std::all_of(parts.begin(), parts.end(), is_nothing)) {
    std::erase_if(parts, is_nothing);
  }
  std::size_t count = 0;
  for (std::size_t begin = 0; begin < parts.size();) {
    std::size_t end = begin + 1;
    while (end < parts.size() && continues(parts[end - 1], parts[end], is_turn))
      ++end;
    join(parts, begin, end, request);
    if (count != begin) parts[count] = std::move(parts[begin]);
    ++count;
    begin = end;
  }
  parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(count), parts.end());
  unsign_calls(parts);
}

}  // namespace abv::gemini
