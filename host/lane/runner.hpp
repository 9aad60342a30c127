#pragma once

#include <memory>

#include "host/lane/client_request.hpp"
#include "host/lane/site.hpp"
#include "host/record/record_queue.hpp"

namespace abv::lane {

// Takes one request through the host: route, middlewares, body, model, lane, record. Any thread;
// one call per thread at a time.
class Runner {
 public:
  // All outlive the runner.
  Runner(const Clock& clock, record::RecordQueue& records) : clock_(clock), records_(records) {}

  // The answer has been sent when it returns. True when the connection may serve another request,
  // as far as the answer is concerned.
  bool run(const Site& site, const ClientRequest& request);

 private:
  const Clock& clock_;
  record::RecordQueue& records_;
};

}  // namespace abv::lane
