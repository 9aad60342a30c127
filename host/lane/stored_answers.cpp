#include "host/lane/stored_answers.hpp"

#include <array>
#include <cstdio>
#include <random>

#include "abv/sdk/stored.hpp"

namespace abv::lane {
namespace {

std::string key_of(std::string_view owner, std::string_view id, StoredAnswers::Half half) {
  std::string key(owner);
  key += '\0';
  key += id;
  key += half == StoredAnswers::Half::kRequest ? "/request" : "/answer";
  return key;
}

}  // namespace

std::string StoredAnswers::new_id() {
  std::random_device random;
  std::string id(sdk::kStoredBegin);
  for (int i = 0; i < 3; ++i) {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", random());
    id += digits.data();
  }
  return id;
}

std::optional<std::string> StoredAnswers::find(std::string_view owner, std::string_view id,
                                               Half half) {
  return store_->get(key_of(owner, id, half));
}

bool StoredAnswers::put(std::string_view owner, std::string_view id, std::string request,
                        std::string answer) {
  // Half of an answer would be worse than none.
  if (!store_->takes(request.size()) || !store_->takes(answer.size())) {
    return false;
  }
  store_->put(key_of(owner, id, Half::kRequest), std::move(request));
  store_->put(key_of(owner, id, Half::kAnswer), std::move(answer));
  return true;
}

bool StoredAnswers::remove(std::string_view owner, std::string_view id) {
  const std::string answer = key_of(owner, id, Half::kAnswer);
  if (!store_->get(answer)) {
    return false;
  }
  store_->remove(key_of(owner, id, Half::kRequest));
  store_->remove(answer);
  return true;
}

}  // namespace abv::lane
