#pragma once

#include <string>

#include "host/record/call_record.hpp"

// The words that OpenTelemetry's conventions for generative AI have for what calls are about
// (opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai, 2026-11-24).
namespace abv::telemetry {

// gen_ai.operation.name of an endpoint's operation.
inline std::string gen_ai_operation(const std::string& operation) {
  if (operation == "responses") return "chat";
  return operation == "completions" ? "text_completion" : operation;
}

// gen_ai.provider.name; providers are named by the operator, so the well-known ones only.
inline std::string gen_ai_provider(const std::string& provider) {
  if (provider == "claude") return "anthropic";
  if (provider == "gemini") return "gcp.gemini";
  return provider;
}

// error.type: a status, or what became of the call; empty when all went well.
inline std::string error_type(const record::CallRecord& call) {
  if (call.outcome == record::Outcome::kOk) return {};
  return call.outcome == record::Outcome::kError ? std::to_string(call.status)
                                                 : record::outcome_name(call.outcome);
}

}  // namespace abv::telemetry
