#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/provider.hpp"
#include "abv/sdk/testkit/fake_host.hpp"
#include "abv/sdk/testkit/library.hpp"

// Drives a provider through its C table, as a host would.
namespace abv::tests {

struct AttemptFacts {
  std::string operation = "chat";
  std::string method = "POST";
  std::string path = {};
  std::string query = {};
  std::uint32_t number = 1;
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool has_account = true;
  std::string dialect = {};
  std::string model = {};
  std::string body = {};
  std::string kind = "api_key";  // of the account
  std::string attributes = "{}";
  // Those that can be read. Any can be set as a credential.
  std::map<std::string, std::string> secrets = {};
};

struct Prepared {
  abv_status status = ABV_OK;
  std::string method;  // as it was set; empty when the client's was left
  std::string url;
  std::map<std::string, std::string> headers;  // credentials stand as "Bearer <api_key>"
  std::string body;
};

struct AnswerFacts {
  int http_status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

struct Judged {
  sdk::Action action;
  sdk::Scope scope;
  std::int64_t cool_down_ms;
  std::int64_t retry_after_ms;
  std::string reason;
};

// The time of every answer.
inline constexpr std::int64_t kAnsweredMs = 1'700'000'000'000;

// The verdict that judge is given: pass, about the request only, nothing known.
inline const Judged kUntouched{sdk::Action::kPass, sdk::Scope::kRequest, 0, -1, ""};

bool operator==(const Judged& a, const Judged& b);
std::ostream& operator<<(std::ostream& out, const Judged& judged);

class ProviderProbe {
 public:
  // `secrets` are those of the settings, by name.
  ProviderProbe(const abv_component& component, std::string_view config_json,
                std::map<std::string, std::string> secrets = {});

  Prepared prepare(const AttemptFacts& attempt) const;
  Judged judge(const AnswerFacts& answer, std::uint32_t attempt_number = 1,
               std::string_view operation = "chat") const;

  // The JSON of a control operation's digest, or the status when it is one of failure: "-3".
  std::string digest(const AttemptFacts& attempt, const AnswerFacts& answer) const;

 private:
  const abv_provider& table() const { return instance_.table<abv_provider>(); }

  struct HostWithSecrets : sdk::testkit::FakeHost {
    explicit HostWithSecrets(std::map<std::string, std::string> given) {
      secrets = std::move(given);
    }
  };

  HostWithSecrets host_;
  sdk::testkit::Instance instance_;
};

}  // namespace abv::tests
