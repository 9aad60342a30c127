#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "host/plugin/sinks.hpp"
#include "host/store/expiring_store.hpp"

namespace abv::lane {

// Remembers the reasoning and the signatures of turns that called tools, for clients that cannot
// carry them from one request to the next. Upstreams that think want them back with the tools'
// results, byte for byte; without them they refuse, or think again from the start.
//
// A turn is found by the ids of its calls, which nearly every client sends back, or by a signature
// that one of its calls carries; and only by the client that it was answered to (`owner`). It
// counts only for models of the family that made it. Any thread.
class TurnMemory {
 public:
  explicit TurnMemory(std::unique_ptr<store::ExpiringStore> store) : store_(std::move(store)) {}

  // What one answer leaves behind. Fed with the events as the upstream's dialect gave them.
  class Recorder {
   public:
    void see(const abv_event& event);

   private:
    friend class TurnMemory;

    struct Piece {
      std::uint32_t index = 0;
      std::size_t calls_before = 0;  // the piece stands before this call of the turn
      std::string text;
      std::string signature;
      std::string redacted;
    };
    struct ToolCall {
      std::uint32_t index = 0;
      std::string id;
      std::string signature;
    };

    Piece& piece(std::uint32_t index);

    std::vector<Piece> pieces_;  // reasoning, in order
    std::vector<ToolCall> calls_;
    std::map<std::uint32_t, std::string> early_signatures_;  // of calls that have not begun yet
  };

  // Keeps the turn when it has calls and something to be kept.
  void remember(const Recorder& turn, std::string_view owner, std::string_view family,
                std::string_view model);

  // Puts what is remembered into the assistant turns of a request that lack it, for an upstream of
  // `family`. Returns the number of turns that were completed.
  std::size_t complete(sdk::chat::Request& request, std::string_view owner,
                       std::string_view family);

 private:
  std::unique_ptr<store::ExpiringStore> store_;
};

}  // namespace abv::lane
