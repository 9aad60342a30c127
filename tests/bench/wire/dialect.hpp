#pragma once

#include <optional>
#include <string_view>

namespace abv::bench {

// A wire format that both programs speak.
enum class Dialect { kOpenai, kClaude, kGemini };

constexpr std::string_view kModel = "bench-1";

// "openai", "claude" or "gemini"; nothing for any other name.
std::optional<Dialect> parse_dialect(std::string_view name);
std::string_view dialect_name(Dialect dialect);

// Where a client posts a chat call, query included.
std::string_view chat_target(Dialect dialect, bool is_stream);

// A stream may not have fewer events: opening, one piece of text, closing.
constexpr std::size_t kFewestEvents = 6;
constexpr std::size_t kMostEvents = 1'000'000;

// How a request asks for the shape of its answer. Each may stand in a header of this name. Proxies
// that drop headers they don't know still pass the body, so the same options may stand in any
// string of the body as kMarker, then "events=9,interval-us=0,per-write=4,id=x", then the quote.
constexpr std::string_view kEventsHeader = "x-bench-events";
constexpr std::string_view kIntervalHeader = "x-bench-interval-us";
constexpr std::string_view kPerWriteHeader = "x-bench-chunks-per-write";
constexpr std::string_view kIdHeader = "x-bench-id";
constexpr std::string_view kMarker = "x-bench:";

}  // namespace abv::bench
