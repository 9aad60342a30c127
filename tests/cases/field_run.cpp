#include "tests/cases/field_run.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/cases/client_streams.hpp"
#include "tests/cases/event_path.hpp"
#include "tests/cases/json_changes.hpp"
#include "tests/cases/vendor_streams.hpp"

namespace abv::cases {
namespace {

// "dropped: why" of "dropped /stop: why".
std::string without_path(const std::string& loss) {
  const std::size_t path = loss.find(' ');
  const std::size_t why = loss.find(": ", path);
  return loss.substr(0, path) + loss.substr(why);
}

// The losses that only the first has.
std::vector<std::string> new_losses(const Outcome& with, const Outcome& without) {
  std::vector<std::string> others = without.losses;
  std::vector<std::string> found;
  for (const std::string& loss : with.losses) {
    const auto same = std::find(others.begin(), others.end(), loss);
    if (same != others.end()) {
      others.erase(same);
      continue;
    }
    const std::string said = without_path(loss);
    if (std::find(found.begin(), found.end(), said) == found.end()) found.push_back(said);
  }
  return found;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

constexpr const char* kFormType = "multipart/form-data; boundary=cut";

// The part of a form that holds one value, or the parts.
void add_parts(const std::string& name, const Json& value, std::string& form) {
  const auto add = [&](const std::string& more, const std::string& content) {
    form += "--cut\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" +
            content + "\r\n";
  };
  if (value.has("$file")) {
    return add(
        "; filename=\"" + value["$file"].text() + "\"\r\nContent-Type: " + value["type"].text(),
        value["bytes"].text());
  }
  for (const Json& item : value.list())
    add_parts(name + "[]", item, form);
  for (const auto& [key, member] : value.members())
    add_parts(name + "[" + key + "]", member, form);
  if (!value.is_list() && !value.is_object())
    add("", value.is_text() ? value.text() : value.dump());
}

// The fields of a form, named as OpenAI's SDKs do. A file is
// {"$file": "its name", "type": "image/png", "bytes": "what is in it"}.
std::string form_of(const Json& fields) {
  std::string form;
  for (const auto& [name, value] : fields.members())
    add_parts(name, value, form);
  return form + "--cut--\r\n";
}

}  // namespace

Fate fate_of(const FieldRow& row, const Outcome& with, const Outcome& without) {
  Fate fate;
  if (!with.refusal.empty() && without.refusal.empty() && without.fault.empty()) {
    fate.refusal = with.refusal.substr(with.refusal.find(": ") + 2);
    return fate;
  }
  fate.fault = !with.fault.empty() ? with.fault : without.fault;
  if (!fate.fault.empty()) return fate;
  fate.losses = new_losses(with, without);
  fate.is_same = with.document.at(row.pointer) == row.with.at(row.pointer) &&
                 without.document.at(row.pointer) == row.without.at(row.pointer);
  for (const Change& change : changes(without.document, with.document)) {
    const bool is_gone = change.kind == Change::Kind::kRemoved;
    add_once(fate.places, is_gone ? "−" + change.name : change.name);
  }
  return fate;
}

void demand_word(Fate& fate, const FieldRow& row, std::string_view upstream, const Fate* element) {
  const std::string_view why = row.why_unsaid(upstream);
  const bool is_silent = fate.is_gone() && fate.losses.empty() && fate.refusal.empty();
  fate.goes_along = is_silent && element != nullptr && element->is_gone();
  if (!is_silent || fate.goes_along) {
    if (!why.empty()) fate.fault = "is not silent: \"unsaid\" has to go";
    return;
  }
  fate.unsaid = why;
  if (why.empty()) fate.fault = "lost in silence";
}

std::string FieldRun::model(const FieldGroup& group, const Vendor& vendor) const {
  const auto own = group.models.find(vendor.name);
  return own != group.models.end() ? own->second
                                   : vendors_[std::string(vendor.name)]["model"].text();
}

Way FieldRun::way_of(const FieldGroup& group, const Pair& pair) const {
  const Vendor& client = pair.client;
  return {client,
          pair.upstream,
          std::string(client.operation),
          vendors_[std::string(client.name)]["path"].text(),
          model(group, client),
          std::string(pair.upstream.operation),
          model(group, pair.upstream)};
}

Fate FieldRun::request(const FieldRow& row, const Way& way) const {
  return fate_of(row, send(way, row.with), send(way, row.without));
}

Fate FieldRun::answer(const FieldGroup& group, const FieldRow& row, const Pair& pair,
                      sdk::Form form) const {
  return fate_of(row, reply(group, pair, form, row.with), reply(group, pair, form, row.without));
}

Outcome FieldRun::send(const Way& way, const Json& document) const {
  tests::ClientFacts facts;
  Json body = document;
  if (way.client.name != "gemini") body.field("model") = way.model;
  facts.body = way.is_form ? form_of(body) : body.dump();
  if (way.is_form) facts.headers.emplace_back("content-type", kFormType);
  facts.operation = way.operation;
  facts.path = way.path;
  facts.model = way.model;
  facts.is_stream = document["stream"].flag();
  const tests::ReadRequest read = dialects_.requests(way.client).read(facts);
  if (read.status != ABV_OK) return {{}, {}, "not read: " + read.failure, {}};
  tests::Wanted wanted;
  wanted.model = way.upstream_model;
  wanted.operation = way.upstream_operation;
  wanted.is_stream = facts.is_stream;
  const tests::WrittenRequest written =
      dialects_.requests(way.upstream).write(read.canonical, wanted);
  if (written.status != ABV_OK) return {{}, {}, "not written", written.failure};
  Outcome outcome{Json::parse(written.body), read.losses, {}, {}};
  outcome.document.field("path") = written.path;
  // So that what is put into it is named, and not the whole of it.
  outcome.document.field("generationConfig").fields();
  outcome.losses.insert(outcome.losses.end(), written.losses.begin(), written.losses.end());
  return outcome;
}

Outcome FieldRun::reply(const FieldGroup& group, const Pair& pair, sdk::Form form,
                        const Json& document) const {
  Json answer = document;
  answer.field(pair.upstream.name == "gemini" ? "modelVersion" : "model") =
      model(group, pair.upstream);
  std::string bytes = answer.dump();
  if (form == sdk::Form::kStream) {
    bytes.clear();
    for (const std::string& frame : sse_of(pair.upstream, frames_of(pair.upstream, answer)))
      bytes += frame;
  }
  tests::Params params;
  params.form = form;
  params.operation = pair.upstream.operation;
  params.model = model(group, pair.upstream);
  params.id = "req-7";
  const tests::Decoded decoded = dialects_.codec(pair.upstream).decode(bytes, params);
  if (decoded.status != ABV_OK) return {{}, {}, "answer not read", {}};
  const HostedEvents hosted = host_events(decoded.events, pair, params.model);
  if (!hosted.fault.empty()) return {{}, {}, hosted.fault, {}};

  const Json& asked = asks_[std::string(pair.client.name)];
  params.operation = pair.client.operation;
  params.model = model(group, pair.client);
  params.request_body = asked.dump();
  params.query = pair.client.name == "gemini" && form == sdk::Form::kStream ? "alt=sse" : "";
  const tests::Encoded encoded = dialects_.codec(pair.client).encode(hosted.events, params);
  if (encoded.status != ABV_OK) return {{}, {}, "reply not written", {}};
  if (form == sdk::Form::kWhole) return {Json::parse(encoded.bytes), {}, {}, {}};
  const Assembled assembled =
      assemble(pair.client, encoded.bytes, dialects_.shapes(pair.client), asked);
  return {assembled.whole, {}, assembled.faults.empty() ? "" : assembled.faults.front(), {}};
}

}  // namespace abv::cases
