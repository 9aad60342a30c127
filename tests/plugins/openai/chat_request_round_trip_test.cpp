#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

struct Body {
  const char* model;
  const char* text;
};

// Requests after what OpenAI's types allow and what clients were seen to send.
const Body kBodies[] = {
    // A coding agent's turn with reasoning that it sends back.
    {"deepseek-chat",
     R"({"model":"deepseek-chat","messages":[{"role":"system","content":"You are\n\"x\""},
         {"role":"user","content":"Hi"},{"role":"assistant","content":"","reasoning_content":"Hm",
         "tool_calls":[{"id":"c1","type":"function","function":{"name":"bash","arguments":
         "{\"command\":\"ls\",\"description\":\"d\"}"}}]},
         {"role":"tool","tool_call_id":"c1","content":"a\tb"}],
         "tools":[{"type":"function","function":{"name":"bash","description":"Runs.","parameters":
         {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":
         {"command":{"type":"string","pattern":"^[a-z]+$","minLength":1}},
         "required":["command"],"additionalProperties":false}}}],
         "tool_choice":"auto","max_tokens":32000,"temperature":0.55,"min_p":0.1})"},
    // Cache marks of a client that talks to Claude.
    {"claude-sonnet-4.6",
     R"({"model":"claude-sonnet-4.6","messages":[{"role":"system","content":[{"type":"text",
         "text":"a","cache_control":{"type":"ephemeral"}}]},{"role":"user","content":
         [{"type":"text","text":"b"},{"type":"text","text":"c","cache_control":
         {"type":"ephemeral","ttl":"1h"}}]}],"reasoning_effort":"high"})"},
    // Gemini's own words.
    {"gemini-3-pro",
     R"({"model":"gemini-3-pro","messages":[{"role":"user","content":"x"},{"role":"assistant",
         "content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f",
         "arguments":"{}"},"extra_content":{"google":{"thought_signature":"Q2lB"}}}]},
         {"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"1"},
         {"type":"text","text":"2"}]}],"tools":[{"type":"function","function":{"name":"f"}}],
         "tool_choice":"validated","parallel_tool_calls":true})"},
    // Everything that OpenAI's chat has for its older models.
    {"gpt-4.1",
     R"({"model":"gpt-4.1","messages":[{"role":"system","name":"boss","content":"a"},
         {"role":"user","name":"bob","content":[{"type":"text","text":"b"},
         {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO","detail":"high"}},
         {"type":"image_url","image_url":{"url":"https://a/b.png"}},
         {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}},
         {"type":"file","file":{"file_data":"data:application/pdf;base64,JVBE","filename":"a.pdf"}},
         {"type":"file","file":{"file_id":"file-1"}},
         {"type":"new_kind","new_kind":{"x":1}}]},
         {"role":"assistant","content":null,"refusal":"No."},
         {"role":"assistant","content":"d","audio":{"id":"audio_1"}},
         {"role":"critic","content":"e"}],
         "audio":{"voice":"alloy","format":"mp3"},"modalities":["text","audio"],
         "frequency_penalty":0.5,"presence_penalty":-0.5,"logit_bias":{"1":5},"logprobs":true,
         "top_logprobs":2,"metadata":{"k":"v"},"n":2,"prediction":{"type":"content","content":"p"},
         "prompt_cache_key":"k","prompt_cache_retention":"24h","safety_identifier":"s",
         "response_format":{"type":"json_schema","json_schema":{"name":"s","description":"d",
         "schema":{"type":"object","properties":{}},"strict":true}},"seed":7,
         "service_tier":"flex","stop":["a","b"],"store":true,"temperature":0.5,"top_p":0.5,
         "user":"u","max_tokens":5})"},
    // And for those that reason.
    {"gpt-5.5",
     R"({"model":"gpt-5.5","messages":[{"role":"developer","content":"a"},{"role":"assistant",
         "content":null,"tool_calls":[{"id":"c1","type":"custom","custom":{"name":"patch",
         "input":"*** Begin \"x\""}},{"id":"c2","type":"function","function":{"name":"f",
         "arguments":"{\"broken\":"}}]},{"role":"tool","tool_call_id":"c1","content":"ok"},
         {"role":"tool","tool_call_id":"c2","content":"no"}],
         "tools":[{"type":"custom","custom":{"name":"patch","description":"d","format":
         {"type":"grammar","grammar":{"syntax":"lark","definition":"start: x"}}}},
         {"type":"custom","custom":{"name":"free","format":{"type":"text"}}},
         {"type":"function","function":{"name":"f","strict":false,"parameters":{}},
         "defer_loading":true}],
         "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":
         [{"type":"custom","custom":{"name":"patch"}},{"type":"function","function":
         {"name":"f"}}]}},"verbosity":"low","reasoning_effort":"minimal",
         "max_completion_tokens":99,"moderation":{"model":"m"},
         "prompt_cache_options":{"ttl":"30m"}})"},
    {"gpt-4o-search-preview",
     R"({"model":"gpt-4o-search-preview","messages":[{"role":"user","content":"x"}],
         "web_search_options":{"search_context_size":"low","user_location":{"type":"approximate",
         "approximate":{"city":"Paris","country":"FR"}}}})"},
};

// "" and null mean the same for an assistant that called tools.
std::string meaning(std::string text) {
  const auto at = text.find(R"("content":"","reasoning_content")");
  if (at != std::string::npos) text.replace(at, 12, R"("content":null)");
  return text;
}

}  // namespace

TEST_CASE("a chat request comes back from the canonical form as it was", "[openai][request]") {
  const RequestProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);
  const Body body = GENERATE(from_range(std::begin(kBodies), std::end(kBodies)));

  const auto written = dialect.round_trip(body.text, {body.model});

  CHECK(sorted_json(written.body) == meaning(sorted_json(body.text)));
  CHECK(written.losses.empty());
}

TEST_CASE("a streamed chat request comes back with the counts asked for", "[openai][request]") {
  const RequestProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);

  const auto written =
      dialect.round_trip(R"({"model":"m","messages":[{"role":"user","content":"x"}],"stream":true,)"
                         R"("stream_options":{"include_obfuscation":false}})",
                         {"m", "chat", true});

  CHECK(sorted_json(written.body) ==
        R"({"messages":[{"content":"x","role":"user"}],"model":"m","stream":true,)"
        R"("stream_options":{"include_obfuscation":false,"include_usage":true}})");
}

}  // namespace abv::tests
