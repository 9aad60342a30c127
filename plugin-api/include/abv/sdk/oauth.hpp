// The refresh of an account's access token with its refresh token (RFC 6749, section 6), for
// providers that offer ABV_OP_REFRESH: ask() in prepare, judge() in judge, read() and write() in
// digest.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/json.hpp"
#include "abv/sdk/provider.hpp"
#include "abv/sdk/signature.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace oauth {

// The program that the tokens were issued to.
struct Client {
  std::string token_url;
  std::string id;
  std::string secret;  // empty: a public client, which has none
};

// How the token endpoint wants to be asked. kForm is the standard's.
enum class Encoding { kForm, kJson };

inline std::string form_encoded(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out.append({'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]});
    }
  }
  return out;
}

// Makes the refresh of the attempt's account of a request. Throws Stopped{ABV_E_UNSUPPORTED} when
// the account has no refresh token, Failure when the client is not known.
inline void ask(const Attempt& attempt, const Client& client, Encoding encoding, Outgoing& out) {
  const auto account = attempt.account();
  const auto token = account ? account->secret("refresh_token") : std::nullopt;
  if (!token) throw Stopped{ABV_E_UNSUPPORTED};
  if (client.id.empty()) {
    throw Failure{500, "configuration_error",
                  "client_id: is needed to refresh accounts of the kind \"" +
                      std::string(account->kind()) + "\", and not set"};
  }
  std::vector<std::pair<std::string_view, std::string_view>> fields{
      {"grant_type", "refresh_token"}, {"client_id", client.id}, {"refresh_token", *token}};
  if (!client.secret.empty()) fields.emplace_back("client_secret", client.secret);
  out.set_method("POST");
  out.set_url(client.token_url);
  out.set_header("accept", "application/json");
  if (encoding == Encoding::kJson) {
    json::Writer body;
    body.begin_object();
    for (const auto& [name, value] : fields)
      body.member(name, value);
    out.set_header("content-type", "application/json");
    out.set_body(body.end_object().view());
    return;
  }
  std::string body;
  for (const auto& [name, value] : fields)
    body.append(body.empty() ? "" : "&").append(name).append("=").append(form_encoded(value));
  out.set_header("content-type", "application/x-www-form-urlencoded");
  out.set_body(body);
}

// What a refused refresh means: the account is dead when its refresh token is void; all else may
// pass. Sets the reason, which holds the issuer's words.
inline void judge(const Answer& answer, Verdict& verdict) {
  constexpr std::array<std::string_view, 6> kVoid = {
      "invalid_grant",        "refresh_token_expired", "refresh_token_invalidated",
      "refresh_token_reused", "refresh_token_revoked", "token_expired"};
  json::Document document;
  (void)document.parse(answer.body());
  const json::Value root = document.root();
  const json::Value error = root["error"];
  std::string code = error.is_object() ? error["code"].as_string() : error.as_string();
  if (code.empty()) code = root["code"].as_string();
  std::string words = root["error_description"].as_string();
  if (words.empty()) words = error["message"].as_string();
  if (std::find(kVoid.begin(), kVoid.end(), code) != kVoid.end()) {
    verdict.set(Action::kDead, Scope::kAccount);
  }
  constexpr std::size_t kShown = 300;
  words.resize(std::min(words.size(), kShown));
  verdict.set_reason(code + (code.empty() || words.empty() ? "" : ": ") + words);
}

// The claims of a JWT, whose signature is not looked at: it is only asked what it says of itself.
inline std::optional<json::Value> claims_of(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto rest = token.substr(first + 1);
  const auto text = base64_decode(rest.substr(0, rest.find('.')));
  auto claims = text ? json::parse(*text) : std::nullopt;
  return claims && claims->is_object() ? claims : std::nullopt;
}

struct Tokens {
  std::string access;
  std::string refresh;  // empty: the old one holds on
  std::string id;
  std::int64_t expires_at_ms = 0;                               // 0: not known
  std::vector<std::pair<std::string, std::string>> attributes;  // for the account
};

// Reads the answer of the token endpoint. Throws Stopped{ABV_E_INVALID} when it holds no token.
inline Tokens read(const Answer& answer) {
  json::Document document;
  if (!document.parse(answer.body())) throw Stopped{ABV_E_INVALID};
  const json::Value root = document.root();
  Tokens tokens;
  tokens.access = root["access_token"].as_string();
  tokens.refresh = root["refresh_token"].as_string();
  tokens.id = root["id_token"].as_string();
  if (tokens.access.empty()) throw Stopped{ABV_E_INVALID};
  if (const auto seconds = root["expires_in"].as_int(); seconds > 0) {
    tokens.expires_at_ms = answer.now_unix_ms() + seconds * 1000;
  } else if (const auto claims = claims_of(tokens.access)) {
    tokens.expires_at_ms = (*claims)["exp"].as_int() * 1000;
  }
  return tokens;
}

// The digest of ABV_OP_REFRESH.
inline void write(const Tokens& tokens, sdk::Writer& out) {
  json::Writer json;
  json.begin_object().key("secrets").begin_object().member("access_token", tokens.access);
  if (!tokens.refresh.empty()) json.member("refresh_token", tokens.refresh);
  if (!tokens.id.empty()) json.member("id_token", tokens.id);
  json.end_object().key("attributes").begin_object();
  for (const auto& [name, value] : tokens.attributes)
    json.member(name, value);
  json.end_object().member("expires_at_ms", tokens.expires_at_ms).end_object();
  out.write(json.view());
}

}  // namespace oauth
}  // namespace v1
}  // namespace abv::sdk
