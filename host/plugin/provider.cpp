#include "host/plugin/provider.hpp"

#include <utility>

#include "host/plugin/kind_table.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::plugin {
namespace {

abv_answer answer_table(const Answer& answer) noexcept {
  abv_answer table{};
  table.size = sizeof(table);
  table.http_status = answer.http_status;
  table.transport = answer.transport;
  table.headers = answer.headers.data();
  table.header_count = answer.headers.size();
  table.body = view(answer.body);
  table.now_unix_ms = answer.now_unix_ms;
  return table;
}

bool is_legal(const abv_verdict& verdict) noexcept {
  return verdict.action >= ABV_ACTION_PASS && verdict.action <= ABV_ACTION_DEAD &&
         verdict.scope >= ABV_SCOPE_REQUEST && verdict.scope <= ABV_SCOPE_PROVIDER &&
         verdict.cool_down_ms >= -1 && verdict.retry_after_ms >= -1;
}

}  // namespace

Result<Provider> Provider::of(std::shared_ptr<Instance> instance) {
  const Result<const abv_provider*> table = kind_table<abv_provider>(*instance, ABV_KIND_PROVIDER);
  if (!table) {
    return table.error();
  }
  if (!ABV_HAS(abv_provider, *table, prepare) || (*table)->prepare == nullptr) {
    return lacks(*instance, "prepare");
  }
  Result<ProviderAbilities> abilities = parse_provider_abilities(
      instance->component().abilities_json, abilities_place(*instance), instance->config_json());
  if (!abilities) {
    return abilities.error();
  }
  return Provider(std::move(instance), *table,
                  std::make_shared<const ProviderAbilities>(*std::move(abilities)));
}

Provider::Provider(std::shared_ptr<Instance> instance, const abv_provider* table,
                   std::shared_ptr<const ProviderAbilities> abilities)
    : instance_(std::move(instance)), table_(table), abilities_(std::move(abilities)) {}

bool Provider::has_judge() const {
  return ABV_HAS(abv_provider, table_, judge) && table_->judge != nullptr;
}

bool Provider::has_digest() const {
  return ABV_HAS(abv_provider, table_, digest) && table_->digest != nullptr;
}

abv_status Provider::prepare(const Attempt& attempt, OutgoingRequest& out) const noexcept {
  const AttemptTable attempt_table(attempt);
  const abv_outgoing outgoing = outgoing_table(out);
  return instance_->run(
      [&] { return table_->prepare(instance_->self(), attempt_table.table(), &outgoing); });
}

abv_status Provider::judge(const Attempt& attempt, const Answer& answer, Verdict& verdict,
                           std::string& reason) const noexcept {
  if (!has_judge()) {
    return ABV_E_UNSUPPORTED;
  }
  const AttemptTable attempt_table(attempt);
  const abv_answer given = answer_table(answer);
  abv_verdict found{};
  found.size = sizeof(found);
  found.action = static_cast<std::int32_t>(verdict.action);
  found.scope = static_cast<std::int32_t>(verdict.scope);
  found.cool_down_ms = verdict.cool_down_ms;
  found.retry_after_ms = verdict.retry_after_ms;
  constexpr std::size_t kMaxReasonBytes = 4096;
  const StringWriter writer(reason, kMaxReasonBytes);
  const abv_status status = instance_->run([&]() -> abv_status {
    const abv_status judged =
        table_->judge(instance_->self(), attempt_table.table(), &given, &found, writer.table());
    return !failed(judged) && !is_legal(found) ? ABV_E_INTERNAL : judged;
  });
  if (!failed(status)) {
    verdict = Verdict{static_cast<Action>(found.action), static_cast<Scope>(found.scope),
                      found.cool_down_ms, found.retry_after_ms};
  }
  return status;
}

abv_status Provider::digest(const Attempt& attempt, const Answer& answer,
                            std::string& json) const noexcept {
  if (!has_digest()) {
    return ABV_E_UNSUPPORTED;
  }
  const AttemptTable attempt_table(attempt);
  const abv_answer given = answer_table(answer);
  const StringWriter writer(json);
  return instance_->run([&] {
    return table_->digest(instance_->self(), attempt_table.table(), &given, writer.table());
  });
}

}  // namespace abv::plugin
