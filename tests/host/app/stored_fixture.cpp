#include "tests/host/app/stored_fixture.hpp"

#include <utility>

namespace abv::test {
namespace {

namespace json = sdk::json;

constexpr const char* kUpstreams[] = {"to-chat", "to-claude", "to-gemini", "to-openai"};

std::string provider_of(const std::string& name, const std::string& url) {
  const bool is_openai = name == "to-chat" || name == "to-openai";
  const std::string plugin = is_openai ? "openai" : name.substr(3);
  return "  " + name + ": { plugin: abv." + plugin + ", api_key: key, base_url: \"" + url +
         (is_openai ? "/v1" : "") + "\"" + (name == "to-chat" ? ", operations: [chat]" : "") +
         " }\n";
}

Yaml yaml_for(const std::string& url, std::string_view settings) {
  Yaml yaml;
  yaml.dirs = "    - plugins\n";
  yaml.allow += "    - { id: test.trial }\n";
  yaml.middlewares += "  - { name: names, plugin: test.trial }\n";
  yaml.more = settings;
  for (const char* name : kUpstreams) {
    yaml.providers += provider_of(name, url);
    yaml.openai_models +=
        std::string("      - { match: ") + name + ", provider: " + name + ", as: some-model }\n";
  }
  // For endpoints without a model: the one that has them itself.
  yaml.openai_models += "      - { match: \"*\", provider: to-openai }\n";
  return yaml;
}

std::string claude_answer(const Said& said) {
  json::Writer out;
  out.begin_object().member("id", "msg_1").member("type", "message").member("role", "assistant");
  out.member("model", "some-model").key("content").begin_array();
  if (!said.tool_call.empty()) {
    out.begin_object().member("type", "thinking").member("thinking", "hm");
    out.member("signature", "c2lnbmVk").end_object();
  }
  out.begin_object().member("type", "text").member("text", said.text).end_object();
  if (!said.tool_call.empty()) {
    out.begin_object().member("type", "tool_use").member("id", said.tool_call);
    out.member("name", "get").key("input").raw(R"({"city":"Rome"})").end_object();
  }
  out.end_array().member("stop_reason", said.is_cut              ? "max_tokens"
                                        : said.tool_call.empty() ? "end_turn"
                                                                 : "tool_use");
  out.key("usage").raw(R"({"input_tokens":3,"output_tokens":2})");
  return out.end_object().take();
}

std::string chat_answer(const Said& said) {
  json::Writer out;
  out.begin_object().member("id", "chatcmpl-1").member("object", "chat.completion");
  out.member("created", 1).member("model", "some-model").key("choices").begin_array();
  out.begin_object().member("index", 0).key("message").begin_object();
  out.member("role", "assistant").member("content", said.text);
  if (!said.tool_call.empty()) {
    out.key("tool_calls").begin_array().begin_object().member("id", said.tool_call);
    out.member("type", "function").key("function").begin_object().member("name", "get");
    out.member("arguments", R"({"city":"Rome"})").end_object().end_object().end_array();
  }
  out.end_object().member("finish_reason", said.is_cut              ? "length"
                                           : said.tool_call.empty() ? "stop"
                                                                    : "tool_calls");
  out.end_object().end_array().key("usage");
  out.raw(R"({"prompt_tokens":3,"completion_tokens":2,"total_tokens":5})");
  return out.end_object().take();
}

std::string gemini_answer(const Said& said) {
  json::Writer out;
  out.begin_object().key("candidates").begin_array().begin_object().key("content").begin_object();
  out.member("role", "model").key("parts").begin_array();
  out.begin_object().member("text", said.text).end_object();
  if (!said.tool_call.empty()) {
    out.begin_object().key("functionCall").begin_object().member("name", "get");
    out.member("id", said.tool_call).key("args").raw(R"({"city":"Rome"})").end_object();
    out.member("thoughtSignature", "c2lnbmVk").end_object();
  }
  out.end_array().end_object().member("finishReason", said.is_cut ? "MAX_TOKENS" : "STOP");
  out.end_object().end_array().key("usageMetadata");
  out.raw(R"({"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5})");
  return out.end_object().take();
}

std::string openai_answer(const Said& said) {
  json::Writer out;
  out.begin_object().member("id", "resp_theirs").member("object", "response");
  out.member("status", "completed").member("model", "some-model").key("output").begin_array();
  out.begin_object().member("type", "message").member("id", "msg_theirs");
  out.member("status", "completed").member("role", "assistant").key("content").begin_array();
  out.begin_object().member("type", "output_text").member("text", said.text);
  out.key("annotations").begin_array().end_array().end_object().end_array().end_object();
  out.end_array().key("usage").raw(R"({"input_tokens":3,"output_tokens":2,"total_tokens":5})");
  return out.end_object().take();
}

std::string answer_of(const std::string& target, const Said& said) {
  if (target.find("/messages") != std::string::npos) {
    return claude_answer(said);
  }
  if (target.find("/chat/completions") != std::string::npos) {
    return chat_answer(said);
  }
  return target.find("/responses") != std::string::npos ? openai_answer(said) : gemini_answer(said);
}

std::string sse(std::string_view data) {
  const std::string type = at(data, "type");
  return chunk("event: " + type + "\ndata: " + std::string(data) + "\n\n");
}

// Claude's, which is the one that streams here.
std::string begin_of_stream(const Said& said) {
  return sse_head() +
         sse(R"({"type":"message_start","message":{"id":"msg_1","type":"message",)"
             R"("role":"assistant","model":"some-model","content":[],"stop_reason":null,)"
             R"("usage":{"input_tokens":3,"output_tokens":1}}})") +
         sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})") +
         sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" +
             said.text + "\"}}");
}

std::string end_of_stream() {
  return sse(R"({"type":"content_block_stop","index":0})") +
         sse(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},)"
             R"("usage":{"output_tokens":2}})") +
         sse(R"({"type":"message_stop"})") + last_chunk();
}

}  // namespace

std::string at(std::string_view json, std::string_view path) {
  const auto root = json::parse(json);
  json::Value value = root.value_or(json::Value());
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string step(path.substr(0, end));
    value = value.is_array() ? value[std::stoul(step)] : value[step];
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  if (!value.exists()) {
    return "nothing";
  }
  return value.is_string() ? value.as_string() : std::string(value.raw());
}

std::string after(const Answer& answer) {
  return R"("previous_response_id":")" + at(answer.body, "id") + '"';
}

StoredHost::StoredHost(std::string_view settings, const Clock* clock)
    : upstream_([this](FakeConnection& connection, const FakeRequest& request) {
        answer(connection, request);
      }),
      host_(yaml_for(upstream_.url(""), settings), clock) {
  put_trial(host_.dir() / "plugins", "1");
  host_.start();
}

void StoredHost::will_say(std::vector<Said> said) {
  const std::lock_guard lock(mutex_);
  said_ = std::move(said);
}

void StoredHost::will_stall() {
  const std::lock_guard lock(mutex_);
  stalls_ = true;
}

void StoredHost::will_break() {
  const std::lock_guard lock(mutex_);
  breaks_ = true;
}

void StoredHost::answer(FakeConnection& connection, const FakeRequest& request) {
  Said said;
  bool stalls = false;
  bool breaks = false;
  {
    const std::lock_guard lock(mutex_);
    said = said_.front();
    if (said_.size() > 1) {
      said_.erase(said_.begin());
    }
    stalls = std::exchange(stalls_, false);
    breaks = std::exchange(breaks_, false);
  }
  if (at(request.body, "stream") != "true") {
    connection.send(json_answer(answer_of(request.target, said)));
    return;
  }
  connection.send(begin_of_stream(said));
  if (stalls) {
    connection.stall();
  }
  connection.send(breaks ? sse(R"({"type":"error","error":{"type":"overloaded_error",)"
                               R"("message":"Overloaded"}})") +
                               last_chunk()
                         : end_of_stream());
}

Answer StoredHost::create(std::string_view members, std::string_view as) const {
  return call("POST", "/v1/responses", "{" + std::string(members) + "}", as);
}

Answer StoredHost::call(std::string_view method, std::string_view path, std::string_view body,
                        std::string_view as) const {
  const std::string name = "X-Name: " + std::string(as.empty() ? "somebody" : as);
  return host_.connect().call(request(method, path, body, {name}));
}

FakeRequest StoredHost::asked() const {
  return upstream_.requests().back();
}

}  // namespace abv::test
