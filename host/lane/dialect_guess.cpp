#include "host/lane/dialect_guess.hpp"

namespace abv::lane {

const plugin::Dialect* guess_dialect(const Site& site, const ClientRequest& request,
                                     std::string_view path) {
  const plugin::Dialect* guess = nullptr;
  std::size_t best = 0;
  for (const auto& route : site.routes) {
    for (const plugin::Endpoint& known : route->dialect.abilities().endpoints) {
      if (!known.header.empty() && !request.header(known.header).empty()) {
        return &route->dialect;
      }
      std::size_t same = 0;
      while (same < known.path.size() && same < path.size() && known.path[same] == path[same]) {
        ++same;
      }
      if (guess == nullptr || same > best) {
        best = same;
        guess = &route->dialect;
      }
    }
  }
  return guess;
}

}  // namespace abv::lane
