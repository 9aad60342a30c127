#include "host/lane/json_parsers.hpp"

#include <mutex>
#include <utility>
#include <vector>

namespace abv::lane {
namespace {

using Parser = simdjson::ondemand::parser;

struct Shelf {
  static constexpr std::size_t kMaxKept = 4 * 1024 * 1024;
  static constexpr std::size_t kMaxIdle = 8;

  std::mutex mutex;
  std::vector<std::unique_ptr<Parser>> idle;
};

// One per process: what it holds is scratch memory and no state that anything could depend on.
Shelf& shelf() {
  static Shelf one;
  return one;
}

}  // namespace

LoanedParser::LoanedParser() {
  {
    const std::lock_guard lock(shelf().mutex);
    if (!shelf().idle.empty()) {
      parser_ = std::move(shelf().idle.back());
      shelf().idle.pop_back();
    }
  }
  if (!parser_) {
    parser_ = std::make_unique<Parser>();
  }
}

LoanedParser::~LoanedParser() {
  if (parser_->capacity() > Shelf::kMaxKept) {
    return;
  }
  const std::lock_guard lock(shelf().mutex);
  if (shelf().idle.size() < Shelf::kMaxIdle) {
    shelf().idle.push_back(std::move(parser_));
  }
}

}  // namespace abv::lane
