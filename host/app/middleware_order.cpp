#include "host/app/middleware_order.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace abv::app {

Result<void> check_order(const std::vector<plugin::Middleware>& list) {
  const auto broken = [](const plugin::Middleware& one, const char* side,
                         const plugin::OrderFact& fact) {
    return Error{Error::Code::kInvalid, one.instance().place() + ": middleware \"" +
                                            one.instance().name() + "\" has to stand " + side +
                                            " " + fact.id + ": " + fact.reason};
  };
  const auto position = [&](const std::string& id) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const plugin::Middleware& one) {
      return one.instance().library().id() == id;
    });
    return found - list.begin();
  };
  const auto end = static_cast<std::ptrdiff_t>(list.size());
  for (std::ptrdiff_t i = 0; i < end; ++i) {
    const plugin::Middleware& one = list[static_cast<std::size_t>(i)];
    for (const plugin::OrderFact& fact : one.order().after) {
      if (const auto other = position(fact.id); other != end && other > i) {
        return broken(one, "after", fact);
      }
    }
    for (const plugin::OrderFact& fact : one.order().before) {
      if (const auto other = position(fact.id); other != end && other < i) {
        return broken(one, "before", fact);
      }
    }
  }
  return {};
}

}  // namespace abv::app
