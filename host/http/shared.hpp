#pragma once

#include <atomic>
#include <utility>

#include "host/http/client_watch.hpp"
#include "host/http/open_sockets.hpp"
#include "host/http/server.hpp"

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
  OpenSockets sockets;
  std::atomic<bool> is_stopping{false};
};

}  // namespace abv::http
