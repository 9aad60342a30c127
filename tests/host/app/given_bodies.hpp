#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace abv::test {

// A body of a request and what the upstream is to get for it when its model is renamed.
struct GivenBody {
  std::string sent;
  std::string renamed;
};

// Writes JSON as odd as JSON may be: white space, the order of keys, keys that occur twice, numbers
// that fit no type, escapes, unknown fields, every kind of Unicode. The same seed, the same bodies.
class BodyMaker {
 public:
  explicit BodyMaker(std::uint32_t seed) : random_(seed) {}

  // A chat request for the model `model`, which is "real-model" in `renamed`. Some of them have a
  // second "model", and all of them have others deeper down, which are not to be renamed.
  GivenBody chat(std::string_view model);

  // `text` cut into pieces of odd sizes, between one byte and a few dozen.
  std::vector<std::string> cut(std::string_view text);

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint32_t>(limit)); }
  std::string space();
  std::string text();
  std::string number();
  std::string value(int depth);
  std::string object(int depth);
  std::string model_text(std::string_view model);
  std::string model_key();

  std::mt19937 random_;
};

}  // namespace abv::test
