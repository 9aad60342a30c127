#include "block_writer.hpp"

#include <utility>

namespace abv::claude {

void write_frame(sdk::Writer& out, std::string_view type, std::string_view data) {
  std::string frame;
  frame.reserve(type.size() + data.size() + 16);
  frame.append("event: ").append(type).append("\ndata: ").append(data).append("\n\n");
  out.write(frame);
}

void BlockWriter::write(const sdk::Event& event, sdk::Writer& out) {
  const Piece piece{event.kind(), event.index(), event.text(), event.id(), event.name()};
  if (must_wait(piece)) {
    kept_.push_back({piece.kind, piece.index, std::string(piece.text), std::string(piece.id),
                     std::string(piece.name)});
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

void BlockWriter::write_piece(const Piece& piece, sdk::Writer& out) {
  switch (piece.kind) {
    case ABV_EVENT_TEXT:
      if (block_ != Block::kText || part_ != piece.index) open(Block::kText, piece, out);
      return write_delta("text_delta", "text", piece.text, out);
    case ABV_EVENT_REASONING:
      if (block_ != Block::kThinking || part_ != piece.index) open(Block::kThinking, piece, out);
      return write_delta("thinking_delta", "thinking", piece.text, out);
    case ABV_EVENT_SIGNATURE:
      return write_signature(piece, out);
    case ABV_EVENT_TOOL_START:
      return open(Block::kTool, piece, out);
    case ABV_EVENT_TOOL_ARGUMENTS:
      if (block_ != Block::kTool || part_ != piece.index || piece.text.empty()) return;
      has_arguments_ = true;
      return write_delta("input_json_delta", "partial_json", piece.text, out);
    case ABV_EVENT_TOOL_END:
      if (block_ != Block::kTool || part_ != piece.index) return;
      end_block(out);
      return write_kept(out);
    default:
      return;
  }
}

// A thinking block is the only place for a signature. One for a part without any other event signs
// reasoning that was not shown; those of text and tool calls have no form here.
void BlockWriter::write_signature(const Piece& piece, sdk::Writer& out) {
  const bool is_open = block_ == Block::kThinking && part_ == piece.index;
  if (!is_open && seen_parts_.contains(piece.index)) return;
  if (!is_open) open(Block::kThinking, piece, out);
  write_delta("signature_delta", "signature", piece.text, out);
}

void BlockWriter::open(Block block, const Piece& piece, sdk::Writer& out) {
  end_block(out);
  block_ = block;
  part_ = piece.index;
  seen_parts_.insert(piece.index);
  json_.begin_object().member("type", "content_block_start").member("index", number_);
  json_.key("content_block").begin_object();
  switch (block) {
    case Block::kThinking:
      json_.member("type", "thinking").member("thinking", "").member("signature", "");
      break;
    case Block::kTool:
      has_tool_calls_ = true;
      has_arguments_ = false;
      json_.member("type", "tool_use");
      json_.member("id", piece.id.empty() ? "toolu_" + request_id_ + "_" + std::to_string(number_)
                                          : std::string(piece.id));
      json_.member("name", piece.name).key("input").begin_object().end_object();
      break;
    default:
      json_.member("type", "text").member("text", "");
      break;
  }
  json_.end_object().end_object();
  write_frame(out, "content_block_start", json_.view());
  json_.clear();
}

void BlockWriter::write_delta(std::string_view type, std::string_view field, std::string_view text,
                              sdk::Writer& out) {
  json_.begin_object().member("type", "content_block_delta").member("index", number_);
  json_.key("delta").begin_object().member("type", type).member(field, text).end_object();
  json_.end_object();
  write_frame(out, "content_block_delta", json_.view());
  json_.clear();
}

void BlockWriter::end_block(sdk::Writer& out) {
  if (block_ == Block::kNone) return;
  // Clients put the input together from deltas alone; without any, some end with no input at all.
  if (block_ == Block::kTool && !has_arguments_) {
    write_delta("input_json_delta", "partial_json", "{}", out);
  }
  json_.begin_object().member("type", "content_block_stop").member("index", number_).end_object();
  write_frame(out, "content_block_stop", json_.view());
  json_.clear();
  block_ = Block::kNone;
  ++number_;
}

void BlockWriter::write_kept(sdk::Writer& out) {
  std::deque<KeptPiece> waiting = std::exchange(kept_, {});
  for (KeptPiece& kept : waiting) {
    const Piece piece{kept.kind, kept.index, kept.text, kept.id, kept.name};
    if (must_wait(piece)) {
      kept_.push_back(std::move(kept));
    } else {
      write_piece(piece, out);
    }
  }
}

}  // namespace abv::claude
