#include "host/config/host_schema.hpp"

#include "host/config/load_json.hpp"
#include "host/config/show.hpp"
#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

const std::vector<ComponentSchema>& components() {
  static const std::vector<ComponentSchema> all = {
      {"abv.openai", "abv.provider/1", "openai",
       R"({"required":["base_url"],"properties":{"base_url":{"type":"string","format":"uri"}}})"},
      {"abv.echo", "abv.provider/1", "echo", ""},
      {"abv.mcp", "abv.handler/1", "mcp", ""},
      {"abv.auth", "abv.middleware/1", "auth",
       R"({"properties":{"mode":{"enum":["off","auto","strict"],"default":"auto"},
                         "api_key":{"type":"string","format":"secret","default":""}}})"},
  };
  return all;
}

std::vector<Problem> check(Value& value) {
  const auto merged = merged_schema(components());
  INFO((merged ? std::string() : merged.error().message));
  REQUIRE(merged.ok());
  return validate(value, *merged);
}

std::string host_faults(const std::string& document) {
  Value value = yaml(document);
  return problems_text(check(value));
}

constexpr char kFull[] = R"(version: 1
listen: { host: 127.0.0.1, port: 8045, max_connections: 1100, keep_alive: 5s, header_timeout: 30s,
          half_close_is_gone: true, tls: { cert_file: c.pem, key_file: k.pem } }
limits: { body: 100MiB, bodies_total: 1GiB, client_write: 30s }
log: { level: info, format: text, file: a.log, calls: true }
data_dir: ${ABV_DATA_DIR:-./data}
server_timing: false
admin: { keys: [ proxy-key, "ops-*" ] }
warmup: { secret: "${WARM:-}",
          schedule: [ { provider: openai, account: "work*", models: [ a ], every: 5h } ] }
records: { queue: 4096 }
metrics: { enabled: true, host: 127.0.0.1, port: 9464, token: t }
traces: { endpoint: "http://127.0.0.1:4318/v1/traces", headers: { x-key: k }, sample: 0.5,
          service_name: proxy }
websocket: { enabled: true, idle: 30m, max_age: 60m }
reload: { drain_max: 15m, watch: false }
plugins:
  dirs: [ /usr/lib/abv ]
  allow:
    - { id: abv.openai, file: x.so,
        sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 }
    - { id: abv.echo }
providers:
  openai: { plugin: abv.openai, base_url: "https://api.openai.com/v1", api_key: "${KEY:-}",
            enabled: auto, timeouts: { connect: 10s, first_byte: 600s, idle: 300s, total: none },
            proxy: "http://u:p@h:1", ca_file: "", models: [ a, b ], max_idle_connections: 1,
            status_rules: [ { status: [429, 503], kind: quota, contains: "x*", action: rotate,
                              scope: account, cool_down: 60s, max_retries: 2 },
                            { status: 5xx, action: pass } ] }
  echo: { plugin: abv.echo, enabled: false }
handlers:
  tools: { plugin: abv.mcp }
middlewares:
  - { name: auth, plugin: abv.auth, mode: "${MODE:-auto}", api_key: "${KEY:-}", enabled: true }
routes:
  - name: openai
    dialect: openai-chat
    endpoints: [ chat ]
    models: [ { match: "echo*", provider: echo }, { match: "*", provider: openai, as: x } ]
  - { name: mcp, path: /mcp, method: POST, handler: tools }
  - { name: echo, path: /echo, method: ANY, handler: echo }
)";

TEST_CASE("every setting of the host is accepted") {
  CHECK(host_faults(kFull) == "");
}

TEST_CASE("the file is accepted before its plugins are loaded") {
  Value value = yaml(kFull);
  CHECK(problems_text(validate(value, schema(host_schema_text()))) == "");
}

TEST_CASE("an empty file gets every default") {
  Value value = yaml("");
  CHECK(problems_text(check(value)) == "");
  CHECK(value.to_json() ==
        R"({"version":1,"listen":{"host":"127.0.0.1","port":8045,"max_connections":1100,)"
        R"("keep_alive":"5s","header_timeout":"30s","half_close_is_gone":true},)"
        R"("limits":{"body":"100MiB","bodies_total":"1GiB","client_write":"30s"},)"
        R"("accounts":{"mode":"balance","preferred":"","session_ttl":"1h","max_sessions":10000,)"
        R"("cool_down":{"floor":"2s","ceiling":"30m"},"protect_below":0,"session_wait":"20s",)"
        R"("queue":"30s","budget":"120s","tries":8,"refresh_ahead":"5m","refresh_timeout":"30s",)"
        R"("quota_every":"none","families":[]},)"
        R"("log":{"level":"info","format":"text","file":"","calls":true},"data_dir":"./data",)"
        R"("records":{"queue":4096},"admin":{"keys":[]},"warmup":{"secret":"","schedule":[]},)"
        R"("server_timing":false,"loss_header":false,)"
        R"("metrics":{"enabled":false,"host":"127.0.0.1","port":9464,"token":""},)"
        R"("traces":{"headers":{},"sample":1,"service_name":"abv-host"},)"
        R"("streams":{"keep_alive":"15s","commit_after":"50s"},)"
        R"("websocket":{"enabled":true,"idle":"30m","max_age":"60m"},)"
        R"("stored_answers":{"enabled":true,"lifetime":"30d","most":100000,"size":"1GiB"},)"
        R"("experimental":{"signature_cache":true,"tool_loop_recovery":false,)"
        R"("cross_model_checks":false,"context_usage_scale":1},)"
        R"("reload":{"drain_max":"15m","watch":false},)"
        R"("plugins":{"dirs":[],"allow":[]},"providers":{},"handlers":{},)"
        R"("middlewares":[],"models":{"rules":[],"aliases":{},"rename_back":false},"routes":[]})");
}

TEST_CASE("a provider gets the defaults of the host and of its timeouts") {
  Value value = yaml("providers: {e: {plugin: abv.echo}}\n");
  CHECK(problems_text(check(value)) == "");
  CHECK(value.lookup("providers.e")->to_json() ==
        R"({"plugin":"abv.echo","enabled":"auto","api_key":"","api_keys":[],)"
        R"("timeouts":{"connect":"10s","first_byte":"600s","idle":"300s","total":"none"},)"
        R"("proxy":"","ca_file":"","models":[],"max_idle_connections":64})");
}

TEST_CASE("a misspelled section is reported with a suggestion") {
  CHECK(host_faults("provders: {}\n") ==
        "a.yaml:1:1: provders: unknown key; did you mean \"providers\"?");
}

TEST_CASE("each section refuses values outside of its rules") {
  CHECK(host_faults("version: 2\n") == "a.yaml:1:10: version: expected 1, got 2");
  CHECK(host_faults("listen: {host: localhost, port: 65536, max_connections: 0}\n") ==
        "a.yaml:1:16: listen.host: expected an IP address, got \"localhost\"\n"
        "a.yaml:1:33: listen.port: expected a number from 0 to 65535, got 65536\n"
        "a.yaml:1:57: listen.max_connections: expected a number from 1 to 65535, got 0");
  CHECK(host_faults("listen: {tls: {cert_file: c}}\n") ==
        "a.yaml:1:15: listen.tls.key_file: is required");
  CHECK(host_faults("log: {level: inof}\n") ==
        "a.yaml:1:14: log.level: expected one of \"trace\", \"debug\", \"info\", \"warn\", "
        "\"error\", \"off\", got \"inof\"; did you mean \"info\"?");
  CHECK(host_faults("plugins: {allow: [{id: a, sha256: 12ab}]}\n") ==
        "a.yaml:1:35: plugins.allow[0].sha256: expected 64 hexadecimal digits, got \"12ab\"");
  CHECK(host_faults("plugins: {allow: [{id: a}, {id: a}]}\n") ==
        "a.yaml:1:33: plugins.allow[1].id: \"a\" is taken by the one at a.yaml:1:24");
}

TEST_CASE("a status rule says what it is about and what is to be done") {
  const auto rule = [](const std::string& text) {
    return host_faults("providers: {e: {plugin: abv.echo, status_rules: [" + text + "]}}\n");
  };

  CHECK(rule("{status: 200, action: pass}") ==
        "a.yaml:1:59: providers.e.status_rules[0].status: expected a number from 400 to 599, got "
        "200");
  CHECK(rule("{status: 3xx, action: pass}") ==
        "a.yaml:1:59: providers.e.status_rules[0].status: expected a status from 400 to 599, a "
        "list of them, \"4xx\" or \"5xx\", got \"3xx\"");
  CHECK(rule("{status: [], action: pass}") ==
        "a.yaml:1:59: providers.e.status_rules[0].status: expected at least 1 item, got 0");
  CHECK(rule("{kind: quotas, action: pass}") ==
        "a.yaml:1:57: providers.e.status_rules[0].kind: expected one of \"rate\", \"quota\", "
        "\"capacity\", \"too_large\", \"credential\", \"forbidden\", \"verification\", "
        "\"billing\", \"server\", \"not_found\", \"other\", got \"quotas\"; did you mean "
        "\"quota\"?");
  CHECK(rule("{status: 429, action: wait}") ==
        "a.yaml:1:72: providers.e.status_rules[0].action: expected one of \"pass\", \"retry\", "
        "\"rotate\", \"refresh\", \"dead\", got \"wait\"");
  CHECK(rule("{status: 429, action: rotate, cool_down: 60}") ==
        "a.yaml:1:91: providers.e.status_rules[0].cool_down: expected a duration with its unit, "
        "such as \"250ms\", \"5s\", \"15m\", \"1h\", \"2d\" or \"none\", got \"60\"");
  CHECK(rule("{status: 429}") == "a.yaml:1:50: providers.e.status_rules[0].action: is required");
  CHECK(rule("{action: pass}") ==
        "a.yaml:1:50: providers.e.status_rules[0]: expected \"status\", \"kind\" or \"contains\" "
        "beside the action, got an object");
}

TEST_CASE("the name of an entry is a plain word") {
  CHECK(host_faults("providers: {a b: {plugin: abv.echo}}\n") ==
        "a.yaml:1:13: providers[\"a b\"]: expected a name of letters, digits, \".\", \"-\" and "
        "\"_\" that starts with a letter or digit, got \"a b\"");
}

TEST_CASE("two middlewares or routes may not share a name") {
  CHECK(host_faults("middlewares: [{name: a, plugin: abv.auth}, {name: a, plugin: abv.auth}]\n") ==
        "a.yaml:1:51: middlewares[1].name: \"a\" is taken by the one at a.yaml:1:22");
}

TEST_CASE("a route names a provider or handler that exists") {
  CHECK(host_faults("providers: {echo: {plugin: abv.echo}}\n"
                    "routes:\n"
                    "  - {name: a, dialect: d, models: [{match: x, provider: ehco}]}\n"
                    "  - {name: b, path: /b, method: GET, handler: tools}\n") ==
        "a.yaml:3:57: routes[0].models[0].provider: expected a name that stands under providers, "
        "got \"ehco\"; did you mean \"echo\"?\n"
        "a.yaml:4:47: routes[1].handler: expected a name that stands under handlers or providers, "
        "got \"tools\"");
}

TEST_CASE("a route is either for a dialect or for a handler") {
  CHECK(host_faults("routes: [{name: a}]\n") ==
        "a.yaml:1:10: routes[0]: expected either \"dialect\" and \"models\", or \"path\", "
        "\"method\" and \"handler\", got an object");
  CHECK(host_faults("routes: [{name: a, dialect: d}]\n") ==
        "a.yaml:1:10: routes[0].models: is required");
  CHECK(host_faults("routes: [{name: a, path: /x, method: GET}]\n") ==
        "a.yaml:1:10: routes[0].handler: is required");
  CHECK(host_faults("providers: {e: {plugin: abv.echo}}\n"
                    "routes: [{name: a, dialect: d, path: /x, models: [{match: x, provider: e}]}]"
                    "\n") == "a.yaml:2:38: routes[0].path: is not allowed here");
}

TEST_CASE("keys are hidden when the configuration is shown") {
  Value value = yaml(
      "providers: {o: {plugin: abv.openai, base_url: 'http://x', api_key: sk-one}}\n"
      "middlewares: [{name: a, plugin: abv.auth, api_key: sk-two}]\n");
  CHECK(problems_text(check(value)) == "");
  CHECK_THAT(show(value), !ContainsSubstring("sk-"));
}

TEST_CASE("before the plugins are loaded all their settings are hidden") {
  Value value = yaml("middlewares: [{name: a, plugin: abv.auth, api_key: sk-two}]\n");
  CHECK(validate(value, schema(host_schema_text())).empty());
  CHECK_THAT(show(value), !ContainsSubstring("sk-"));
}

// Collects the places of settings that lack the text that the reference is made of.
void find_undocumented(const Value& node, const std::string& place, std::string& out) {
  for (const Member& member : node.members()) {
    const std::string below = place + "/" + member.key;
    if (place.ends_with("/properties") && member.value.is_object()) {
      const bool is_reference = member.value.find("$ref") != nullptr;
      const bool is_section = member.value.find("properties") != nullptr;
      const bool is_told = member.value.find("title") && member.value.find("description");
      const bool has_example = is_section || member.value.find("examples") != nullptr;
      out += (is_told && has_example) || (is_reference && !is_told) ? "" : below + "\n";
    }
    find_undocumented(member.value, below, out);
  }
}

TEST_CASE("every setting has a title, a description and an example") {
  const auto document = load_json(host_schema_text(), "host");
  REQUIRE(document.ok());
  std::string undocumented;
  find_undocumented(*document, "#", undocumented);
  CHECK(undocumented.empty());
  CHECK(document->lookup("properties.listen.properties.port.title") != nullptr);
}

}  // namespace
}  // namespace abv::config
