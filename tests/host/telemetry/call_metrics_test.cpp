#include "host/telemetry/call_metrics.hpp"

#include "tests/support/catch.hpp"

namespace {

using abv::Nanos;
using abv::metrics::Registry;
using abv::record::CallRecord;
using abv::telemetry::CallMetrics;
using std::chrono::milliseconds;

CallRecord streamed_call() {
  CallRecord call;
  call.operation = "chat";
  call.dialect = "openai-chat";
  call.route = "openai";
  call.lane = "event";
  call.provider = "claude";
  call.model_resolved = "claude-opus-4-6";
  call.is_stream = true;
  call.attempts = 3;
  call.status = 200;
  call.upstream_status = 200;
  call.usage.input_tokens = 1000;
  call.usage.output_tokens = 11;
  call.usage.cache_read_tokens = 900;
  call.timings.first_byte = milliseconds(400);
  call.timings.total = milliseconds(1400);
  call.timings.upstream_wait = milliseconds(390);
  call.timings.convert = milliseconds(2);
  call.timings.plugins = {{"auth", Nanos(2000)}};
  return call;
}

std::string text_of(const std::vector<CallRecord>& calls) {
  Registry registry;
  CallMetrics metrics(registry);
  for (const CallRecord& call : calls) {
    metrics.on_call(call);
  }
  return registry.prometheus_text();
}

constexpr const char* kLabels =
    "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"anthropic\","
    "gen_ai_request_model=\"claude-opus-4-6\"";

}  // namespace

TEST_CASE("a call's tokens are counted by kind, under the conventions' names", "[telemetry]") {
  const std::string text = text_of({streamed_call(), streamed_call()});

  const std::string labels = kLabels;
  CHECK_THAT(text, ContainsSubstring("abv_tokens_total{" + labels +
                                     ",gen_ai_token_type=\"input\"} 2000\n"));
  CHECK_THAT(text, ContainsSubstring("abv_tokens_total{" + labels +
                                     ",gen_ai_token_type=\"cache_read\"} 1800\n"));
  CHECK_THAT(text, ContainsSubstring("gen_ai_client_token_usage_bucket{" + labels +
                                     ",gen_ai_token_type=\"output\",le=\"16\"} 2\n"));
  CHECK_THAT(text, !ContainsSubstring("\"reasoning\""));
}

TEST_CASE("a stream's times are told apart: first token, each further one, the whole",
          "[telemetry]") {
  const std::string text = text_of({streamed_call()});

  const std::string labels = kLabels;
  CHECK_THAT(text, ContainsSubstring("gen_ai_server_time_to_first_token_seconds_sum{" + labels +
                                     "} 0.4\n"));
  CHECK_THAT(text, ContainsSubstring("gen_ai_server_time_per_output_token_seconds_sum{" + labels +
                                     "} 0.1\n"));
  CHECK_THAT(text,
             ContainsSubstring("gen_ai_server_request_duration_seconds_sum{" + labels + "} 1.4\n"));
  CHECK_THAT(text,
             ContainsSubstring("abv_plugin_seconds_bucket{plugin=\"auth\",le=\"5e-06\"} 1\n"));
  CHECK_THAT(text, ContainsSubstring("abv_retries_total{provider=\"claude\"} 2\n"));
}

TEST_CASE("an error has its status as its type, and no time of a first token", "[telemetry]") {
  CallRecord call = streamed_call();
  call.outcome = abv::record::Outcome::kError;
  call.status = 429;

  const std::string text = text_of({call});

  CHECK_THAT(text, ContainsSubstring("error_type=\"429\""));
  CHECK_THAT(text, ContainsSubstring("abv_calls_total{dialect=\"openai-chat\",lane=\"event\","
                                     "outcome=\"error\",provider=\"claude\",route=\"openai\","
                                     "status=\"429\"} 1\n"));
  CHECK_THAT(text, !ContainsSubstring("time_to_first_token"));
}

TEST_CASE("clients cannot make series without end by asking for made-up models", "[telemetry]") {
  std::vector<CallRecord> calls(CallMetrics::kMostModels + 50, streamed_call());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    calls[i].model_resolved = "model-" + std::to_string(i);
  }
  calls[0].upstream_status = 404;

  const std::string text = text_of(calls);

  CHECK_THAT(text, !ContainsSubstring("\"model-0\""));
  CHECK_THAT(text, ContainsSubstring("\"model-1\""));
  CHECK_THAT(text, !ContainsSubstring("\"model-201\""));
  CHECK_THAT(text, ContainsSubstring(
                       "gen_ai_request_model=\"other\",gen_ai_token_type=\"input\"} 50000\n"));
}

TEST_CASE("a call that reached no model counts as a call only", "[telemetry]") {
  CallRecord call;
  call.lane = "host";
  call.status = 200;

  const std::string text = text_of({call});

  CHECK_THAT(text, ContainsSubstring("abv_calls_total{"));
  CHECK_THAT(text, !ContainsSubstring("gen_ai_"));
}
