// Reads JSON text: strict by RFC 8259, without recursion, keeping where every value stands in it.
//
// Two ways in: json::parse keeps a copy of the text and may outlive everything; json::Document
// reads a text that the caller keeps, and reuses its memory from one text to the next.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "abv/sdk/json_parser.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json {

class Value;

// A text and where its values stand. Memory is kept from one parse to the next.
class Document {
 public:
  // Reads `text`, which the caller keeps as long as values of this document are in use. False when
  // it is not JSON.
  bool parse(std::string_view text) {
    text_ = text;
    nodes_.clear();
    open_.clear();
    detail::Parser parser(text_, nodes_, open_);
    const bool good = parser.run();
    stopped_at_ = parser.position();
    if (!good) nodes_.clear();
    return good;
  }

  // Where the last failed parse gave up, in bytes.
  std::size_t stopped_at() const { return stopped_at_; }

  // The outermost value; missing after a failed parse. Valid until the next parse or the document's
  // end.
  Value root() const;

 private:
  friend class Value;
  friend std::optional<Value> parse(std::string_view text);

  std::string_view raw(const detail::Node& node) const {
    return {text_.data() + node.begin, node.end - node.begin};
  }

  // What stands between the quotes of a string.
  std::string_view inner(const detail::Node& node) const {
    return {text_.data() + node.begin + 1, node.end - node.begin - 2};
  }

  // The text of a string; `scratch` keeps it where there are escapes to undo.
  std::string_view text(const detail::Node& node, std::string& scratch) const {
    if (!node.is_escaped()) return inner(node);
    detail::unescape(inner(node), scratch);
    return scratch;
  }

  bool is_called(const detail::Node& name, std::string_view key) const {
    if (!name.is_escaped()) return detail::is_same(inner(name), key);
    std::string scratch;
    return text(name, scratch) == key;
  }

  // The node of an object's member, or 0; of several with one name, the last.
  std::uint32_t find(std::uint32_t object, std::string_view key) const;

  std::string kept_;  // only for json::parse
  std::string_view text_;
  std::vector<detail::Node> nodes_;
  std::vector<std::uint32_t> open_;
  std::size_t stopped_at_ = 0;
};

struct Member;

// One JSON value, or a missing one. Lookups never fail: what is absent or of another type is a
// missing value, and a missing value answers every question with the fallback. Cheap to copy.
class Value {
 public:
  template <class Item>
  class Range;

  Value() = default;

  explicit operator bool() const { return exists(); }
  bool exists() const { return document_ != nullptr; }
  bool is_null() const { return is(Type::kNull); }
  bool is_bool() const { return is(Type::kTrue) || is(Type::kFalse); }
  bool is_number() const { return is(Type::kNumber); }
  bool is_string() const { return is(Type::kString); }
  bool is_array() const { return is(Type::kArray); }
  bool is_object() const { return is(Type::kObject); }

  // A member of an object; the last one when a name stands twice.
  Value operator[](std::string_view key) const;
  Value operator[](const char* key) const { return (*this)[std::string_view(key)]; }
  Value operator[](const std::string& key) const { return (*this)[std::string_view(key)]; }

  // An item of an array, from 0.
  Value operator[](std::size_t index) const;
  Value operator[](int index) const {
    return index < 0 ? Value() : (*this)[static_cast<std::size_t>(index)];
  }

  // The number of items or members; 0 for everything else.
  std::size_t size() const { return exists() ? node().count() : 0; }

  // The text of a string, escapes undone.
  std::string as_string(std::string_view fallback = {}) const {
    if (!is_string()) return std::string(fallback);
    const auto inner = document_->inner(node());
    if (!node().is_escaped()) return std::string(inner);
    std::string text;
    detail::unescape(inner, text);
    return text;
  }

  // The same without a copy where possible: a view of the document, or of `scratch` when there were
  // escapes. Empty when this is no string.
  std::string_view text(std::string& scratch) const {
    return is_string() ? document_->text(node(), scratch) : std::string_view();
  }

  // A number that is whole and fits; otherwise the fallback. 1.0 and 1e3 are whole.
  std::int64_t as_int(std::int64_t fallback = 0) const {
    if (!is_number()) return fallback;
    std::int64_t whole = 0;
    const auto span = raw();
    const auto [end, error] = std::from_chars(span.data(), span.data() + span.size(), whole);
    if (error == std::errc() && end == span.data() + span.size()) return whole;
    constexpr double kLimit = 9.2e18;
    const double number = as_double();
    const bool fits =
        error == std::errc() && std::trunc(number) == number && number > -kLimit && number < kLimit;
    return fits ? static_cast<std::int64_t>(number) : fallback;
  }

  double as_double(double fallback = 0) const {
    if (!is_number()) return fallback;
    double number = 0;
    const auto span = raw();
    const auto result = std::from_chars(span.data(), span.data() + span.size(), number);
    return result.ec == std::errc() ? number : fallback;
  }

  bool as_bool(bool fallback = false) const { return is_bool() ? is(Type::kTrue) : fallback; }

  // The value's own text, as it stands in the document; empty when missing.
  std::string_view raw() const { return exists() ? document_->raw(node()) : std::string_view(); }

  // Where raw() begins in the text that was parsed. For splices.
  std::size_t offset() const { return exists() ? node().begin : 0; }

  // The items of an array, or nothing.
  Range<Value> items() const;

  // The members of an object in their order, or nothing.
  Range<Member> members() const;

  // The same for hot paths: calls `fn(std::string_view key, Value value)` for each. The key is
  // valid until `fn` returns.
  template <class Fn>
  void each_member(Fn&& fn) const {
    if (!is_object()) return;
    std::string scratch;
    const auto& nodes = document_->nodes_;
    const auto end = node().next;
    for (auto at_key = index_ + 1; at_key < end; at_key = nodes[at_key + 1].next)
      fn(document_->text(nodes[at_key], scratch), at(at_key + 1));
  }

 private:
  friend class Document;
  friend std::optional<Value> parse(std::string_view text);

  Value(std::shared_ptr<const Document> document, std::uint32_t index)
      : document_(std::move(document)), index_(index) {}

  bool is(Type type) const { return exists() && node().type() == type; }
  const detail::Node& node() const { return document_->nodes_[index_]; }
  Value at(std::uint32_t index) const { return Value(document_, index); }

  // Owns the document after json::parse; refers without owning for Document::root.
  std::shared_ptr<const Document> document_;
  std::uint32_t index_ = 0;
};

struct Member {
  std::string key;
  Value value;
};

// What items() and members() give; keeps what it ranges over alive.
template <class Item>
class Value::Range {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item*;
    using reference = Item;

    Iterator(const Range* range, std::uint32_t index) : range_(range), index_(index) {}
    Item operator*() const { return range_->item(index_); }
    Iterator& operator++() {
      index_ = range_->following(index_);
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Range* range_;
    std::uint32_t index_;
  };

  Iterator begin() const { return {this, owner_.exists() ? owner_.index_ + 1 : 0}; }
  Iterator end() const { return {this, owner_.exists() ? owner_.node().next : 0}; }

 private:
  friend class Value;

  explicit Range(Value owner) : owner_(std::move(owner)) {}

  Item item(std::uint32_t index) const {
    if constexpr (std::is_same_v<Item, Member>) {
      return {owner_.at(index).as_string(), owner_.at(index + 1)};
    } else {
      return owner_.at(index);
    }
  }

  std::uint32_t following(std::uint32_t index) const {
    constexpr std::uint32_t kKey = std::is_same_v<Item, Member> ? 1 : 0;
    return owner_.at(index + kKey).node().next;
  }

  Value owner_;
};

inline std::uint32_t Document::find(std::uint32_t object, std::string_view key) const {
  std::uint32_t found = 0;
  const auto end = nodes_[object].next;
  for (auto at_key = object + 1; at_key < end; at_key = nodes_[at_key + 1].next) {
    if (is_called(nodes_[at_key], key)) found = at_key + 1;
  }
  return found;
}

inline Value Value::operator[](std::string_view key) const {
  const std::uint32_t found = is_object() ? document_->find(index_, key) : 0;
  return found == 0 ? Value() : at(found);
}

inline Value Value::operator[](std::size_t index) const {
  if (!is_array() || index >= size()) return {};
  std::uint32_t at_item = index_ + 1;
  for (std::size_t i = 0; i < index; ++i)
    at_item = document_->nodes_[at_item].next;
  return at(at_item);
}

inline Value::Range<Value> Value::items() const {
  return Range<Value>(is_array() ? *this : Value());
}

inline Value::Range<Member> Value::members() const {
  return Range<Member>(is_object() ? *this : Value());
}

inline Value Document::root() const {
  if (nodes_.empty()) return {};
  return Value(std::shared_ptr<const Document>(std::shared_ptr<const Document>(), this), 0);
}

// Reads a copy of `text`; nothing when it is not JSON. Values keep the copy alive.
inline std::optional<Value> parse(std::string_view text) {
  auto document = std::make_shared<Document>();
  document->kept_ = text;
  if (!document->parse(document->kept_)) return std::nullopt;
  return Value(std::move(document), 0);
}

}  // namespace json
}  // namespace v1
}  // namespace abv::sdk
