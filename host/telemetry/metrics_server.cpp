#include "host/telemetry/metrics_server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <utility>

namespace abv::telemetry {
namespace {

using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

constexpr int kMostThreads = 4;
constexpr long kPatienceSeconds = 10;

class Answer final : public Poco::Net::HTTPRequestHandler {
 public:
  Answer(const MetricsServer::Text& text, const Secret& token) : text_(text), token_(token) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    const std::string& uri = request.getURI();
    if (uri.substr(0, uri.find('?')) != "/metrics") {
      return say(response, HTTPResponse::HTTP_NOT_FOUND, "only /metrics is here\n");
    }
    if (request.getMethod() != HTTPRequest::HTTP_GET &&
        request.getMethod() != HTTPRequest::HTTP_HEAD) {
      response.set("Allow", "GET, HEAD");
      return say(response, HTTPResponse::HTTP_METHOD_NOT_ALLOWED, "expected GET\n");
    }
    if (!is_let_in(request)) {
      response.set("WWW-Authenticate", "Bearer");
      return say(response, HTTPResponse::HTTP_UNAUTHORIZED,
                 "expected Authorization: Bearer with the token of metrics.token\n");
    }
    response.setContentType("text/plain; version=0.0.4; charset=utf-8");
    const std::string text = text_();
    response.setContentLength64(static_cast<Poco::Int64>(text.size()));
    std::ostream& out = response.send();
    if (request.getMethod() == HTTPRequest::HTTP_GET) {
      out << text;
    }
  }

 private:
  bool is_let_in(const HTTPRequest& request) const {
    static const std::string kBearer = "Bearer ";
    if (token_.empty()) {
      return true;
    }
    const std::string given = request.get("Authorization", "");
    return given.compare(0, kBearer.size(), kBearer) == 0 &&
           constant_time_equal(given.substr(kBearer.size()), token_.reveal());
  }

  static void say(Poco::Net::HTTPServerResponse& response, HTTPResponse::HTTPStatus status,
                  const std::string& text) {
    response.setStatusAndReason(status);
    response.setContentType("text/plain; charset=utf-8");
    response.sendBuffer(text.data(), text.size());
  }

  const MetricsServer::Text& text_;
  const Secret& token_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Factory(MetricsServer::Text text, Secret token)
      : text_(std::move(text)), token_(std::move(token)) {}

  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& /*request*/) override {
    return new Answer(text_, token_);  // Poco takes and deletes it
  }

 private:
  const MetricsServer::Text text_;
  const Secret token_;
};

Poco::Net::HTTPServerParams::Ptr params() {
  Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
  params->setMaxThreads(kMostThreads);
  params->setMaxQueued(16);
  params->setTimeout(Poco::Timespan(kPatienceSeconds, 0));
  params->setKeepAliveTimeout(Poco::Timespan(kPatienceSeconds, 0));
  return params;
}

}  // namespace

struct MetricsServer::Parts {
  Parts(const MetricsSettings& settings, Text text)
      : threads("metrics", 1, kMostThreads),
        socket(Poco::Net::SocketAddress(settings.host, settings.port)),
        server(new Factory(std::move(text), settings.token), threads, socket, params()) {}

  Poco::ThreadPool threads;
  Poco::Net::ServerSocket socket;
  Poco::Net::HTTPServer server;
};

MetricsServer::MetricsServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

MetricsServer::~MetricsServer() {
  parts_->server.stopAll(true);
  parts_->threads.joinAll();
}

std::uint16_t MetricsServer::port() const {
  return parts_->socket.address().port();
}

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const MetricsSettings& settings,
                                                            Text text) {
  try {
    auto parts = std::make_unique<Parts>(settings, std::move(text));
    parts->server.start();
    return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(parts)));
  } catch (const Poco::Exception& fault) {
    return Error{Error::Code::kIo, "metrics: cannot listen on " + settings.host + ":" +
                                       std::to_string(settings.port) + ": " + fault.displayText()};
  }
}

}  // namespace abv::telemetry
