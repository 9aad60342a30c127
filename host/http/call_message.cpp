#include "host/http/call_message.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/stored.hpp"

namespace abv::http {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kLongestLane = 256;

// A top-level member of a message. Views into it.
struct Member {
  std::string key;
  std::string_view text;  // from the key's quote to the next member, with the comma
  ondemand::json_type type{};
  std::string value;  // of a string or a flag
};

struct Members {
  std::vector<Member> all;
  std::string error;  // empty when the message is a JSON object

  // As most parsers take it, the last one counts.
  const Member* find(std::string_view key) const {
    const auto found = std::find_if(all.rbegin(), all.rend(),
                                    [&](const Member& member) { return member.key == key; });
    return key.empty() || found == all.rend() ? nullptr : &*found;
  }
};

simdjson::error_code read_value(ondemand::value value, Member& member) {
  if (const auto error = value.type().get(member.type)) {
    return error;
  }
  if (member.type == ondemand::json_type::string) {
    std::string_view text;
    if (const auto error = value.get_string().get(text)) {
      return error;
    }
    member.value = text;
  } else if (member.type == ondemand::json_type::boolean) {
    bool flag = false;
    if (const auto error = value.get_bool().get(flag)) {
      return error;
    }
    member.value = flag ? "true" : "false";
  }
  return simdjson::SUCCESS;
}

simdjson::error_code read_members(ondemand::document& document, std::string_view text,
                                  Members& members) {
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) {
    return error;
  }
  std::vector<std::size_t> starts;
  for (auto item : object) {
    ondemand::field field;
    if (const auto error = std::move(item).get(field)) {
      return error;
    }
    starts.push_back(static_cast<std::size_t>(field.key().raw() - text.data()) - 1);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) {
      return error;
    }
    Member& member = members.all.emplace_back();
    member.key = key;
    if (const auto error = read_value(field.value(), member)) {
      return error;
    }
  }
  const char* location = nullptr;
  if (!document.current_location().get(location)) {
    return simdjson::TRAILING_CONTENT;
  }
  starts.push_back(text.rfind('}'));
  for (std::size_t i = 0; i < members.all.size(); ++i) {
    members.all[i].text = text.substr(starts[i], starts[i + 1] - starts[i]);
  }
  return simdjson::SUCCESS;
}

// `text` must have room for simdjson to read over its end.
Members members_of(const std::string& text) {
  Members members;
  ondemand::parser parser;
  ondemand::document document;
  const simdjson::padded_string_view padded(text.data(), text.size(), text.capacity());
  auto error = parser.iterate(padded).get(document);
  if (!error) {
    error = read_members(document, text, members);
  }
  members.error = error ? simdjson::error_message(error) : "";
  return members;
}

// Without what stands between it and the next member.
std::string_view trimmed(std::string_view member) {
  bool has_comma = false;
  while (!member.empty()) {
    const char last = member.back();
    const bool is_blank = last == ' ' || last == '\t' || last == '\r' || last == '\n';
    if (!is_blank && (last != ',' || has_comma)) {
      break;
    }
    has_comma |= last == ',';
    member.remove_suffix(1);
  }
  return member;
}

lane::CallError refusal(std::string param, std::string message, std::string_view type) {
  lane::CallError error =
      lane::CallError::make(400, ABV_E_INVALID, type, param + ": " + std::move(message));
  error.param = std::move(param);
  return error;
}

lane::CallError not_found(const std::string& param, const std::string& id) {
  lane::CallError error =
      lane::CallError::make(400, ABV_E_NOT_FOUND, "previous_response_not_found",
                            "Previous response with id '" + id.substr(0, 200) + "' not found.");
  error.param = param;
  return error;
}

// The call finds out whether the answer is still there.
bool is_kept_here(const Member& earlier) {
  return earlier.type == ondemand::json_type::string &&
         earlier.value.find(sdk::kStoredBegin) != std::string::npos;
}

std::optional<lane::CallError> check_type(const Member* type, const std::string& expected) {
  if (type != nullptr && type->type == ondemand::json_type::string && type->value == expected) {
    return std::nullopt;
  }
  const std::string got = type == nullptr ? "none" : "\"" + type->value.substr(0, 60) + "\"";
  return refusal("type", "expected \"" + expected + "\", got " + got, "invalid_request");
}

bool is_lane(const Member& member) {
  return member.type == ondemand::json_type::string && !member.value.empty() &&
         member.value.size() <= kLongestLane &&
         std::all_of(member.value.begin(), member.value.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

// The body of the call: the message without the members that are the WebSocket's.
std::string body_of(const Members& members, const plugin::WebSocketWords& words, std::size_t size) {
  std::string body = "{\"stream\":true";
  body.reserve(size + 16);
  const std::array<std::string_view, 4> own{"type", "stream", words.lane, words.output};
  for (const Member& member : members.all) {
    if (member.key.empty() || std::find(own.begin(), own.end(), member.key) == own.end()) {
      body.append(",").append(trimmed(member.text));
    }
  }
  return body.append("}");
}

}  // namespace

std::optional<CallMessage> read_call_message(std::string text,
                                             const plugin::WebSocketWords& words) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  const Members members = members_of(text);
  CallMessage message;
  if (!members.error.empty()) {
    message.refusal = lane::CallError::make(400, ABV_E_INVALID, "invalid_request",
                                            "message: expected a JSON object: " + members.error);
    return message;
  }
  const Member* const type = members.find("type");
  if (type != nullptr &&
      std::find(words.ignored.begin(), words.ignored.end(), type->value) != words.ignored.end()) {
    return std::nullopt;
  }
  const Member* const lane = members.find(words.lane);
  if (lane != nullptr && !is_lane(*lane)) {
    message.refusal =
        refusal(words.lane, "expected 1 to 256 letters, digits, \"_\", \"-\" and \".\"",
                "invalid_" + words.lane);
    return message;
  }
  message.lane = lane == nullptr ? "" : "\"" + lane->value + "\"";
  message.refusal = check_type(type, words.create);
  if (message.refusal) {
    return message;
  }
  const Member* const earlier = members.find(words.earlier);
  if (earlier != nullptr && earlier->type != ondemand::json_type::null && !is_kept_here(*earlier)) {
    message.refusal = not_found(words.earlier, earlier->value);
    return message;
  }
  const Member* const output = members.find(words.output);
  message.wants_output =
      output == nullptr || output->value != "false" || output->type != ondemand::json_type::boolean;
  message.body = body_of(members, words, text.size());
  return message;
}

}  // namespace abv::http
