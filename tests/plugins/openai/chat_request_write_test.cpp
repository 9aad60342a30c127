#include "tests/plugins/openai/chat_write_fixture.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

using Fixture = ChatWriteFixture;
using Losses = std::vector<std::string>;

constexpr const char* kPicture = R"({"type":"image","media_type":"image/png","data":"iVBO"})";

}  // namespace

TEST_CASE_METHOD(Fixture, "a chat request goes to its path with the model of the attempt",
                 "[openai][request]") {
  const auto written = messages(R"({"role":"user","parts":[{"type":"text","text":"x"}]})", "big");

  CHECK(written.status == ABV_OK);
  CHECK(written.path == "/v1/chat/completions");
  CHECK(written.body == R"({"model":"big","messages":[{"role":"user","content":"x"}]})");
}

TEST_CASE_METHOD(Fixture, "tool results come right behind their calls, each a message",
                 "[openai][request]") {
  const auto written =
      messages(R"({"role":"user","parts":[{"type":"text","text":"wait"}]},)"
               R"({"role":"user","parts":[{"type":"text","text":"and"},)"
               R"({"type":"tool_result","id":"c1","content":[{"type":"text","text":"1"}]},)"
               R"({"type":"tool_result","id":"c2","content":[]}]})");

  CHECK(json_at(written.body, "/messages") ==
        R"([{"content":"1","role":"tool","tool_call_id":"c1"},)"
        R"({"content":"","role":"tool","tool_call_id":"c2"},)"
        R"({"content":"wait","role":"user"},{"content":"and","role":"user"}])");
  CHECK(written.losses ==
        Losses{"approximated /messages/0: it goes behind the tool results that follow it"});
}

TEST_CASE_METHOD(Fixture, "images of tool results follow in one user message",
                 "[openai][request]") {
  const auto written =
      messages(R"({"role":"user","parts":[{"type":"tool_result","id":"c1","content":)"
               R"([{"type":"text","text":"see"},)" +
               std::string(kPicture) + R"(]},{"type":"tool_result","id":"c2","content":[)" +
               kPicture + R"(]},{"type":"text","text":"go on"}]})");

  CHECK(
      json_at(written.body, "/messages") ==
      R"x([{"content":[{"text":"see","type":"text"},{"text":"(attached in the next user message)",)x"
      R"("type":"text"}],"role":"tool","tool_call_id":"c1"},)"
      R"x({"content":"(attached in the next user message)","role":"tool","tool_call_id":"c2"},)x"
      R"({"content":[{"text":"Attached to the result of c1:","type":"text"},)"
      R"({"image_url":{"url":"data:image/png;base64,iVBO"},"type":"image_url"},)"
      R"({"text":"Attached to the result of c2:","type":"text"},)"
      R"({"image_url":{"url":"data:image/png;base64,iVBO"},"type":"image_url"}],"role":"user"},)"
      R"({"content":"go on","role":"user"}])");
  CHECK(written.losses == Losses{"approximated /messages/0/parts/0/content/1: a tool's message "
                                 "holds text only, so it goes into a user message",
                                 "approximated /messages/0/parts/1/content/0: a tool's message "
                                 "holds text only, so it goes into a user message"});
}

TEST_CASE_METHOD(Fixture, "ids of calls and results are shortened alike", "[openai][request]") {
  const std::string id(50, 'x');
  const auto written =
      messages(R"({"role":"assistant","parts":[{"type":"tool_call","id":")" + id +
               R"(","name":"f","arguments":{"a":"\u00e9"}}]},{"role":"user","parts":[{"type":)"
               R"("tool_result","id":")" +
               id + R"(","error":true,"content":[{"type":"text","text":"1"}]}]})");

  const auto call_id = json_at(written.body, "/messages/0/tool_calls/0/id");
  CHECK(call_id.size() == 42);
  CHECK(json_at(written.body, "/messages/1/tool_call_id") == call_id);
  CHECK(json_at(written.body, "/messages/0/tool_calls/0/function/arguments") ==
        R"("{\"a\":\"\\u00e9\"}")");
  CHECK(written.losses ==
        Losses{"dropped /messages/1/parts/0/error: chat has no mark for calls that failed"});
}

TEST_CASE_METHOD(Fixture, "media that chat cannot take are told", "[openai][request]") {
  const auto written =
      messages(R"({"role":"user","parts":[{"type":"image","file_id":"f"},)"
               R"({"type":"audio","media_type":"audio/flac","data":"AA"},)"
               R"({"type":"audio","media_type":"audio/mpeg","data":"AA"},)"
               R"({"type":"file","media_type":"application/pdf","url":"https://a"},)"
               R"({"type":"file","media_type":"application/pdf","data":"JVBE"},)"
               R"({"type":"file","media_type":"text/plain","text":"plain"},)"
               R"({"type":"opaque","dialect":"gemini","raw":{"a":1}}]})");

  CHECK(json_at(written.body, "/messages/0/content") ==
        R"([{"input_audio":{"data":"AA","format":"mp3"},"type":"input_audio"},)"
        R"({"file":{"file_data":"data:application/pdf;base64,JVBE","filename":"file.pdf"},)"
        R"("type":"file"},{"text":"plain","type":"text"}])");
  CHECK(written.losses ==
        Losses{"dropped /messages/0/parts/0: chat takes images as data or by URL",
               "dropped /messages/0/parts/1: chat takes audio as data, in wav or mp3",
               "dropped /messages/0/parts/3: chat takes files as data or by id",
               "defaulted /messages/0/parts/4/name: chat demands a file name",
               "approximated /messages/0/parts/5: a document in plain text goes as text",
               "dropped /messages/0/parts/6: only gemini knows it"});
}

TEST_CASE_METHOD(Fixture, "an assistant's message holds reasoning, text and calls",
                 "[openai][request]") {
  const auto written = messages(
      R"({"role":"assistant","parts":[{"type":"reasoning","text":"a\n"},)"
      R"({"type":"reasoning","text":"b","signature":"s","origin":"claude"},)"
      R"({"type":"reasoning","redacted":"r","origin":"claude"},)"
      R"({"type":"text","text":"T"},{"type":"tool_call","id":"c","name":"f.g","arguments":{}},)"
      R"({"type":"text","text":"after","citations":[1]},)" +
      std::string(kPicture) + "]}");

  CHECK(json_at(written.body, "/messages/0") ==
        R"({"content":[{"text":"T","type":"text"},{"text":"after","type":"text"}],)"
        R"("reasoning_content":"a\n\n\nb","role":"assistant","tool_calls":[{"function":)"
        R"({"arguments":"{}","name":"f.g"},"id":"c","type":"function"}]})");
  CHECK(written.losses ==
        Losses{"approximated /messages/0/parts/1: it goes as text, without its signature",
               "dropped /messages/0/parts/2: chat has no place for hidden reasoning",
               "approximated /messages/0/parts/4/name: it goes as it is, though OpenAI takes "
               "[a-zA-Z0-9_-]{1,64} only",
               "dropped /messages/0/parts/5/citations: chat has no citations in requests",
               "approximated /messages/0/parts/5: text goes before the calls of its message",
               "dropped /messages/0/parts/6: an assistant's message holds text only"});
}

TEST_CASE_METHOD(Fixture, "OpenAI's own models get no reasoning back", "[openai][request]") {
  const auto written = messages(R"({"role":"assistant","parts":[{"type":"reasoning","text":"a"},)"
                                R"({"type":"text","text":"T"}]})",
                                "gpt-4.1");

  CHECK(json_at(written.body, "/messages/0") == R"({"content":"T","role":"assistant"})");
  CHECK(written.losses ==
        Losses{"dropped /messages/0/parts/0: OpenAI's models take no reasoning back in chat"});
}

TEST_CASE_METHOD(Fixture, "a thought signature goes to Gemini alone", "[openai][request]") {
  const std::string turn =
      R"({"role":"assistant","parts":[{"type":"tool_call","id":"a","name":"f","arguments":{},)"
      R"("signature":"s1","origin":"gemini"},{"type":"reasoning","text":"","signature":"s2",)"
      R"("origin":"openai","origin_model":"gemini-3-pro"},)"
      R"({"type":"tool_call","id":"b","name":"f","arguments":{}}]})";
  const auto gemini = messages(turn, "gemini-3-pro");
  const auto other = messages(turn, "gpt-5");

  CHECK(json_at(gemini.body, "/messages/0/tool_calls/0/extra_content") ==
        R"({"google":{"thought_signature":"s1"}})");
  CHECK(json_at(gemini.body, "/messages/0/tool_calls/1/extra_content") ==
        R"({"google":{"thought_signature":"s2"}})");
  CHECK(gemini.losses.empty());
  CHECK(json_at(other.body, "/messages/0/tool_calls/0/extra_content") == "nothing");
  CHECK(other.losses ==
        Losses{"dropped /messages/0/parts/0/signature: this upstream did not make it",
               "dropped /messages/0/parts/1: chat has no place for hidden reasoning"});
}

TEST_CASE_METHOD(Fixture, "arguments that are no object go as they came", "[openai][request]") {
  const auto written =
      messages(R"({"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f",)"
               R"("arguments":"{\"a\":"}]})");

  CHECK(json_at(written.body, "/messages/0/tool_calls/0/function/arguments") == R"("{\"a\":")");
}

TEST_CASE_METHOD(Fixture, "a custom tool is a function where it is not known",
                 "[openai][request]") {
  const std::string request =
      R"({"abv":"chat/1","messages":[{"role":"assistant","parts":[{"type":"tool_call",)"
      R"("custom":true,"id":"c","name":"p","arguments":"*** \"x\""}]}],"tools":[{"type":"custom",)"
      R"("name":"p","description":"Patches.","format":{"type":"grammar","syntax":"lark",)"
      R"("definition":"start: x"}}],"tool_choice":{"mode":"required","names":["p"]}})";
  const auto native = dialect.write(request, {"gpt-5"});
  const auto other = dialect.write(request, {"qwen3"});

  CHECK(json_at(native.body, "/tools/0") ==
        R"({"custom":{"description":"Patches.","format":{"grammar":{"definition":"start: x",)"
        R"("syntax":"lark"},"type":"grammar"},"name":"p"},"type":"custom"})");
  CHECK(json_at(native.body, "/tool_choice") == R"({"custom":{"name":"p"},"type":"custom"})");
  CHECK(json_at(native.body, "/messages/0/tool_calls/0/custom") ==
        R"({"input":"*** \"x\"","name":"p"})");
  CHECK(native.losses.empty());
  CHECK(json_at(other.body, "/tools/0/function") ==
        R"({"description":"Patches.\n\nThe input must match this lark grammar:\nstart: x",)"
        R"("name":"p","parameters":{"properties":{"input":{"type":"string"}},)"
        R"("required":["input"],"type":"object"}})");
  CHECK(json_at(other.body, "/tool_choice") == R"({"function":{"name":"p"},"type":"function"})");
  CHECK(json_at(other.body, "/messages/0/tool_calls/0/function/arguments") ==
        R"("{\"input\":\"*** \\\"x\\\"\"}")");
  CHECK(other.losses ==
        Losses{"approximated /messages/0/parts/0: a call of a custom tool goes as a function's",
               "approximated /tools/0: a custom tool goes as a function with one text"});
}

TEST_CASE_METHOD(Fixture, "a list of allowed tools is a shorter list where it is not known",
                 "[openai][request]") {
  const std::string members =
      R"("tools":[{"type":"function","name":"f"},{"type":"function","name":"g"},)"
      R"({"type":"function","name":"h"}],"tool_choice":{"mode":"auto","names":["f","h"]})";
  const auto native = with(members, "gpt-5");
  const auto other = with(members);

  CHECK(json_at(native.body, "/tool_choice") ==
        R"({"allowed_tools":{"mode":"auto","tools":[{"function":{"name":"f"},"type":"function"},)"
        R"({"function":{"name":"h"},"type":"function"}]},"type":"allowed_tools"})");
  CHECK(json_at(native.body, "/tools/2/function/name") == "\"h\"");
  CHECK(json_at(other.body, "/tool_choice") == "\"auto\"");
  CHECK(json_at(other.body, "/tools") ==
        R"([{"function":{"name":"f"},"type":"function"},{"function":{"name":"h"},)"
        R"("type":"function"}])");
  CHECK(other.losses ==
        Losses{"approximated /tool_choice/names: the other tools are left out instead"});
}

TEST_CASE_METHOD(Fixture, "only search models search the web in chat", "[openai][request]") {
  const std::string members =
      R"("tools":[{"type":"web_search","name":"w","cache":{},"settings":{"context_size":"high",)"
      R"("max_uses":3,"user_location":{"type":"approximate","city":"Rome"}}}])";
  const auto native = with(members, "gpt-4o-search-preview");
  const auto other = with(members, "gpt-4o");

  CHECK(json_at(native.body, "/web_search_options") ==
        R"({"search_context_size":"high","user_location":{"approximate":{"city":"Rome"},)"
        R"("type":"approximate"}})");
  CHECK(native.losses ==
        Losses{"dropped /tools/0/cache: the upstream caches by itself",
               "dropped /tools/0/settings/max_uses: chat's search has no such setting"});
  CHECK(json_at(other.body, "/tools") == "nothing");
  CHECK(other.losses ==
        Losses{"dropped /tools/0: in chat, only OpenAI's search models search the web"});
}

TEST_CASE_METHOD(Fixture, "cache marks go to Claude alone", "[openai][request]") {
  const std::string members = R"("tools":[{"type":"function","name":"f","cache":{}}])";
  const std::string message =
      R"({"role":"user","parts":[{"type":"text","text":"x","cache":{"ttl":"1h"}}]},)"
      R"({"role":"user","parts":[{"type":"tool_result","id":"c","cache":{},"content":)"
      R"([{"type":"text","text":"r"}]}]})";
  const auto claude = messages(message, "anthropic/claude-sonnet-4.6");
  const auto other = messages(message);

  CHECK(json_at(claude.body, "/messages") ==
        R"([{"content":[{"cache_control":{"type":"ephemeral"},"text":"r","type":"text"}],)"
        R"("role":"tool","tool_call_id":"c"},{"content":[{"cache_control":{"ttl":"1h",)"
        R"("type":"ephemeral"},"text":"x","type":"text"}],"role":"user"}])");
  CHECK(json_at(with(members, "claude-x").body, "/tools/0/cache_control") ==
        R"({"type":"ephemeral"})");
  CHECK(json_at(other.body, "/messages/1/content") == "\"x\"");
  CHECK(other.losses ==
        Losses{"dropped /messages/1/parts/0/cache: the upstream caches by itself",
               "approximated /messages/0: it goes behind the tool results that follow it",
               "dropped /messages/0/parts/0/cache: the upstream caches by itself"});
}

TEST_CASE_METHOD(Fixture, "what other dialects alone know is told at every level",
                 "[openai][request]") {
  constexpr const char* kExtra = R"("extras":[{"dialect":"claude-messages","key":"k","value":1}])";
  const auto extra = std::string(kExtra);
  const auto written = dialect.write(
      R"({"abv":"chat/1","messages":[{"role":"user",)" + extra + R"(,"parts":[{"type":"text",)" +
          extra + R"(,"text":"x"}]}],"tools":[{"type":"function","name":"f",)" + extra +
          R"(},{"type":"opaque","dialect":"claude-messages","raw":{}}],"service_tier":"batch",)" +
          extra + "}",
      {"gpt-4.1"});

  CHECK(written.losses == Losses{"dropped /messages/0/parts/0/k: only claude-messages knows it",
                                 "dropped /messages/0/k: only claude-messages knows it",
                                 "dropped /tools/0/k: only claude-messages knows it",
                                 "dropped /tools/1: only claude-messages knows it",
                                 "dropped /service_tier: OpenAI has no tier of this name",
                                 "dropped /k: only claude-messages knows it"});
}

TEST_CASE_METHOD(Fixture, "a message that only another dialect has a form for is left out",
                 "[openai][request]") {
  const std::string opaque = R"({"type":"opaque","dialect":"openai-responses","raw":{}})";
  const std::string said = R"({"role":"user","parts":[{"type":"text","text":"x"}]})";
  const auto written = messages(R"({"role":"developer","parts":[)" + opaque + "]}," + said +
                                R"(,{"role":"user","parts":[)" + opaque + "]}");

  CHECK(json_at(written.body, "/messages") == R"([{"content":"x","role":"user"}])");
  CHECK(written.losses == Losses{"dropped /messages/0/parts/0: only openai-responses knows it",
                                 "dropped /messages/2/parts/0: only openai-responses knows it"});
}

TEST_CASE_METHOD(Fixture, "files of other vendors' stores and names of images are told",
                 "[openai][request]") {
  const auto written = messages(
      R"({"role":"user","parts":[{"type":"text","text":"x"},{"type":"file","file_id":"file_011"},)"
      R"({"type":"file","file_id":"https://generativelanguage.googleapis.com/v1beta/files/a"},)"
      R"({"type":"file","file_id":"file-abc"},)"
      R"({"type":"image","url":"https://a/b.png","name":"b.png"}]})");

  CHECK(json_at(written.body, "/messages/0/content") ==
        R"([{"text":"x","type":"text"},{"file":{"file_id":"file-abc"},"type":"file"},)"
        R"({"image_url":{"url":"https://a/b.png"},"type":"image_url"}])");
  CHECK(written.losses ==
        Losses{"dropped /messages/0/parts/1: it stands in the file store of another service",
               "dropped /messages/0/parts/2: it stands in the file store of another service",
               "dropped /messages/0/parts/4/name: only files have names in chat"});
}

TEST_CASE_METHOD(Fixture, "what responses and chat share goes to OpenAI's models",
                 "[openai][request]") {
  constexpr const char* kMark =
      R"({"dialect":"openai-responses","key":"prompt_cache_breakpoint","value":{"mode":"explicit"}})";
  constexpr const char* kWho =
      R"({"dialect":"openai-responses","key":"safety_identifier","value":"u"})";
  const auto written = [&](const std::string& model) {
    return dialect.write(R"({"abv":"chat/1","messages":[{"role":"user","parts":[{"type":"text",)"
                         R"("text":"x","cache":{},"extras":[)" +
                             std::string(kMark) + "]}]}],\"extras\":[" + kWho + "]}",
                         {model});
  };
  const auto native = written("gpt-5.6");

  CHECK(json_at(native.body, "/messages/0/content/0/prompt_cache_breakpoint") ==
        R"({"mode":"explicit"})");
  CHECK(json_at(native.body, "/safety_identifier") == R"("u")");
  CHECK(native.losses == Losses{});
  CHECK(
      written("llama").losses ==
      Losses{"dropped /messages/0/parts/0/cache: the upstream caches by itself",
             "dropped /messages/0/parts/0/prompt_cache_breakpoint: only openai-responses knows it",
             "dropped /safety_identifier: only openai-responses knows it"});
}

TEST_CASE_METHOD(Fixture, "the standard tier of other vendors is the default of chat",
                 "[openai][request]") {
  CHECK(json_at(with(R"("service_tier":"standard")", "gpt-4.1").body, "/service_tier") ==
        R"("default")");
  CHECK(with(R"("service_tier":"standard_only")", "gpt-4.1").losses == Losses{});
}

TEST_CASE_METHOD(Fixture, "a completions call goes upstream as chat", "[openai][request]") {
  const auto read = dialect.read(ClientFacts{R"({"model":"m","prompt":"x"})", "completions"});

  CHECK(dialect.write(read.canonical, {"m", "completions"}).body ==
        R"({"model":"m","messages":[{"role":"user","content":"x"}]})");
}

TEST_CASE_METHOD(Fixture, "assistant messages in a row are one, their pieces joined",
                 "[openai][request]") {
  const auto written = messages(
      R"({"role":"assistant","parts":[{"type":"reasoning","text":"I "}]},)"
      R"({"role":"assistant","parts":[{"type":"reasoning","text":"think"}]},)"
      R"({"role":"assistant","parts":[{"type":"text","text":"Hel"}]},)"
      R"({"role":"assistant","parts":[{"type":"text","text":"lo \""}]},)"
      R"({"role":"assistant","parts":[{"type":"text","text":"you\""},{"type":"tool_call",)"
      R"("id":"a","name":"f","arguments":{}}]},)"
      R"({"role":"assistant","parts":[{"type":"tool_call","id":"b","name":"f","arguments":{}}]},)"
      R"({"role":"assistant","parts":[{"type":"text","text":""}]},)"
      R"({"role":"user","parts":[{"type":"tool_result","id":"a","content":[]},)"
      R"({"type":"tool_result","id":"b","content":[]}]})");

  CHECK(json_at(written.body, "/messages") ==
        R"([{"content":"Hello \"you\"","reasoning_content":"I think","role":"assistant",)"
        R"("tool_calls":[{"function":{"arguments":"{}","name":"f"},"id":"a","type":"function"},)"
        R"({"function":{"arguments":"{}","name":"f"},"id":"b","type":"function"}]},)"
        R"({"content":"","role":"tool","tool_call_id":"a"},)"
        R"({"content":"","role":"tool","tool_call_id":"b"}])");
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "joining keeps texts apart that one message had", "[openai][request]") {
  const auto written =
      messages(R"({"role":"assistant","parts":[{"type":"text","text":"a"},{"type":"text",)"
               R"("text":"b"}]},{"role":"assistant","parts":[{"type":"text","text":"c"}]})");

  CHECK(json_at(written.body, "/messages") ==
        R"([{"content":[{"text":"a","type":"text"},{"text":"bc","type":"text"}],)"
        R"("role":"assistant"}])");
}

TEST_CASE_METHOD(Fixture, "a cache mark inside of a turn stays where it is", "[openai][request]") {
  const auto written =
      messages(R"({"role":"assistant","parts":[{"type":"text","text":"a","cache":{}}]},)"
               R"({"role":"assistant","parts":[{"type":"text","text":"b"}]},)"
               R"({"role":"assistant","parts":[{"type":"text","text":"c","cache":{}}]})",
               "claude-x");

  CHECK(json_at(written.body, "/messages") ==
        R"([{"content":[{"cache_control":{"type":"ephemeral"},"text":"a","type":"text"},)"
        R"({"cache_control":{"type":"ephemeral"},"text":"bc","type":"text"}],)"
        R"("role":"assistant"}])");
}

TEST_CASE_METHOD(Fixture, "another speaker's message is a message of its own",
                 "[openai][request]") {
  const auto written =
      messages(R"({"role":"assistant","name":"ann","parts":[{"type":"text","text":"a"}]},)"
               R"({"role":"assistant","name":"bob","parts":[{"type":"text","text":"b"}]})");

  CHECK(json_at(written.body, "/messages") ==
        R"([{"content":"a","name":"ann","role":"assistant"},)"
        R"({"content":"b","name":"bob","role":"assistant"}])");
}

TEST_CASE_METHOD(Fixture, "an assistant's message that says nothing is left out",
                 "[openai][request]") {
  const auto parts = GENERATE(as<std::string>{}, "", R"({"type":"text","text":""})",
                              R"({"type":"reasoning","redacted":"r","origin":"claude"})");

  const auto written = messages(R"({"role":"user","parts":[{"type":"text","text":"x"}]},)"
                                R"({"role":"assistant","parts":[)" +
                                parts + "]}");

  CHECK(json_at(written.body, "/messages") == R"([{"content":"x","role":"user"}])");
}

TEST_CASE_METHOD(Fixture, "a thought signature reaches a call in the next message",
                 "[openai][request]") {
  const auto written =
      messages(R"({"role":"assistant","parts":[{"type":"reasoning","text":"","signature":"s",)"
               R"("origin":"gemini"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"a",)"
               R"("name":"f","arguments":{}}]})",
               "gemini-3-pro");

  CHECK(json_at(written.body, "/messages/0/tool_calls/0/extra_content") ==
        R"({"google":{"thought_signature":"s"}})");
  CHECK(written.losses.empty());
}

}  // namespace abv::tests
