#include "request_writer.hpp"

#include <algorithm>
#include <string>

#include "abv/sdk/chat_json.hpp"
#include "cache_marks.hpp"
#include "content_writer.hpp"
#include "conversation.hpp"
#include "json_text.hpp"
#include "model_traits.hpp"
#include "output_schema.hpp"
#include "thinking_plan.hpp"
#include "tool_writer.hpp"
#include "words.hpp"

namespace abv::claude {

namespace {

class RequestWriter {
 public:
  RequestWriter(const chat::Request& request, const sdk::Attempt& attempt, sdk::LossSink& losses)
      : request_(request),
        attempt_(attempt),
        losses_(losses),
        is_count_(attempt.operation() == "count_tokens"),
        traits_(traits_of(attempt.model())),
        conversation_(request, traits_, losses) {}

  std::string write() {
    plan_ = plan_thinking(request_, traits_,
                          {is_tool_forced(request_), conversation_.is_prefilled(),
                           conversation_.calls_without_thinking(), !is_count_},
                          losses_);
    out_.reserve(chat::size_hint(request_));
    out_.begin_object().member("model", attempt_.model());
    if (!is_count_) write_options();
    write_thinking();
    write_output_config();
    write_tool_choice(request_, out_, losses_);
    write_own_fields();
    write_tools(request_, traits_, out_, marks_, losses_);
    write_conversation();
    out_.end_object();
    std::string body = out_.take();
    marks_.drop_surplus(body, losses_);
    return body;
  }

 private:
  void write_options() {
    out_.member("max_tokens", plan_.max_tokens);
    if (attempt_.wants_stream()) out_.member("stream", true);
    write_sampling();
    write_stop_sequences();
    write_metadata();
    write_service_tier();
    report_unknown_options();
  }

  void write_sampling() {
    if (!traits_.takes_sampling) return report_sampling("the model chooses its own sampling");
    write_temperature();
    write_top_p();
    if (!request_.top_k) return;
    if (plan_.is_on()) return losses_.dropped("/top_k", "thinking excludes it");
    out_.member("top_k", *request_.top_k);
  }

  // 1 is what the models do anyway.
  void report_sampling(std::string_view why) {
    if (request_.temperature.value_or(1) != 1) losses_.dropped("/temperature", why);
    if (request_.top_p.value_or(1) != 1) losses_.dropped("/top_p", why);
    if (request_.top_k) losses_.dropped("/top_k", why);
  }

  void write_temperature() {
    if (!request_.temperature) return;
    const double wanted = *request_.temperature;
    if (plan_.is_on() && wanted != 1)
      return losses_.dropped("/temperature", "thinking excludes it");
    const double fitting = std::clamp(wanted, 0.0, 1.0);
    if (fitting != wanted) losses_.approximated("/temperature", "the API takes 0 to 1");
    out_.member("temperature", fitting);
  }

  void write_top_p() {
    if (!request_.top_p) return;
    constexpr double kLeastWithThinking = 0.95;
    const double wanted = *request_.top_p;
    if (request_.temperature && !traits_.takes_both_samplings) {
      if (wanted != 1) losses_.dropped("/top_p", "the model takes temperature or top_p, not both");
      return;
    }
    const double fitting = std::clamp(wanted, plan_.is_on() ? kLeastWithThinking : 0.0, 1.0);
    if (fitting != wanted) losses_.approximated("/top_p", "the API takes another range here");
    out_.member("top_p", fitting);
  }

  void write_stop_sequences() {
    bool has_any = false;
    for (std::size_t i = 0; i < request_.stop.size(); ++i) {
      if (is_blank_text(request_.stop[i])) {
        losses_.dropped("/stop/" + std::to_string(i), "the API refuses mere white space");
        continue;
      }
      if (!has_any) out_.key("stop_sequences").begin_array();
      has_any = true;
      out_.raw(request_.stop[i]);
    }
    if (has_any) out_.end_array();
  }

  void write_metadata() {
    if (!request_.metadata.empty() && request_.metadata != "{}") {
      losses_.dropped("/metadata", "the API takes the user's id alone");
    }
    if (request_.user.empty() && !has_extras(kMetadata)) return;
    out_.key(kMetadata).begin_object();
    if (!request_.user.empty() && !has_extra(kUserId)) out_.member("user_id", request_.user);
    write_extras_of(kMetadata);
    out_.end_object();
  }

  void write_service_tier() {
    const std::string& tier = request_.service_tier;
    if (tier.empty()) return;
    if (tier == "auto" || tier == "standard_only") {
      out_.member("service_tier", tier);
    } else if (tier == "default" || tier == "standard") {  // OpenAI's and Google's word for it
      out_.member("service_tier", "standard_only");
    } else {
      losses_.dropped("/service_tier", "the API knows auto and standard_only");
    }
  }

  void report_unknown_options() {
    const auto report = [&](bool is_said, std::string_view path) {
      if (is_said) losses_.dropped(path, "the API has nothing like it");
    };
    report(request_.seed.has_value(), "/seed");
    report(request_.presence_penalty.value_or(0) != 0, "/presence_penalty");
    report(request_.frequency_penalty.value_or(0) != 0, "/frequency_penalty");
    report(request_.logprobs.value_or(false), "/logprobs");
    report(request_.top_logprobs.value_or(0) != 0, "/top_logprobs");
    report(request_.store.value_or(false), "/store");
    report(!request_.output.verbosity.empty(), "/output/verbosity");
    if (request_.n.value_or(1) != 1) losses_.dropped("/n", "the API gives one answer");
    if (!request_.cache_key.empty()) {
      losses_.dropped("/cache_key", "the cache is told by marks, not by a key");
    }
    for (const std::string& modality : request_.output.modalities) {
      if (modality != "text") losses_.dropped("/output/modalities", "answers are text");
    }
  }

  void write_thinking() {
    using Mode = ThinkingPlan::Mode;
    if (plan_.mode == Mode::kUnsaid) {
      return report_extras_of(kThinking, "thinking is not asked for");
    }
    out_.key(kThinking).begin_object();
    if (plan_.mode == Mode::kDisabled) {
      out_.member("type", "disabled");
    } else if (plan_.mode == Mode::kAdaptive) {
      out_.member("type", "adaptive");
    } else {
      out_.member("type", "enabled").member("budget_tokens", plan_.budget_tokens);
    }
    if (!plan_.display.empty()) out_.member("display", plan_.display);
    if (plan_.is_on()) write_extras_of(kThinking);
    out_.end_object();
    if (!plan_.is_on()) report_extras_of(kThinking, "thinking is off");
  }

  void write_output_config() {
    const bool has_format = takes_format();
    const bool is_own_format = has_extra(kOutputFormat);
    if (plan_.effort.empty() && !has_format && !has_extras(kOutputConfig)) return;
    out_.key(kOutputConfig).begin_object();
    if (!plan_.effort.empty()) out_.member("effort", plan_.effort);
    if (has_format && !is_own_format) write_format();
    const bool is_refused = is_own_format && !has_format && !request_.output.format.empty();
    write_extras_of(kOutputConfig, is_refused ? kOutputFormat : std::string_view());
    out_.end_object();
  }

  bool takes_format() {
    const chat::Output& output = request_.output;
    if (output.format.empty() || output.format == "text") return false;
    if (output.format != "json_schema" || output.schema.empty()) {
      losses_.dropped("/output/format", "the API takes JSON by a schema alone");
      return false;
    }
    if (traits_.takes_format) return true;
    losses_.dropped("/output", "the model knows no output format");
    return false;
  }

  void write_format() {
    const chat::Output& output = request_.output;
    const auto fitted = output_schema(output.schema);
    out_.key("format").begin_object().member("type", "json_schema").key("schema");
    out_.raw(fitted ? std::string_view(fitted->text) : output.schema).end_object();
    if (fitted && !fitted->loss.empty()) losses_.approximated("/output/schema", fitted->loss);
    // "response" is what dialects say that must say something.
    if (!output.name.empty() && output.name != "response") {
      losses_.dropped("/output/name", "the format has no name");
    }
    if (!chat::is_blank(output.description)) {
      losses_.dropped("/output/description", "the format has no description");
    }
  }

  // Fields at the top that only this dialect knows.
  void write_own_fields() {
    for (const chat::Extra& extra : request_.extras) {
      if (extra.dialect != kDialect || extra.value == "null") continue;
      if (stands_inside(extra.key)) continue;
      if (extra.key == "cache_control") marks_.add_fixed();
      out_.key(extra.key).raw(extra.value);
    }
    chat::report_foreign(request_.extras, kDialect, "", losses_);
  }

  void write_conversation() {
    ContentWriter content(out_, marks_, losses_);
    if (!conversation_.system().empty()) {
      out_.key("system");
      content.write_system(conversation_.system());
    }
    marks_.end_prefix();
    const auto& turns = conversation_.turns();
    out_.key("messages").begin_array();
    for (const Turn& turn : turns)
      content.write_turn(turn, request_, &turn == &turns.back());
    out_.end_array();
  }

  // Of an object that is written by itself. A name may hold dots of its own.
  static bool stands_inside(std::string_view key) {
    return is_inside(key, kMetadata) || is_inside(key, kOutputConfig) ||
           is_inside(key, kThinking) || is_inside(key, kToolChoice);
  }

  bool has_extras(std::string_view object) const {
    return std::any_of(request_.extras.begin(), request_.extras.end(), [&](const auto& extra) {
      return extra.dialect == kDialect && is_inside(extra.key, object);
    });
  }

  bool has_extra(std::string_view key) const {
    return std::any_of(request_.extras.begin(), request_.extras.end(), [&](const auto& extra) {
      return extra.dialect == kDialect && extra.key == key;
    });
  }

  void write_extras_of(std::string_view object, std::string_view except = {}) {
    for (const chat::Extra& extra : request_.extras) {
      if (extra.dialect != kDialect || !is_inside(extra.key, object)) continue;
      if (extra.key == except) continue;
      out_.key(std::string_view(extra.key).substr(object.size() + 1)).raw(extra.value);
    }
  }

  void report_extras_of(std::string_view object, std::string_view why) {
    for (const chat::Extra& extra : request_.extras) {
      if (extra.dialect != kDialect || !is_inside(extra.key, object)) continue;
      losses_.dropped("/" + extra.key, why);
    }
  }

  const chat::Request& request_;
  const sdk::Attempt& attempt_;
  sdk::LossSink& losses_;
  const bool is_count_;
  const ModelTraits traits_;
  const Conversation conversation_;
  ThinkingPlan plan_;
  json::Writer out_;
  CacheMarks marks_;
};

}  // namespace

void write_request(const chat::Request& request, const sdk::Attempt& attempt, sdk::Outgoing& out,
                   sdk::LossSink& losses) {
  const bool is_count = attempt.operation() == "count_tokens";
  out.set_url(is_count ? "/v1/messages/count_tokens" : "/v1/messages");
  out.set_header("content-type", "application/json");
  out.set_body(RequestWriter(request, attempt, losses).write());
}

}  // namespace abv::claude
