#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "host/store/expiring_store.hpp"

namespace abv::lane {

// The answers that this host keeps, so that later calls can refer to them (docs/adr/0014). Each is
// kept in two halves, which are JSON text of a dialect's own making; and for one owner, whose
// answers nobody else can see. Any thread.
class StoredAnswers {
 public:
  enum class Half : std::uint8_t { kRequest, kAnswer };

  explicit StoredAnswers(std::unique_ptr<store::ExpiringStore> store) : store_(std::move(store)) {}

  // An id that nobody can guess and no other answer has. It begins with sdk::kStoredBegin.
  static std::string new_id();

  // May read the disk.
  std::optional<std::string> find(std::string_view owner, std::string_view id, Half half);

  // There at once for the owner's next call, on disk a little later. False when it is too large.
  bool put(std::string_view owner, std::string_view id, std::string request, std::string answer);

  // False when there is none.
  bool remove(std::string_view owner, std::string_view id);

 private:
  std::unique_ptr<store::ExpiringStore> store_;
};

}  // namespace abv::lane
