#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/testkit/fake_host.hpp"
#include "abv/sdk/testkit/library.hpp"

// Drives a dialect through its C table, as a host would.
namespace abv::tests {

// An event that outlives its sink.
struct Recorded {
  std::uint32_t kind = 0;
  std::uint32_t index = 0;
  std::int64_t number = 0;
  std::string text, id, name;
  std::optional<abv_usage> usage;
  std::uint32_t flags = 0;
  std::uint32_t choice = 0;
  std::string raw;  // raw_json; in line() only where it is all there is

  static Recorded of(const abv_event& event);
  // "text[0](hello)", "stop(end,end_turn,)", …: all that a test compares.
  std::string line() const;
};

Recorded start(std::string id, std::string model);
Recorded text(std::uint32_t index, std::string piece);
Recorded reasoning(std::uint32_t index, std::string piece);
Recorded signature(std::uint32_t index, std::string value);
Recorded redacted(std::uint32_t index, std::string value);
Recorded refusal(std::uint32_t index, std::string piece);
Recorded citation(std::uint32_t index, std::string url, std::string title, std::string cited);
Recorded logprobs(std::uint32_t index, std::string entries);
Recorded image(std::uint32_t index, std::string media_type, std::string base64);
Recorded tool_start(std::uint32_t index, std::string id, std::string name);
Recorded custom_tool_start(std::uint32_t index, std::string id, std::string name);
Recorded arguments(std::uint32_t index, std::string piece);
Recorded tool_end(std::uint32_t index);
Recorded usage(std::int64_t input, std::int64_t output, std::int64_t read = -1,
               std::int64_t write = -1, std::int64_t thinking = -1);
Recorded stop(sdk::StopReason reason, std::string word = {}, std::string sequence = {});
Recorded error(int http_status, std::string type, std::string message);
Recorded ping();
Recorded embedding(std::uint32_t index, std::string numbers);
Recorded segments(std::uint32_t index, std::string entries, std::string language,
                  std::int64_t audio_ms);
Recorded words(std::uint32_t index, std::string entries);
Recorded in_choice(std::uint32_t choice, Recorded event);

// An answer of random parts and pieces, in the grammar of events: reasoning with or without a
// signature, text and tool calls, no two parts of text or reasoning side by side. The same seed
// gives the same.
std::vector<Recorded> random_answer(std::uint32_t seed);

// The lines of the content events alone, pieces of one part joined.
std::vector<std::string> content_lines(const std::vector<Recorded>& events);

// The same as chat can tell it: without signatures, and with the ends of all calls last.
std::vector<std::string> chat_content_lines(const std::vector<Recorded>& events);

// What a codec is opened with; the fields of abv_codec_params.
struct Params {
  sdk::Form form = sdk::Form::kStream;
  std::string operation = "chat";
  std::uint64_t wanted = ~std::uint64_t{0};
  std::string model = {};
  std::string id = "r1";
  std::string request_body = {};
  std::string query = {};
  std::int64_t now_unix_ms = 1'700'000'000'000;
  std::string request_type = "application/json";
  const abv_call* call = nullptr;
};

inline constexpr std::uint64_t kObserved =
    ABV_EVENT_BIT(ABV_EVENT_START) | ABV_EVENT_BIT(ABV_EVENT_USAGE) |
    ABV_EVENT_BIT(ABV_EVENT_STOP) | ABV_EVENT_BIT(ABV_EVENT_ERROR);

struct Decoded {
  std::vector<Recorded> events;
  abv_status status = ABV_OK;  // of the first function that failed, else of finish

  std::vector<std::string> lines() const;
  // The same, with pieces of one part that follow each other joined.
  std::vector<std::string> joined_lines() const;
};

struct Encoded {
  std::string bytes;
  abv_status status = ABV_OK;
  std::string type;  // answer_type's, or empty
};

// One instance of a dialect's component.
class DialectProbe {
 public:
  explicit DialectProbe(const abv_component& component);

  const abv_dialect& table() const { return instance_.table<abv_dialect>(); }

  // Decodes an answer given in one piece.
  Decoded decode(std::string_view answer, const Params& params = {}) const;
  Decoded decode_pieces(const std::vector<std::string_view>& pieces, const Params& params) const;

  // Decodes it cut in two at every byte, and one byte at a time: the lines of every outcome, with
  // the status in the last. One outcome is what should come out.
  std::set<std::vector<std::string>> outcomes_of_all_cuts(std::string_view answer,
                                                          const Params& params = {}) const;

  Encoded encode(const std::vector<Recorded>& events, const Params& params = {}) const;

  std::string error(sdk::Form form, const sdk::Failure& failure,
                    std::string_view request_id = {}) const;

  // Nothing for ABV_E_NOT_FOUND.
  std::optional<std::string> models(std::string_view models_json, std::string_view only = {},
                                    std::string_view query = {}) const;
  // Nothing when it fails.
  std::optional<std::string> read_models(std::string_view body) const;

 private:
  sdk::testkit::FakeHost host_;
  sdk::testkit::Instance instance_;
};

}  // namespace abv::tests
