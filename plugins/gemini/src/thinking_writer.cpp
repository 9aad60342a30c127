#include "thinking_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/json_schema.hpp"
#include "abv/sdk/reasoning.hpp"
#include "extras_writer.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;

namespace {

constexpr std::int64_t kDynamic = -1;  // the model decides

class ThinkingWriter {
 public:
  ThinkingWriter(const chat::Reasoning& reasoning, const ModelTraits& model, sdk::LossSink& losses)
      : reasoning_(reasoning), model_(model), losses_(losses) {}

  // Decides what to write.
  void decide() {
    if (!reasoning_.effort.empty() && sdk::effort_row(reasoning_.effort) == nullptr) {
      losses_.dropped("/reasoning/effort", "the word is not known");
    }
    decide_how_much();
    if (model_.can_think()) decide_what_shows();
  }

  void write(const chat::Extras& request_extras, json::Writer& out) const {
    const ExtrasWriter extras(request_extras, "generationConfig/thinkingConfig");
    if (!shows_ && !budget_ && level_.empty() && extras.is_empty()) return;
    out.key("thinkingConfig").begin_object();
    if (shows_) out.member("includeThoughts", *shows_);
    if (budget_) out.member("thinkingBudget", *budget_);
    // What the client said in words that are not known here stands as it was.
    if (!level_.empty() && extras.has("thinkingLevel")) {
      losses_.dropped(place(), "the level that the client names says it");
    } else if (!level_.empty()) {
      out.member("thinkingLevel", level_);
    }
    extras.write(out);
    out.end_object();
  }

 private:
  bool is_adaptive() const { return reasoning_.is_adaptive; }

  void decide_how_much() {
    if (!model_.can_be_told_how_much()) return refuse();
    if (!model_.is_known()) return say_as_client();
    model_.is_3_or_later() ? decide_level() : decide_budget();
  }

  void decide_what_shows() {
    const bool is_on = reasoning_.enabled.value_or(!reasoning_.effort.empty() ||
                                                   reasoning_.budget_tokens || is_adaptive());
    const bool is_none = reasoning_.effort == "none" || reasoning_.budget_tokens == 0;
    if (!reasoning_.show.empty()) {
      shows_ = reasoning_.show != "none";
    } else if (is_on && !is_none) {
      shows_ = true;
    }
  }

  void refuse() {
    const bool asks_to_see = reasoning_.show == "summary" || reasoning_.show == "full";
    const bool says_something = reasoning_.enabled.value_or(false) || !reasoning_.effort.empty() ||
                                reasoning_.budget_tokens || is_adaptive() ||
                                (asks_to_see && !model_.can_think());
    if (says_something) losses_.dropped("/reasoning", "the model cannot be told how to think");
  }

  bool is_off() const {
    const bool is_unsaid = reasoning_.effort.empty() && !reasoning_.budget_tokens;
    return reasoning_.effort == "none" || reasoning_.budget_tokens == 0 ||
           (is_unsaid && !reasoning_.enabled.value_or(true));
  }

  void decide_budget() {
    const auto range = model_.budgets();
    if (is_off()) {
      budget_ = range.can_be_off ? 0 : range.least;
      if (!range.can_be_off) losses_.approximated(place(), "the model always thinks");
      return;
    }
    std::optional<std::int64_t> wanted = reasoning_.budget_tokens;
    const sdk::EffortRow* const row = sdk::effort_row(reasoning_.effort);
    if (wanted && row != nullptr) losses_.dropped("/reasoning/effort", "the budget says it");
    if (!wanted && row != nullptr) wanted = row->budget_tokens;
    if (!wanted) {
      if (is_adaptive() || reasoning_.enabled) budget_ = kDynamic;
      return;
    }
    budget_ = std::clamp(*wanted, range.least, range.most);
    if (*budget_ != *wanted) {
      losses_.approximated(place(), "the model takes " + std::to_string(range.least) + " to " +
                                        std::to_string(range.most) + " tokens");
    }
  }

  void decide_level() {
    if (is_off()) return set_level("minimal", true);
    if (const auto* row = sdk::effort_row(reasoning_.effort)) {
      drop_budget();
      return set_level(row->level, row->level != row->effort);
    }
    if (!reasoning_.budget_tokens) return;  // it decides by itself
    const auto* row = sdk::effort_row(sdk::effort_of_budget(*reasoning_.budget_tokens));
    set_level(row->level, row->budget_tokens != *reasoning_.budget_tokens);
  }

  // The API refuses both together.
  void drop_budget() {
    if (reasoning_.budget_tokens) losses_.dropped("/reasoning/budget_tokens", "the level says it");
  }

  void set_level(std::string_view level, bool is_changed) {
    level_ = model_.nearest_level(level);
    if (is_changed || level_ != sdk::json_schema::detail::upper(level)) {
      losses_.approximated(place(), "the model's nearest level is " + level_);
    }
  }

  void say_as_client() {
    if (const auto* row = sdk::effort_row(reasoning_.effort)) {
      drop_budget();
      level_ = sdk::json_schema::detail::upper(row->level);
      if (row->level != row->effort) {
        losses_.approximated(place(), "the nearest level is " + level_);
      }
    } else if (reasoning_.budget_tokens) {
      budget_ = reasoning_.budget_tokens;
    } else if (is_off()) {
      budget_ = 0;
    } else if (is_adaptive()) {
      budget_ = kDynamic;
    }
  }

  // What the client said, for reports.
  const char* place() const {
    if (!reasoning_.effort.empty()) return "/reasoning/effort";
    return reasoning_.budget_tokens ? "/reasoning/budget_tokens" : "/reasoning/enabled";
  }

  const chat::Reasoning& reasoning_;
  const ModelTraits& model_;
  sdk::LossSink& losses_;
  std::optional<bool> shows_;
  std::optional<std::int64_t> budget_;
  std::string level_;
};

}  // namespace

void write_thinking(const chat::Request& request, const ModelTraits& model, json::Writer& out,
                    sdk::LossSink& losses) {
  ThinkingWriter writer(request.reasoning, model, losses);
  writer.decide();
  writer.write(request.extras, out);
}

}  // namespace abv::gemini
