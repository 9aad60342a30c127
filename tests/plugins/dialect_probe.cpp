#include "tests/plugins/dialect_probe.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>

#include "abv/sdk/json.hpp"

namespace abv::tests {
namespace {

abv_status record(void* ctx, const abv_event* event) noexcept {
  static_cast<std::vector<Recorded>*>(ctx)->push_back(Recorded::of(*event));
  return ABV_OK;
}

abv_codec_params raw_params(const Params& params) {
  abv_codec_params raw{};
  raw.size = sizeof raw;
  raw.form = static_cast<std::int32_t>(params.form);
  raw.wanted = params.wanted;
  raw.operation = sdk::str(params.operation);
  raw.model = sdk::str(params.model);
  raw.id = sdk::str(params.id);
  raw.request_body = sdk::str(params.request_body);
  raw.query = sdk::str(params.query);
  raw.now_unix_ms = params.now_unix_ms;
  raw.request_type = sdk::str(params.request_type);
  raw.call = params.call;
  return raw;
}

abv_event raw_event(const Recorded& event) {
  auto raw = sdk::make_event(event.kind, event.index);
  raw.number = event.number;
  raw.flags = event.flags;
  raw.choice = event.choice;
  raw.raw_json = sdk::str(event.raw);
  raw.text = sdk::str(event.text);
  raw.id = sdk::str(event.id);
  raw.name = sdk::str(event.name);
  raw.usage = event.usage ? &*event.usage : nullptr;
  return raw;
}

Recorded make(std::uint32_t kind, std::uint32_t index, std::string text, std::string id = {},
              std::string name = {}) {
  Recorded event;
  event.kind = kind;
  event.index = index;
  event.text = std::move(text);
  event.id = std::move(id);
  event.name = std::move(name);
  return event;
}

std::string counts_of(const abv_usage& usage) {
  return "in=" + std::to_string(usage.input_tokens) +
         ",out=" + std::to_string(usage.output_tokens) +
         ",read=" + std::to_string(usage.cache_read_tokens) +
         ",write=" + std::to_string(usage.cache_write_tokens) +
         ",think=" + std::to_string(usage.reasoning_tokens);
}

// Texts that have to be escaped, and texts that must not be.
std::string random_text(std::mt19937& random) {
  constexpr const char* kPieces[] = {"a", " b c", "\"", "\\", "\n", "\r\n\r\n", "data: x",
                                     "é", "漢字", "😀",  "\t", "{}", "\x01",     "[DONE]"};
  std::string text;
  for (auto count = 1 + random() % 4; count > 0; --count)
    text += kPieces[random() % 14];
  return text;
}

// Adds a call with its arguments in two pieces.
void add_call(std::mt19937& random, std::uint32_t index, std::vector<Recorded>& events) {
  sdk::json::Writer json;
  json.begin_object().member("k", random_text(random)).end_object();
  const auto whole = json.take();
  const auto cut = 1 + random() % 4;
  events.push_back(tool_start(index, "call_" + std::to_string(index), "tool"));
  events.push_back(arguments(index, whole.substr(0, cut)));
  events.push_back(arguments(index, whole.substr(cut)));
  events.push_back(tool_end(index));
}

bool is_content(const Recorded& event) {
  return event.kind >= ABV_EVENT_TEXT && event.kind <= ABV_EVENT_TOOL_END;
}

const char* stop_name(std::int64_t reason) {
  constexpr const char* kNames[] = {"?",        "end",     "length", "tool",
                                    "sequence", "refusal", "pause",  "other"};
  return reason >= ABV_STOP_END && reason <= ABV_STOP_OTHER ? kNames[reason] : "?";
}

}  // namespace

Recorded Recorded::of(const abv_event& event) {
  const sdk::Event view(event);
  Recorded copy = make(view.kind(), view.index(), std::string(view.text()), std::string(view.id()),
                       std::string(view.name()));
  copy.number = view.number();
  copy.flags = event.flags;
  copy.choice = view.choice();
  copy.raw = view.raw_json();
  if (view.usage() != nullptr) copy.usage = *view.usage();
  return copy;
}

std::string Recorded::line() const {
  const std::string place = choice == 0 ? "" : std::to_string(choice) + ".";
  const std::string part = "[" + place + std::to_string(index) + "](";
  switch (kind) {
    case ABV_EVENT_START:
      return "start(" + id + "," + name + ")";
    case ABV_EVENT_TEXT:
      return ((flags & ABV_EVENT_REVISED) != 0 ? "revised" : "text") + part + text + ")";
    case ABV_EVENT_REASONING:
      return ((flags & ABV_EVENT_SUMMARY) != 0 ? "summary" : "reasoning") + part + text + ")";
    case ABV_EVENT_SIGNATURE:
      return ((flags & ABV_EVENT_REDACTED) != 0 ? "redacted" : "signature") + part + text + ")";
    case ABV_EVENT_REFUSAL:
      return "refusal" + part + text + ")";
    case ABV_EVENT_CITATION:
      return "citation" + part + id + "," + name + "," + text + ")";
    case ABV_EVENT_LOGPROBS:
      return "logprobs" + part + raw + ")";
    case ABV_EVENT_OPAQUE:
      return "opaque" + part + raw + ")";
    case ABV_EVENT_TOOL_START:
      return ((flags & ABV_EVENT_CUSTOM) != 0 ? "custom_tool" : "tool") + part + id + "," + name +
             ")";
    case ABV_EVENT_TOOL_ARGUMENTS:
      return "arguments" + part + text + ")";
    case ABV_EVENT_TOOL_END:
      return "tool_end[" + place + std::to_string(index) + "]";
    case ABV_EVENT_IMAGE:
      return ((flags & ABV_EVENT_PARTIAL) != 0 ? "draft" : "image") + part + name + "," + text +
             ")";
    case ABV_EVENT_EMBEDDING:
      return "embedding" + part + raw + ")";
    case ABV_EVENT_SEGMENTS:
      return ((flags & ABV_EVENT_WORDS) != 0 ? "words" : "segments") + part + raw + "," + name +
             "," + std::to_string(number) + ")";
    case ABV_EVENT_USAGE:
      return "usage(" + counts_of(usage.value()) + ")";
    case ABV_EVENT_STOP:
      return "stop" + (choice == 0 ? "" : "[" + std::to_string(choice) + "]") + "(" +
             stop_name(number) + "," + name + "," + text + ")";
    case ABV_EVENT_ERROR:
      return "error(" + std::to_string(number) + "," + name + "," + text + ")";
    case ABV_EVENT_PING:
      return "ping";
    default:
      return "kind " + std::to_string(kind);
  }
}

Recorded start(std::string id, std::string model) {
  return make(ABV_EVENT_START, 0, {}, std::move(id), std::move(model));
}
Recorded text(std::uint32_t index, std::string piece) {
  return make(ABV_EVENT_TEXT, index, std::move(piece));
}
Recorded reasoning(std::uint32_t index, std::string piece) {
  return make(ABV_EVENT_REASONING, index, std::move(piece));
}
Recorded signature(std::uint32_t index, std::string value) {
  return make(ABV_EVENT_SIGNATURE, index, std::move(value));
}
Recorded redacted(std::uint32_t index, std::string value) {
  Recorded event = signature(index, std::move(value));
  event.flags = ABV_EVENT_REDACTED;
  return event;
}
Recorded refusal(std::uint32_t index, std::string piece) {
  return make(ABV_EVENT_REFUSAL, index, std::move(piece));
}
Recorded citation(std::uint32_t index, std::string url, std::string title, std::string cited) {
  return make(ABV_EVENT_CITATION, index, std::move(cited), std::move(url), std::move(title));
}
Recorded logprobs(std::uint32_t index, std::string entries) {
  Recorded event = make(ABV_EVENT_LOGPROBS, index, {});
  event.raw = std::move(entries);
  return event;
}
Recorded image(std::uint32_t index, std::string media_type, std::string base64) {
  return make(ABV_EVENT_IMAGE, index, std::move(base64), {}, std::move(media_type));
}
Recorded tool_start(std::uint32_t index, std::string id, std::string name) {
  return make(ABV_EVENT_TOOL_START, index, {}, std::move(id), std::move(name));
}
Recorded custom_tool_start(std::uint32_t index, std::string id, std::string name) {
  Recorded event = tool_start(index, std::move(id), std::move(name));
  event.flags = ABV_EVENT_CUSTOM;
  return event;
}
Recorded arguments(std::uint32_t index, std::string piece) {
  return make(ABV_EVENT_TOOL_ARGUMENTS, index, std::move(piece));
}
Recorded tool_end(std::uint32_t index) {
  return make(ABV_EVENT_TOOL_END, index, {});
}
Recorded usage(std::int64_t input, std::int64_t output, std::int64_t read, std::int64_t write,
               std::int64_t thinking) {
  Recorded event = make(ABV_EVENT_USAGE, 0, {});
  event.usage = sdk::make_usage(input, output);
  event.usage->cache_read_tokens = read;
  event.usage->cache_write_tokens = write;
  event.usage->reasoning_tokens = thinking;
  return event;
}
Recorded stop(sdk::StopReason reason, std::string word, std::string sequence) {
  Recorded event = make(ABV_EVENT_STOP, 0, std::move(sequence), {}, std::move(word));
  event.number = static_cast<std::int64_t>(reason);
  return event;
}
Recorded error(int http_status, std::string type, std::string message) {
  Recorded event = make(ABV_EVENT_ERROR, 0, std::move(message), {}, std::move(type));
  event.number = http_status;
  return event;
}
Recorded embedding(std::uint32_t index, std::string numbers) {
  Recorded event = make(ABV_EVENT_EMBEDDING, index, {});
  event.raw = std::move(numbers);
  return event;
}
Recorded segments(std::uint32_t index, std::string entries, std::string language,
                  std::int64_t audio_ms) {
  Recorded event = make(ABV_EVENT_SEGMENTS, index, {}, {}, std::move(language));
  event.raw = std::move(entries);
  event.number = audio_ms;
  return event;
}
Recorded words(std::uint32_t index, std::string entries) {
  Recorded event = segments(index, std::move(entries), {}, 0);
  event.flags = ABV_EVENT_WORDS;
  return event;
}
Recorded ping() {
  return make(ABV_EVENT_PING, 0, {});
}
Recorded in_choice(std::uint32_t choice, Recorded event) {
  event.choice = choice;
  return event;
}

std::vector<Recorded> random_answer(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Recorded> events = {start("", "m")};
  const auto parts = 1 + random() % 6;
  for (std::uint32_t index = 0; index < parts; ++index) {
    const auto choice = random() % 3;
    const bool after_text = events.back().kind == ABV_EVENT_TEXT;
    const bool after_reasoning =
        events.back().kind == ABV_EVENT_REASONING || events.back().kind == ABV_EVENT_SIGNATURE;
    if (choice == 0 && !after_text) {
      for (auto count = 1 + random() % 3; count > 0; --count) {
        events.push_back(text(index, random_text(random)));
      }
    } else if (choice == 1 && !after_reasoning) {
      events.push_back(reasoning(index, random_text(random)));
      if (random() % 2 == 0) events.push_back(signature(index, "c2ln"));
    } else {
      add_call(random, index, events);
    }
  }
  events.push_back(stop(sdk::StopReason::kEnd));
  return events;
}

std::vector<std::string> content_lines(const std::vector<Recorded>& events) {
  Decoded content;
  std::copy_if(events.begin(), events.end(), std::back_inserter(content.events), is_content);
  return content.joined_lines();
}

std::vector<std::string> chat_content_lines(const std::vector<Recorded>& events) {
  auto sorted = events;
  const auto is_signature = [](const Recorded& event) { return event.kind == ABV_EVENT_SIGNATURE; };
  const auto is_no_end = [](const Recorded& event) { return event.kind != ABV_EVENT_TOOL_END; };
  sorted.erase(std::remove_if(sorted.begin(), sorted.end(), is_signature), sorted.end());
  std::stable_partition(sorted.begin(), sorted.end(), is_no_end);
  return content_lines(sorted);
}

std::vector<std::string> Decoded::lines() const {
  std::vector<std::string> lines;
  for (const Recorded& event : events)
    lines.push_back(event.line());
  return lines;
}

std::vector<std::string> Decoded::joined_lines() const {
  constexpr std::uint64_t kPieces = ABV_EVENT_BIT(ABV_EVENT_TEXT) |
                                    ABV_EVENT_BIT(ABV_EVENT_REASONING) |
                                    ABV_EVENT_BIT(ABV_EVENT_TOOL_ARGUMENTS);
  Decoded joined;
  for (const Recorded& event : events) {
    const bool goes_on = !joined.events.empty() && joined.events.back().kind == event.kind &&
                         joined.events.back().index == event.index &&
                         joined.events.back().choice == event.choice &&
                         (kPieces & ABV_EVENT_BIT(event.kind)) != 0;
    if (goes_on) {
      joined.events.back().text += event.text;
    } else {
      joined.events.push_back(event);
    }
  }
  return joined.lines();
}

DialectProbe::DialectProbe(const abv_component& component) : instance_(host_, component, "{}") {
  if (instance_.status() != ABV_OK) {
    throw std::runtime_error("the dialect refused to be created: " + host_.create_error);
  }
}

Decoded DialectProbe::decode(std::string_view answer, const Params& params) const {
  return decode_pieces({answer}, params);
}

Decoded DialectProbe::decode_pieces(const std::vector<std::string_view>& pieces,
                                    const Params& params) const {
  Decoded result;
  const abv_event_sink sink{sizeof(abv_event_sink), 0, &result.events, &record};
  const auto raw = raw_params(params);
  void* state = nullptr;
  result.status = table().open_decoder(instance_.self(), &raw, &state);
  if (result.status != ABV_OK) return result;
  for (const auto piece : pieces) {
    // A copy of exactly these bytes, so that a reader beyond their end is caught by the sanitizer.
    const std::vector<char> bytes(piece.begin(), piece.end());
    result.status = table().decode(state, {bytes.data(), bytes.size()}, &sink);
    if (result.status != ABV_OK) break;
  }
  if (result.status == ABV_OK) result.status = table().finish_decoder(state, &sink);
  table().close_decoder(state);
  return result;
}

std::set<std::vector<std::string>> DialectProbe::outcomes_of_all_cuts(std::string_view answer,
                                                                      const Params& params) const {
  std::set<std::vector<std::string>> outcomes;
  const auto add = [&](const std::vector<std::string_view>& pieces) {
    const Decoded decoded = decode_pieces(pieces, params);
    auto lines = decoded.lines();
    lines.push_back("status " + std::to_string(decoded.status));
    outcomes.insert(std::move(lines));
  };
  std::vector<std::string_view> bytes;
  for (std::size_t at = 0; at < answer.size(); ++at) {
    add({answer.substr(0, at), answer.substr(at)});
    bytes.push_back(answer.substr(at, 1));
  }
  add(bytes);
  return outcomes;
}

Encoded DialectProbe::encode(const std::vector<Recorded>& events, const Params& params) const {
  Encoded result;
  const sdk::StringWriter out;
  const auto raw = raw_params(params);
  void* state = nullptr;
  result.status = table().open_encoder(instance_.self(), &raw, &state);
  if (result.status != ABV_OK) return result;
  for (const Recorded& event : events) {
    const auto raw_form = raw_event(event);
    result.status = table().encode(state, &raw_form, out.raw());
    if (result.status != ABV_OK) break;
  }
  if (result.status == ABV_OK) result.status = table().finish_encoder(state, out.raw());
  const char* const type = table().answer_type == nullptr ? nullptr : table().answer_type(state);
  result.type = type == nullptr ? "" : type;
  table().close_encoder(state);
  result.bytes = out.text();
  return result;
}

std::string DialectProbe::error(sdk::Form form, const sdk::Failure& failure,
                                std::string_view request_id) const {
  const sdk::StringWriter out;
  const auto raw = sdk::to_abi(failure);
  table().encode_error(instance_.self(), static_cast<std::int32_t>(form), &raw,
                       sdk::str(request_id), out.raw());
  return out.text();
}

std::optional<std::string> DialectProbe::models(std::string_view models_json, std::string_view only,
                                                std::string_view query) const {
  const sdk::StringWriter out;
  const auto status = table().encode_models(instance_.self(), sdk::str(models_json), sdk::str(only),
                                            sdk::str(query), out.raw());
  return status == ABV_OK ? std::optional(out.text()) : std::nullopt;
}

std::optional<std::string> DialectProbe::read_models(std::string_view body) const {
  const sdk::StringWriter out;
  const auto status = table().decode_models(instance_.self(), sdk::str(body), out.raw());
  return status == ABV_OK ? std::optional(out.text()) : std::nullopt;
}

}  // namespace abv::tests
