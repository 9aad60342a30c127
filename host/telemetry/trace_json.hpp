#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/record/call_record.hpp"

// Calls as spans, in the JSON form of OTLP
// (opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, 2026-11-24): ids in hexadecimal
// digits, 64-bit numbers as strings.
namespace abv::telemetry {

// What a client says of the trace that its call belongs to: W3C Trace Context, header
// "traceparent".
struct TraceParent {
  std::string trace_id;  // 32 hexadecimal digits
  std::string span_id;   // 16 hexadecimal digits
  bool is_sampled = false;
};

// Nothing when the header is malformed, which begins a new trace (w3.org/TR/trace-context, 3.2.2).
std::optional<TraceParent> parse_traceparent(std::string_view header);

struct SpanIds {
  std::string trace_id;
  std::string span_id;
  std::string parent_id;  // empty: none
};

// One span: the call as its client saw it. It holds no bodies and no secrets.
std::string span_json(const record::CallRecord& call, const SpanIds& ids);

// The body of an export of these spans.
std::string export_json(const std::vector<std::string>& spans, std::string_view service_name,
                        std::string_view version);

}  // namespace abv::telemetry
