#include "host/lane/request_reading.hpp"

#include <cstdint>
#include <utility>

#include "abv/sdk/text.hpp"

namespace abv::lane {
namespace {

constexpr std::size_t kStep = 64 * 1024;

CallError too_large(std::uint64_t limit) {
  return CallError::make(
      413, ABV_E_LIMIT, "request_too_large",
      "the request body is larger than " + std::to_string(limit) + " bytes (limits.body)");
}

CallError overloaded() {
  CallError error = CallError::make(503, ABV_E_LIMIT, "overloaded",
                                    "the request bodies in progress take too much memory "
                                    "(limits.bodies_total)");
  error.retry_after_ms = 1000;
  return error;
}

}  // namespace

std::optional<CallError> read_body(Call& call, Traffic::Entry& entry, const Limits& limits) {
  BodySource& source = *call.request().body;
  Body& body = call.body();
  const std::optional<std::uint64_t> length = source.length();
  const std::uint64_t limit = limits.body_bytes;
  if (length.value_or(0) > limit) {
    return too_large(limit);
  }
  const std::uint64_t booked = length.value_or(kStep);
  if (!entry.book(booked, limits.bodies_total_bytes)) {
    return overloaded();
  }
  body.reserve(booked);
  while (true) {
    if (body.size() > limit) {
      return too_large(limit);
    }
    if (body.free_space().empty()) {
      if (length) {
        break;  // complete
      }
      if (!entry.book(body.capacity(), limits.bodies_total_bytes)) {
        return overloaded();
      }
      body.reserve(body.capacity() * 2);
    }
    const Result<std::size_t> n = source.read(body.free_space());
    if (!n) {
      if (n.error().code == Error::Code::kCancelled) {
        call.cancel();  // nobody is left to read an answer
      }
      return CallError::of_request(n.error());
    }
    if (*n == 0) {
      break;
    }
    body.commit(*n);
  }
  body.seal();
  call.record().bytes_in = body.size();
  return std::nullopt;
}

std::string model_in_path(const route::RouteTable::Match& match) {
  std::string model;
  for (const auto& [name, value] : match.parameters) {
    if (name == "model") {
      model = route::decode_percent(value);
    }
  }
  return model;
}

std::optional<CallError> read_facts(Call& call, const plugin::Endpoint& endpoint,
                                    const route::RouteTable::Match& match) {
  RequestFacts& facts = call.facts();
  const bool is_form =
      endpoint.model_at == plugin::ModelAt::kForm || endpoint.stream_at == plugin::StreamAt::kForm;
  const bool is_json =
      endpoint.model_at == plugin::ModelAt::kBody || endpoint.stream_at == plugin::StreamAt::kBody;
  if (is_form || is_json) {
    Result<RequestFacts> found =
        is_form ? multipart_facts(call.body().text(), call.request().header("content-type"))
                : json_facts(call.body());
    if (!found) {
      return CallError::of_request(found.error());
    }
    facts = std::move(found).value();
  }
  if (endpoint.model_at == plugin::ModelAt::kPath) {
    facts.model = model_in_path(match);
  }
  facts.is_stream |= endpoint.stream_at == plugin::StreamAt::kAlways;
  if (endpoint.stream_at == plugin::StreamAt::kQuery) {
    facts.is_stream = sdk::query_value(call.query(), "stream").value_or("") == "true";
  }
  call.set_body_known(facts.model, facts.is_stream);
  call.record().model_asked = facts.model;
  call.record().is_stream = facts.is_stream;
  return std::nullopt;
}

}  // namespace abv::lane
