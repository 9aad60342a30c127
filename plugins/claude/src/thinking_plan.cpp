#include "thinking_plan.hpp"

#include <algorithm>
#include <string>

#include "abv/sdk/reasoning.hpp"
#include "words.hpp"

namespace abv::claude {

namespace {

using Mode = ThinkingPlan::Mode;

constexpr std::int64_t kLeastBudget = 1024;

// Room for the answer beside the thinking, where max_tokens is ours to choose.
constexpr std::int64_t kRoomForAnswer = 8192;

constexpr std::string_view kNoEffort = "the model does not know efforts";

// True when the request is this dialect's own and says an effort without thinking.
bool is_effort_alone(const chat::Request& request) {
  for (const chat::Message& message : request.messages) {
    for (const chat::Part& part : message.parts) {
      if (part.kind == chat::PartKind::kOpaque) continue;
      return part.dialect == kDialect && part.raw == kEffortAlone;
    }
  }
  return false;
}

class Planner {
 public:
  Planner(const chat::Request& request, const ModelTraits& traits, const ThinkingLimits& limits,
          sdk::LossSink& losses)
      : reasoning_(request.reasoning),
        request_(request),
        traits_(traits),
        limits_(limits),
        losses_(losses) {}

  ThinkingPlan plan() {
    choose_max_tokens();
    if (is_effort_alone(request_)) {
      if (traits_.takes_effort) plan_.effort = reasoning_.effort;
      if (plan_.effort.empty()) losses_.dropped("/reasoning/effort", kNoEffort);
      return plan_;
    }
    choose_mode();
    choose_effort();
    give_way();
    if (plan_.mode == Mode::kBudget) fit_budget();
    if (plan_.is_on()) choose_display();
    return plan_;
  }

 private:
  void choose_max_tokens() {
    is_defaulted_ = !request_.max_tokens;
    plan_.max_tokens = request_.max_tokens.value_or(traits_.default_answer);
    if (!limits_.has_max_tokens) return;
    const auto longest = traits_.longest_answer;
    if (is_defaulted_) {
      losses_.defaulted("/max_tokens", "the API wants a limit");
    } else if (longest > 0 && plan_.max_tokens > longest) {
      plan_.max_tokens = longest;
      losses_.approximated("/max_tokens", "the model's answers are at most " +
                                              std::to_string(longest) + " tokens long");
    }
  }

  bool is_refused() const {
    return reasoning_.enabled == false || reasoning_.effort == "none" ||
           (reasoning_.budget_tokens == 0 && reasoning_.effort.empty());
  }

  bool is_asked_for() const {
    if (reasoning_.enabled == true || reasoning_.is_adaptive) return true;
    if (!reasoning_.effort.empty() || reasoning_.budget_tokens) return true;
    // To show thinking, a model of today has to be told to think.
    return !reasoning_.show.empty() && reasoning_.show != "none" && traits_.takes_adaptive;
  }

  void choose_mode() {
    if (is_refused()) {
      if (!traits_.can_stop_thinking) {
        return losses_.dropped("/reasoning", "the model always thinks");
      }
      if (traits_.takes_thinking) plan_.mode = Mode::kDisabled;
      return;
    }
    if (!is_asked_for()) {
      if (!reasoning_.show.empty() && reasoning_.show != "none" && traits_.takes_thinking) {
        losses_.dropped("/reasoning/show", "the model thinks when it is told to");
      }
      return;
    }
    if (!traits_.takes_thinking) return losses_.dropped("/reasoning", "the model does not think");
    const bool has_budget = reasoning_.budget_tokens.value_or(-1) > 0 && !reasoning_.is_adaptive;
    const bool wants_budget = has_budget && traits_.takes_budget;
    plan_.mode = wants_budget || !traits_.takes_adaptive ? Mode::kBudget : Mode::kAdaptive;
    if (plan_.mode == Mode::kBudget) choose_budget(has_budget);
  }

  void choose_budget(bool has_budget) {
    if (has_budget) {
      plan_.budget_tokens = *reasoning_.budget_tokens;
      return;
    }
    // Without a word on how much, Anthropic's models think at high effort.
    const auto* row = sdk::effort_row(reasoning_.effort.empty() ? "high" : reasoning_.effort);
    if (row == nullptr) row = sdk::effort_row("high");
    plan_.budget_tokens = row->budget_tokens;
    if (reasoning_.is_adaptive || row->effort != reasoning_.effort) {
      losses_.approximated("/reasoning", "the model thinks on a budget, here of " +
                                             std::to_string(row->budget_tokens) + " tokens");
    }
  }

  void choose_effort() {
    if (reasoning_.effort.empty()) return effort_from_budget();
    if (reasoning_.effort == "none" || !traits_.takes_thinking) return;
    const bool is_budget = plan_.mode == Mode::kBudget && !reasoning_.budget_tokens;
    if (!traits_.takes_adaptive && is_budget) return;  // the budget says it
    if (!traits_.takes_effort) {
      return losses_.dropped("/reasoning/effort", kNoEffort);
    }
    plan_.effort = reasoning_.effort;
    if (plan_.effort == "minimal") return change_effort("low", "the least effort is low");
    if (plan_.effort == "xhigh" && !traits_.takes_high_efforts) {
      return change_effort("high", "the model does not know xhigh");
    }
    const bool is_high = plan_.effort == "xhigh" || plan_.effort == "max";
    if (plan_.mode == Mode::kDisabled && traits_.thinks_by_default && is_high) {
      change_effort("high", "without thinking the most effort is high");
    }
  }

  void effort_from_budget() {
    if (plan_.mode != Mode::kAdaptive || reasoning_.is_adaptive || !plan_.effort.empty()) return;
    const auto budget = reasoning_.budget_tokens.value_or(-1);
    if (budget < 0) return;
    plan_.effort = sdk::effort_of_budget(std::max(budget, kLeastBudget));
    if (plan_.effort == "xhigh" && !traits_.takes_high_efforts) plan_.effort = "high";
    if (sdk::effort_row(plan_.effort)->budget_tokens == budget) return;
    losses_.approximated("/reasoning/budget_tokens",
                         "the model takes an effort, here " + std::string(plan_.effort));
  }

  void change_effort(std::string_view effort, std::string_view why) {
    plan_.effort = effort;
    losses_.approximated("/reasoning/effort", why);
  }

  void give_way() {
    if (!plan_.is_on()) return;
    if (limits_.is_tool_forced) return drop("a forced tool excludes thinking");
    // Adaptive thinking has no such rules.
    if (plan_.mode == Mode::kAdaptive) return;
    if (limits_.is_prefilled) return drop("a begun answer excludes thinking");
    if (!limits_.has_call_without_thinking) return;
    if (!traits_.takes_adaptive) {
      return drop("the tools were called without signed thinking, which excludes it now");
    }
    plan_.mode = Mode::kAdaptive;
    effort_from_budget();
  }

  void drop(std::string_view why) {
    const bool must_say_so = traits_.thinks_by_default && traits_.can_stop_thinking;
    plan_.mode = must_say_so ? Mode::kDisabled : Mode::kUnsaid;
    plan_.effort =
        must_say_so && (plan_.effort == "xhigh" || plan_.effort == "max") ? "high" : plan_.effort;
    losses_.dropped("/reasoning", why);
  }

  void fit_budget() {
    if (plan_.budget_tokens < kLeastBudget) {
      plan_.budget_tokens = kLeastBudget;
      losses_.approximated("/reasoning", "the least budget is 1024 tokens");
    }
    if (!limits_.has_max_tokens) return;
    if (is_defaulted_ && plan_.budget_tokens >= plan_.max_tokens) {
      plan_.max_tokens = plan_.budget_tokens + kRoomForAnswer;
      if (traits_.longest_answer > 0) {
        plan_.max_tokens = std::min(plan_.max_tokens, traits_.longest_answer);
      }
    }
    if (plan_.budget_tokens < plan_.max_tokens) return;
    if (plan_.max_tokens <= kLeastBudget) return drop("max_tokens leaves no room for thinking");
    plan_.budget_tokens = std::max(kLeastBudget, plan_.max_tokens - plan_.max_tokens / 4);
    losses_.approximated("/reasoning", "thinking has to leave room for the answer in max_tokens");
  }

  void choose_display() {
    if (reasoning_.show == "summary" || reasoning_.show == "full") plan_.display = "summarized";
    if (reasoning_.show == "none") plan_.display = "omitted";
    if (reasoning_.show == "full") {
      losses_.approximated("/reasoning/show", "Anthropic shows a summary");
    }
  }

  const chat::Reasoning& reasoning_;
  const chat::Request& request_;
  const ModelTraits& traits_;
  const ThinkingLimits& limits_;
  sdk::LossSink& losses_;
  ThinkingPlan plan_;
  bool is_defaulted_ = false;
};

}  // namespace

ThinkingPlan plan_thinking(const chat::Request& request, const ModelTraits& traits,
                           const ThinkingLimits& limits, sdk::LossSink& losses) {
  return Planner(request, traits, limits, losses).plan();
}

}  // namespace abv::claude
