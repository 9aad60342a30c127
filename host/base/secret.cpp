#include "host/base/secret.hpp"

#include <ostream>

namespace abv {

Secret::~Secret() {
  // volatile, because the optimiser may otherwise drop writes to memory that is about to be freed.
  volatile char* bytes = text_.data();
  for (std::size_t i = 0; i < text_.size(); ++i) {
    bytes[i] = 0;
  }
}

std::ostream& operator<<(std::ostream& out, const Secret& secret) {
  return out << (secret.empty() ? "" : "***");
}

bool constant_time_equal(std::string_view given, std::string_view expected) {
  unsigned char difference = given.size() == expected.size() ? 0 : 1;
  const std::string_view compared = expected.size() == given.size() ? expected : given;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (static_cast<unsigned char>(given[i]) ^
                                                          static_cast<unsigned char>(compared[i])));
  }
  return difference == 0;
}

}  // namespace abv
