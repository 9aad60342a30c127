#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/bench/wire/dialect.hpp"

namespace abv::bench {

// A streamed answer as it goes over the wire: head, then one chunk per event.
struct StreamScript {
  std::string wire;
  std::vector<std::size_t> ends;  // where in `wire` each event ends; the last one is wire.size()
};

// Every answer of the upstream, made once and then only sent. For one thread.
class Answers {
 public:
  Answers();

  // Head and body of a whole answer with usage.
  std::string_view whole(Dialect dialect) const;

  // An answer of exactly `events` server-sent events, `[DONE]` counted. The reference lives as long
  // as this. `events` is at least kFewestEvents.
  const StreamScript& stream(Dialect dialect, std::size_t events);

  // What a proxy may ask for at its start.
  std::string_view models() const { return models_; }

 private:
  std::map<Dialect, std::string> whole_;
  std::map<std::pair<Dialect, std::size_t>, StreamScript> streams_;
  std::string models_;
};

// Head and body of an answer that is not a chat answer.
std::string plain_answer(std::string_view status, std::string_view json);

}  // namespace abv::bench
