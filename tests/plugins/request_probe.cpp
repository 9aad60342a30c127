#include "tests/plugins/request_probe.hpp"

#include <stdexcept>

#include "abv/sdk/json.hpp"
#include "abv/sdk/testkit.hpp"

namespace abv::tests {
namespace {

void note_loss(void* ctx, abv_str path, abv_str what, abv_str why) noexcept {
  std::string line(sdk::view(what));
  line.append(" ").append(sdk::view(path)).append(": ").append(sdk::view(why));
  static_cast<std::vector<std::string>*>(ctx)->push_back(std::move(line));
}

void write_sorted(const sdk::json::Value& value, sdk::json::Writer& out) {
  if (value.is_array()) {
    out.begin_array();
    for (const auto& item : value.items())
      write_sorted(item, out);
    out.end_array();
  } else if (value.is_object()) {
    std::map<std::string, sdk::json::Value> members;
    for (const auto& [key, member] : value.members())
      members[key] = member;
    out.begin_object();
    for (const auto& [key, member] : members) {
      out.key(key);
      write_sorted(member, out);
    }
    out.end_object();
  } else if (value.is_string()) {
    out.value(value.as_string());
  } else {
    out.raw(value.raw());
  }
}

}  // namespace

RequestProbe::RequestProbe(const abv_component& component) : instance_(host_, component, "{}") {
  if (instance_.status() != ABV_OK) {
    throw std::runtime_error("the dialect refused to be created: " + host_.create_error);
  }
}

ReadRequest RequestProbe::read(const ClientFacts& facts) const {
  ReadRequest result;
  sdk::testkit::CallFields fields;
  fields.operation = facts.operation;
  fields.path = facts.path;
  fields.query = facts.query;
  fields.model = facts.model;
  fields.headers = {facts.headers.begin(), facts.headers.end()};
  fields.body = facts.body;
  fields.flags = facts.is_stream ? ABV_CALL_STREAM : 0U;
  fields.method = facts.method;
  sdk::testkit::FakeCall call(std::move(fields));
  call.offer(ABV_CALL_STORED_ANSWERS, facts.stored);
  const sdk::StringWriter out;
  const abv_loss_sink losses{sizeof(abv_loss_sink), 0, &result.losses, &note_loss};
  result.status = table().decode_request(instance_.self(), call.raw(), out.raw(), &losses);
  result.canonical = out.text();
  if (const auto& failure = call.failure()) {
    result.failure =
        std::to_string(failure->http_status) + " " + failure->type + ": " + failure->message;
    result.param = failure->param;
  }
  return result;
}

WrittenRequest RequestProbe::write(std::string_view canonical, const Wanted& wanted) const {
  WrittenRequest result;
  sdk::testkit::AttemptFields fields;
  fields.operation = wanted.operation;
  fields.dialect.clear();
  fields.model = wanted.model;
  fields.path.clear();
  fields.body.clear();
  fields.flags = wanted.is_stream ? ABV_ATTEMPT_STREAM : 0U;
  const sdk::testkit::FakeAttempt attempt(std::move(fields));
  const sdk::testkit::RecordingOutgoing out;
  const abv_loss_sink losses{sizeof(abv_loss_sink), 0, &result.losses, &note_loss};
  result.status = table().encode_request(instance_.self(), sdk::str(canonical), attempt.raw(),
                                         out.raw(), &losses);
  result.method = out.method();
  result.path = out.url();
  result.body = out.body();
  result.failure = out.failure();
  return result;
}

WrittenRequest RequestProbe::round_trip(std::string_view body, const Wanted& wanted) const {
  const ReadRequest request = read(body);
  if (request.status != ABV_OK) {
    throw std::runtime_error("the request could not be read: " + request.failure);
  }
  return write(request.canonical, wanted);
}

std::string sorted_json(std::string_view text) {
  const auto value = sdk::json::parse(text);
  if (!value) return std::string(text);
  sdk::json::Writer out;
  write_sorted(*value, out);
  return out.take();
}

}  // namespace abv::tests
