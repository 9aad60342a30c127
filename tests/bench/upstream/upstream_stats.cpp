#include "tests/bench/upstream/upstream_stats.hpp"

#include <utility>

#include "tests/bench/wire/json_line.hpp"

namespace abv::bench {
namespace {

constexpr std::size_t kMostCloses = 100'000;

// Ids come from a request; nothing that would break the JSON may stand in them.
std::string printable(std::string id) {
  for (char& letter : id) {
    if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\') letter = '?';
  }
  return id;
}

}  // namespace

void UpstreamStats::record(EarlyClose close) {
  close.id = printable(std::move(close.id));
  const std::lock_guard lock(mutex_);
  if (closes_.size() < kMostCloses) closes_.push_back(std::move(close));
}

std::string UpstreamStats::json(bool forgets) {
  std::string closes = "[";
  {
    const std::lock_guard lock(mutex_);
    for (const EarlyClose& close : closes_) {
      if (closes.size() > 1) closes += ',';
      closes += JsonLine()
                    .text("id", close.id)
                    .number("at_ns", static_cast<std::uint64_t>(close.at))
                    .number("events_sent", close.events_sent)
                    .str();
    }
    if (forgets) closes_.clear();
  }
  return JsonLine()
      .number("connections", connections_)
      .number("whole_answers", whole_answers_)
      .number("streams", streams_)
      .number("refused", refused_)
      .number("bytes_sent", bytes_sent_)
      .number("bytes_received", bytes_received_)
      .raw("early_closes", closes + "]")
      .str();
}

}  // namespace abv::bench
