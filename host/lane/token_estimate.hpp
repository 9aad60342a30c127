#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "abv/sdk/chat.hpp"
#include "host/store/expiring_store.hpp"

namespace abv::lane {

// Roughly how many input tokens a request is, by the bytes of what the model gets to read. Good
// enough to decide when to compact a history once it is calibrated; no tokenizer of any vendor.
std::int64_t estimate_tokens(const sdk::chat::Request& request);

// Learns by how much the estimate is off for each model, from answers that tell the true number.
// Any thread.
class TokenCalibration {
 public:
  static constexpr std::size_t kMostModels = 1000;

  // With a store, which may be null, what was learnt outlives the process.
  explicit TokenCalibration(std::unique_ptr<store::ExpiringStore> store = nullptr)
      : store_(std::move(store)) {}

  // An estimate of `estimated` tokens turned out to be `counted`.
  void observe(std::string_view model, std::int64_t estimated, std::int64_t counted);

  // Whether it is time to observe again: true for the first calls of all, then for one in `one_in`.
  bool is_due(std::uint64_t one_in);

  // The estimate as experience corrects it; as it is for a model that was never seen.
  std::int64_t correct(std::string_view model, std::int64_t estimated) const;

 private:
  std::optional<double> factor(std::string_view model) const;

  const std::unique_ptr<store::ExpiringStore> store_;
  std::atomic<std::uint64_t> asked_{0};
  mutable std::mutex mutex_;
  mutable std::map<std::string, double, std::less<>> factors_;  // those used so far
};

}  // namespace abv::lane
