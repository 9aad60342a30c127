#include "host/plugin/abilities.hpp"

#include <algorithm>
#include <utility>

#include "host/plugin/json_reading.hpp"

namespace abv::plugin {
namespace {

Result<JsonReader> parse(std::string_view json, std::string_view where) {
  Result<Poco::JSON::Object::Ptr> object = parse_json_object(json, where);
  if (!object) {
    return object.error();
  }
  return JsonReader(*object, std::string(where));
}

// One of some words; a missing field is `absent`.
template <class T>
Result<T> read_word(const JsonReader& reader, const std::string& key, T absent,
                    std::initializer_list<std::pair<std::string_view, T>> words) {
  const Result<std::string> word = reader.optional_text(key);
  if (!word) {
    return word.error();
  }
  if (word->empty()) {
    return absent;
  }
  std::string expected;
  for (const auto& [text, value] : words) {
    if (text == *word) {
      return value;
    }
    expected += (expected.empty() ? "" : ", ") + std::string(text);
  }
  return reader.error(key, "expected one of " + expected + ", got \"" + *word + "\"");
}

bool is_method(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// A literal path whose braces are balanced and not nested.
bool is_pattern(std::string_view path) {
  bool in_braces = false;
  for (const char c : path) {
    const bool is_brace = c == '{' || c == '}';
    if (is_brace && in_braces == (c == '{')) {
      return false;
    }
    if (c <= ' ' || (in_braces && c == '/')) {
      return false;
    }
    in_braces = is_brace ? c == '{' : in_braces;
  }
  return !in_braces && !path.empty() && path.front() == '/';
}

Result<std::optional<WebSocketWords>> read_websocket(const JsonReader& reader) {
  if (!reader.has("websocket")) {
    return std::optional<WebSocketWords>();
  }
  const Result<JsonReader> words = reader.object("websocket");
  if (!words) {
    return words.error();
  }
  Result<std::string> create = words->text("create");
  Result<std::string> lane = words->optional_text("lane");
  Result<std::string> output = words->optional_text("output");
  Result<std::string> earlier = words->optional_text("earlier");
  for (const Result<std::string>* field : {&create, &lane, &output, &earlier}) {
    if (!*field) {
      return field->error();
    }
  }
  Result<std::vector<std::string>> ignored = words->optional_texts("ignored");
  if (!ignored) {
    return ignored.error();
  }
  if (create->empty()) {
    return words->error("create", "expected the type of a message");
  }
  return std::optional(WebSocketWords{*std::move(create), *std::move(lane), *std::move(output),
                                      *std::move(earlier), *std::move(ignored)});
}

Result<Endpoint> read_endpoint(const JsonReader& reader) {
  const Result<std::string> operation = reader.text("operation");
  const Result<std::string> method = reader.text("method");
  const Result<std::string> path = reader.text("path");
  for (const Result<std::string>* field : {&operation, &method, &path}) {
    if (!*field) {
      return field->error();
    }
  }
  const Result<ModelAt> model = read_word<ModelAt>(
      reader, "model", ModelAt::kNone,
      {{"path", ModelAt::kPath}, {"body", ModelAt::kBody}, {"form", ModelAt::kForm}});
  if (!model) {
    return model.error();
  }
  const Result<StreamAt> stream = read_word<StreamAt>(reader, "stream", StreamAt::kNone,
                                                      {{"body", StreamAt::kBody},
                                                       {"form", StreamAt::kForm},
                                                       {"query", StreamAt::kQuery},
                                                       {"always", StreamAt::kAlways}});
  if (!stream) {
    return stream.error();
  }
  const Result<std::string> header = reader.optional_text("header");
  if (!header) {
    return header.error();
  }
  const Result<std::string> canonical = reader.optional_text("canonical");
  if (!canonical) {
    return canonical.error();
  }
  const Result<bool> is_upstream = reader.optional_flag("upstream", true);
  if (!is_upstream) {
    return is_upstream.error();
  }
  const Result<bool> is_client = reader.optional_flag("client", true);
  if (!is_client) {
    return is_client.error();
  }
  const Result<std::string> answer = reader.optional_text("answer");
  if (!answer) {
    return answer.error();
  }
  Result<std::optional<WebSocketWords>> websocket = read_websocket(reader);
  if (!websocket) {
    return websocket.error();
  }
  const Result<bool> is_stored = reader.optional_flag("stored", false);
  if (!is_stored) {
    return is_stored.error();
  }
  if (*is_stored && !canonical->empty()) {
    return reader.error("stored", "an endpoint that converts is not answered from kept answers");
  }
  if (!is_method(*method)) {
    return reader.error("method", "expected a method such as POST, got \"" + *method + "\"");
  }
  if (!is_pattern(*path)) {
    return reader.error("path", "expected a path such as /v1/{name}, got \"" + *path + "\"");
  }
  if (*model == ModelAt::kPath && path->find("{model}") == std::string::npos) {
    return reader.error("path", "has no {model}, but the model is said to be in the path");
  }
  if (*websocket && (*method != "POST" || *stream != StreamAt::kBody)) {
    return reader.error("websocket", "expected an endpoint with method POST and stream \"body\"");
  }
  return Endpoint{*operation, *method,      *path,      *model,  *stream,    *header,
                  *canonical, *is_upstream, *is_client, *answer, *is_stored, *std::move(websocket)};
}

Result<std::vector<Endpoint>> read_endpoints(const JsonReader& reader, const std::string& key) {
  const Result<std::vector<JsonReader>> rows = reader.optional_objects(key);
  if (!rows) {
    return rows.error();
  }
  std::vector<Endpoint> endpoints;
  for (const JsonReader& row : *rows) {
    Result<Endpoint> endpoint = read_endpoint(row);
    if (!endpoint) {
      return endpoint.error();
    }
    endpoints.push_back(*std::move(endpoint));
  }
  return endpoints;
}

Result<SessionSigns> read_session(const JsonReader& reader) {
  if (!reader.has("session")) {
    return SessionSigns();
  }
  const Result<JsonReader> object = reader.object("session");
  if (!object) {
    return object.error();
  }
  Result<std::vector<std::string>> headers = object->optional_texts("headers");
  Result<std::vector<std::string>> fields = object->optional_texts("fields");
  Result<std::vector<std::string>> begin = object->optional_texts("begin");
  for (const Result<std::vector<std::string>>* list : {&headers, &fields, &begin}) {
    if (!*list) {
      return list->error();
    }
  }
  return SessionSigns{*std::move(headers), *std::move(fields), *std::move(begin)};
}

Result<std::vector<OrderFact>> read_facts(const JsonReader& reader, const std::string& key) {
  const Result<std::vector<JsonReader>> rows = reader.optional_objects(key);
  if (!rows) {
    return rows.error();
  }
  std::vector<OrderFact> facts;
  for (const JsonReader& row : *rows) {
    Result<std::string> id = row.text("id");
    Result<std::string> reason = row.text("reason");
    if (!id || !reason) {
      return id ? reason.error() : id.error();
    }
    facts.push_back(OrderFact{*std::move(id), *std::move(reason)});
  }
  return facts;
}

// What the abilities are with these settings: for each setting that "by_setting" names, the members
// given for its value take the place of the general ones.
Result<JsonReader> with_settings(Poco::JSON::Object::Ptr abilities, std::string_view settings_json,
                                 std::string_view where) {
  const JsonReader general(abilities, std::string(where));
  if (!general.has("by_setting")) {
    return general;
  }
  const Result<JsonReader> cases = general.object("by_setting");
  if (!cases) {
    return cases.error();
  }
  const Result<JsonReader> settings = parse(settings_json, "settings");
  if (!settings) {
    return settings.error();
  }
  Poco::JSON::Object::Ptr merged = new Poco::JSON::Object(*abilities);
  const Poco::JSON::Object::Ptr names = abilities->getObject("by_setting");
  for (const std::string& name : names->getNames()) {
    const Result<JsonReader> values = cases->object(name);
    const Result<std::string> value = settings->optional_text(name);
    if (!values || !value) {
      return values ? value.error() : values.error();
    }
    if (value->empty() || !values->has(*value)) {
      continue;
    }
    if (const Result<JsonReader> members = values->object(*value); !members) {
      return members.error();
    }
    const Poco::JSON::Object::Ptr own = names->getObject(name)->getObject(*value);
    for (const std::string& member : own->getNames()) {
      merged->set(member, own->get(member));
    }
  }
  return JsonReader(merged, std::string(where));
}

}  // namespace

Result<DialectAbilities> parse_dialect_abilities(std::string_view json, std::string_view where) {
  const Result<JsonReader> reader = parse(json, where);
  if (!reader) {
    return reader.error();
  }
  Result<std::string> dialect = reader->text("dialect");
  if (!dialect) {
    return dialect.error();
  }
  if (dialect->empty()) {
    return reader->error("dialect", "expected a name");
  }
  Result<std::vector<Endpoint>> endpoints = read_endpoints(*reader, "endpoints");
  if (!endpoints) {
    return endpoints.error();
  }
  Result<SessionSigns> session = read_session(*reader);
  if (!session) {
    return session.error();
  }
  const bool has_stored = std::any_of(endpoints->begin(), endpoints->end(),
                                      [](const Endpoint& one) { return one.is_stored; });
  return DialectAbilities{*std::move(dialect), *std::move(endpoints), has_stored,
                          *std::move(session)};
}

Result<ProviderAbilities> parse_provider_abilities(std::string_view json, std::string_view where,
                                                   std::string_view settings_json) {
  Result<Poco::JSON::Object::Ptr> object = parse_json_object(json, where);
  if (!object) {
    return object.error();
  }
  const Result<JsonReader> reader = with_settings(*std::move(object), settings_json, where);
  if (!reader) {
    return reader.error();
  }
  Result<std::vector<std::string>> dialects = reader->texts("dialects");
  if (!dialects) {
    return dialects.error();
  }
  Result<std::vector<std::string>> credentials = reader->optional_texts("credentials");
  if (!credentials) {
    return credentials.error();
  }
  Result<std::vector<std::string>> control = reader->optional_texts("control");
  if (!control) {
    return control.error();
  }
  Result<std::vector<std::string>> operations = reader->optional_texts("operations");
  if (!operations) {
    return operations.error();
  }
  const Result<bool> is_raw = reader->optional_flag("raw", true);
  if (!is_raw) {
    return is_raw.error();
  }
  if (dialects->empty()) {
    return reader->error("dialects", "expected at least one");
  }
  return ProviderAbilities{*std::move(dialects), *std::move(credentials), *std::move(control),
                           *std::move(operations), *is_raw};
}

Result<HandlerAbilities> parse_handler_abilities(std::string_view json, std::string_view where) {
  const Result<JsonReader> reader = parse(json, where);
  if (!reader) {
    return reader.error();
  }
  Result<std::vector<std::string>> operations = reader->optional_texts("operations");
  if (!operations) {
    return operations.error();
  }
  Result<std::vector<Endpoint>> paths = read_endpoints(*reader, "paths");
  if (!paths) {
    return paths.error();
  }
  return HandlerAbilities{*std::move(operations), *std::move(paths)};
}

Result<MiddlewareAbilities> parse_middleware_abilities(std::string_view json,
                                                       std::string_view where) {
  const Result<JsonReader> reader = parse(json, where);
  if (!reader) {
    return reader.error();
  }
  const Result<EventAccess> events = read_word<EventAccess>(*reader, "events", EventAccess::kNone,
                                                            {{"none", EventAccess::kNone},
                                                             {"observe", EventAccess::kObserve},
                                                             {"change", EventAccess::kChange}});
  if (!events) {
    return events.error();
  }
  return MiddlewareAbilities{*events};
}

Result<OrderFacts> parse_order_facts(std::string_view json, std::string_view where) {
  const Result<JsonReader> reader = parse(json, where);
  if (!reader) {
    return reader.error();
  }
  Result<std::vector<OrderFact>> after = read_facts(*reader, "after");
  if (!after) {
    return after.error();
  }
  Result<std::vector<OrderFact>> before = read_facts(*reader, "before");
  if (!before) {
    return before.error();
  }
  return OrderFacts{*std::move(after), *std::move(before)};
}

}  // namespace abv::plugin
