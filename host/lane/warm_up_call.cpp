#include "host/lane/warm_up_call.hpp"

#include <optional>
#include <string>

#include "host/base/json_text.hpp"
#include "host/config/load_json.hpp"
#include "host/lane/request_reading.hpp"
#include "host/lane/warm_up.hpp"

namespace abv::lane {
namespace {

constexpr std::uint64_t kMostBytes = 64 * 1024;

void answer(Reply& reply, const WarmedUp& result) {
  std::string body = std::string("{\"success\":") + (result.is_well() ? "true" : "false") +
                     ",\"message\":" + json_string(result.message);
  if (!result.is_well()) {
    body += ",\"error\":" + json_string(result.message);
  }
  if (result.retry_after_ms >= 0) {
    body += ",\"retry_after_ms\":" + std::to_string(result.retry_after_ms);
  }
  (void)reply.send_whole(result.status, "application/json", body + "}");
}

bool has_secret(const ClientRequest& request, const Secret& secret) {
  constexpr std::string_view kBearer = "Bearer ";
  std::string_view given = request.header("authorization");
  given = given.starts_with(kBearer) ? given.substr(kBearer.size()) : request.header("x-api-key");
  return !secret.empty() && constant_time_equal(given, secret.reveal());
}

struct Wanted {
  const Target* target = nullptr;
  std::string account;
  std::string model;
};

Result<Wanted> read(const Site& site, std::string_view body) {
  const Result<config::Value> json = config::load_json(std::string(body), "the body");
  if (!json || !json->is_object()) {
    return json ? Error{Error::Code::kInvalid, "the body: expected a JSON object"} : json.error();
  }
  const auto text = [&](std::string_view key) {
    const config::Value* value = json->find(key);
    return value != nullptr && value->is_string() ? value->text() : std::string();
  };
  const std::string name = text("account").empty() ? text("email") : text("account");
  const std::string provider = text("provider");
  Wanted wanted;
  wanted.model = text("model");
  if (name.empty() || wanted.model.empty()) {
    return Error{Error::Code::kInvalid,
                 std::string(name.empty() ? "account" : "model") + ": expected a name"};
  }
  for (const std::unique_ptr<Target>& target : site.targets) {
    if (!target->provider || (!provider.empty() && target->name != provider)) {
      continue;
    }
    for (const auto& account : target->accounts->accounts()) {
      if (account->id() == name || (!wanted.target && account->facts().label == name)) {
        wanted.target = target.get();
        wanted.account = account->id();
        if (account->id() == name) {
          return wanted;
        }
      }
    }
  }
  if (wanted.target == nullptr) {
    return Error{Error::Code::kNotFound, "account: no account \"" + name + "\"" +
                                             (provider.empty() ? "" : " of \"" + provider + "\"")};
  }
  return wanted;
}

}  // namespace

void run_warm_up_call(Call& call, Reply& reply, const Site& site, Traffic::Entry& entry,
                      const ClientRequest& request) {
  if (!has_secret(request, site.warm_up_secret)) {
    answer(reply, {401, "expected the secret of warmup.secret as a bearer token", -1});
    return;
  }
  Limits limits = site.limits;
  limits.body_bytes = kMostBytes;
  if (const std::optional<CallError> error = read_body(call, entry, limits)) {
    answer(reply, {error->http_status, error->message, -1});
    return;
  }
  const Result<Wanted> wanted = read(site, call.body().text());
  if (!wanted) {
    answer(reply,
           {wanted.error().code == Error::Code::kNotFound ? 404 : 400, wanted.error().message, -1});
    return;
  }
  request.departure->expect([&call] { call.cancel(); });
  call.record().provider = wanted->target->name;
  call.record().account = wanted->account;
  call.record().model_resolved = wanted->model;
  answer(reply,
         site.warm_ups->run(site, *wanted->target, wanted->account, wanted->model, call.abort()));
}

}  // namespace abv::lane
