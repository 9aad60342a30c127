#include "block_writer.hpp"

#include <algorithm>
#include <utility>

#include "answer_parts.hpp"
#include "citation.hpp"
#include "opaque_block.hpp"

namespace abv::claude {

namespace json = sdk::json;

BlockWriter::KeptPiece::KeptPiece(const Piece& piece)
    : kind(piece.kind),
      index(piece.index),
      is_redacted(piece.is_redacted),
      is_custom(piece.is_custom),
      text(piece.text),
      id(piece.id),
      name(piece.name),
      raw(piece.raw) {}

void BlockWriter::write(const sdk::Event& event, sdk::Writer& out) {
  const Piece piece{event.kind(), event.index(), event.is_redacted(), event.is_custom(),
                    event.text(), event.id(),    event.name(),        event.raw_json()};
  if (must_wait(piece)) {
    kept_.emplace_back(piece);
    return;
  }
  write_piece(piece, out);
}

void BlockWriter::close(sdk::Writer& out) {
  end_block(out);
  while (!kept_.empty()) {
    write_kept(out);
    end_block(out);
  }
}

bool BlockWriter::must_wait(const Piece& piece) const {
  if (block_ != Block::kTool) return false;
  const bool is_of_the_call = piece.index == part_ && (piece.kind == ABV_EVENT_TOOL_ARGUMENTS ||
                                                       piece.kind == ABV_EVENT_TOOL_END ||
                                                       piece.kind == ABV_EVENT_SIGNATURE);
  return !is_of_the_call;
}

bool BlockWriter::is_open(Block block, const Piece& piece) const {
  return block_ == block && part_ == piece.index;
}

void BlockWriter::write_piece(const Piece& piece, sdk::Writer& out) {
  switch (piece.kind) {
    case ABV_EVENT_TEXT:
    case ABV_EVENT_REFUSAL:
      return write_text(piece, piece.text, out);
    case ABV_EVENT_IMAGE:
      return write_text(piece, image_note(piece.name, piece.id), out);
    case ABV_EVENT_REASONING:
      if (!is_open(Block::kThinking, piece)) open(Block::kThinking, piece, out);
      return write_delta("thinking_delta", "thinking", piece.text, out);
    case ABV_EVENT_SIGNATURE:
      return write_signature(piece, out);
    case ABV_EVENT_CITATION:
      return write_citation_of(piece, out);
    case ABV_EVENT_OPAQUE:
      return write_opaque(piece, out);
    case ABV_EVENT_TOOL_START:
      return open(Block::kTool, piece, out);
    case ABV_EVENT_TOOL_ARGUMENTS:
      if (is_open(Block::kTool, piece)) write_arguments(piece.text, out);
      return;
    case ABV_EVENT_TOOL_END:
      if (!is_open(Block::kTool, piece)) return;
      end_block(out);
      return write_kept(out);
    default:
      return;
  }
}

// Free text stands in an object, as it does where such a tool was declared.
void BlockWriter::write_arguments(std::string_view text, sdk::Writer& out) {
  if (text.empty()) return;
  const bool is_first = !std::exchange(has_arguments_, true);
  if (!is_custom_) return write_delta("input_json_delta", "partial_json", text, out);
  std::string piece = is_first ? R"({"input":")" : "";
  json::append_escaped(piece, text);
  write_delta("input_json_delta", "partial_json", piece, out);
}

void BlockWriter::write_text(const Piece& piece, std::string_view text, sdk::Writer& out) {
  if (!is_open(Block::kText, piece)) open(Block::kText, piece, out);
  write_delta("text_delta", "text", text, out);
}

// A thinking block is the only place for a signature. One for a part without any other event signs
// reasoning that was not shown, or is the reasoning itself, encrypted; those of text and tool calls
// have no form here.
void BlockWriter::write_signature(const Piece& piece, sdk::Writer& out) {
  if (!is_open(Block::kThinking, piece)) {
    const bool is_seen =
        std::find(seen_parts_.rbegin(), seen_parts_.rend(), piece.index) != seen_parts_.rend();
    if (is_seen) return;
    if (piece.is_redacted) {
      begin_start(Block::kThinking, piece, out);
      frames_.data().member("type", "redacted_thinking").member("data", piece.text);
      end_start(out);
      return end_block(out);
    }
    open(Block::kThinking, piece, out);
  }
  write_delta("signature_delta", "signature", piece.text, out);
}

void BlockWriter::write_citation_of(const Piece& piece, sdk::Writer& out) {
  json::Writer citation;
  if (!write_citation(piece.raw, piece.id, piece.name, piece.text, citation)) return;
  if (!is_open(Block::kText, piece)) open(Block::kText, piece, out);
  json::Writer& data = frames_.data();
  data.begin_object().member("type", "content_block_delta").member("index", number_);
  data.key("delta").begin_object().member("type", "citations_delta").key("citation");
  data.raw(citation.view()).end_object().end_object();
  frames_.send("content_block_delta", out);
}

// Clients put the input of any call together from deltas, also of one that they do not run.
void BlockWriter::write_opaque(const Piece& piece, sdk::Writer& out) {
  json::Document document;
  const auto block = opaque_block_in(piece.raw, document);
  if (!block) return;
  const bool has_input = block["input"].size() > 0;
  begin_start(Block::kText, piece, out);
  for (const auto& [name, value] : block.members()) {
    if (name == "input" && has_input) {
      frames_.data().key("input").raw("{}");
    } else {
      frames_.data().member(name, value);
    }
  }
  end_start(out);
  if (has_input) write_delta("input_json_delta", "partial_json", block["input"].raw(), out);
  end_block(out);
}

void BlockWriter::open(Block block, const Piece& piece, sdk::Writer& out) {
  begin_start(block, piece, out);
  json::Writer& data = frames_.data();
  switch (block) {
    case Block::kThinking:
      data.member("type", "thinking").member("thinking", "").member("signature", "");
      break;
    case Block::kTool:
      has_tool_calls_ = true;
      has_arguments_ = false;
      is_custom_ = piece.is_custom;
      data.member("type", "tool_use");
      data.member("id", piece.id.empty() ? "toolu_" + request_id_ + "_" + std::to_string(number_)
                                         : std::string(piece.id));
      data.member("name", piece.name).key("input").begin_object().end_object();
      write_call_details(piece.raw, data);
      break;
    default:
      data.member("type", "text").member("text", "");
      break;
  }
  end_start(out);
}

// Ends the open block and begins content_block_start, with the new block open in it.
void BlockWriter::begin_start(Block block, const Piece& piece, sdk::Writer& out) {
  end_block(out);
  block_ = block;
  part_ = piece.index;
  seen_parts_.push_back(piece.index);
  frames_.data().begin_object().member("type", "content_block_start").member("index", number_);
  frames_.data().key("content_block").begin_object();
}

void BlockWriter::end_start(sdk::Writer& out) {
  frames_.data().end_object().end_object();
  frames_.send("content_block_start", out);
}

void BlockWriter::write_delta(std::string_view type, std::string_view field, std::string_view text,
                              sdk::Writer& out) {
  json::Writer& data = frames_.data();
  data.begin_object().member("type", "content_block_delta").member("index", number_);
  data.key("delta").begin_object().member("type", type).member(field, text).end_object();
  data.end_object();
  frames_.send("content_block_delta", out);
}

void BlockWriter::end_block(sdk::Writer& out) {
  if (block_ == Block::kNone) return;
  // Clients put the input together from deltas alone; without any, some end with no input at all.
  if (block_ == Block::kTool && is_custom_) {
    const std::string_view end = has_arguments_ ? R"("})" : R"({"input":""})";
    write_delta("input_json_delta", "partial_json", end, out);
  } else if (block_ == Block::kTool && !has_arguments_) {
    write_delta("input_json_delta", "partial_json", "{}", out);
  }
  json::Writer& data = frames_.data();
  data.begin_object().member("type", "content_block_stop").member("index", number_).end_object();
  frames_.send("content_block_stop", out);
  block_ = Block::kNone;
  ++number_;
}

void BlockWriter::write_kept(sdk::Writer& out) {
  std::deque<KeptPiece> waiting = std::exchange(kept_, {});
  for (KeptPiece& kept : waiting) {
    const Piece piece = kept.piece();
    if (must_wait(piece)) {
      kept_.push_back(std::move(kept));
    } else {
      write_piece(piece, out);
    }
  }
}

}  // namespace abv::claude
