#pragma once

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include <atomic>
#include <optional>

#include "host/http/client_watch.hpp"
#include "host/http/server.hpp"
#include "host/lane/client_request.hpp"

namespace abv::http {

// What all connections of a server share.
struct Shared {
  Shared(const ServerSettings& how, SiteSource site_source, lane::Runner& call_runner,
         const Clock& host_clock, Log& host_log)
      : settings(how),
        sites(std::move(site_source)),
        runner(call_runner),
        clock(host_clock),
        log(host_log),
        watch(how.half_close_is_gone) {}

  const ServerSettings settings;
  const SiteSource sites;
  lane::Runner& runner;
  const Clock& clock;
  Log& log;
  ClientWatch watch;
  std::atomic<bool> is_stopping{false};
};

// Hands one request to the runner, past Poco's streams: body and answer go straight to the socket.
class RequestHandler final : public Poco::Net::HTTPRequestHandler {
 public:
  explicit RequestHandler(Shared& shared) : shared_(shared) {}
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override;

 private:
  Shared& shared_;
};

class RequestHandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit RequestHandlerFactory(Shared& shared) : shared_(shared) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& request) override;

 private:
  Shared& shared_;
};

}  // namespace abv::http
