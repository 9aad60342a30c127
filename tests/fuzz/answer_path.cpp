#include "tests/fuzz/answer_path.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "abv/sdk/json.hpp"
#include "abv/sdk/sse.hpp"
#include "tests/cases/bindings.hpp"
#include "tests/cases/client_streams.hpp"
#include "tests/cases/event_path.hpp"
#include "tests/cases/normal.hpp"
#include "tests/cases/shapes.hpp"
#include "tests/fuzz/dialects.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

using cases::Vendor;
using tests::Decoded;
using tests::Params;
using tests::Recorded;

// What a client asks for when the input does not say: everything that shapes an answer.
constexpr std::string_view kUsualRequest =
    R"({"model":"m","stream_options":{"include_usage":true},"include":["reasoning.encrypted_content"],)"
    R"("tools":[{"type":"custom","name":"patch"},{"type":"custom","custom":{"name":"patch"}}]})";

// Nothing for what names a member twice.
std::optional<cases::Json> tree_of(std::string_view text) {
  try {
    return cases::Json::parse(text);
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

constexpr sdk::Form kForms[] = {sdk::Form::kWhole, sdk::Form::kStream};

Params params_of(const Vendor& vendor, sdk::Form form) {
  Params params;
  params.form = form;
  params.operation = vendor.operation;
  params.model = "m";
  return params;
}

std::vector<std::string> outcome(const Decoded& decoded) {
  std::vector<std::string> lines = decoded.lines();
  lines.push_back("status " + std::to_string(decoded.status));
  return lines;
}

// What an observer of the raw lane is promised, of all that was decoded. It does not see the
// content that makes a refusal or a call of a plain end, and no start of nothing.
std::vector<std::string> observed(const Decoded& decoded) {
  Decoded kept;
  for (Recorded event : decoded.events) {
    const bool is_empty_start = event.kind == ABV_EVENT_START && event.id.empty();
    if ((tests::kObserved & ABV_EVENT_BIT(event.kind)) == 0 || is_empty_start) continue;
    if (event.kind == ABV_EVENT_STOP) event.number = 0;
    kept.events.push_back(std::move(event));
  }
  kept.status = decoded.status;
  return outcome(kept);
}

void differ(std::string_view what, std::vector<std::string> a, const std::vector<std::string>& b) {
  a.emplace_back("-- and --");
  a.insert(a.end(), b.begin(), b.end());
  found(what, a);
}

// Anthropic's stream says twice what each event is. Where the two differ, readers may as well.
bool are_events_named_well(const Vendor& upstream, std::string_view text) {
  if (upstream.plugin != "claude") return true;
  bool is_well = true;
  const auto check = [&is_well](const sdk::SseFrame& frame) {
    const auto data = sdk::json::parse(frame.data);
    is_well =
        is_well && (frame.event.empty() || (data && (*data)["type"].as_string() == frame.event));
  };
  sdk::SseReader reader;
  reader.feed(text, check);
  reader.finish(check);
  return is_well;
}

Decoded decode(const Vendor& upstream, sdk::Form form, std::string_view answer) {
  const tests::DialectProbe& codec = dialect(upstream.plugin).codec;
  Params params = params_of(upstream, form);
  const std::string text = without_cuts(answer);
  const Decoded whole = codec.decode(text, params);
  if (whole.status != ABV_OK && !is_refusal(whole.status)) {
    found("an answer is read or refused", {std::to_string(whole.status)});
  }
  const Decoded pieces = codec.decode_pieces(pieces_of(answer), params);
  if (outcome(whole) != outcome(pieces)) {
    differ("an answer is the same wherever it is cut", outcome(whole), outcome(pieces));
  }
  params.wanted = tests::kObserved;
  const Decoded seen = codec.decode(text, params);
  // It need not look into content, so it may not see that there is a fault in it.
  const bool is_comparable = whole.status == ABV_OK && are_events_named_well(upstream, text);
  if (is_comparable && observed(whole) != observed(seen)) {
    differ("an observer sees what a converter sees", observed(whole), observed(seen));
  }
  return whole;
}

std::vector<std::string> lines_of(const std::vector<Recorded>& events) {
  Decoded all;
  all.events = events;
  return all.lines();
}

void check_stream(const Vendor& client, const std::string& bytes,
                  const std::vector<Recorded>& events) {
  std::vector<std::string> faults;
  for (const cases::Frame& frame : cases::frames_in(bytes, faults)) {
    const bool is_end = frame.data == "[DONE]" && client.plugin == "openai";
    if (!is_end && !sdk::json::parse(frame.data)) faults.push_back("no JSON: " + frame.data);
  }
  if (faults.empty()) return;
  faults.push_back(std::string(client.name));
  differ("a client is sent sound events", faults, lines_of(events));
}

// Has a call arguments that are no JSON object?
bool has_odd_arguments(const std::vector<Recorded>& events) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> calls;
  for (const Recorded& event : events) {
    if (event.kind == ABV_EVENT_TOOL_ARGUMENTS) {
      calls[{event.choice, event.index}] += event.text;
    }
  }
  return std::any_of(calls.begin(), calls.end(), [](const auto& call) {
    const auto arguments = sdk::json::parse(call.second);
    return !arguments || !arguments->is_object();
  });
}

// What the client is sent; nothing for an answer that is torn or that it has no form for.
std::optional<std::string> encode(const Vendor& client, const Params& params,
                                  const std::vector<Recorded>& events, bool is_complete) {
  const tests::Encoded encoded = dialect(client.plugin).codec.encode(events, params);
  if (!is_complete) {
    require(encoded.status == ABV_OK || is_refusal(encoded.status),
            "a torn answer is written or refused");
    return std::nullopt;
  }
  // There is no place for arguments that are no object in a document of Anthropic's.
  if (client.plugin == "claude" && encoded.status == ABV_E_IO && has_odd_arguments(events)) {
    return std::nullopt;
  }
  if (encoded.status != ABV_OK) {
    differ("events in order can be written",
           {std::string(client.name), std::to_string(encoded.status)}, lines_of(events));
  }
  const bool is_document =
      params.form == sdk::Form::kWhole || (client.plugin == "gemini" && params.query.empty());
  if (!is_document) {
    check_stream(client, encoded.bytes, events);
  } else if (!sdk::json::parse(encoded.bytes)) {
    differ("a client is sent a JSON document", {std::string(client.name), encoded.bytes},
           lines_of(events));
  }
  return encoded.bytes;
}

const cases::Shapes& shapes_of(const Vendor& vendor) {
  static const auto all = [] {
    std::map<std::string_view, cases::Shapes> shapes;
    for (const Vendor& one : cases::kVendors) {
      const bool is_old = one.name == "openai-completions";
      const std::string file = is_old ? "openai-chat" : std::string(one.name);
      shapes.emplace(one.name, std::string(ABV_CASES_DIR) + "/shapes/" + file + ".json");
    }
    return shapes;
  }();
  return all.find(vendor.name)->second;
}

// Takes out what the assembly of streams leaves out.
cases::Json comparable(const Vendor& client, cases::Json reply, const cases::Json& request) {
  reply = cases::normal_reply(client, std::move(reply));
  const bool is_chat = client.name == "openai-chat" || client.name == "openai-completions";
  if (is_chat && !request["stream_options"]["include_usage"].flag()) reply.remove("usage");
  if (reply["choices"].is_list()) {
    for (cases::Json& choice : reply.field("choices").items()) {
      choice.remove("index");
      if (client.name == "openai-completions") choice.remove("logprobs");
      if (!choice.has("message")) continue;
      choice.field("message").remove("audio");
      choice.field("message").remove("images");
    }
  }
  if (client.plugin == "claude" && reply["content"].is_list()) {
    for (cases::Json& block : reply.field("content").items())
      if (block["type"].text() != "tool_use") block.remove("input");
  }
  return reply;
}

// Is there one part behind the other, and no error? What comes late to a part has another place in
// a stream than in a document, or none.
bool is_in_order(const std::vector<Recorded>& events) {
  constexpr std::uint64_t kOfNoPart =
      ABV_EVENT_BIT(ABV_EVENT_START) | ABV_EVENT_BIT(ABV_EVENT_USAGE) |
      ABV_EVENT_BIT(ABV_EVENT_STOP) | ABV_EVENT_BIT(ABV_EVENT_PING) |
      ABV_EVENT_BIT(ABV_EVENT_TOOL_END);
  std::map<std::uint32_t, std::vector<std::uint32_t>> parts;  // of each choice
  for (const Recorded& event : events) {
    if (event.kind == ABV_EVENT_ERROR) return false;
    if ((kOfNoPart & ABV_EVENT_BIT(event.kind)) != 0) continue;
    auto& begun = parts[event.choice];
    const auto known = std::find(begun.begin(), begun.end(), event.index);
    if (known == begun.end()) {
      begun.push_back(event.index);
    } else if (*known != begun.back()) {
      return false;
    }
  }
  return true;
}

// The same answer, whole and put together from its stream as the vendor's SDK does it.
void check_same(const Vendor& client, const std::string& whole, const std::string& stream,
                std::string_view request, const std::vector<Recorded>& events) {
  const auto asked = tree_of(request);
  const auto document = tree_of(whole);
  if (!asked || !document || !is_in_order(events)) return;
  const cases::Assembled assembled = cases::assemble(client, stream, shapes_of(client), *asked);
  auto differences = cases::Bindings().differences(comparable(client, *document, *asked),
                                                   comparable(client, assembled.whole, *asked));
  if (differences.empty()) return;
  differences.insert(differences.begin(), std::string(client.name));
  differences.push_back(whole);
  differences.push_back(stream);
  differ("a client gets the same answer whole and streamed", differences, lines_of(events));
}

// The errors that the upstream tells reach the client in its own words.
void check_errors(const Vendor& client, const std::vector<Recorded>& events) {
  for (const Recorded& event : events) {
    if (event.kind != ABV_EVENT_ERROR) continue;
    sdk::Failure failure{static_cast<int>(event.number % 1000), event.name, event.text};
    failure.detail_json = event.raw;
    const tests::DialectProbe& codec = dialect(client.plugin).codec;
    if (const auto body = codec.error(sdk::Form::kWhole, failure, "req-1");
        !sdk::json::parse(body)) {
      found("an error is a JSON document", {std::string(client.name), body});
    }
    check_stream(client, codec.error(sdk::Form::kStream, failure, "req-1"), {});
  }
}

void convert(const Vendor& upstream, const Decoded& decoded, std::string_view client_request) {
  for (const Vendor& client : cases::kVendors) {
    const cases::HostedEvents hosted =
        cases::host_events(decoded.events, {client, upstream}, "upstream-model");
    const bool is_complete = hosted.fault.empty() && decoded.status == ABV_OK;
    Params params = params_of(client, sdk::Form::kWhole);
    params.request_body = client_request;
    const auto whole = encode(client, params, hosted.events, is_complete);
    params.form = sdk::Form::kStream;
    if (client.plugin == "gemini") {
      (void)encode(client, params, hosted.events, is_complete);  // an array of chunks
      params.query = "alt=sse";
    }
    const auto stream = encode(client, params, hosted.events, is_complete);
    if (whole && stream) check_same(client, *whole, *stream, client_request, hosted.events);
    check_errors(client, hosted.events);
  }
}

bool is_object(std::string_view text) {
  const auto value = sdk::json::parse(text);
  return value && value->is_object();
}

}  // namespace

void check_answer(const Vendor& upstream, std::string_view input) {
  const std::size_t mark = std::min(input.find(kClientRequest), input.size());
  const std::string_view answer = input.substr(0, mark);
  const std::string_view request = input.substr(std::min(mark + 1, input.size()));
  for (const sdk::Form form : kForms) {
    convert(upstream, decode(upstream, form, answer), is_object(request) ? request : kUsualRequest);
  }
}

}  // namespace abv::fuzz
