#include "logprobs.hpp"

#include <vector>

namespace abv::gemini {

namespace json = sdk::json;

namespace {

void put_entry(const json::Value& candidate, json::Writer& out) {
  const auto token = candidate["token"].as_string();
  out.member("token", token).member("logprob", candidate["logProbability"].as_double());
  out.key("bytes").begin_array();
  for (const char byte : token)
    out.value(static_cast<unsigned>(static_cast<unsigned char>(byte)));
  out.end_array();
}

void put_candidate(const json::Value& entry, json::Writer& out) {
  out.begin_object().member("token", entry["token"]);
  out.member("logProbability", entry["logprob"]).end_object();
}

}  // namespace

std::string read_logprobs(const json::Value& result) {
  std::vector<json::Value> tops;
  for (const auto& top : result["topCandidates"].items())
    tops.push_back(top);
  std::size_t at = 0;
  json::Writer out;
  out.begin_array();
  for (const auto& chosen : result["chosenCandidates"].items()) {
    out.begin_object();
    put_entry(chosen, out);
    out.key("top_logprobs").begin_array();
    const auto top = at < tops.size() ? tops[at] : json::Value();
    for (const auto& candidate : top["candidates"].items()) {
      out.begin_object();
      put_entry(candidate, out);
      out.end_object();
    }
    out.end_array().end_object();
    ++at;
  }
  out.end_array();
  return at == 0 ? std::string() : out.take();
}

void write_logprobs(std::string_view entries, json::Writer& out) {
  const auto document = json::parse(entries);
  const json::Value list = document.value_or(json::Value());
  out.begin_object().key("chosenCandidates").begin_array();
  for (const auto& entry : list.items())
    put_candidate(entry, out);
  out.end_array().key("topCandidates").begin_array();
  for (const auto& entry : list.items()) {
    out.begin_object().key("candidates").begin_array();
    for (const auto& top : entry["top_logprobs"].items())
      put_candidate(top, out);
    out.end_array().end_object();
  }
  out.end_array().end_object();
}

}  // namespace abv::gemini
