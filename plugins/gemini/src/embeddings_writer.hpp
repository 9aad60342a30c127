#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"

namespace abv::gemini {

// Writes the answer of embedContent, or of batchEmbedContents when the request was one.
class EmbeddingsWriter {
 public:
  explicit EmbeddingsWriter(std::string_view request_body);

  void add(const sdk::Event& embedding) { vectors_[embedding.index()] = embedding.raw_json(); }

  // Throws Stopped ABV_E_INVALID when there is no embedding.
  std::string write(const std::optional<abv_usage>& usage) const;

 private:
  bool is_batch_ = false;
  std::map<std::uint32_t, std::string> vectors_;  // arrays of numbers, by input
};

}  // namespace abv::gemini
