// Answers every call with the user's own words, without any network: a handler to start with, to
// test clients against, and to test the host with. What it can be told to do is in README.md.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "abv/sdk/plugin.hpp"
#include "embeddings.hpp"
#include "prompt.hpp"
#include "script.hpp"

namespace {

namespace sdk = abv::sdk;
namespace json = abv::sdk::json;

constexpr const char* kConfigSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "delay_ms": { "type": "integer", "minimum": 0, "maximum": 60000, "default": 0,
                  "description": "wait before each piece of an answer but the first, in ms" },
    "prefix": { "type": "string", "default": "",
                "description": "text to put before every answer" }
  },
  "additionalProperties": false
})";

struct Config {
  std::int64_t delay_ns = 0;
  std::string prefix;
};

// The word that goes with a status, for errors that echo is asked for.
std::string error_type(int http_status) {
  switch (http_status) {
    case 400:
      return "invalid_request_error";
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 503:
    case 529:
      return "overloaded_error";
    default:
      return http_status < 500 ? "invalid_request_error" : "api_error";
  }
}

// An id that every dialect's clients accept, the same for the same request id.
std::string tool_call_id(std::string_view request_id) {
  std::string id = "call_";
  for (const char c : request_id) {
    const bool is_plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_plain && id.size() < 40) id.push_back(c);
  }
  return id;
}

json::Value read_body(const sdk::Call& call) {
  const auto body = json::parse(call.body());
  if (body && body->is_object()) return *body;
  throw sdk::Failure{400, "invalid_request_error", "the body is not a JSON object"};
}

class Echo {
 public:
  static constexpr sdk::Info kInfo{
      .name = "echo",
      .summary = "repeats what the user says; offline, for trials and tests",
      .config_schema = kConfigSchema,
      .abilities = R"({"operations":["chat","count_tokens","embeddings"]})",
  };

  static Config read(const json::Value& config) {
    Config read;
    read.delay_ns = config["delay_ms"].as_int() * 1'000'000;
    read.prefix = config["prefix"].as_string();
    return read;
  }

  Echo(const sdk::Host& host, Config config) : clock_(host.clock()), config_(std::move(config)) {}

  void handle(const sdk::Call& call, sdk::Reply& reply) const {
    const std::string_view operation = call.operation();
    const std::string_view dialect = call.dialect();
    if (operation == "chat") return chat(call, reply);
    if (operation == "count_tokens" && dialect == "claude-messages") {
      return count_tokens(call, reply, "input_tokens");
    }
    if (operation == "count_tokens" && dialect == "gemini") {
      return count_tokens(call, reply, "totalTokens");
    }
    if (operation == "embeddings" && dialect == "openai-chat") {
      return reply.send(200, "application/json", echo::embed(read_body(call), call.model()));
    }
    throw sdk::Failure{404, "not_found_error", "echo does not offer " + std::string(operation)};
  }

  std::string models() const {
    json::Writer out;
    out.begin_object().key("models").begin_array();
    out.begin_object().member("id", "echo").member("owned_by", "abv.echo").end_object();
    out.end_array().end_object();
    return out.take();
  }

 private:
  void chat(const sdk::Call& call, sdk::Reply& reply) const {
    const echo::Prompt prompt = echo::read_prompt(call.dialect(), read_body(call));
    const std::int64_t input_tokens = echo::estimate_tokens(prompt.text_bytes);
    std::visit([&](const auto& step) { play(step, call, reply, input_tokens); },
               echo::read_script(prompt));
  }

  void play(const echo::Say& say, const sdk::Call& call, sdk::Reply& reply,
            std::int64_t input_tokens) const {
    const std::string answer = config_.prefix + say.text;
    reply.start({}, call.model());
    send_pieces(call, echo::split_pieces(answer),
                [&](std::string_view piece) { reply.text(piece); });
    finish(reply, input_tokens, answer.size(), sdk::StopReason::kEnd);
  }

  void play(const echo::CallTool& tool, const sdk::Call& call, sdk::Reply& reply,
            std::int64_t input_tokens) const {
    reply.start({}, call.model());
    reply.tool_start(tool_call_id(call.id()), tool.name, 0);
    send_pieces(call, echo::split_pieces(tool.arguments_json),
                [&](std::string_view piece) { reply.tool_arguments(piece, 0); });
    reply.tool_end(0);
    finish(reply, input_tokens, tool.arguments_json.size(), sdk::StopReason::kTool);
  }

  void play(const echo::FailWith& fail, const sdk::Call&, sdk::Reply&, std::int64_t) const {
    throw sdk::Failure{.http_status = fail.http_status,
                       .type = error_type(fail.http_status),
                       .message = fail.message,
                       .retry_after_ms = fail.http_status == 429 ? 1000 : -1};
  }

  void play(const echo::CutAfter& cut, const sdk::Call& call, sdk::Reply& reply,
            std::int64_t) const {
    reply.start({}, call.model());
    std::string counted;
    for (std::int64_t i = 1; i <= cut.pieces; ++i)
      counted += std::to_string(i) + " ";
    send_pieces(call, echo::split_pieces(counted),
                [&](std::string_view piece) { reply.text(piece); });
    throw sdk::Failure{
        502, "api_error",
        "echo was asked to break off after " + std::to_string(cut.pieces) + " pieces"};
  }

  template <class Send>
  void send_pieces(const sdk::Call& call, const std::vector<std::string_view>& pieces,
                   Send&& send) const {
    bool is_first = true;
    for (const std::string_view piece : pieces) {
      call.throw_if_cancelled();
      if (!is_first && config_.delay_ns > 0) {
        clock_.sleep_until(call, clock_.now_ns() + config_.delay_ns);
      }
      is_first = false;
      send(piece);
    }
  }

  static void finish(sdk::Reply& reply, std::int64_t input_tokens, std::size_t output_bytes,
                     sdk::StopReason reason) {
    reply.usage(sdk::make_usage(input_tokens, echo::estimate_tokens(output_bytes)));
    reply.stop(reason);
  }

  static void count_tokens(const sdk::Call& call, sdk::Reply& reply, std::string_view field) {
    const echo::Prompt prompt = echo::read_prompt(call.dialect(), read_body(call));
    json::Writer out;
    out.begin_object().member(field, echo::estimate_tokens(prompt.text_bytes)).end_object();
    reply.send(200, "application/json", out.view());
  }

  sdk::Clock clock_;
  Config config_;
};

}  // namespace

ABV_PLUGIN("abv.echo", "0.1.0", abv::sdk::Handler<Echo>)
