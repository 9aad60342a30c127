#include <algorithm>
#include <cmath>
#include <string>

#include "abv/sdk/chat_json.hpp"
#include "abv/sdk/reasoning.hpp"
#include "chat_request.hpp"
#include "chat_request_parts.hpp"
#include "chat_request_writer.hpp"
#include "shared_fields.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

void write_chat_request(const chat::Request& request, const sdk::Attempt& attempt,
                        sdk::Outgoing& out, sdk::LossSink& losses) {
  const auto model = attempt.model().empty() ? std::string_view(request.model) : attempt.model();
  out.set_url("/v1/chat/completions");
  out.set_body(ChatRequestWriter(request, model, attempt.wants_stream(), losses).write());
}

std::string ChatRequestWriter::write() {
  json_.reserve(chat::size_hint(request_));
  json_.begin_object().member("model", model_);
  write_messages();
  write_tools();
  write_limits();
  write_sampling();
  write_stop();
  write_reasoning();
  write_output();
  write_client();
  write_stream_options();
  write_request_extras();
  return json_.end_object().take();
}

void ChatRequestWriter::write_limits() {
  if (request_.max_tokens) {
    // Reasoning models refuse the older name, and servers that are not OpenAI's may not know the
    // newer one.
    json_.member(traits_.is_reasoning ? "max_completion_tokens" : "max_tokens",
                 *request_.max_tokens);
  }
  if (request_.n) json_.member("n", *request_.n);
  if (request_.seed) json_.member("seed", *request_.seed);
  if (request_.top_k) {
    if (traits_.is_openai) {
      drop(root_, "top_k", "OpenAI's models have no top_k");
    } else {
      json_.member("top_k", *request_.top_k);
    }
  }
}

void ChatRequestWriter::write_sampling() {
  // OpenAI's reasoning models take these only while they don't reason. A value that is the default
  // anyway is left out without a word.
  const bool refuses = traits_.is_reasoning && effort_to_write() != "none";
  const auto put = [&](std::string_view name, const std::optional<double>& value, double unset) {
    if (!value) return;
    if (!refuses) {
      json_.member(name, *value);
    } else if (std::abs(*value - unset) > 1e-9) {
      drop(root_, name, "OpenAI's reasoning models do not take it");
    }
  };
  put("temperature", request_.temperature, 1);
  put("top_p", request_.top_p, 1);
  put("presence_penalty", request_.presence_penalty, 0);
  put("frequency_penalty", request_.frequency_penalty, 0);
  if (request_.logprobs) {
    if (!refuses) {
      json_.member("logprobs", *request_.logprobs);
      if (request_.top_logprobs) json_.member("top_logprobs", *request_.top_logprobs);
    } else if (*request_.logprobs) {
      drop(root_, "logprobs", "OpenAI's reasoning models do not take it");
    }
  } else if (request_.top_logprobs && !refuses) {
    json_.member("logprobs", true).member("top_logprobs", *request_.top_logprobs);
  }
}

void ChatRequestWriter::write_stop() {
  if (request_.stop.empty()) return;
  if (traits_.is_reasoning) {
    return drop(root_, "stop", "OpenAI's reasoning models do not take it");
  }
  constexpr std::size_t kMost = 4;
  const Place at_stop(root_, "stop");
  json_.key("stop").begin_array();
  for (std::size_t i = 0; i < request_.stop.size(); ++i) {
    if (i < kMost) {
      json_.raw(request_.stop[i]);
    } else {
      losses_.dropped(Place(at_stop, i).pointer(), "chat takes 4 stop sequences");
    }
  }
  json_.end_array();
}

// The effort that says what the request says; empty when it says nothing.
std::string_view ChatRequestWriter::effort_to_write() {
  const chat::Reasoning& wanted = request_.reasoning;
  if (wanted.enabled && !*wanted.enabled) return "none";
  if (!wanted.effort.empty()) return wanted.effort;
  if (wanted.budget_tokens) return sdk::effort_of_budget(*wanted.budget_tokens);
  return wanted.enabled && !wanted.is_adaptive ? "medium" : "";
}

void ChatRequestWriter::write_reasoning() {
  const chat::Reasoning& wanted = request_.reasoning;
  const Place place(root_, "reasoning");
  const auto effort = effort_to_write();
  if (!wanted.show.empty()) {
    drop(place, "show", "the upstream decides which reasoning it shows");
  }
  if (traits_.is_openai && !traits_.is_reasoning) {
    if (!effort.empty() && effort != "none") drop(root_, "reasoning", "this model does not reason");
    return;
  }
  if (!effort.empty()) {
    const auto nearest = nearest_effort(traits_, effort);
    json_.member("reasoning_effort", nearest);
    if (nearest != effort) approximate(place, "effort", "this model takes fewer efforts");
  }
  const bool is_on = !wanted.enabled || *wanted.enabled;
  if (is_on && wanted.effort.empty()) {
    if (wanted.budget_tokens) {
      const auto* const row = sdk::effort_row(effort);
      const bool is_same = row != nullptr && row->budget_tokens == *wanted.budget_tokens;
      if (!is_same) approximate(place, "budget_tokens", "chat knows efforts, not budgets");
    } else if (wanted.is_adaptive) {
      approximate(place, "adaptive", "the upstream's default decides how much it thinks");
    } else if (wanted.enabled) {
      losses_.defaulted("/reasoning/effort", "chat knows efforts only, medium is taken");
    }
  }
}

void ChatRequestWriter::write_output() {
  const chat::Output& output = request_.output;
  if (output.format == "json_schema") {
    json_.key("response_format").begin_object().member("type", "json_schema");
    json_.key("json_schema").begin_object();
    json_.member("name", output.name.empty() ? "answer" : output.name);
    if (output.name.empty()) losses_.defaulted("/output/name", "chat demands a name");
    if (!output.description.empty()) json_.key("description").raw(output.description);
    if (!output.schema.empty()) json_.key("schema").raw(output.schema);
    if (output.strict) json_.member("strict", *output.strict);
    put_extras(request_.extras, "json_schema.");
    json_.end_object().end_object();
  } else if (!output.format.empty()) {
    json_.key("response_format").begin_object();
    json_.member("type", output.format == "json" ? "json_object" : output.format).end_object();
  }
  const Place place(root_, "output");
  if (!output.verbosity.empty()) {
    // OpenAI's older models know medium alone, and it is their default.
    if (!traits_.is_openai || traits_.is_reasoning) {
      json_.member("verbosity", output.verbosity);
    } else if (output.verbosity != "medium") {
      drop(place, "verbosity", "this model has one verbosity only");
    }
  }
  if (output.modalities.empty()) return;
  json_.key("modalities").begin_array();
  for (const auto& modality : output.modalities) {
    if (modality == "image" && traits_.is_openai) {
      drop(place, "modalities", "OpenAI's chat gives no images");
    } else {
      json_.value(modality);
    }
  }
  json_.end_array();
}

void ChatRequestWriter::write_client() {
  write_name("user", "user", request_.user);
  if (!request_.metadata.empty()) json_.key("metadata").raw(request_.metadata);
  write_name("prompt_cache_key", "cache_key", request_.cache_key);
  if (request_.store) json_.member("store", *request_.store);
  if (request_.service_tier.empty()) return;
  constexpr std::string_view kTiers[] = {"auto", "default", "flex", "scale", "priority", "fast"};
  const auto tier = openai_tier(request_.service_tier);
  const auto known = std::find(std::begin(kTiers), std::end(kTiers), tier);
  if (known == std::end(kTiers) && traits_.is_openai) {
    return drop(root_, "service_tier", "OpenAI has no tier of this name");
  }
  json_.member("service_tier", tier);
}

// OpenAI refuses names that are longer than this, and its models go by other names at times; a
// shorter one still tells them apart.
void ChatRequestWriter::write_name(std::string_view key, std::string_view source,
                                   const std::string& name) {
  constexpr std::size_t kLongest = 64;
  if (name.empty()) return;
  if (name.size() <= kLongest) {
    json_.member(key, name);
    return;
  }
  json_.member(key, chat::tool_id(name, kLongest));
  approximate(root_, source, "OpenAI takes 64 letters, so its end is a hash");
}

void ChatRequestWriter::write_stream_options() {
  if (!is_stream_) return;
  // Without it there would be no counts.
  json_.member("stream", true).key("stream_options").begin_object();
  json_.member("include_usage", true);
  put_extras(request_.extras, "stream_options.");
  json_.end_object();
}

void ChatRequestWriter::write_request_extras() {
  for (const std::string_view object : {"reasoning", "thinking"}) {
    const auto prefix = std::string(object) + ".";
    if (!has_extras(request_.extras, prefix)) continue;
    json_.key(object).begin_object();
    put_extras(request_.extras, prefix);
    json_.end_object();
  }
  put_extras(request_.extras, "",
             {"json_schema.", "stream_options.", "reasoning.", "thinking.", "tool_choice"});
  report_extras(request_.extras, root_);
}

void ChatRequestWriter::put_extras(const chat::Extras& extras, std::string_view inside,
                                   std::initializer_list<std::string_view> elsewhere) {
  for (const chat::Extra& extra : extras) {
    const std::string_view key = extra.key;
    const auto begins = [&](std::string_view prefix) { return key.starts_with(prefix); };
    if (!is_own(extra) || !begins(inside)) continue;
    if (std::any_of(elsewhere.begin(), elsewhere.end(), begins)) continue;
    json_.key(key.substr(inside.size())).raw(extra.value);
  }
}

bool ChatRequestWriter::has_extras(const chat::Extras& extras, std::string_view inside) const {
  return std::any_of(extras.begin(), extras.end(), [&](const chat::Extra& extra) {
    return is_own(extra) && extra.key.starts_with(inside);
  });
}

// Other servers than OpenAI's need not know what chat and responses share.
bool ChatRequestWriter::is_own(const chat::Extra& extra) const {
  return extra.dialect == kChatDialect || (traits_.is_openai && is_of_responses_and_chat(extra));
}

void ChatRequestWriter::report_extras(const chat::Extras& extras, const Place& place) {
  if (extras.empty()) return;
  report_others(extras, kChatDialect, place.pointer(), losses_,
                [&](const chat::Extra& extra) { return is_own(extra); });
}

void ChatRequestWriter::drop(const Place& place, std::string_view name, std::string_view why) {
  losses_.dropped(Place(place, name).pointer(), why);
}

void ChatRequestWriter::approximate(const Place& place, std::string_view name,
                                    std::string_view why) {
  losses_.approximated(Place(place, name).pointer(), why);
}

}  // namespace abv::openai
