#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"
#include "frame_writer.hpp"

namespace abv::claude {

// Writes the content events of a stream as content blocks.
//
// The API's grammar has one block open at a time, numbered from 0; events may interleave their
// parts. So what belongs to another part is kept back while a tool call is open, and a text or
// reasoning part that was interrupted goes on in a block of its own.
class BlockWriter {
 public:
  // `request_id` makes ids for tool calls that come without one. `frames` must outlive this.
  BlockWriter(std::string_view request_id, FrameWriter& frames)
      : request_id_(request_id), frames_(frames) {}

  // Takes a content event; passes over the others.
  void write(const sdk::Event& event, sdk::Writer& out);

  // Ends the open block and writes what was kept back.
  void close(sdk::Writer& out);

  bool has_tool_calls() const { return has_tool_calls_; }

 private:
  enum class Block : std::uint8_t { kNone, kText, kThinking, kTool };

  struct Piece {
    std::uint32_t kind = 0;
    std::uint32_t index = 0;
    bool is_redacted = false;
    bool is_custom = false;
    std::string_view text, id, name, raw;
  };
  struct KeptPiece {
    explicit KeptPiece(const Piece& piece);
    Piece piece() const { return {kind, index, is_redacted, is_custom, text, id, name, raw}; }

    std::uint32_t kind = 0;
    std::uint32_t index = 0;
    bool is_redacted = false;
    bool is_custom = false;
    std::string text, id, name, raw;
  };

  bool must_wait(const Piece& piece) const;
  bool is_open(Block block, const Piece& piece) const;
  void write_piece(const Piece& piece, sdk::Writer& out);
  void write_text(const Piece& piece, std::string_view text, sdk::Writer& out);
  void write_signature(const Piece& piece, sdk::Writer& out);
  void write_citation_of(const Piece& piece, sdk::Writer& out);
  void write_opaque(const Piece& piece, sdk::Writer& out);
  void write_arguments(std::string_view text, sdk::Writer& out);
  void open(Block block, const Piece& piece, sdk::Writer& out);
  void begin_start(Block block, const Piece& piece, sdk::Writer& out);
  void end_start(sdk::Writer& out);
  void write_delta(std::string_view type, std::string_view field, std::string_view text,
                   sdk::Writer& out);
  void end_block(sdk::Writer& out);
  void write_kept(sdk::Writer& out);

  std::string request_id_;
  FrameWriter& frames_;
  Block block_ = Block::kNone;  // the block that is open
  std::uint32_t part_ = 0;      // the part that it belongs to
  std::uint32_t number_ = 0;    // of the open block, or of the next
  bool has_arguments_ = false;  // of the open tool call
  bool is_custom_ = false;      // its arguments are free text
  bool has_tool_calls_ = false;
  std::deque<KeptPiece> kept_;
  std::vector<std::uint32_t> seen_parts_;
};

}  // namespace abv::claude
