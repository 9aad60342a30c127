#include "tests/fuzz/request_path.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <stdexcept>

#include "abv/sdk/chat_json.hpp"
#include "host/lane/history.hpp"
#include "host/lane/token_estimate.hpp"
#include "tests/cases/bindings.hpp"
#include "tests/cases/json_tree.hpp"
#include "tests/fuzz/dialects.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

using cases::Json;
using tests::ReadRequest;
using tests::WrittenRequest;

struct Upstream {
  std::string_view plugin;
  std::string operation;
};

const std::array<Upstream, 4> kChats{
    {{"openai", "chat"}, {"openai", "responses"}, {"claude", "chat"}, {"gemini", "chat"}}};
const std::array<Upstream, 3> kCounts{
    {{"openai", "count_tokens"}, {"claude", "count_tokens"}, {"gemini", "count_tokens"}}};

// Nothing for what names a member twice.
std::optional<Json> tree_of(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

void check_losses(const std::vector<std::string>& losses) {
  for (const std::string& loss : losses) {
    const bool is_known = loss.starts_with("dropped ") || loss.starts_with("approximated ") ||
                          loss.starts_with("defaulted ");
    const std::string rest = loss.substr(std::min(loss.find(' ') + 1, loss.size()));
    const std::size_t colon = rest.find(": ");
    if (!is_known || colon == std::string::npos || colon + 2 == rest.size() ||
        !(rest.starts_with('/') || colon == 0)) {
      found("a loss says what became of which place, and why", {loss});
    }
  }
}

bool is_real_loss(const std::string& loss) {
  return !loss.starts_with("defaulted /max_tokens:");
}

bool has_real_loss(const std::vector<std::string>& losses) {
  return std::any_of(losses.begin(), losses.end(), is_real_loss);
}

ReadRequest read(const ClientRequest& request, std::string_view body) {
  tests::ClientFacts facts = request.facts;
  facts.body = body;
  ReadRequest result = dialect(request.plugin).requests.read(facts);
  if (result.status != ABV_OK && !is_refusal(result.status)) {
    found("a request is read or refused", {std::to_string(result.status), result.failure});
  }
  if (result.status != ABV_OK && !result.failure.starts_with("400 ")) {
    found("a refusal says what is wrong", {std::to_string(result.status), result.failure});
  }
  check_losses(result.losses);
  return result;
}

class NoLosses final : public plugin::LossSink {
 public:
  void lost(std::string_view, std::string_view, std::string_view) override {}
};

// What the host does with the canonical form.
void check_canonical(const std::string& canonical) {
  sdk::json::Document document;
  std::string again;
  std::string mended;
  try {
    sdk::chat::Request request = sdk::chat::read_chat(canonical, document);
    again = sdk::chat::write_chat(request);
    (void)lane::estimate_tokens(request);
    NoLosses losses;
    (void)lane::recover_tool_loop(request, losses);
    (void)lane::drop_other_models(request, "claude", "other", losses);
    mended = sdk::chat::write_chat(request);
  } catch (const sdk::Failure& failure) {
    found("a canonical request can be read", {failure.message, canonical});
  }
  require(document.parse(mended), "a mended request is JSON");
  const auto before = tree_of(canonical);
  const auto after = tree_of(again);
  if (before && after && *before != *after) {
    found("a canonical request that is read and written stays the same", {canonical, again});
  }
}

WrittenRequest write(const Upstream& upstream, const std::string& canonical, const Json& tree) {
  tests::Wanted wanted;
  wanted.model = tree["model"].text().empty() ? "m" : tree["model"].text();
  wanted.operation = upstream.operation;
  wanted.is_stream = tree["stream"].flag();
  WrittenRequest written = dialect(upstream.plugin).requests.write(canonical, wanted);
  const std::string to = std::string(upstream.plugin) + " " + upstream.operation;
  if (written.status != ABV_OK) {
    if (!is_refusal(written.status)) {
      found("a request that was read can be written or is refused",
            {to, std::to_string(written.status), canonical});
    }
    return written;
  }
  check_losses(written.losses);
  if (!sdk::json::parse(written.body)) {
    found("a request to an upstream is JSON", {to, canonical, written.body});
  }
  if (!tree_of(written.body)) found("no member is written twice", {to, canonical, written.body});
  const bool is_path = written.path.starts_with('/') && !written.path.starts_with("//") &&
                       std::all_of(written.path.begin(), written.path.end(),
                                   [](char c) { return c > ' ' && c < '\x7f'; });
  if (!is_path) found("a request to an upstream has a path", {to, written.path});
  return written;
}

bool stands_before(const Json& a, const Json& b) {
  return std::pair(a["dialect"].text(), a["key"].text()) <
         std::pair(b["dialect"].text(), b["key"].text());
}

bool is_result(const Json& part) {
  return part["type"].text() == "tool_result";
}

// A text of blanks says nothing, and there are APIs that refuse it.
bool is_blank_text(const Json& part) {
  return part["type"].text() == "text" &&
         part["text"].text().find_first_not_of(" \t\r\n") == std::string::npos;
}

// Brings what means the same into one form: extras have no order; a result's tool is known by its
// call; ids are kept short and in letters that all take; results that stand together answer a turn
// in any order; a function's parameters are an object.
void straighten(Json& node, std::size_t longest_id) {
  if (node.is_list()) {
    for (Json& item : node.items())
      straighten(item, longest_id);
    for (auto at = node.items().begin(); at != node.items().end();) {
      const auto begin = std::find_if(at, node.items().end(), is_result);
      at = std::find_if_not(begin, node.items().end(), is_result);
      std::stable_sort(
          begin, at, [](const Json& a, const Json& b) { return a["id"].text() < b["id"].text(); });
    }
    return;
  }
  if (!node.is_object()) return;
  const std::string& type = node["type"].text();
  if (is_result(node)) node.remove("name");
  if (is_result(node) || type == "tool_call") {
    node.field("id") = sdk::chat::tool_id(node["id"].text(), longest_id);
  }
  if (type == "function" && (!node.has("parameters") || node["parameters"].is_object())) {
    Json& parameters = node.field("parameters");
    if (!parameters.has("type")) parameters.field("type") = "object";
    if (!parameters.has("properties")) parameters.field("properties") = Json::Members{};
  }
  for (auto& [name, member] : node.fields()) {
    if (name == "raw" || name == "parameters") continue;
    straighten(member, longest_id);
    if (name != "extras" || !member.is_list()) continue;
    std::stable_sort(member.items().begin(), member.items().end(), stands_before);
  }
}

// What the answer shall have in it is said in the first part; see responses_trace.hpp.
void remove_include(Json& canonical) {
  for (Json& message : canonical.field("messages").items()) {
    for (Json& part : message.field("parts").items()) {
      if (!part["raw"].has("include")) continue;
      part.field("raw").remove("include");
      if (part["raw"].size() == 0) part.remove("raw");
    }
  }
}

// Turns that say nothing are left out, and what then stands together is one turn.
void join_turns(Json& canonical) {
  Json joined = Json::List();
  for (Json& message : canonical.field("messages").items()) {
    Json& parts = message.field("parts");
    std::erase_if(parts.items(), is_blank_text);
    if (parts.size() == 0) continue;
    const bool goes_on = joined.size() > 0 && joined[joined.size() - 1]["role"] == message["role"];
    if (!goes_on) {
      joined.add(message);
      continue;
    }
    for (Json& part : parts.items())
      joined.items().back().field("parts").add(part);
  }
  canonical.field("messages") = joined;
}

void remove_extra(Json& canonical, const std::string& key) {
  if (!canonical.has("extras")) return;
  auto& extras = canonical.field("extras").items();
  std::erase_if(extras, [&](const Json& extra) { return extra["key"].text() == key; });
  if (extras.empty()) canonical.remove("extras");
}

bool is_sound_schema(const Json& schema);

bool are_sound_schemas(const Json& schemas) {
  const auto is_sound = [](const auto& member) { return is_sound_schema(member.second); };
  return std::all_of(schemas.list().begin(), schemas.list().end(), is_sound_schema) &&
         std::all_of(schemas.members().begin(), schemas.members().end(), is_sound);
}

// Is it a JSON Schema at all? Of others, encoders keep what they understand.
bool is_sound_schema(const Json& schema) {
  if (schema.is_bool()) return true;
  const auto is_text = [](const Json& item) { return item.is_text(); };
  const auto is_list_of_texts = [&](const Json& list) {
    return list.is_list() && std::all_of(list.list().begin(), list.list().end(), is_text);
  };
  for (const auto& [name, value] : schema.members()) {
    const bool is_map = name == "properties" || name == "$defs" || name == "patternProperties";
    const bool is_list = name == "anyOf" || name == "oneOf" || name == "allOf";
    const bool is_sound = is_map           ? value.is_object() && are_sound_schemas(value)
                          : is_list        ? value.is_list() && are_sound_schemas(value)
                          : name == "type" ? value.is_text() || is_list_of_texts(value)
                          : name == "required" || name == "propertyOrdering"
                              ? is_list_of_texts(value)
                          : name == "items" || name == "additionalProperties" || name == "not"
                              ? is_sound_schema(value)
                          : name == "enum" ? value.is_list()
                                           : true;
    if (!is_sound) return false;
  }
  return schema.is_object();
}

bool has_sound_schemas(const Json& canonical) {
  const Json& tools = canonical["tools"];
  const bool are_tools_sound =
      std::all_of(tools.list().begin(), tools.list().end(), [](const Json& tool) {
        return !tool.has("parameters") || is_sound_schema(tool["parameters"]);
      });
  const Json& output = canonical["output"];
  return are_tools_sound && (!output.has("schema") || is_sound_schema(output["schema"]));
}

// Calls that share an id get others, because the API of their dialect wants them so.
bool has_calls_of_one_id(const Json& canonical) {
  std::set<std::string> ids;
  for (const Json& message : canonical["messages"].list()) {
    for (const Json& part : message["parts"].list()) {
      const bool is_call = part["type"].text() == "tool_call";
      if (is_call && !ids.insert(part["id"].text()).second) return true;
    }
  }
  return false;
}

// What the request says beyond what its dialect takes for said anyway.
Json essence(Json canonical, const Json& original, const ClientRequest& request,
             const std::vector<std::string>& losses) {
  canonical.remove("model");
  if (request.facts.operation == "count_tokens") {
    Json counted = Json::Members{{"messages", canonical["messages"]}};
    counted.field("tools") = canonical["tools"];
    canonical = std::move(counted);
    remove_include(canonical);
  }
  if (original["tools"].size() == 0) canonical.remove("tool_choice");
  if (original["reasoning"].has("enabled") && !original["reasoning"]["enabled"].flag()) {
    canonical.field("reasoning").remove("enabled");
  }
  for (const std::string& loss : losses) {
    if (loss.starts_with("defaulted /max_tokens:")) canonical.remove("max_tokens");
  }
  if (!original.has("store")) {
    // Converted requests are stored nowhere; then reasoning has to be asked for.
    canonical.remove("store");
    remove_extra(canonical, "include");
  }
  remove_extra(canonical, "toolConfig/includeServerSideToolInvocations");
  if (original["reasoning"]["adaptive"].flag() && request.plugin == "gemini") {
    // How much it thinks is up to the model, unless it is said.
    canonical.field("reasoning").remove("adaptive");
    canonical.field("reasoning").remove("enabled");
  }
  join_turns(canonical);
  straighten(canonical, request.facts.operation == "chat" && request.plugin == "openai" ? 40 : 64);
  return canonical;
}

// encode(decode(x)) means what x means.
void check_round_trip(const ClientRequest& request, const ReadRequest& first, const Json& tree) {
  if (!has_sound_schemas(tree) || has_calls_of_one_id(tree)) return;
  const Upstream own{request.plugin, request.facts.operation};
  const WrittenRequest written = write(own, first.canonical, tree);
  if (written.status != ABV_OK || has_real_loss(first.losses) || has_real_loss(written.losses)) {
    return;
  }
  const ReadRequest second = read(request, written.body);
  if (second.status != ABV_OK) {
    found("what a dialect writes it can read", {first.canonical, written.body, second.failure});
  }
  const auto again = tree_of(second.canonical);
  if (!again) return;
  const Json expected = essence(tree, tree, request, written.losses);
  const Json actual = essence(*again, tree, request, written.losses);
  if (expected == actual) return;
  std::vector<std::string> details = cases::Bindings().differences(expected, actual);
  details.push_back(first.canonical);
  details.push_back(written.body);
  found("a request stays the same through its own dialect", details);
}

}  // namespace

void check_request(const ClientRequest& request, std::string_view body) {
  const ReadRequest first = read(request, body);
  if (first.status != ABV_OK) return;
  if (!sdk::json::parse(first.canonical)) {
    found("a canonical request is JSON", {first.canonical});
  }
  check_canonical(first.canonical);
  // What names a member twice means something else to each reader.
  const auto tree = tree_of(first.canonical);
  if (!tree || !tree_of(body)) return;
  if (request.facts.operation == "count_tokens") {
    for (const Upstream& upstream : kCounts)
      (void)write(upstream, first.canonical, *tree);
  } else {
    for (const Upstream& upstream : kChats)
      (void)write(upstream, first.canonical, *tree);
  }
  if (request.is_upstream) check_round_trip(request, first, *tree);
}

}  // namespace abv::fuzz
