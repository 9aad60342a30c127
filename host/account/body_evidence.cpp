#include "host/account/body_evidence.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "host/account/header_evidence.hpp"
#include "host/account/limit_names.hpp"
#include "host/account/scanner.hpp"
#include "host/account/shown_text.hpp"

namespace abv::account {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// Messages that hold JSON that holds messages are followed so far.
constexpr int kMaxDepth = 4;

// Upstreams name a handful of things; what names thousands is not an error's details.
constexpr std::size_t kMaxItems = 32;

// Nothing when the element is no object, or has no such member, or null there.
std::optional<element> member(const element& object, std::string_view key) {
  element found;
  if (object.type() != element_type::OBJECT || object.at_key(key).get(found) != simdjson::SUCCESS ||
      found.is_null()) {
    return std::nullopt;
  }
  return found;
}

// Text and numbers as text; "" for anything else.
std::string scalar(const std::optional<element>& value) {
  if (!value) {
    return {};
  }
  switch (value->type()) {
    case element_type::STRING:
      return std::string(value->get_string().value());
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return simdjson::minify(*value);
    default:
      return {};
  }
}

std::string text_of(const element& object, std::string_view key) {
  return scalar(member(object, key));
}

std::vector<element> items_of(const std::optional<element>& value) {
  std::vector<element> items;
  if (value && value->type() == element_type::ARRAY) {
    const simdjson::dom::array array = value->get_array().value();
    for (const element item : array) {
      if (items.size() < kMaxItems) {
        items.push_back(item);
      }
    }
  }
  return items;
}

class BodyReader {
 public:
  BodyReader(std::int64_t now_unix_ms, BodyEvidence& found) : now_(now_unix_ms), found_(found) {}

  // False when the text is no JSON.
  bool read(std::string_view text, const std::string& where, int depth);

 private:
  void read_root(const element& root, const std::string& where, int depth);
  void read_error(const element& error, const std::string& where, int depth);
  void read_message(const std::string& text, const std::string& where, int depth);
  void read_times(const element& error, const std::string& where);
  void read_detail(const element& detail, const std::string& where);
  void read_violations(const element& detail, const std::string& where);
  void read_info(const element& detail, const std::string& where);
  void read_metadata(const element& metadata, const std::string& where, int depth);
  void read_embedded_headers(const element& headers, const std::string& where);
  void add_code(const std::string& code);
  void add_status(const std::string& text);
  void add_reset(const std::string& where, const std::string& raw,
                 std::optional<std::int64_t> time);
  void add_delay(const std::string& where, const std::string& raw, std::optional<Millis> delay);

  std::int64_t now_;
  BodyEvidence& found_;
};

bool BodyReader::read(std::string_view text, const std::string& where, int depth) {
  text = trimmed(text);
  if (depth > kMaxDepth || text.empty() || (text.front() != '{' && text.front() != '[')) {
    return false;
  }
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) {
    return false;
  }
  // A stream that was asked for without events is an array, whose first item holds the error.
  const std::vector<element> items = items_of(root);
  if (!items.empty()) {
    read_root(items.front(), where, depth);
  } else {
    read_root(root, where, depth);
  }
  return true;
}

void BodyReader::read_root(const element& root, const std::string& where, int depth) {
  if (root.type() != element_type::OBJECT) {
    return;
  }
  const auto response = member(root, "response");
  auto error = member(root, "error");
  if (!error && response) {
    error = member(*response, "error");
  }
  if (const auto headers = member(root, "headers")) {
    read_embedded_headers(*headers, where + "headers ");
  }
  add_status(text_of(root, "status_code"));
  if (error && error->type() == element_type::OBJECT) {
    found_.has_error = true;
    read_error(*error, where + "error.", depth);
    return;
  }
  const std::string text = scalar(error);
  const bool has_words = member(root, "message") || member(root, "msg") || member(root, "detail");
  if (text.empty() && !has_words) {
    return;
  }
  const std::string code = text_of(root, "code");
  const bool is_coded = (!code.empty() && code != "0" && code != "200") || member(root, "type");
  const bool is_error =
      !text.empty() || text_of(root, "type") == "error" || (member(root, "message") && is_coded);
  found_.has_error = found_.has_error || is_error;
  read_error(root, where, depth);
  // "error" as a word is a code where a sentence stands beside it, and the sentence where none
  // does.
  if (found_.message.empty()) {
    read_message(text, where + "error.", depth);
  } else {
    add_code(text);
  }
}

void BodyReader::read_error(const element& error, const std::string& where, int depth) {
  const auto details = member(error, "details");
  const std::vector<element> items = items_of(details);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string place = where + "details[" + std::to_string(i) + "].";
    if (items[i].type() == element_type::OBJECT) {
      read_detail(items[i], place);
    }
  }
  if (details && details->type() == element_type::OBJECT) {
    add_code(text_of(*details, "error_code"));
  }
  for (const char* key : {"code", "type", "status"}) {
    const std::string text = text_of(error, key);
    add_code(text);
    add_status(text);
  }
  read_times(error, where);
  // Before the message, because the service behind a gateway says more than the gateway does.
  if (const auto metadata = member(error, "metadata")) {
    read_metadata(*metadata, where + "metadata.", depth);
  }
  for (const char* key : {"message", "detail", "error_description", "msg"}) {
    read_message(text_of(error, key), where, depth);
  }
  if (const auto detail = member(error, "detail")) {
    if (detail->type() == element_type::OBJECT) {
      read_error(*detail, where + "detail.", depth);
    }
  }
}

void BodyReader::read_message(const std::string& text, const std::string& where, int depth) {
  if (text.empty() || read(text, where + "message ", depth + 1)) {
    return;
  }
  // z.ai: "[1308][Usage limit reached …][trace]".
  constexpr std::size_t kCodeDigits = 4;
  Scanner scanner(text);
  if (scanner.take('[') && scanner.take_digits(kCodeDigits) && scanner.take(']')) {
    add_code(text.substr(1, kCodeDigits));
  }
  if (found_.message.empty()) {
    found_.message = text;
  }
}

// When to come back, in the fields that say so.
void BodyReader::read_times(const element& error, const std::string& where) {
  for (const char* key : {"retry_after_ms", "retryAfterMs"}) {
    const std::string text = text_of(error, key);
    add_delay(where + key, text, parse_duration(text + "ms"));
  }
  for (const char* key :
       {"retry_after", "retry_after_seconds", "retryAfter", "resets_in_seconds"}) {
    const std::string text = text_of(error, key);
    add_delay(where + key, text, parse_retry_after(text, now_));
  }
  for (const char* key : {"resets_at", "reset_at"}) {
    const std::string text = text_of(error, key);
    auto time = parse_unix_time(text);
    if (!time) {
      time = parse_timestamp(text);
    }
    add_reset(where + key, text, time);
  }
}

// One of Google's details, recognised by its members: RetryInfo, QuotaFailure, ErrorInfo.
void BodyReader::read_detail(const element& detail, const std::string& where) {
  if (const auto delay = member(detail, "retryDelay")) {
    if (delay->type() == element_type::OBJECT) {
      const std::string seconds = text_of(*delay, "seconds");
      const std::string nanos = text_of(*delay, "nanos");
      const std::string raw = (seconds.empty() ? "0" : seconds) + "s" +
                              (nanos.empty() || nanos == "0" ? "" : nanos + "ns");
      add_delay(where + "retryDelay", raw, parse_duration(raw));
    } else {
      const std::string raw = scalar(delay);
      add_delay(where + "retryDelay", raw, parse_duration(raw));
    }
  }
  add_code(text_of(detail, "reason"));
  read_violations(detail, where);
  read_info(detail, where);
}

// Code Assist: which model's quota is used up, and when it is filled again.
void BodyReader::read_info(const element& detail, const std::string& where) {
  const auto metadata = member(detail, "metadata");
  const bool is_exhausted = text_of(detail, "reason") == "QUOTA_EXHAUSTED";
  if (!metadata && !is_exhausted) {
    return;
  }
  const std::size_t before = found_.statements.size();
  std::string model;
  if (metadata) {
    const std::string place = where + "metadata.";
    const std::string delay = text_of(*metadata, "quotaResetDelay");
    add_delay(place + "quotaResetDelay", delay, parse_duration(delay));
    const std::string time = text_of(*metadata, "quotaResetTimeStamp");
    add_reset(place + "quotaResetTimeStamp", time, parse_timestamp(time));
    model = shown_text(text_of(*metadata, "model"), kMaxRawBytes);
  }
  if (is_exhausted && found_.statements.size() == before) {
    Statement said;
    said.source = where + "reason";
    said.raw = "QUOTA_EXHAUSTED";
    found_.statements.push_back(std::move(said));
  }
  for (std::size_t i = before; i < found_.statements.size(); ++i) {
    Statement& said = found_.statements[i];
    said.reach = model.empty() ? Reach::kAccount : Reach::kModel;
    said.limit = model;
    said.is_exhausted = is_exhausted;
  }
}

// Quotas that are used up. Their ids say of what: "GenerateRequestsPerDayPerProjectPerModel".
void BodyReader::read_violations(const element& detail, const std::string& where) {
  const std::vector<element> violations = items_of(member(detail, "violations"));
  for (std::size_t i = 0; i < violations.size(); ++i) {
    const std::string id = text_of(violations[i], "quotaId");
    if (id.empty()) {
      continue;
    }
    Statement said;
    said.window = window_named(id);
    said.reach =
        lowered(id).find("permodel") != std::string::npos ? Reach::kModel : Reach::kAccount;
    said.limit = shown_text(id, kMaxRawBytes);
    said.is_exhausted = true;
    said.source = where + "violations[" + std::to_string(i) + "].quotaId";
    const std::string most = text_of(violations[i], "quotaValue");
    said.raw = shown_text(most.empty() ? id : id + ", limit " + most, kMaxRawBytes);
    found_.statements.push_back(std::move(said));
  }
}

// OpenRouter: the headers and the body of the service behind it.
void BodyReader::read_metadata(const element& metadata, const std::string& where, int depth) {
  if (const auto headers = member(metadata, "headers")) {
    read_embedded_headers(*headers, where + "headers ");
  }
  read_times(metadata, where);
  (void)read(text_of(metadata, "raw"), where + "raw ", depth + 1);
}

void BodyReader::read_embedded_headers(const element& headers, const std::string& where) {
  if (headers.type() != element_type::OBJECT) {
    return;
  }
  std::vector<std::pair<std::string, std::string>> kept;
  const simdjson::dom::object object = headers.get_object().value();
  for (const auto& field : object) {
    const element value = field.value;
    std::string text = scalar(value);
    if (!text.empty() && kept.size() < 2 * kMaxItems) {
      kept.emplace_back(field.key, std::move(text));
    }
  }
  std::vector<net::Header> views;
  for (const auto& [name, value] : kept) {
    views.push_back({name, value});
  }
  read_headers(views, now_, where, found_.statements);
}

void BodyReader::add_code(const std::string& code) {
  constexpr std::size_t kLongestCode = 64;
  constexpr std::size_t kStatusDigits = 3;
  Scanner scanner(code);
  if (scanner.take_digits(kStatusDigits) && scanner.at_end()) {
    return;  // the status once more
  }
  const bool is_known =
      std::find(found_.codes.begin(), found_.codes.end(), code) != found_.codes.end();
  if (!code.empty() && code.size() <= kLongestCode && !is_known) {
    found_.codes.push_back(code);
  }
}

void BodyReader::add_status(const std::string& text) {
  constexpr std::size_t kDigits = 3;
  Scanner scanner(text);
  const int status = scanner.take_digits(kDigits).value_or(0);
  if (found_.status == 0 && scanner.at_end() && status >= 400 && status <= 599) {
    found_.status = status;
  }
}

void BodyReader::add_reset(const std::string& where, const std::string& raw,
                           std::optional<std::int64_t> time) {
  if (!time) {
    return;
  }
  Statement said;
  said.basis = Basis::kBodyAsk;
  said.resets_at_unix_ms = time;
  said.source = where;
  said.raw = shown_text(raw, kMaxRawBytes);
  found_.statements.push_back(std::move(said));
}

void BodyReader::add_delay(const std::string& where, const std::string& raw,
                           std::optional<Millis> delay) {
  add_reset(where, raw, delay ? std::optional(now_ + delay->count()) : std::nullopt);
}

// The data of the first event, when the body is a stream of them.
std::string_view first_data(std::string_view body) {
  const std::string_view text = trimmed(body);
  if (!text.starts_with("data:") && !text.starts_with("event:")) {
    return body;
  }
  const std::size_t at_start = text.starts_with("data:") ? 0 : text.find("\ndata:");
  if (at_start == std::string_view::npos) {
    return body;
  }
  const std::size_t start = text.find(':', at_start) + 1;
  return text.substr(start, text.find_first_of("\r\n", start) - start);
}

}  // namespace

BodyEvidence read_body(std::string_view body, std::int64_t now_unix_ms) {
  BodyEvidence found;
  BodyReader reader(now_unix_ms, found);
  if (!reader.read(first_data(body), "", 0) || found.message.empty()) {
    found.message = std::string(body);
  }
  return found;
}

}  // namespace abv::account
