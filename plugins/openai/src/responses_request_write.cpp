#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "abv/sdk/chat_json.hpp"
#include "abv/sdk/reasoning.hpp"
#include "model_traits.hpp"
#include "responses_items.hpp"
#include "responses_past.hpp"
#include "responses_request.hpp"
#include "responses_tools.hpp"
#include "responses_trace.hpp"
#include "shared_fields.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

// The API refuses less, and longer names.
constexpr std::int64_t kLeastTokens = 16;
constexpr std::size_t kLongestName = 64;

class Body {
 public:
  Body(const chat::Request& request, const sdk::Attempt& attempt, sdk::LossSink& losses)
      : request_(request),
        attempt_(attempt),
        losses_(losses),
        model_(attempt.model().empty() ? std::string_view(request.model) : attempt.model()),
        traits_(traits_of(model_)),
        is_own_(is_from_responses(request)),
        is_kept_(is_own_ && is_kept(request)) {}

  // Of "/v1/responses", or of "/v1/responses/input_tokens", which takes what can be counted.
  std::string write(bool is_count);

 private:
  void write_sampling();
  void write_reasoning();
  void write_text();
  void write_storage();
  void write_include();
  void write_client();
  void write_extras(bool is_count);
  void report_unsayable();
  std::string_view effort() const;
  bool is_without_reasoning() const { return traits_.is_openai && !traits_.is_reasoning; }
  std::string short_name(const std::string& name, const char* path);

  const chat::Request& request_;
  const sdk::Attempt& attempt_;
  sdk::LossSink& losses_;
  const std::string_view model_;
  const ModelTraits traits_;
  const bool is_own_;
  const bool is_kept_;
  json::Writer out_;
};

std::string Body::write(bool is_count) {
  out_.reserve(chat::size_hint(request_));
  out_.begin_object().member("model", model_);
  ResponsesItems(request_, !is_without_reasoning(), out_, losses_).write();
  // The API refuses a choice among no tools.
  const bool has_tools = write_response_tools(request_, out_, losses_);
  if (has_tools || is_own_) {
    write_response_tool_choice(request_, out_);
  } else if (request_.tool_choice.mode == chat::ToolChoice::Mode::kRequired) {
    losses_.dropped("/tool_choice", "there is no tool left to call");
  }
  if (request_.tool_choice.parallel) {
    out_.member("parallel_tool_calls", *request_.tool_choice.parallel);
  }
  write_reasoning();
  write_text();
  if (!is_count) {
    if (attempt_.wants_stream()) out_.member("stream", true);
    write_sampling();
    write_storage();
    write_include();
    write_client();
  }
  write_extras(is_count);
  return out_.end_object().take();
}

// The effort that says what the request says; empty when it says nothing.
std::string_view Body::effort() const {
  const chat::Reasoning& wanted = request_.reasoning;
  if (wanted.enabled && !*wanted.enabled) return "none";
  if (!wanted.effort.empty()) return wanted.effort;
  if (wanted.budget_tokens) return sdk::effort_of_budget(*wanted.budget_tokens);
  return wanted.enabled && !wanted.is_adaptive ? "medium" : "";
}

void Body::write_reasoning() {
  const chat::Reasoning& wanted = request_.reasoning;
  const auto word = effort();
  if (!is_own_ && is_without_reasoning()) {
    if (!word.empty() && word != "none") losses_.dropped("/reasoning", "the model does not reason");
    return;
  }
  const auto rest = own_extra(request_.extras, "reasoning");
  // Who switches thinking on without a word on showing it gets to see it, as with its own vendor.
  const bool is_shown = wanted.show == "summary" || wanted.show == "full" ||
                        (wanted.show.empty() && wanted.enabled.value_or(false));
  const bool has_own_summary = rest.find("\"summary\"") != std::string_view::npos;
  if (word.empty() && rest.empty() && !is_shown) {
    if (wanted.is_adaptive) {
      losses_.approximated("/reasoning/adaptive",
                           "the upstream's default decides how much it thinks");
    }
    return;
  }
  out_.key("reasoning").begin_object();
  if (!word.empty()) out_.member("effort", word);
  if (is_shown && !has_own_summary) {
    out_.member("summary", wanted.show == "full" ? "detailed" : "auto");
    if (wanted.show == "full") {
      losses_.approximated("/reasoning/show", "OpenAI shows summaries of reasoning only");
    }
  }
  json::Document document;
  if (!rest.empty() && document.parse(rest)) {
    for (const auto& [key, value] : document.root().members())
      out_.member(key, value);
  }
  out_.end_object();
  if (!wanted.effort.empty() || (wanted.enabled && !*wanted.enabled)) return;
  if (wanted.budget_tokens) {
    const auto* const row = sdk::effort_row(word);
    if (row == nullptr || row->budget_tokens != *wanted.budget_tokens) {
      losses_.approximated("/reasoning/budget_tokens", "the API knows efforts, not budgets");
    }
  } else if (wanted.is_adaptive) {
    losses_.approximated("/reasoning/adaptive",
                         "the upstream's default decides how much it thinks");
  } else if (wanted.enabled) {
    losses_.defaulted("/reasoning/effort", "the API knows efforts only, medium is taken");
  }
}

void Body::write_text() {
  const chat::Output& output = request_.output;
  const auto rest = own_extra(request_.extras, "text");
  json::Document document;
  const bool has_rest = !rest.empty() && document.parse(rest);
  const bool has_more = has_rest || !output.verbosity.empty();
  if (!output.modalities.empty() && output.modalities != std::vector<std::string>{"text"}) {
    losses_.dropped("/output/modalities", "the API answers in text");
  }
  if (output.format.empty() && !has_more) return;
  out_.key("text").begin_object();
  if (output.format == "json_schema") {
    out_.key("format").begin_object().member("type", "json_schema");
    out_.member("name", output.name.empty() ? std::string("response") : output.name);
    if (output.name.empty()) losses_.defaulted("/output/name", "the API demands a name");
    if (!output.description.empty()) out_.key("description").raw(output.description);
    out_.key("schema").raw(output.schema.empty() ? "{}" : output.schema);
    if (output.strict) out_.member("strict", *output.strict);
    json::Document more;
    const auto fields = own_extra(request_.extras, "text.format");
    if (!fields.empty() && more.parse(fields)) {
      for (const auto& [key, value] : more.root().members())
        out_.member(key, value);
    }
    out_.end_object();
  } else if (!output.format.empty()) {
    out_.key("format").begin_object();
    out_.member("type", output.format == "json" ? std::string("json_object") : output.format);
    out_.end_object();
  }
  if (!output.verbosity.empty()) out_.member("verbosity", output.verbosity);
  if (has_rest) {
    for (const auto& [key, value] : document.root().members())
      out_.member(key, value);
  }
  out_.end_object();
}

void Body::write_sampling() {
  if (request_.max_tokens) {
    const bool is_less = *request_.max_tokens < kLeastTokens;
    out_.member("max_output_tokens", std::max(*request_.max_tokens, kLeastTokens));
    if (is_less) losses_.approximated("/max_tokens", "the API takes 16 at least");
  }
  // Reasoning models take these only while they don't reason. A value that is the default anyway is
  // left out without a word.
  const bool refuses = traits_.is_reasoning && effort() != "none";
  const auto put = [&](const char* name, const std::optional<double>& value) {
    if (!value) return;
    if (!refuses) {
      out_.member(name, *value);
    } else if (std::abs(*value - 1) > 1e-9) {
      losses_.dropped(std::string("/") + name, "OpenAI's reasoning models do not take it");
    }
  };
  put("temperature", request_.temperature);
  put("top_p", request_.top_p);
  if (request_.top_logprobs) {
    if (!refuses) {
      out_.member("top_logprobs", *request_.top_logprobs);
    } else {
      losses_.dropped("/top_logprobs", "OpenAI's reasoning models do not take it");
    }
  }
  report_unsayable();
}

void Body::report_unsayable() {
  const auto drop = [&](bool is_there, const char* path) {
    if (is_there) losses_.dropped(path, "the Responses API has no such option");
  };
  drop(request_.top_k.has_value(), "/top_k");
  drop(request_.seed.has_value(), "/seed");
  drop(request_.n.value_or(1) != 1, "/n");
  drop(request_.presence_penalty.value_or(0) != 0, "/presence_penalty");
  drop(request_.frequency_penalty.value_or(0) != 0, "/frequency_penalty");
  drop(!request_.stop.empty(), "/stop");
}

// A client of another dialect sends the whole conversation each time, and what this host keeps the
// upstream need not keep too.
void Body::write_storage() {
  if (request_.store) {
    out_.member("store", *request_.store);
  } else if (!is_own_ || is_kept_) {
    out_.member("store", false);
  }
}

void Body::write_include() {
  auto own = own_extra(request_.extras, "include");
  json::Document trace;
  for (const chat::Message& message : request_.messages) {
    if (!own.empty()) break;
    if (!message.parts.empty()) own = trace_of(message.parts.front(), trace)["include"].raw();
  }
  constexpr std::string_view kReasoning = "reasoning.encrypted_content";
  const bool wants_reasoning =
      (!is_own_ || is_kept_) && !request_.store.value_or(false) && !is_without_reasoning();
  const bool has_all = !wants_reasoning || own.find(kReasoning) != std::string_view::npos;
  if (!own.empty() && has_all) {
    out_.key("include").raw(own);
    return;
  }
  if (!own.empty()) {
    const auto list = own.substr(0, own.rfind(']'));
    out_.key("include").raw(std::string(list) + ",\"" + std::string(kReasoning) + "\"]");
    return;
  }
  const bool refuses = traits_.is_reasoning && effort() != "none";
  const bool wants_logprobs = request_.logprobs.value_or(false) && !refuses;
  if (request_.logprobs.value_or(false) && refuses) {
    losses_.dropped("/logprobs", "OpenAI's reasoning models do not take it");
  }
  if (!wants_reasoning && !wants_logprobs) return;
  out_.key("include").begin_array();
  if (wants_reasoning) out_.value(kReasoning);
  if (wants_logprobs) out_.value("message.output_text.logprobs");
  out_.end_array();
}

std::string Body::short_name(const std::string& name, const char* path) {
  if (name.size() <= kLongestName) return name;
  losses_.approximated(path, "the API takes 64 characters");
  return chat::tool_id(name, kLongestName);
}

void Body::write_client() {
  if (!request_.user.empty()) out_.member("user", short_name(request_.user, "/user"));
  if (!request_.cache_key.empty()) {
    out_.member("prompt_cache_key", short_name(request_.cache_key, "/cache_key"));
  }
  if (!request_.metadata.empty()) out_.key("metadata").raw(request_.metadata);
  if (request_.service_tier.empty()) return;
  constexpr std::array<std::string_view, 7> kTiers = {"auto",     "default", "flex",     "scale",
                                                      "priority", "fast",    "ultrafast"};
  const auto tier = openai_tier(request_.service_tier);
  const bool is_known = std::find(kTiers.begin(), kTiers.end(), tier) != kTiers.end();
  if (is_known || is_own_ || !traits_.is_openai) {
    out_.member("service_tier", tier);
  } else {
    losses_.dropped("/service_tier", "OpenAI has no tier of this name");
  }
}

void Body::write_extras(bool is_count) {
  constexpr std::array<std::string_view, 5> kWrittenElsewhere = {
      "tool_choice", "include", "reasoning", "text", "text.format"};
  constexpr std::array<std::string_view, 4> kCounted = {"conversation", "personality",
                                                        "previous_response_id", "truncation"};
  const auto is_in = [](const auto& list, const std::string& key) {
    return std::find(list.begin(), list.end(), key) != list.end();
  };
  for (const chat::Extra& extra : request_.extras) {
    const bool is_own = extra.dialect == kResponsesDialect || is_of_chat_and_responses(extra);
    if (!is_own || is_in(kWrittenElsewhere, extra.key)) continue;
    if (is_count && extra.key == "prompt") {
      losses_.dropped("/prompt", "templates cannot be counted");
    }
    if (is_count && !is_in(kCounted, extra.key)) continue;
    if (extra.key == "stream_options" && !attempt_.wants_stream()) continue;
    out_.key(extra.key).raw(extra.value);
  }
  report_others(request_.extras, kResponsesDialect, "", losses_, is_of_chat_and_responses);
}

}  // namespace

void write_responses_request(const chat::Request& request, const sdk::Attempt& attempt,
                             sdk::Outgoing& out, sdk::LossSink& losses) {
  const bool is_count = attempt.operation() == "count_tokens";
  out.set_url(is_count ? "/v1/responses/input_tokens" : "/v1/responses");
  out.set_header("content-type", "application/json");
  out.set_body(Body(request, attempt, losses).write(is_count));
}

}  // namespace abv::openai
