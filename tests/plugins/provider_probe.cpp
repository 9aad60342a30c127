#include "tests/plugins/provider_probe.hpp"

#include <ostream>
#include <stdexcept>

namespace abv::tests {
namespace {

Prepared& prepared(void* ctx) {
  return *static_cast<Prepared*>(ctx);
}
std::string copy(abv_str text) {
  return std::string(sdk::view(text));
}

abv_status set_method(void* ctx, abv_str method) noexcept {
  prepared(ctx).method = copy(method);
  return ABV_OK;
}
abv_status set_url(void* ctx, abv_str url) noexcept {
  prepared(ctx).url = copy(url);
  return ABV_OK;
}
abv_status set_header(void* ctx, abv_str name, abv_str value) noexcept {
  prepared(ctx).headers[copy(name)] = copy(value);
  return ABV_OK;
}
abv_status remove_header(void* ctx, abv_str name) noexcept {
  prepared(ctx).headers.erase(copy(name));
  return ABV_OK;
}
abv_status set_credential(void* ctx, abv_str header, abv_str prefix, abv_str field) noexcept {
  prepared(ctx).headers[copy(header)] = copy(prefix) + "<" + copy(field) + ">";
  return ABV_OK;
}
// Only at the begin and at the end, which is what providers here do.
abv_status splice(void* ctx, size_t offset, size_t, abv_str text) noexcept {
  std::string& body = prepared(ctx).body;
  body = offset == 0 ? copy(text) + body : body + copy(text);
  return ABV_OK;
}
abv_status set_body(void* ctx, abv_str body) noexcept {
  prepared(ctx).body = copy(body);
  return ABV_OK;
}

abv_status read_secret(void* ctx, abv_str field, const abv_writer* out) noexcept {
  const auto& secrets = static_cast<const AttemptFacts*>(ctx)->secrets;
  const auto found = secrets.find(copy(field));
  return found == secrets.end() ? ABV_E_NOT_FOUND : out->write(out->ctx, sdk::str(found->second));
}

abv_account account_table(const AttemptFacts& facts) {
  abv_account account{};
  account.size = sizeof account;
  account.ctx = const_cast<AttemptFacts*>(&facts);  // it is only read
  account.kind = sdk::str(facts.kind);
  account.attributes_json = sdk::str(facts.attributes);
  account.secret = &read_secret;
  return account;
}

std::vector<abv_header> raw_headers(
    const std::vector<std::pair<std::string, std::string>>& headers) {
  std::vector<abv_header> raw;
  for (const auto& [name, value] : headers)
    raw.push_back({sdk::str(name), sdk::str(value)});
  return raw;
}

}  // namespace

bool operator==(const Judged& a, const Judged& b) {
  return a.action == b.action && a.scope == b.scope && a.cool_down_ms == b.cool_down_ms &&
         a.retry_after_ms == b.retry_after_ms && a.reason == b.reason;
}

std::ostream& operator<<(std::ostream& out, const Judged& judged) {
  return out << "action " << static_cast<int>(judged.action) << ", scope "
             << static_cast<int>(judged.scope) << ", cool down " << judged.cool_down_ms
             << ", retry after " << judged.retry_after_ms << ", " << judged.reason;
}

ProviderProbe::ProviderProbe(const abv_component& component, std::string_view config_json,
                             std::map<std::string, std::string> secrets)
    : host_(std::move(secrets)), instance_(host_, component, config_json) {
  if (instance_.status() != ABV_OK) {
    throw std::runtime_error("the provider refused its config: " + host_.create_error);
  }
}

Prepared ProviderProbe::prepare(const AttemptFacts& facts) const {
  const auto headers = raw_headers(facts.headers);
  const abv_account account = account_table(facts);
  abv_attempt attempt{};
  attempt.size = sizeof attempt;
  attempt.number = facts.number;
  attempt.operation = sdk::str(facts.operation);
  attempt.method = sdk::str(facts.method);
  attempt.path = sdk::str(facts.path);
  attempt.query = sdk::str(facts.query);
  attempt.dialect = sdk::str(facts.dialect);
  attempt.model = sdk::str(facts.model);
  attempt.body = sdk::str(facts.body);
  attempt.headers = headers.data();
  attempt.header_count = headers.size();
  attempt.account = facts.has_account ? &account : nullptr;

  Prepared result;
  result.body = facts.body;
  abv_outgoing out{};
  out.size = sizeof out;
  out.ctx = &result;
  out.set_method = &set_method;
  out.set_url = &set_url;
  out.set_header = &set_header;
  out.remove_header = &remove_header;
  out.set_credential = &set_credential;
  out.splice = &splice;
  out.set_body = &set_body;
  result.status = table().prepare(instance_.self(), &attempt, &out);
  return result;
}

std::string ProviderProbe::digest(const AttemptFacts& facts, const AnswerFacts& given) const {
  const abv_account account = account_table(facts);
  abv_attempt attempt{};
  attempt.size = sizeof attempt;
  attempt.operation = sdk::str(facts.operation);
  attempt.account = &account;
  abv_answer answer{};
  answer.size = sizeof answer;
  answer.http_status = given.http_status;
  answer.body = sdk::str(given.body);
  answer.now_unix_ms = kAnsweredMs;
  const sdk::StringWriter json;
  const abv_status status = table().digest(instance_.self(), &attempt, &answer, json.raw());
  return status < ABV_OK ? std::to_string(status) : json.text();
}

Judged ProviderProbe::judge(const AnswerFacts& facts, std::uint32_t attempt_number,
                            std::string_view operation) const {
  const auto headers = raw_headers(facts.headers);
  abv_attempt attempt{};
  attempt.size = sizeof attempt;
  attempt.number = attempt_number;
  attempt.operation = sdk::str(operation);
  abv_answer answer{};
  answer.size = sizeof answer;
  answer.http_status = facts.http_status;
  answer.headers = headers.data();
  answer.header_count = headers.size();
  answer.body = sdk::str(facts.body);
  abv_verdict verdict{};
  verdict.size = sizeof verdict;
  verdict.action = ABV_ACTION_PASS;
  verdict.scope = ABV_SCOPE_REQUEST;
  verdict.retry_after_ms = -1;
  const sdk::StringWriter reason;
  table().judge(instance_.self(), &attempt, &answer, &verdict, reason.raw());
  return {static_cast<sdk::Action>(verdict.action), static_cast<sdk::Scope>(verdict.scope),
          verdict.cool_down_ms, verdict.retry_after_ms, reason.text()};
}

}  // namespace abv::tests
