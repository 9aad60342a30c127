#include "host/lane/control_call.hpp"

#include <utility>

#include "host/lane/outgoing.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"
#include "host/upstream/exchange.hpp"

namespace abv::lane {
namespace {

constexpr std::size_t kMostBytes = 8u << 20;
constexpr std::uint32_t kMostSteps = 100;

Result<std::string> read_whole(upstream::Exchange& exchange) {
  std::string body;
  while (true) {
    const Result<std::string_view> piece = exchange.read_body();
    if (!piece) {
      return piece.error();
    }
    if (piece->empty()) {
      return body;
    }
    if (body.size() + piece->size() > kMostBytes) {
      return Error{Error::Code::kLimit, "the answer is larger than 8 MiB"};
    }
    body += *piece;
  }
}

// One step. True when there is another one.
Result<bool> run_step(const Target& target, const plugin::Attempt& attempt,
                      account::Account* account, const Clock& clock, net::AbortHandle& abort,
                      Nanos at_most, ControlResult& result) {
  Outgoing outgoing("GET", {}, {}, account);
  if (const abv_status status = target.provider->prepare(attempt, outgoing);
      plugin::failed(status)) {
    return Error{plugin::code_of(status),
                 "provider \"" + target.name + "\" " +
                     (status == ABV_E_UNSUPPORTED ? "has no operation " : "could not prepare ") +
                     std::string(attempt.operation)};
  }
  const Result<net::Url> url = net::parse_url(outgoing.url());
  std::vector<std::string_view> body;
  if (!url || !outgoing.body_pieces(body)) {
    return url ? Error{Error::Code::kInvalid, "the provider's splices overlap"} : url.error();
  }
  Result<upstream::Pool*> connections =
      target.egress->through(account == nullptr ? Secret() : account->proxy());
  if (!connections) {
    return connections.error();
  }
  upstream::Exchange exchange(**connections, abort);
  exchange.at_most(at_most);
  if (Result<void> started = exchange.start({outgoing.method(), *url, outgoing.headers()}, body);
      !started) {
    return started.error();
  }
  const Result<const net::ResponseHead*> head = exchange.read_head();
  if (!head) {
    return head.error();
  }
  result.status = (*head)->status;
  std::vector<std::pair<std::string, std::string>> kept;
  for (const net::Header& header : (*head)->headers) {
    kept.emplace_back(header.name, header.value);
  }
  Result<std::string> text = read_whole(exchange);
  if (!text) {
    return text.error();
  }
  std::vector<abv_header> headers;
  for (const auto& [name, value] : kept) {
    headers.push_back({plugin::view(name), plugin::view(value)});
  }
  plugin::Answer answer;
  answer.http_status = result.status;
  answer.headers = headers;
  answer.body = *text;
  answer.now_unix_ms = clock.unix_ms();
  if (result.status < 200 || result.status >= 300) {
    const abv_status judged =
        target.provider->judge(attempt, answer, result.verdict, result.reason);
    return Error{Error::Code::kIo,
                 std::string(attempt.operation) + " was answered with status " +
                     std::to_string(result.status) +
                     (plugin::failed(judged) || result.reason.empty() ? "" : ": " + result.reason)};
  }
  result.json.clear();
  const abv_status digested = target.provider->digest(attempt, answer, result.json);
  result.is_digested = digested != ABV_E_UNSUPPORTED;
  if (!result.is_digested) {
    result.json = std::move(*text);
    return false;
  }
  if (plugin::failed(digested)) {
    return Error{plugin::code_of(digested), "provider \"" + target.name +
                                                "\" could not read the answer to " +
                                                std::string(attempt.operation)};
  }
  return digested == ABV_PENDING;
}

}  // namespace

Result<void> control(const Target& target, std::string_view operation,
                     const std::shared_ptr<account::Account>& account, const Clock& clock,
                     net::AbortHandle& abort, ControlResult& result, Nanos at_most) {
  plugin::Account seen;
  plugin::Attempt attempt;
  attempt.operation = operation;
  attempt.method = "GET";
  if (account && !account->facts().kind.empty()) {
    seen = account->view();
    attempt.account = &seen;
  }
  for (attempt.step = 0; attempt.step < kMostSteps; ++attempt.step) {
    const Result<bool> goes_on =
        run_step(target, attempt, account.get(), clock, abort, at_most, result);
    if (!goes_on) {
      return goes_on.error();
    }
    if (!*goes_on) {
      return {};
    }
  }
  return Error{Error::Code::kLimit, "provider \"" + target.name + "\" takes more than " +
                                        std::to_string(kMostSteps) + " steps for " +
                                        std::string(operation)};
}

}  // namespace abv::lane
