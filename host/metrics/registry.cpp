#include "host/metrics/registry.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

namespace abv::metrics {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 200 && is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; });
}

// The Prometheus word for a UCUM unit; null for one that is not known.
const char* unit_suffix(std::string_view unit) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 7> kUnits{{
      {"", ""},
      {"1", ""},
      {"s", "_seconds"},
      {"ms", "_milliseconds"},
      {"By", "_bytes"},
      {"By/s", "_bytes_per_second"},
      {"%", "_percent"},
  }};
  if (unit.size() > 2 && unit.front() == '{' && unit.back() == '}') {
    return "";  // an annotation such as {token} has no unit
  }
  const auto* found = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const auto& known) { return known.first == unit; });
  return found == kUnits.end() ? nullptr : found->second;
}

std::string family_name(const Definition& definition) {
  std::string name = definition.name + unit_suffix(definition.unit);
  if (definition.kind == Kind::kCounter) {
    name += "_total";
  }
  return name;
}

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
      return "gauge";
    case Kind::kHistogram:
      return "histogram";
  }
  return "untyped";
}

Error invalid(const Definition& definition, const std::string& rule) {
  return Error{Error::Code::kInvalid, "metric \"" + definition.name + "\": " + rule};
}

Result<void> check(const Definition& definition) {
  if (!is_name(definition.name)) {
    return invalid(definition, "expected a name of a-z, 0-9 and _, starting with a letter");
  }
  if (unit_suffix(definition.unit) == nullptr) {
    return invalid(definition, "unknown unit \"" + definition.unit + "\"");
  }
  for (const auto& [key, value] : definition.labels) {
    if (!is_name(key) || key == "le") {
      return invalid(definition, "illegal label name \"" + key + "\"");
    }
  }
  const std::vector<double>& bounds = definition.bounds;
  if (definition.kind != Kind::kHistogram) {
    return bounds.empty() ? Result<void>() : invalid(definition, "only a histogram has bounds");
  }
  const bool finite =
      std::all_of(bounds.begin(), bounds.end(), [](double bound) { return std::isfinite(bound); });
  const bool rising =
      std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) == bounds.end();
  if (!finite || !rising || bounds.size() > 64) {
    return invalid(definition, "expected at most 64 finite, rising bounds");
  }
  return {};
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_escaped(std::string& out, std::string_view text, bool quoted) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\' || (quoted && c == '"')) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
}

void append_labels(std::string& out, const std::vector<Label>& labels, std::string_view le) {
  if (labels.empty() && le.empty()) {
    return;
  }
  char separator = '{';
  for (const auto& [key, value] : labels) {
    out += separator;
    out += key;
    out += "=\"";
    append_escaped(out, value, true);
    out += '"';
    separator = ',';
  }
  if (!le.empty()) {
    out += separator;
    out += "le=\"";
    out += le;
    out += '"';
  }
  out += '}';
}

void append_sample(std::string& out, std::string_view name, const std::vector<Label>& labels,
                   std::string_view le, double value) {
  out += name;
  append_labels(out, labels, le);
  out += ' ';
  append_number(out, value);
  out += '\n';
}

}  // namespace

Series::Series(Definition definition)
    : definition_(std::move(definition)),
      buckets_(definition_.kind == Kind::kHistogram ? definition_.bounds.size() + 1 : 0) {}

void Series::record(double value) noexcept {
  switch (definition_.kind) {
    case Kind::kGauge:
      value_.store(value, std::memory_order_relaxed);
      return;
    case Kind::kCounter:
      add(value);
      return;
    case Kind::kHistogram:
      break;
  }
  if (!std::isfinite(value)) {
    return;
  }
  const auto& bounds = definition_.bounds;
  const auto bound = std::lower_bound(bounds.begin(), bounds.end(), value);
  buckets_[static_cast<std::size_t>(bound - bounds.begin())].fetch_add(1,
                                                                       std::memory_order_relaxed);
  value_.fetch_add(value, std::memory_order_relaxed);
}

void Series::add(double value) noexcept {
  const bool countable = definition_.kind == Kind::kGauge || value >= 0;
  if (std::isfinite(value) && countable) {
    value_.fetch_add(value, std::memory_order_relaxed);
  }
}

Result<Series*> Registry::define(Definition definition) {
  if (Result<void> checked = check(definition); !checked) {
    return checked.error();
  }
  std::sort(definition.labels.begin(), definition.labels.end());
  const std::string family = family_name(definition);
  const std::lock_guard lock(mutex_);
  for (const auto& series : series_) {
    const Definition& known = series->definition();
    if (family_name(known) != family) {
      continue;
    }
    if (known.kind != definition.kind || known.bounds != definition.bounds) {
      return invalid(definition, "defined before with another kind or other bounds");
    }
    if (known.labels == definition.labels) {
      return series.get();
    }
  }
  if (series_.size() >= max_series_) {
    return Error{Error::Code::kLimit, "metric \"" + definition.name + "\": more than " +
                                          std::to_string(max_series_) + " series"};
  }
  series_.push_back(std::make_unique<Series>(std::move(definition)));
  return series_.back().get();
}

std::string Registry::prometheus_text() const {
  const std::lock_guard lock(mutex_);
  std::multimap<std::string, const Series*> families;
  for (const auto& series : series_) {
    families.emplace(family_name(series->definition()), series.get());
  }
  std::string out;
  std::string_view current;
  for (const auto& [name, series] : families) {
    const Definition& definition = series->definition();
    if (name != current) {
      current = name;
      out += "# HELP " + name + ' ';
      append_escaped(out, definition.help, false);
      out += "\n# TYPE " + name + ' ' + kind_name(definition.kind) + '\n';
    }
    if (definition.kind != Kind::kHistogram) {
      append_sample(out, name, definition.labels, "", series->value());
      continue;
    }
    series->append_histogram(out, name);
  }
  return out;
}

void Series::append_histogram(std::string& out, const std::string& name) const {
  double total = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    total += static_cast<double>(buckets_[i].load(std::memory_order_relaxed));
    std::string le = "+Inf";
    if (i < definition_.bounds.size()) {
      le.clear();
      append_number(le, definition_.bounds[i]);
    }
    append_sample(out, name + "_bucket", definition_.labels, le, total);
  }
  append_sample(out, name + "_sum", definition_.labels, "", value());
  append_sample(out, name + "_count", definition_.labels, "", total);
}

}  // namespace abv::metrics
