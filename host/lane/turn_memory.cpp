#include "host/lane/turn_memory.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "abv/sdk/json.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

namespace chat = sdk::chat;
namespace json = sdk::json;

std::string key_of(std::string_view owner, std::string_view call_id) {
  std::string key(owner);
  key += '\0';
  key += call_id;
  return key;
}

// Signatures may be long; their beginnings differ.
std::string key_of_signature(std::string_view owner, std::string_view signature) {
  constexpr std::size_t kEnough = 200;
  return key_of(owner, "signature:" + std::string(signature.substr(0, kEnough)));
}

// What proves a part's reasoning to its maker: its signature, or the encrypted reasoning itself.
const std::string& proof_of(const chat::Part& part) {
  return part.signature.empty() ? part.redacted : part.signature;
}

bool is_signed_by(const chat::Part& part, std::string_view family) {
  return part.origin == family && !(part.signature.empty() && part.redacted.empty());
}

// Whether the upstream's own reasoning is in the message already.
bool has_own_reasoning(const chat::Message& message, std::string_view family) {
  return std::any_of(message.parts.begin(), message.parts.end(), [&](const chat::Part& part) {
    return part.kind == chat::PartKind::kReasoning && is_signed_by(part, family);
  });
}

chat::Part reasoning_part(const json::Value& piece, const json::Value& turn,
                          chat::Request& request) {
  chat::Part part;
  part.kind = chat::PartKind::kReasoning;
  if (piece["text"].is_string()) {
    part.text = request.keep(std::string(piece["text"].raw()));
  }
  part.signature = piece["signature"].as_string();
  part.redacted = piece["redacted"].as_string();
  part.origin = turn["family"].as_string();
  part.origin_model = turn["model"].as_string();
  return part;
}

// What a client made of the reasoning by its own means has no signature and would be in the way.
void drop_unsigned_reasoning(chat::Message& message) {
  std::erase_if(message.parts, [](const chat::Part& part) {
    return part.kind == chat::PartKind::kReasoning && part.signature.empty() &&
           part.redacted.empty();
  });
}

// A client without a place for reasoning brought its signature back on a call.
bool carries_reasoning(const chat::Part& call, const json::Value& pieces) {
  for (const auto& piece : pieces.items()) {
    const std::string& proof = proof_of(call);
    if (!proof.empty() &&
        (piece["signature"].as_string() == proof || piece["redacted"].as_string() == proof)) {
      return true;
    }
  }
  return false;
}

void put_back(chat::Message& message, const json::Value& turn, chat::Request& request) {
  drop_unsigned_reasoning(message);
  std::vector<chat::Part> parts;
  std::size_t calls = 0;
  const auto pieces = turn["reasoning"];
  const auto add_pieces_before = [&](std::size_t call) {
    for (const auto& piece : pieces.items()) {
      if (piece["before"].as_int() == static_cast<std::int64_t>(call)) {
        parts.push_back(reasoning_part(piece, turn, request));
      }
    }
  };
  add_pieces_before(0);
  for (chat::Part& part : message.parts) {
    if (part.kind == chat::PartKind::kToolCall) {
      if (calls > 0) {
        add_pieces_before(calls);
      }
      ++calls;
      const std::string signature = turn["calls"][part.id].as_string();
      if (carries_reasoning(part, pieces)) {
        part.signature.clear();  // it stands on the reasoning again
        part.redacted.clear();
        part.origin.clear();
      }
      if (!signature.empty()) {
        part.signature = signature;
        part.origin = turn["family"].as_string();
        part.origin_model = turn["model"].as_string();
      }
    }
    parts.push_back(std::move(part));
  }
  message.parts = std::move(parts);
}

}  // namespace

TurnMemory::Recorder::Piece& TurnMemory::Recorder::piece(std::uint32_t index) {
  const auto found = std::find_if(pieces_.begin(), pieces_.end(),
                                  [&](const Piece& one) { return one.index == index; });
  if (found != pieces_.end()) {
    return *found;
  }
  pieces_.push_back(Piece{index, calls_.size(), {}, {}, {}});
  return pieces_.back();
}

void TurnMemory::Recorder::see(const abv_event& event) {
  if (event.choice != 0) {
    return;
  }
  const std::string_view text = plugin::text(event.text);
  switch (event.kind) {
    case ABV_EVENT_REASONING:
      piece(event.index).text += text;
      return;
    case ABV_EVENT_SIGNATURE:
      if ((event.flags & ABV_EVENT_REDACTED) != 0) {
        piece(event.index).redacted = text;
      } else if (std::any_of(pieces_.begin(), pieces_.end(),
                             [&](const Piece& one) { return one.index == event.index; })) {
        piece(event.index).signature = text;
      } else {
        early_signatures_[event.index] = text;
      }
      return;
    case ABV_EVENT_TOOL_START: {
      ToolCall call{event.index, std::string(plugin::text(event.id)), {}};
      if (const auto early = early_signatures_.extract(event.index)) {
        call.signature = early.mapped();
      }
      calls_.push_back(std::move(call));
      return;
    }
    default:
      return;
  }
}

void TurnMemory::remember(const Recorder& turn, std::string_view owner, std::string_view family,
                          std::string_view model) {
  // What signs nothing that was seen before it is a block of its own: thinking that was not shown.
  std::vector<Recorder::Piece> pieces = turn.pieces_;
  for (const auto& [index, signature] : turn.early_signatures_) {
    pieces.push_back({index, 0, {}, signature, {}});
  }
  std::erase_if(pieces, [](const Recorder::Piece& piece) {
    return piece.signature.empty() && piece.redacted.empty();
  });
  const bool has_signed_call =
      std::any_of(turn.calls_.begin(), turn.calls_.end(),
                  [](const Recorder::ToolCall& call) { return !call.signature.empty(); });
  if (turn.calls_.empty() || (pieces.empty() && !has_signed_call)) {
    return;
  }
  json::Writer out;
  out.begin_object().member("family", family).member("model", model);
  out.key("reasoning").begin_array();
  for (const Recorder::Piece& piece : pieces) {
    out.begin_object().member("before", piece.calls_before);
    if (!piece.text.empty()) {
      out.member("text", piece.text);
    }
    out.member("signature", piece.signature).member("redacted", piece.redacted).end_object();
  }
  out.end_array().key("calls").begin_object();
  for (const Recorder::ToolCall& call : turn.calls_) {
    out.member(call.id, call.signature);
  }
  out.end_object().end_object();
  const std::string value = out.take();
  for (const Recorder::ToolCall& call : turn.calls_) {
    if (!call.id.empty()) {
      store_->put(key_of(owner, call.id), value);
    }
  }
  for (const Recorder::Piece& piece : pieces) {
    store_->put(key_of_signature(owner, piece.signature.empty() ? piece.redacted : piece.signature),
                value);
  }
}

std::size_t TurnMemory::complete(chat::Request& request, std::string_view owner,
                                 std::string_view family) {
  std::size_t completed = 0;
  for (chat::Message& message : request.messages) {
    const auto call =
        std::find_if(message.parts.begin(), message.parts.end(),
                     [](const chat::Part& part) { return part.kind == chat::PartKind::kToolCall; });
    if (message.role != chat::Role::kAssistant || call == message.parts.end() ||
        has_own_reasoning(message, family)) {
      continue;
    }
    std::optional<std::string> known = store_->get(key_of(owner, call->id));
    if (!known && is_signed_by(*call, family)) {
      known = store_->get(key_of_signature(owner, proof_of(*call)));
    }
    const std::optional<json::Value> turn = known ? json::parse(*known) : std::nullopt;
    if (turn && (*turn)["family"].as_string() == family) {
      put_back(message, *turn, request);
      ++completed;
    }
  }
  return completed;
}

}  // namespace abv::lane
