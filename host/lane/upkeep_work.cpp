#include "host/lane/upkeep_work.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "host/account/timestamp.hpp"
#include "host/config/load_json.hpp"
#include "host/lane/control_call.hpp"
#include "host/lane/refresher.hpp"
#include "host/lane/warm_up.hpp"

namespace abv::lane {
namespace {

using account::Chore;
using account::Done;

constexpr Nanos kQuotaTime = std::chrono::seconds(30);

const Target* target_of(const Site& site, const Chore& chore) {
  const auto found = std::find_if(
      site.targets.begin(), site.targets.end(),
      [&](const std::unique_ptr<Target>& target) { return target->name == chore.provider; });
  return found == site.targets.end() ? nullptr : found->get();
}

Done refresh(const Site& site, const Target& target, const Chore& chore) {
  return site.refresher->refresh(target, chore.account, Refresher::Haste::kAhead) ? Done::kWell
                                                                                  : Done::kFailed;
}

// What a provider tells of an account's quotas (docs/guide/plugins.md), by model family.
Result<std::map<std::string, std::vector<account::Room>>> read_rooms(
    const std::string& json, const std::vector<account::FamilyRule>& families) {
  const Result<config::Value> read = config::load_json(json, "the provider's quotas");
  if (!read) {
    return read.error();
  }
  const config::Value* limits = read->find("limits");
  if (limits == nullptr || !limits->is_array()) {
    return Error{Error::Code::kInvalid, "the provider's quotas: limits: expected an array"};
  }
  std::map<std::string, std::vector<account::Room>> rooms;
  for (const config::Value& limit : limits->items()) {
    const auto text = [&](std::string_view key) {
      const config::Value* value = limit.find(key);
      return value != nullptr && value->is_string() ? value->text() : std::string();
    };
    const std::string model = text("model");
    account::Room room;
    room.window = text("window").empty() ? text("name") : text("window");
    room.is_of_account = model.empty();
    if (const config::Value* left = limit.find("remaining"); left != nullptr && left->is_number()) {
      room.remaining = std::clamp(left->as_double(), 0.0, 1.0);
    }
    if (const config::Value* resets = limit.find("resets_at_ms");
        resets != nullptr && resets->is_int()) {
      room.resets_at_ms = resets->as_int();
    } else if (const auto at = account::parse_timestamp(text("resets_at"))) {
      room.resets_at_ms = *at;
    }
    rooms[model.empty() ? model : account::model_family(model, families)].push_back(
        std::move(room));
  }
  return rooms;
}

Done ask_quota(const Target& target, const Chore& chore, const Clock& clock, Log& log,
               net::AbortHandle& abort) {
  const std::int64_t asked_ms = clock.unix_ms();
  ControlResult answered;
  const Result<void> asked =
      control(target, ABV_OP_QUOTA, chore.account, clock, abort, answered, kQuotaTime);
  const bool is_there =
      asked ? answered.is_digested : asked.error().code != Error::Code::kUnsupported;
  if (!is_there) {
    return Done::kNotThere;
  }
  const auto rooms = asked
                         ? read_rooms(answered.json, target.accounts->settings().families)
                         : Result<std::map<std::string, std::vector<account::Room>>>(asked.error());
  if (!rooms) {
    if (!abort.aborted()) {
      log.warn("account.quota_failed",
               {{"account", chore.account->id()}, {"error", rooms.error().message}});
    }
    return Done::kFailed;
  }
  for (const auto& [family, of_family] : *rooms) {
    target.accounts->note_rooms(chore.account->id(), family, of_family, asked_ms);
  }
  return Done::kWell;
}

Done warm_up(const Site& site, const Target& target, const Chore& chore, Log& log,
             net::AbortHandle& abort) {
  const WarmedUp result = site.warm_ups->run(site, target, chore.account->id(), chore.model, abort);
  if (result.is_well()) {
    log.info("account.warmed_up", {{"account", chore.account->id()}, {"model", chore.model}});
  } else if (!abort.aborted()) {
    log.warn("account.warm_up_failed",
             {{"account", chore.account->id()}, {"model", chore.model}, {"error", result.message}});
  }
  return result.is_well() ? Done::kWell : Done::kFailed;
}

}  // namespace

bool do_chore(const Site& site, account::Upkeep& upkeep, const Clock& clock, Log& log,
              net::AbortHandle& abort) {
  account::Household household;
  for (const std::unique_ptr<Target>& target : site.targets) {
    if (target->provider && target->provider->instance().in_service()) {
      household.pools.push_back(target->accounts);
    }
  }
  household.warm_ups = site.warm_up_plan;
  household.memory = site.warm_ups.get();
  const std::optional<Chore> chore = upkeep.take(household, clock.unix_ms());
  if (!chore) {
    return false;
  }
  const Target& target = *target_of(site, *chore);
  Done how = Done::kWell;
  switch (chore->kind) {
    case Chore::Kind::kRefresh:
      how = refresh(site, target, *chore);
      break;
    case Chore::Kind::kQuota:
      how = ask_quota(target, *chore, clock, log, abort);
      break;
    case Chore::Kind::kWarmUp:
      how = warm_up(site, target, *chore, log, abort);
      break;
  }
  upkeep.done(*chore, how, clock.unix_ms());
  return true;
}

}  // namespace abv::lane
