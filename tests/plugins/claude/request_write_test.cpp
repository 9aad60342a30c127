#include "tests/plugins/claude/request_probe_claude.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

using Losses = std::vector<std::string>;

std::string repeated(const std::string& item, int times) {
  std::string text = item;
  for (int i = 1; i < times; ++i)
    text += "," + item;
  return text;
}

struct Fixture : ClaudeRequests {
  // What becomes of one part of the user's, with its losses.
  std::string content(const std::string& part) const {
    const auto written =
        write(R"([{"role":"user","parts":[)" + part + R"(,{"type":"text","text":"."}]}])",
              R"(,"max_tokens":1)");
    const auto body = sdk::json::parse(written.body).value();
    const auto blocks = body["messages"][0]["content"];
    const std::string block(blocks.size() > 1 ? blocks[0].raw() : "");
    return written.losses.empty() ? block : block + written.losses[0];
  }
  std::string tool(const std::string& canonical, const std::string& model = kNewModel) const {
    const auto written = write(kHi, R"(,"max_tokens":1,"tools":[)" + canonical + "]", model);
    const auto body = sdk::json::parse(written.body).value();
    const std::string entry(body["tools"][0].raw());
    return written.losses.empty() ? entry : entry + written.losses[0];
  }
  // The input_schema that comes of a function's parameters, with its losses.
  std::string schema(const std::string& parameters) const {
    const auto text = tool(R"({"type":"function","name":"f","parameters":)" + parameters + "}");
    return text.substr(16);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a canonical request becomes one of claude's", "[claude][request]") {
  const auto written = dialect.write(
      R"({"abv":"chat/1","model":"x","messages":[{"role":"user","parts":)"
      R"([{"type":"text","text":"Hi"}]}],"max_tokens":5,"user":"u","stop":["a"," \n"]})",
      {.model = "claude-opus-5", .is_stream = true});

  CHECK(written.method.empty());
  CHECK(written.path == "/v1/messages");
  CHECK(sorted_json(written.body) ==
        R"({"max_tokens":5,"messages":[{"content":"Hi","role":"user"}],)"
        R"("metadata":{"user_id":"u"},"model":"claude-opus-5","stop_sequences":["a"],)"
        R"("stream":true})");
  CHECK(written.losses == Losses{"dropped /stop/1: the API refuses mere white space"});
}

TEST_CASE_METHOD(Fixture, "options that claude lacks are told", "[claude][request]") {
  CHECK(losses(R"(,"seed":1,"n":2,"presence_penalty":0.5,"frequency_penalty":0,"logprobs":true,)"
               R"("top_logprobs":3,"metadata":{"a":"b"},"service_tier":"flex","cache_key":"k",)"
               R"("store":true,"output":{"format":"json","verbosity":"low","modalities":)"
               R"(["text","image"]},"extras":[{"dialect":"openai-chat","key":"x","value":1}])") ==
        Losses{"dropped /metadata: the API takes the user's id alone",
               "dropped /service_tier: the API knows auto and standard_only",
               "dropped /seed: the API has nothing like it",
               "dropped /presence_penalty: the API has nothing like it",
               "dropped /logprobs: the API has nothing like it",
               "dropped /top_logprobs: the API has nothing like it",
               "dropped /store: the API has nothing like it",
               "dropped /output/verbosity: the API has nothing like it",
               "dropped /n: the API gives one answer",
               "dropped /cache_key: the cache is told by marks, not by a key",
               "dropped /output/modalities: answers are text",
               "dropped /output/format: the API takes JSON by a schema alone",
               "dropped /x: only openai-chat knows it"});
  CHECK(losses(R"(,"n":1,"store":false,"logprobs":false,"output":{"format":"text"})") == Losses{});
}

TEST_CASE_METHOD(Fixture, "an output schema has closed objects", "[claude][request]") {
  const std::string output =
      R"(,"output":{"format":"json_schema","strict":true,"schema":{"type":"object",)"
      R"("properties":{"a":{"type":"array","items":{"type":"object"}}},)"
      R"("additionalProperties":false}})";

  CHECK(member("output_config", output) ==
        R"({"format":{"schema":{"additionalProperties":false,"properties":{"a":{"items":)"
        R"({"additionalProperties":false,"type":"object"},"type":"array"}},"type":"object"},)"
        R"("type":"json_schema"}})");
  CHECK(losses(output) ==
        Losses{"approximated /output/schema: objects of an answer have no further properties"});
  CHECK(losses(output, "claude-sonnet-4-20250514") ==
        Losses{"dropped /output: the model knows no output format"});
}

TEST_CASE_METHOD(Fixture, "claude's service tiers are two", "[claude][request]") {
  CHECK(member("service_tier", R"(,"service_tier":"auto")") == R"("auto")");
  CHECK(member("service_tier", R"(,"service_tier":"default")") == R"("standard_only")");
  CHECK(member("service_tier", R"(,"service_tier":"standard")") == R"("standard_only")");
  CHECK(losses(R"(,"service_tier":"default")") == Losses{});
  CHECK(member("service_tier", R"(,"service_tier":"priority")").empty());
}

TEST_CASE_METHOD(Fixture, "a tool choice is said in claude's words", "[claude][request]") {
  const auto choice = [&](const std::string& canonical) {
    return member("tool_choice",
                  R"(,"tools":[{"type":"function","name":"f"}],"tool_choice":)" + canonical);
  };

  CHECK(choice(R"({"mode":"auto"})") == R"({"type":"auto"})");
  CHECK(choice(R"({"mode":"none","parallel":false})") == R"({"type":"none"})");
  CHECK(choice(R"({"mode":"required"})") == R"({"type":"any"})");
  CHECK(choice(R"({"mode":"required","names":["f"],"parallel":false})") ==
        R"({"disable_parallel_tool_use":true,"name":"f","type":"tool"})");
  CHECK(choice(R"({"parallel":false})") == R"({"disable_parallel_tool_use":true,"type":"auto"})");
  CHECK(choice(R"({"parallel":true})").empty());
  CHECK(choice(R"({"mode":"required","names":["f","g"]})") == R"({"type":"any"})");
  CHECK(losses(R"(,"tool_choice":{"mode":"required"})") ==
        Losses{"dropped /tool_choice: there are no tools"});
}

TEST_CASE_METHOD(Fixture, "a tool for free text has one input", "[claude][request]") {
  CHECK(tool(R"({"type":"custom","name":"patch","description":"Edits","format":)"
             R"({"type":"grammar","syntax":"lark","definition":"s"}})") ==
        R"({"description":"Edits\n\nThe input is free text in this format: {\"type\":\"grammar\",)"
        R"(\"syntax\":\"lark\",\"definition\":\"s\"}","input_schema":{"properties":{"input":)"
        R"({"type":"string"}},"required":["input"],"type":"object"},"name":"patch"})"
        "approximated /tools/0: a tool for free text becomes one with a text as its input");
}

TEST_CASE_METHOD(Fixture, "web search is claude's own tool", "[claude][request]") {
  CHECK(tool(R"({"type":"web_search","settings":{"allowed_domains":["a"],"blocked_domains":["b"],)"
             R"("user_location":{"city":"Bern"},"max_uses":3}})") ==
        R"({"allowed_domains":["a"],"max_uses":3,"name":"web_search",)"
        R"("type":"web_search_20250305","user_location":{"city":"Bern","type":"approximate"}})"
        "dropped /tools/0/settings/blocked_domains: domains are allowed or blocked, never both");
  CHECK(tool(R"({"type":"web_search","settings":{"context_size":"high","allowed_domains":[]}})") ==
        R"({"name":"web_search","type":"web_search_20250305"})"
        "dropped /tools/0/settings/context_size: the search takes no size");
}

TEST_CASE_METHOD(Fixture, "a strict tool has closed objects, where the model knows such tools",
                 "[claude][request]") {
  const auto* strict = R"({"type":"function","name":"f","strict":true,"parameters":)"
                       R"({"type":"object","properties":{}}})";

  CHECK(tool(strict) ==
        R"({"input_schema":{"additionalProperties":false,"properties":{},"type":"object"},)"
        R"("name":"f","strict":true})"
        "approximated /tools/0/parameters: objects of strict tools have no further properties");
  CHECK(tool(strict, "claude-opus-4-20250514") ==
        R"({"input_schema":{"properties":{},"type":"object"},"name":"f"})"
        "dropped /tools/0/strict: the model knows no strict tools");
}

TEST_CASE_METHOD(Fixture, "claude takes twenty strict tools", "[claude][request]") {
  const std::string strict =
      R"({"type":"function","name":"f","strict":true,"parameters":{"type":"object",)"
      R"("additionalProperties":false}})";
  CHECK(losses(R"(,"tools":[)" + repeated(strict, 21) + "]") ==
        Losses{"dropped /tools/20/strict: the API takes 20 strict tools"});
}

TEST_CASE_METHOD(Fixture, "a schema without an object at its top gets one", "[claude][request]") {
  const std::string told =
      "approximated /tools/0/parameters: the API wants one object at the top of a schema";

  CHECK(tool(R"({"type":"function","name":"f"})") ==
        R"({"input_schema":{"properties":{},"type":"object"},"name":"f"})");
  CHECK(schema(R"({"properties":{"a":{}}})") ==
        R"({"properties":{"a":{}},"type":"object"},"name":"f"})");
  CHECK(schema(R"({"type":["object","null"]})") ==
        R"({"properties":{},"type":"object"},"name":"f"})" + told);
  CHECK(schema(R"({"type":"object","properties":{"a":{"anyOf":[{"$ref":"#/$defs/x"}]}},)"
               R"("$defs":{"x":{}}})") ==
        R"({"$defs":{"x":{}},"properties":{"a":{"anyOf":[{"$ref":"#/$defs/x"}]}},)"
        R"("type":"object"},"name":"f"})");
}

TEST_CASE_METHOD(Fixture, "combinations at the top of a schema are merged", "[claude][request]") {
  const std::string told =
      "approximated /tools/0/parameters: the API wants one object at the top of a schema";

  CHECK(schema(R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],)"
               R"("anyOf":[{"required":["b"]},{"required":["c"]}]})") ==
        R"({"properties":{"a":{"type":"string"}},"required":["a"],"type":"object"},"name":"f"})" +
            told);
  CHECK(schema(R"({"oneOf":[{"type":"object","properties":{"k":{"const":1},"x":{}},)"
               R"("required":["k","x"]},{"properties":{"k":{"const":2}},"required":["k"]}]})") ==
        R"({"properties":{"k":{"anyOf":[{"const":1},{"const":2}]},"x":{}},"required":["k"],)"
        R"("type":"object"},"name":"f"})" +
            told);
  CHECK(schema(R"({"description":"d","allOf":[{"$ref":"#/$defs/p"},{"properties":{"b":{}},)"
               R"("required":["b"]}],"$defs":{"p":{"properties":{"a":{}},"required":["a"]}}})") ==
        R"({"$defs":{"p":{"properties":{"a":{}},"required":["a"]}},"description":"d",)"
        R"("properties":{"a":{},"b":{}},"required":["a","b"],"type":"object"},"name":"f"})");
  CHECK(schema(R"({"$ref":"#"})") == R"({"properties":{},"type":"object"},"name":"f"})");
}

TEST_CASE_METHOD(Fixture, "images and files take claude's forms", "[claude][request]") {
  CHECK(content(R"({"type":"image","media_type":"image/jpg","data":"/9j/","detail":"auto"})") ==
        R"({"source":{"data":"/9j/","media_type":"image/jpeg","type":"base64"},"type":"image"})");
  CHECK(content(R"({"type":"image","url":"data:image/png;base64,iVBORw0KGgo="})") ==
        R"({"source":{"data":"iVBORw0KGgo=","media_type":"image/png","type":"base64"},)"
        R"("type":"image"})");
  CHECK(content(R"({"type":"image","data":"R0lGODlh"})") ==
        R"({"source":{"data":"R0lGODlh","media_type":"image/gif","type":"base64"},)"
        R"("type":"image"})");
  CHECK(content(R"({"type":"image","url":"https://a/b"})") ==
        R"({"source":{"type":"url","url":"https://a/b"},"type":"image"})");
  CHECK(content(R"({"type":"file","media_type":"application/pdf","data":"JVBE","name":"a.pdf"})") ==
        R"({"source":{"data":"JVBE","media_type":"application/pdf","type":"base64"},)"
        R"("title":"a.pdf","type":"document"})");
  CHECK(content(R"({"type":"file","media_type":"text/csv","data":"YSxiCg=="})") ==
        R"({"source":{"data":"a,b\n","media_type":"text/plain","type":"text"},"type":"document"})");
  CHECK(content(R"({"type":"file","media_type":"image/webp","data":"UklGRg=="})") ==
        R"({"source":{"data":"UklGRg==","media_type":"image/webp","type":"base64"},)"
        R"("type":"image"})");
}

TEST_CASE_METHOD(Fixture, "media that claude does not take are told", "[claude][request]") {
  const std::string place = "dropped /messages/0/parts/0: ";

  CHECK(content(R"({"type":"audio","media_type":"audio/wav","data":"aa"})") ==
        place + "Anthropic's models do not hear");
  CHECK(content(R"({"type":"file","media_type":"video/mp4","data":"aa"})") ==
        place + "Anthropic takes no files of this type");
  CHECK(content(R"({"type":"image","media_type":"image/svg+xml","data":"aa"})") ==
        place + "Anthropic takes no files of this type");
  CHECK(content(R"({"type":"file","media_type":"video/mp4","url":"https://a"})") ==
        place + "Anthropic takes URLs of images and PDF documents alone");
  CHECK(content(R"({"type":"file","media_type":"text/plain","data":"/w=="})") ==
        place + "the text is not UTF-8");
  CHECK(content(R"({"type":"image","url":"gs://a"})") == place + "Anthropic cannot read this URL");
  CHECK(content(R"({"type":"file","file_id":"file-abc"})") ==
        place + "the file is not in Anthropic's file store");
  CHECK(content(R"({"type":"file"})") == place + "it is empty");
  CHECK(content(R"({"type":"image","url":"https://a","detail":"low"})") ==
        R"({"source":{"type":"url","url":"https://a"},"type":"image"})"
        "dropped /messages/0/parts/0/detail: images have one resolution here");
  CHECK(content(R"({"type":"image","url":"https://a","name":"a.png"})") ==
        R"({"source":{"type":"url","url":"https://a"},"type":"image"})"
        "dropped /messages/0/parts/0/name: images have no names here");
}

TEST_CASE_METHOD(Fixture, "without tools that claude knows there are none", "[claude][request]") {
  const std::string others = R"(,"tools":[{"type":"opaque","dialect":"gemini","raw":{}}])";

  CHECK(member("tools", others).empty());
  CHECK(losses(others) == Losses{"dropped /tools/0: only another dialect knows it"});
}

TEST_CASE_METHOD(Fixture, "of more than four cache marks the last of prompt and messages stay",
                 "[claude][request]") {
  const std::string text = R"({"type":"text","text":"x","cache":{}})";
  const auto written = write(
      R"([{"role":"system","parts":[)" + text + "," + text + R"(]},{"role":"user","parts":[)" +
          text + "," + text + "," + text + "," + text + "]}]",
      R"(,"max_tokens":1,"tools":[{"type":"function","name":"f","cache":{"ttl":"1h"}}])");

  const std::string marked = R"({"cache_control":{"type":"ephemeral"},"text":"x","type":"text"})";
  const std::string bare = R"({"text":"x","type":"text"})";
  CHECK(written.body ==
        R"({"max_tokens":1,"messages":[{"content":[)" + bare + "," + marked + "," + marked + "," +
            marked + R"(],"role":"user"}],"model":"claude-opus-5-5","system":[)" + bare + "," +
            marked +
            R"(],"tools":[{"input_schema":{"properties":{},"type":"object"},"name":"f"}]})");
  CHECK(written.losses ==
        Losses{"dropped /messages/1/parts/0/cache: the API takes four cache marks",
               "dropped /messages/0/parts/0/cache: the API takes four cache marks",
               "dropped /tools/0/cache: the API takes four cache marks"});
}

TEST_CASE_METHOD(Fixture, "cache marks that cannot go count among the four", "[claude][request]") {
  const std::string text = R"({"type":"text","text":"x","cache":{"ttl":"5m"}})";
  const auto written =
      write(R"([{"role":"user","parts":[)" + text + "," + text +
                R"(,{"type":"opaque","dialect":"claude-messages","raw":{"type":"search_result",)"
                R"("cache_control":{"type":"ephemeral"}}},)" +
                text + "]}]",
            R"(,"max_tokens":1,"extras":[{"dialect":"claude-messages","key":"cache_control",)"
            R"("value":{"type":"ephemeral"}}])");

  CHECK(written.losses ==
        Losses{"dropped /messages/0/parts/0/cache: the API takes four cache marks"});
}

TEST_CASE_METHOD(Fixture, "a canonical request that is none is refused", "[claude][request]") {
  CHECK(dialect.write("{").status == ABV_E_INVALID);
  CHECK(dialect.write(R"({"abv":"chat/2"})").status == ABV_E_INVALID);
}

}  // namespace abv::tests
