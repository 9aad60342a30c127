#include "host/telemetry/trace_json.hpp"

#include "host/config/load_json.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::record::CallRecord;
using abv::telemetry::export_json;
using abv::telemetry::parse_traceparent;
using abv::telemetry::span_json;

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kSpan = "00f067aa0ba902b7";

CallRecord call() {
  CallRecord made;
  made.id = "r-1";
  made.start_unix_ms = 1'700'000'000'000;
  made.timings.total = std::chrono::milliseconds(1500);
  made.method = "POST";
  made.path = "/v1/chat/completions";
  made.operation = "chat";
  made.provider = "gemini";
  made.model_resolved = "gemini-2.5-pro";
  made.model_asked = "smart \"one\"";
  made.stop_reason = "stop";
  made.usage.input_tokens = 12;
  made.status = 200;
  return made;
}

}  // namespace

TEST_CASE("a traceparent of version 00 is taken apart", "[telemetry][trace]") {
  const auto parent = parse_traceparent("00-" + kTrace + "-" + kSpan + "-01");

  REQUIRE(parent.has_value());
  CHECK(parent->trace_id == kTrace);
  CHECK(parent->span_id == kSpan);
  CHECK(parent->is_sampled);
  CHECK_FALSE(parse_traceparent("00-" + kTrace + "-" + kSpan + "-02")->is_sampled);
}

TEST_CASE("a traceparent of a later version may be longer", "[telemetry][trace]") {
  CHECK(parse_traceparent("cc-" + kTrace + "-" + kSpan + "-01-more").has_value());
  CHECK_FALSE(parse_traceparent("00-" + kTrace + "-" + kSpan + "-01-more").has_value());
  CHECK_FALSE(parse_traceparent("cc-" + kTrace + "-" + kSpan + "-01.more").has_value());
}

TEST_CASE("a malformed traceparent is none", "[telemetry][trace]") {
  const std::string text = GENERATE_REF(
      std::string(), "00-" + kTrace + "-" + kSpan, "ff-" + kTrace + "-" + kSpan + "-01",
      "00-" + std::string(32, '0') + "-" + kSpan + "-01",
      "00-" + kTrace + "-" + std::string(16, '0') + "-01",
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + kSpan + "-01", "00-" + kTrace + "_" + kSpan + "-01",
      "00-" + kTrace + "-" + kSpan + "-0x");
  CAPTURE(text);

  CHECK_FALSE(parse_traceparent(text).has_value());
}

TEST_CASE("an export is JSON as a collector reads it", "[telemetry][trace]") {
  const std::string span = span_json(call(), {kTrace, "1112131415161718", kSpan});

  const std::string text = export_json({span, span}, "abv \"host\"", "1.0");

  const auto document = abv::config::load_json(text, "export");
  REQUIRE(document.ok());
  const auto& spans = document->lookup("resourceSpans")
                          ->items()[0]
                          .lookup("scopeSpans")
                          ->items()[0]
                          .lookup("spans")
                          ->items();
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].lookup("traceId")->text() == kTrace);
  CHECK(spans[0].lookup("parentSpanId")->text() == kSpan);
  CHECK(spans[0].lookup("name")->text() == "chat gemini-2.5-pro");
  CHECK(spans[0].lookup("startTimeUnixNano")->text() == "1700000000000000000");
  CHECK(spans[0].lookup("endTimeUnixNano")->text() == "1700000001500000000");
}

TEST_CASE("a span tells what the call was in the conventions' words", "[telemetry][trace]") {
  const std::string span = span_json(call(), {kTrace, kSpan, ""});

  CHECK_THAT(span, ContainsSubstring(
                       R"({"key":"gen_ai.provider.name","value":{"stringValue":"gcp.gemini"}})"));
  CHECK_THAT(span,
             ContainsSubstring(R"({"key":"gen_ai.usage.input_tokens","value":{"intValue":"12"}})"));
  CHECK_THAT(span, ContainsSubstring(
                       R"("key":"abv.model.asked","value":{"stringValue":"smart \"one\""})"));
  CHECK_THAT(span, ContainsSubstring(R"("values":[{"stringValue":"stop"}])"));
  CHECK_THAT(span, !ContainsSubstring("output_tokens"));
  CHECK_THAT(span, !ContainsSubstring("parentSpanId"));
  CHECK_THAT(span, ContainsSubstring(R"("status":{})"));
}

TEST_CASE("a refusal of the client's making is no error of the span, a failure is",
          "[telemetry][trace]") {
  CallRecord refused = call();
  refused.outcome = abv::record::Outcome::kError;
  refused.status = 404;
  CallRecord failed = refused;
  failed.status = 502;
  failed.error = "upstream went";

  CHECK_THAT(span_json(refused, {kTrace, kSpan, ""}), ContainsSubstring(R"("status":{})"));
  CHECK_THAT(span_json(failed, {kTrace, kSpan, ""}),
             ContainsSubstring(R"("status":{"code":2,"message":"upstream went"})"));
}
