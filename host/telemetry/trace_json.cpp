#include "host/telemetry/trace_json.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "host/base/json_text.hpp"
#include "host/telemetry/words.hpp"

namespace abv::telemetry {
namespace {

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

// The attributes of a span. What is empty or unknown is left out.
class Attributes {
 public:
  void add(const char* key, const std::string& text) {
    if (!text.empty()) {
      begin(key);
      out_ += "{\"stringValue\":";
      append_json_string(out_, text);
      out_ += "}}";
    }
  }
  void add(const char* key, std::int64_t number, std::int64_t unknown) {
    if (number != unknown) {
      begin(key);
      out_ += "{\"intValue\":\"" + std::to_string(number) + "\"}}";
    }
  }
  void add(const char* key, Nanos time) {
    if (time.count() > 0) {
      std::array<char, 32> text{};
      const int size = std::snprintf(text.data(), text.size(), "%.6f",
                                     std::chrono::duration<double>(time).count());
      begin(key);
      out_ += "{\"doubleValue\":";
      out_.append(text.data(), static_cast<std::size_t>(size));
      out_ += "}}";
    }
  }
  void add_list(const char* key, const std::string& only) {
    if (!only.empty()) {
      begin(key);
      out_ += "{\"arrayValue\":{\"values\":[{\"stringValue\":";
      append_json_string(out_, only);
      out_ += "}]}}}";
    }
  }
  const std::string& text() const { return out_; }

 private:
  void begin(const char* key) {
    out_ += out_.empty() ? "{\"key\":\"" : ",{\"key\":\"";
    out_ += key;
    out_ += "\",\"value\":";
  }

  std::string out_;
};

std::string attributes_of(const record::CallRecord& call) {
  Attributes attributes;
  attributes.add("gen_ai.operation.name", gen_ai_operation(call.operation));
  attributes.add("gen_ai.provider.name", gen_ai_provider(call.provider));
  attributes.add("gen_ai.request.model", call.model_resolved);
  attributes.add_list("gen_ai.response.finish_reasons", call.stop_reason);
  attributes.add("gen_ai.usage.input_tokens", call.usage.input_tokens, -1);
  attributes.add("gen_ai.usage.output_tokens", call.usage.output_tokens, -1);
  attributes.add("gen_ai.usage.cache_read.input_tokens", call.usage.cache_read_tokens, -1);
  attributes.add("gen_ai.usage.cache_creation.input_tokens", call.usage.cache_write_tokens, -1);
  attributes.add("error.type", error_type(call));
  attributes.add("http.request.method", call.method);
  attributes.add("url.path", call.path);
  attributes.add("http.response.status_code", call.status, 0);
  attributes.add("client.address", call.peer);
  attributes.add("abv.request.id", call.id);
  attributes.add("abv.principal", call.principal);
  attributes.add("abv.dialect", call.dialect);
  attributes.add("abv.route", call.route);
  attributes.add("abv.lane", call.lane);
  attributes.add("abv.account", call.account);
  attributes.add("abv.model.asked", call.model_asked);
  attributes.add("abv.attempts", call.attempts, 0);
  attributes.add("abv.losses", static_cast<std::int64_t>(call.losses.size()), 0);
  attributes.add("abv.time.queue", call.timings.queue);
  attributes.add("abv.time.convert", call.timings.convert);
  attributes.add("abv.time.upstream_wait", call.timings.upstream_wait);
  attributes.add("abv.time.first_byte", call.timings.first_byte);
  return attributes.text();
}

}  // namespace

std::optional<TraceParent> parse_traceparent(std::string_view header) {
  constexpr std::size_t kSize = 55;  // 00-<32 digits>-<16 digits>-<2 digits>
  if (header.size() < kSize || header[2] != '-' || header[35] != '-' || header[52] != '-') {
    return std::nullopt;
  }
  const std::string_view version = header.substr(0, 2);
  const bool is_longer = header.size() > kSize;
  if (!is_hex(version) || version == "ff" || (is_longer && version == "00") ||
      (is_longer && header[kSize] != '-')) {
    return std::nullopt;
  }
  const std::string_view trace = header.substr(3, 32);
  const std::string_view span = header.substr(36, 16);
  const std::string_view flags = header.substr(53, 2);
  if (!is_id(trace) || !is_id(span) || !is_hex(flags)) {
    return std::nullopt;
  }
  const char low = flags[1];
  const int bits = low <= '9' ? low - '0' : low - 'a' + 10;
  return TraceParent{std::string(trace), std::string(span), (bits & 1) != 0};
}

std::string span_json(const record::CallRecord& call, const SpanIds& ids) {
  constexpr std::int64_t kNanosOfMs = 1'000'000;
  const std::int64_t start = call.start_unix_ms * kNanosOfMs;
  const std::string operation = gen_ai_operation(call.operation);
  std::string name = operation.empty() ? call.method : operation;
  if (!call.model_resolved.empty()) {
    name += ' ' + call.model_resolved;
  }
  std::string out = "{\"traceId\":\"" + ids.trace_id + "\",\"spanId\":\"" + ids.span_id + '"';
  if (!ids.parent_id.empty()) {
    out += ",\"parentSpanId\":\"" + ids.parent_id + '"';
  }
  out += ",\"name\":";
  append_json_string(out, name);
  out += ",\"kind\":2,\"startTimeUnixNano\":\"" + std::to_string(start) +
         "\",\"endTimeUnixNano\":\"" + std::to_string(start + call.timings.total.count()) +
         "\",\"attributes\":[" + attributes_of(call) + "],\"status\":{";
  // Refusals of the caller's making are no errors of a server's span.
  const bool is_error =
      call.outcome == record::Outcome::kBroken || call.status >= 500 || call.status == 0;
  if (is_error) {
    out += "\"code\":2";
    if (!call.error.empty()) {
      out += ",\"message\":";
      append_json_string(out, call.error);
    }
  }
  out += "}}";
  return out;
}

std::string export_json(const std::vector<std::string>& spans, std::string_view service_name,
                        std::string_view version) {
  std::string out =
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":)";
  append_json_string(out, service_name);
  out += R"(}},{"key":"service.version","value":{"stringValue":)";
  append_json_string(out, version);
  out += R"(}}]},"scopeSpans":[{"scope":{"name":"abv-host","version":)";
  append_json_string(out, version);
  out += R"(},"spans":[)";
  for (const std::string& span : spans) {
    out += span;
    out += ',';
  }
  if (!spans.empty()) {
    out.pop_back();
  }
  out += "]}]}]}";
  return out;
}

}  // namespace abv::telemetry
