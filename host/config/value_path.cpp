#include "host/config/value_path.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/config/value.hpp"

namespace abv::config {
namespace {

bool is_plain_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

Error bad_path(std::string_view path) {
  return Error{Error::Code::kInvalid, "not a path: " + json_string(path)};
}

// The step inside of brackets, without them.
Result<PathStep> parse_bracket(std::string_view inside, std::string_view path) {
  PathStep step;
  if (inside.size() >= 2 && inside.front() == '"' && inside.back() == '"') {
    step.key = inside.substr(1, inside.size() - 2);
    return step;
  }
  if (const auto equals = inside.find('='); equals != std::string_view::npos && equals > 0) {
    step.kind = PathStep::Kind::kSelect;
    step.key = inside.substr(0, equals);
    step.want = inside.substr(equals + 1);
    return step;
  }
  step.kind = PathStep::Kind::kIndex;
  const auto read = std::from_chars(inside.data(), inside.data() + inside.size(), step.index);
  if (inside.empty() || read.ec != std::errc() || read.ptr != inside.data() + inside.size()) {
    return bad_path(path);
  }
  return step;
}

const Value* take_step(const Value& value, const PathStep& step) {
  switch (step.kind) {
    case PathStep::Kind::kKey:
      return value.find(step.key);
    case PathStep::Kind::kIndex:
      return step.index < value.items().size() ? &value.items()[step.index] : nullptr;
    case PathStep::Kind::kSelect:
      break;
  }
  const auto found =
      std::find_if(value.items().begin(), value.items().end(), [&](const Value& item) {
        const Value* member = item.find(step.key);
        return member != nullptr && member->is_scalar() && member->text() == step.want;
      });
  return found == value.items().end() ? nullptr : &*found;
}

}  // namespace

Result<std::vector<PathStep>> parse_path(std::string_view path) {
  std::vector<PathStep> steps;
  std::size_t at = 0;
  while (at < path.size()) {
    if (path[at] == '[') {
      const bool is_quoted = at + 1 < path.size() && path[at + 1] == '"';
      const std::size_t close = is_quoted ? path.find("\"]", at + 2) : path.find(']', at);
      if (close == std::string_view::npos) {
        return bad_path(path);
      }
      const std::size_t end = is_quoted ? close + 1 : close;
      auto step = parse_bracket(path.substr(at + 1, end - at - 1), path);
      if (!step) {
        return step.error();
      }
      steps.push_back(std::move(*step));
      at = end + 1;
      continue;
    }
    if (!steps.empty() && path[at++] != '.') {
      return bad_path(path);
    }
    const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
    if (end == at) {
      return bad_path(path);
    }
    steps.push_back(PathStep{PathStep::Kind::kKey, std::string(path.substr(at, end - at)), 0, {}});
    at = end;
  }
  return steps;
}

std::string path_with_key(const std::string& path, std::string_view key) {
  if (!is_plain_key(key)) {
    return path + "[" + json_string(key) + "]";
  }
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string path_with_index(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

const Value* Value::lookup(std::string_view path) const {
  const auto steps = parse_path(path);
  if (!steps) {
    return nullptr;
  }
  const Value* at = this;
  for (const PathStep& step : *steps) {
    at = take_step(*at, step);
    if (at == nullptr) {
      return nullptr;
    }
  }
  return at;
}

}  // namespace abv::config
