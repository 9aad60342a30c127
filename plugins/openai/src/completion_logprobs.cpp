#include "completion_logprobs.hpp"

#include <algorithm>

namespace abv::openai {

namespace json = sdk::json;

namespace {

void put_entry(json::Writer& out, std::string_view token, const json::Value& logprob) {
  out.begin_object().member("token", token).key("logprob");
  // The first token of an echoed prompt has none.
  logprob.is_number() ? out.value(logprob) : out.value(0);
  out.member("bytes", nullptr);
}

std::size_t characters(std::string_view text) {
  const auto begins_one = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_one));
}

}  // namespace

std::string read_completion_logprobs(const json::Value& logprobs) {
  json::Writer out;
  out.begin_array();
  std::size_t index = 0;
  for (const auto& token : logprobs["tokens"].items()) {
    put_entry(out, token.as_string(), logprobs["token_logprobs"][index]);
    out.key("top_logprobs").begin_array();
    for (const auto& [word, logprob] : logprobs["top_logprobs"][index].members()) {
      put_entry(out, word, logprob);
      out.end_object();
    }
    out.end_array().end_object();
    ++index;
  }
  return out.end_array().take();
}

void write_completion_logprobs(json::Writer& out, std::string_view entries, std::size_t& offset) {
  json::Document document;
  document.parse(entries);
  const auto list = document.root();
  out.begin_object().key("tokens").begin_array();
  for (const auto& entry : list.items())
    out.value(entry["token"]);
  out.end_array().key("token_logprobs").begin_array();
  for (const auto& entry : list.items())
    out.value(entry["logprob"]);
  out.end_array().key("top_logprobs").begin_array();
  for (const auto& entry : list.items()) {
    out.begin_object();
    for (const auto& top : entry["top_logprobs"].items())
      out.member(top["token"].as_string(), top["logprob"]);
    out.end_object();
  }
  out.end_array().key("text_offset").begin_array();
  for (const auto& entry : list.items()) {
    out.value(offset);
    offset += characters(entry["token"].as_string());
  }
  out.end_array().end_object();
}

}  // namespace abv::openai
