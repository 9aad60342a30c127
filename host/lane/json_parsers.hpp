#pragma once

#include <simdjson.h>

#include <memory>

namespace abv::lane {

// A parser on loan. A parser keeps buffers of about five times its largest document. A thousand
// connection threads must not each keep one, so a few are shared, and those that grew large are not
// kept. Any thread.
class LoanedParser {
 public:
  LoanedParser();
  LoanedParser(const LoanedParser&) = delete;
  LoanedParser& operator=(const LoanedParser&) = delete;
  ~LoanedParser();

  simdjson::ondemand::parser& operator*() const { return *parser_; }

 private:
  std::unique_ptr<simdjson::ondemand::parser> parser_;
};

}  // namespace abv::lane
