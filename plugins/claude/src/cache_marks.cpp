#include "cache_marks.hpp"

#include <algorithm>
#include <utility>

#include "words.hpp"

namespace abv::claude {

namespace {

constexpr std::size_t kMostMarks = 4;

}  // namespace

void CacheMarks::write(std::string_view cache, std::string path, json::Writer& out) {
  json::Document document;
  std::string scratch;
  std::string_view control = R"({"type":"ephemeral"})";
  if (document.parse(cache)) {
    const auto ttl = document.root()["ttl"].text(scratch);
    if (ttl == "1h") control = R"({"type":"ephemeral","ttl":"1h"})";
    if (ttl == "5m") control = R"({"type":"ephemeral","ttl":"5m"})";
  }
  write_verbatim(control, std::move(path), out);
}

void CacheMarks::write_verbatim(std::string_view control, std::string path, json::Writer& out) {
  const std::size_t begin = out.view().size();
  out.key("cache_control").raw(control);
  marks_.push_back({begin, out.view().size(), std::move(path)});
}

void CacheMarks::drop_surplus(std::string& body, sdk::LossSink& losses) const {
  const std::size_t most = kMostMarks - std::min(kMostMarks, fixed_);
  if (marks_.size() <= most) return;
  // The marks from `first` on stay, and of the prefix the last one.
  std::size_t first = marks_.size() - most;
  const bool is_prefix_cut = prefix_ > 0 && first >= prefix_ && most > 1;
  if (is_prefix_cut) ++first;
  for (std::size_t i = first; i > 0; --i) {
    const Mark& mark = marks_[i - 1];
    if (is_prefix_cut && i == prefix_) continue;
    body.erase(mark.begin, mark.end - mark.begin);
    losses.dropped(mark.path, "the API takes four cache marks");
  }
}

}  // namespace abv::claude
