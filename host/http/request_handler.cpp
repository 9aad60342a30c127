#include "host/http/request_handler.hpp"

#include <Poco/Buffer.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/HTTPServerSession.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "host/http/request_body.hpp"
#include "host/lane/reply_writer.hpp"

namespace abv::http {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerRequestImpl;
using Poco::Net::HTTPServerResponse;

// How much of a refused body is read and thrown away, so that the client gets to read the answer.
constexpr std::uint64_t kDiscardedBytes = 256u << 20;
constexpr Nanos kDiscardTime = std::chrono::seconds(5);

class WatchedDeparture final : public lane::Departure {
 public:
  WatchedDeparture(ClientWatch& watch, int fd) : watch_(watch), fd_(fd) {}
  ~WatchedDeparture() override { forget(); }

  void expect(std::function<void()> gone) override {
    registration_.emplace(watch_, fd_, std::move(gone));
  }
  void forget() override { registration_.reset(); }

 private:
  ClientWatch& watch_;
  int fd_;
  std::optional<ClientWatch::Registration> registration_;
};

// The path and query of a request target, also of one in absolute form.
std::string_view origin_form(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.empty() || target.front() == '/' || scheme == std::string_view::npos) {
    return target;
  }
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

// RFC 9112 section 3.2. What auth decides by the host must not hang on which of two is looked at.
bool has_one_host(const std::vector<net::Header>& headers, bool is_http_10) {
  const auto count = std::count_if(headers.begin(), headers.end(), [](const net::Header& header) {
    return net::equal_ignoring_case(header.name, "host");
  });
  return count == 1 || (count == 0 && is_http_10);
}

void answer_bad_request(net::Stream& stream, const Clock& clock, const std::string& message) {
  lane::ReplyWriter writer(stream, clock, lane::ReplyTerms{1, false, false, 0});
  writer.begin(400, std::nullopt);
  writer.header("content-type", "text/plain");
  (void)writer.write(message + "\n", true);
}

std::string take_read_ahead(HTTPServerRequestImpl& request) {
  Poco::Buffer<char> buffer(0);
  request.session().drainBuffer(buffer);
  return {buffer.begin(), buffer.size()};
}

// Serves the request. True when the connection may be used again.
bool serve(Shared& shared, HTTPServerRequestImpl& request, bool keep_alive) {
  net::Stream stream(request.socket());
  stream.assume_timeouts(shared.settings.header_timeout, shared.settings.client_write);
  stream.set_write_timeout(shared.settings.client_write);
  stream.set_read_timeout(shared.settings.header_timeout);

  lane::ClientRequest client;
  client.headers.reserve(16);
  for (const auto& [name, value] : request) {
    client.headers.push_back({name, value});
  }
  Result<RequestBody> body = RequestBody::make(client.headers, take_read_ahead(request), stream);
  if (!body) {
    answer_bad_request(stream, shared.clock, body.error().message);
    return false;
  }
  const bool is_http_10 = request.getVersion() == "HTTP/1.0";
  if (!has_one_host(client.headers, is_http_10)) {
    answer_bad_request(stream, shared.clock, "request head: expected exactly one host header");
    return false;
  }
  WatchedDeparture departure(shared.watch, stream.fd());
  client.method = request.getMethod();
  client.target = origin_form(request.getURI());
  client.minor_version = is_http_10 ? 0 : 1;
  client.is_secure = request.secure();
  // What was read of a next request is lost; the client has to know that it was not taken.
  client.keep_alive =
      keep_alive && !body->is_followed() && !shared.is_stopping.load(std::memory_order_relaxed);
  client.keep_alive_seconds = static_cast<int>(
      std::chrono::duration_cast<std::chrono::seconds>(shared.settings.keep_alive).count());
  client.peer = request.clientAddress().host().toString();
  client.body = &*body;
  client.stream = &stream;
  client.departure = &departure;

  const std::shared_ptr<const lane::Site> site = shared.sites();
  bool reusable = shared.runner.run(*site, client);
  if (!body->at_end()) {
    body->discard(kDiscardedBytes, shared.clock, kDiscardTime);
    reusable = false;
  }
  return reusable;
}

}  // namespace

void RequestHandler::handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) {
  // Poco would answer an exception with an error page of its own, perhaps into the middle of an
  // answer.
  bool keep_alive = false;
  try {
    // A body that was not asked for may still come, or may not: the connection can't be used again.
    const bool is_body_refused = response.getStatus() != HTTPServerResponse::HTTP_OK;
    keep_alive = serve(shared_, static_cast<HTTPServerRequestImpl&>(request),
                       response.getKeepAlive() && !is_body_refused);
  } catch (const std::exception& fault) {
    shared_.log.error("call.fault", {{"error", fault.what()}});
  }
  response.setKeepAlive(keep_alive);
}

Poco::Net::HTTPRequestHandler* RequestHandlerFactory::createRequestHandler(
    const HTTPServerRequest& request) {
  // Poco sends "100 Continue" when the status is still OK. A body that is going to be refused for
  // its size had better not be asked for.
  const std::shared_ptr<const lane::Site> site = shared_.sites();
  if (request.getExpectContinue() && request.hasContentLength() &&
      static_cast<std::uint64_t>(request.getContentLength64()) > site->limits.body_bytes) {
    request.response().setStatus(Poco::Net::HTTPResponse::HTTP_REQUEST_ENTITY_TOO_LARGE);
  }
  return new RequestHandler(shared_);
}

}  // namespace abv::http
