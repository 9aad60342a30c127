#include "tests/cases/pair_run.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tests/cases/client_streams.hpp"
#include "tests/cases/event_path.hpp"
#include "tests/cases/normal.hpp"
#include "tests/cases/request_rules.hpp"
#include "tests/cases/vendor_streams.hpp"

namespace abv::cases {
namespace {

bool holds_words(const std::string& line, const std::string& words) {
  std::stringstream stream(words);
  std::string word;
  while (stream >> word) {
    if (line.find(word) == std::string::npos) return false;
  }
  return true;
}

tests::Params params_of(const Vendor& vendor, sdk::Form form, const std::string& model) {
  tests::Params params;
  params.form = form;
  params.operation = vendor.operation;
  params.model = model;
  params.id = "req-7";
  return params;
}

}  // namespace

std::string answer_bytes(const Conversation& conversation, std::size_t turn, const Vendor& upstream,
                         const Bindings& names, sdk::Form form) {
  const Json answer = names.fill(conversation.answer(turn, upstream));
  if (form == sdk::Form::kWhole) return answer.dump();
  std::string bytes;
  for (const std::string& frame : sse_of(upstream, conversation.frames(turn, upstream, answer)))
    bytes += frame;
  return bytes;
}

PairRun::PairRun(const Dialects& dialects, const Conversation& conversation, const Pair& pair,
                 sdk::Form form)
    : dialects_(dialects),
      conversation_(conversation),
      pair_(pair),
      form_(form),
      client_(conversation.client_names(pair)),
      upstream_(conversation.upstream_names(pair)) {}

std::vector<std::string> PairRun::faults() {
  for (turn_ = 0; turn_ < conversation_.turns(); ++turn_) {
    try {
      run_turn();
    } catch (const std::runtime_error& error) {
      note("failed", {error.what()});
    }
  }
  return faults_;
}

void PairRun::note(const std::string& place, const std::vector<std::string>& faults) {
  const std::string turn =
      conversation_.turns() > 1 ? "turn " + std::to_string(turn_ + 1) + ", " : "";
  for (const std::string& fault : faults)
    faults_.push_back(turn + place + ": " + fault);
}

void PairRun::run_turn() {
  const Json request = client_.fill(conversation_.client_request(turn_, pair_, is_stream()));
  send_request(request);
  get_answer(request.dump());
}

Json PairRun::send_request(const Json& request) {
  tests::ClientFacts facts;
  facts.body = request.dump();
  facts.operation = pair_.client.operation;
  facts.path = conversation_.expected_path(pair_.client, is_stream());
  facts.query = facts.path.find('?') == std::string::npos ? "" : "alt=sse";
  facts.path = facts.path.substr(0, facts.path.find('?'));
  facts.model = conversation_.model(pair_.client);
  facts.is_stream = is_stream();
  const tests::ReadRequest read = dialects_.requests(pair_.client).read(facts);
  if (read.status != ABV_OK) throw std::runtime_error("request not read: " + read.failure);

  tests::Wanted wanted;
  wanted.model = conversation_.model(pair_.upstream);
  wanted.operation = pair_.upstream.operation;
  wanted.is_stream = is_stream();
  const tests::WrittenRequest written =
      dialects_.requests(pair_.upstream).write(read.canonical, wanted);
  if (written.status != ABV_OK) throw std::runtime_error("request not written");

  const Json sent = Json::parse(written.body);
  note("refused by the upstream",
       request_faults(pair_.upstream, wanted.model, sent, dialects_.shapes(pair_.upstream)));
  const Json expected = conversation_.expected_request(turn_, pair_, is_stream());
  note("request", upstream_.differences(normal_request(pair_.upstream, expected),
                                        normal_request(pair_.upstream, sent)));
  if (written.path != conversation_.expected_path(pair_.upstream, is_stream())) {
    note("request", {"sent to " + written.path});
  }
  std::vector<std::string> losses = read.losses;
  losses.insert(losses.end(), written.losses.begin(), written.losses.end());
  check_losses(std::move(losses));
  return sent;
}

// What is filled in because the upstream demands it is no loss.
void PairRun::check_losses(std::vector<std::string> reported) {
  const auto take = [&](const std::string& words) {
    const auto found = std::find_if(reported.begin(), reported.end(), [&](const std::string& line) {
      return holds_words(line, words);
    });
    if (found == reported.end()) return false;
    reported.erase(found);
    return true;
  };
  for (const std::string& words : conversation_.losses(turn_, pair_, "lost")) {
    if (!take(words)) note("loss not told", {words});
  }
  for (const std::string& words : conversation_.losses(turn_, pair_, "may_lose"))
    take(words);
  for (const std::string& line : reported) {
    if (line.compare(0, 9, "defaulted") != 0) note("unexpected loss", {line});
  }
}

void PairRun::get_answer(const std::string& request_body) {
  const std::string bytes = answer_bytes(conversation_, turn_, pair_.upstream, upstream_, form_);
  const std::string model = conversation_.model(pair_.upstream);
  const tests::Decoded decoded =
      dialects_.codec(pair_.upstream).decode(bytes, params_of(pair_.upstream, form_, model));
  if (decoded.status != ABV_OK) throw std::runtime_error("answer not read");
  const HostedEvents hosted = host_events(decoded.events, pair_, model);
  if (!hosted.fault.empty()) throw std::runtime_error(hosted.fault);
  check_reply(hosted.events, request_body);
}

void PairRun::check_reply(const std::vector<tests::Recorded>& events,
                          const std::string& request_body) {
  tests::Params params = params_of(pair_.client, form_, conversation_.model(pair_.client));
  params.request_body = request_body;
  params.query = pair_.client.name == "gemini" && is_stream() ? "alt=sse" : "";
  const tests::Encoded encoded = dialects_.codec(pair_.client).encode(events, params);
  if (encoded.status != ABV_OK) throw std::runtime_error("reply not written");

  const Shapes& shapes = dialects_.shapes(pair_.client);
  Json whole;
  if (is_stream()) {
    const Assembled assembled =
        assemble(pair_.client, encoded.bytes, shapes, Json::parse(request_body));
    note("stream", assembled.faults);
    whole = assembled.whole;
  } else {
    whole = Json::parse(encoded.bytes);
  }
  const bool is_old = pair_.client.name == "openai-completions";
  note("reply", shapes.faults(is_old ? "CompletionAnswer" : "Answer", whole));
  const Json expected = conversation_.expected_reply(turn_, pair_);
  note("reply", client_.differences(normal_reply(pair_.client, expected),
                                    normal_reply(pair_.client, whole)));
}

}  // namespace abv::cases
