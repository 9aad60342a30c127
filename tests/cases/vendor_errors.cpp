#include "tests/cases/vendor_errors.hpp"

#include <map>

#include "tests/cases/client_streams.hpp"

namespace abv::cases {
namespace {

bool is_openai(const Vendor& vendor) {
  return vendor.family == "openai";
}

// docs.anthropic.com/en/api/errors
const std::map<int, std::string>& claude_types() {
  static const std::map<int, std::string> all{{400, "invalid_request_error"},
                                              {401, "authentication_error"},
                                              {429, "rate_limit_error"},
                                              {500, "api_error"},
                                              {529, "overloaded_error"}};
  return all;
}

// ai.google.dev/gemini-api/docs/troubleshooting; it has no status like 529, which is unavailable.
const std::map<int, std::string>& gemini_states() {
  static const std::map<int, std::string> all{{400, "INVALID_ARGUMENT"},
                                              {401, "UNAUTHENTICATED"},
                                              {429, "RESOURCE_EXHAUSTED"},
                                              {500, "INTERNAL"},
                                              {529, "UNAVAILABLE"}};
  return all;
}

// platform.openai.com/docs/guides/error-codes; the type that the API sends with the status.
std::string openai_type(int status) {
  if (status == 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

std::string found_at(const std::map<int, std::string>& all, int status) {
  const auto found = all.find(status);
  return found == all.end() ? std::string() : found->second;
}

void need(bool is_so, const std::string& what, std::vector<std::string>& faults) {
  if (!is_so) faults.push_back(what);
}

}  // namespace

Json error_body(const Vendor& vendor, int status, const std::string& message) {
  if (is_openai(vendor)) {
    return Json::Members{{"error", Json::Members{{"message", message},
                                                 {"type", openai_type(status)},
                                                 {"param", Json()},
                                                 {"code", Json()}}}};
  }
  if (vendor.name == "claude-messages") {
    return Json::Members{
        {"type", "error"},
        {"error", Json::Members{{"type", found_at(claude_types(), status)}, {"message", message}}},
        {"request_id", "req_011CSHoEeqs5C35K2UUqR7Fy"}};
  }
  return Json::Members{{"error", Json::Members{{"code", status},
                                               {"message", message},
                                               {"status", found_at(gemini_states(), status)}}}};
}

std::string error_frame(const Vendor& vendor, const std::string& message) {
  const std::string body = error_body(vendor, 500, message).dump();
  if (vendor.name == "claude-messages") return "event: error\ndata: " + body + "\n\n";
  if (vendor.name == "gemini") return "data: " + body + "\r\n\r\n";
  if (vendor.name == "openai-chat") return "data: " + body + "\n\n";
  const Json event = Json::Members{{"type", "error"},
                                   {"code", "server_error"},
                                   {"message", message},
                                   {"param", Json()},
                                   {"sequence_number", 5}};
  return "event: error\ndata: " + event.dump() + "\n\n";
}

std::vector<std::string> faults_of_error(const Vendor& vendor, int status, const Json& body,
                                         const std::string& words) {
  std::vector<std::string> faults;
  const Json& error = body["error"];
  need(error["message"].text().find(words) != std::string::npos,
       "the message lacks the upstream's words: " + body.dump(), faults);
  if (is_openai(vendor)) {
    need(!error["type"].text().empty() && error.has("param") && error.has("code"),
         "no error of OpenAI's: " + body.dump(), faults);
  } else if (vendor.name == "claude-messages") {
    need(body["type"].text() == "error" && error["type"].text() == found_at(claude_types(), status),
         "no error of Anthropic's with that status: " + body.dump(), faults);
  } else {
    need(error["code"] == Json(status) &&
             error["status"].text() == found_at(gemini_states(), status),
         "no error of Google's with that status: " + body.dump(), faults);
  }
  return faults;
}

std::vector<Json> errors_in_stream(const Vendor& vendor, std::string_view bytes) {
  std::vector<std::string> ignored;
  std::vector<Json> errors;
  for (const Frame& frame : frames_in(bytes, ignored)) {
    if (frame.data == "[DONE]") continue;
    const Json data = Json::parse(frame.data);
    const std::string type = data["type"].text();
    if (vendor.name == "openai-responses") {
      const bool is_error = (type == "error" || type == "response.failed") && frame.event == type;
      if (is_error) errors.push_back(data);
    } else if (vendor.name == "claude-messages") {
      if (type == "error" && frame.event == "error") errors.push_back(data);
    } else if (data.has("error") && frame.event.empty()) {
      errors.push_back(data);
    }
  }
  return errors;
}

bool has_good_end(const Vendor& vendor, std::string_view bytes) {
  const auto has = [&](std::string_view mark) {
    return bytes.find(mark) != std::string_view::npos;
  };
  if (vendor.name == "openai-responses") return has("response.completed");
  if (vendor.name == "claude-messages") return has("message_stop");
  return vendor.name == "gemini" ? has("finishReason") : has("[DONE]");
}

}  // namespace abv::cases
