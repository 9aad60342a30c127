#include "host/config/yaml_tree.hpp"

#include <utility>

#include "host/base/json_text.hpp"
#include "host/config/expand.hpp"
#include "host/config/scalar.hpp"
#include "host/config/value_path.hpp"

namespace abv::config {
namespace {

constexpr char kPlainTag[] = "?";
constexpr char kQuotedTag[] = "!";
constexpr char kStandardTags[] = "tag:yaml.org,2002:";

bool is_standard_tag(const std::string& tag, std::string_view name) {
  return tag == kStandardTags + std::string(name);
}

bool is_known_tag(const std::string& tag) {
  if (tag.empty() || tag == kPlainTag || tag == kQuotedTag) {
    return true;
  }
  for (const char* name : {"str", "int", "float", "bool", "null", "map", "seq"}) {
    if (is_standard_tag(tag, name)) {
      return true;
    }
  }
  return false;
}

std::string join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

}  // namespace

Result<Value> YamlTree::take() {
  if (!faults_.empty()) {
    return Error{Error::Code::kInvalid, std::move(faults_)};
  }
  return std::move(root_);
}

void YamlTree::OnDocumentStart(const YAML::Mark& mark) {
  // A second one would be dropped, and nobody would notice.
  if (has_document_) {
    give_up(place_of(mark), "a second document starts here; the file must hold one only");
  }
  has_document_ = true;
}

void YamlTree::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (is_given_up_) {
    return;
  }
  Place place = place_of(mark);
  if (is_at_key()) {
    give_up(place, "expected a key, got nothing");
    return;
  }
  // For a key with nothing behind it the parser gives the place of what follows.
  if (!open_.empty() && open_.back().has_key && open_.back().key_place.line != place.line) {
    place = open_.back().key_place;
  }
  Value value;
  value.set_place(place);
  charge(value, place);
  keep_anchor(anchor, value, place);
  add(std::move(value));
}

void YamlTree::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (is_given_up_) {
    return;
  }
  const Place place = place_of(mark);
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    give_up(place, "the alias stands inside of what it refers to");
    return;
  }
  if (is_at_key()) {
    give_up(place, "expected a key, got an alias");
    return;
  }
  charge(found->second, place);
  if (!is_given_up_) {
    add(found->second);
  }
}

void YamlTree::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                        const std::string& text) {
  if (is_given_up_) {
    return;
  }
  Place place = place_of(mark);
  if (is_at_key()) {
    charge_text(text.size(), place);
    take_key(text, std::move(place), tag == kPlainTag && text == "<<");
    return;
  }
  Value value = read_scalar(tag, text, place);
  charge(value, place);
  keep_anchor(anchor, value, place);
  add(std::move(value));
}

void YamlTree::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                               YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(Value::array(), mark, tag, anchor);
}

void YamlTree::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                          YAML::EmitterStyle::value) {
  open(Value::object(), mark, tag, anchor);
}

bool YamlTree::is_at_key() const {
  return !open_.empty() && open_.back().value.is_object() && !open_.back().has_key;
}

void YamlTree::take_key(const std::string& text, Place place, bool is_merge) {
  Open& parent = open_.back();
  parent.has_key = true;
  parent.is_merge = is_merge;
  parent.key = text;
  parent.key_place = std::move(place);
}

Value YamlTree::read_scalar(const std::string& tag, const std::string& text, const Place& place) {
  if (!is_known_tag(tag)) {
    report(place, "the tag " + json_string(tag) + " is not known");
  }
  const bool is_plain = tag != kQuotedTag && !is_standard_tag(tag, "str");
  Value value = is_plain ? read_plain_scalar(text) : Value::string(text);
  value.set_place(place);
  if (value.is_string() && text.find('$') != std::string::npos) {
    read_expansion(value, is_plain, place);
  }
  return value;
}

void YamlTree::read_expansion(Value& value, bool is_plain, const Place& place) {
  auto expansion = expand(value.text(), environment_);
  if (!expansion) {
    report(place, expansion.error().message);
    return;
  }
  value.replace_content(Value::string(expansion->text));
  value.set_retypable(expansion->is_single);
  if (!expansion->variables.empty()) {
    value.set_origin({Origin::Source::kEnvironment, join(expansion->variables)});
  }
  if (is_plain && expansion->is_single) {
    // Null stays text: a variable that is set and empty gives an empty string.
    if (Value typed = read_plain_scalar(expansion->text); !typed.is_null()) {
      value.replace_content(std::move(typed));
    }
  }
}

void YamlTree::open(Value container, const YAML::Mark& mark, const std::string& tag,
                    YAML::anchor_t anchor) {
  if (is_given_up_) {
    return;
  }
  Place place = place_of(mark);
  if (is_at_key()) {
    give_up(place, "expected a key, got a list or a mapping");
    return;
  }
  if (open_.size() >= limits_.depth) {
    give_up(place, "nested deeper than " + std::to_string(limits_.depth) + " levels");
    return;
  }
  if (!is_known_tag(tag)) {
    report(place, "the tag " + json_string(tag) + " is not known");
  }
  container.set_place(place);
  charge(container, place);
  Open fresh;
  fresh.value = std::move(container);
  fresh.anchor = anchor;
  open_.push_back(std::move(fresh));
}

void YamlTree::close() {
  if (is_given_up_) {
    return;
  }
  Open done = std::move(open_.back());
  open_.pop_back();
  apply_merges(done);
  keep_anchor(done.anchor, done.value, done.value.place());
  add(std::move(done.value));
}

void YamlTree::add(Value value) {
  if (is_given_up_) {
    return;
  }
  if (open_.empty()) {
    root_ = std::move(value);
    return;
  }
  Open& parent = open_.back();
  if (parent.value.is_array()) {
    parent.value.push(std::move(value));
    return;
  }
  add_member(parent, std::move(value));
}

void YamlTree::add_member(Open& parent, Value value) {
  if (parent.is_merge) {
    if (!value.is_object() && !value.is_array()) {
      report(value.place(), "expected a mapping or a list of mappings to merge");
    } else if (value.is_object()) {
      parent.merges.push_back(std::move(value));
    } else {
      for (Value& item : value.items()) {
        if (!item.is_object()) {
          report(item.place(), "expected a mapping to merge");
        }
        parent.merges.push_back(std::move(item));
      }
    }
    parent.has_key = false;
    return;
  }
  const auto [first, is_new] = parent.seen.emplace(parent.key, parent.key_place);
  if (!is_new) {
    report(parent.key_place,
           "the key stands here for the second time; the first is at " + first->second.text());
  } else {
    parent.value.members().push_back(
        Member{std::move(parent.key), std::move(parent.key_place), std::move(value)});
  }
  parent.has_key = false;
}

// What is written in the mapping itself wins, then the mapping that is merged first.
void YamlTree::apply_merges(Open& done) {
  for (Value& merge : done.merges) {
    for (Member& member : merge.members()) {
      if (done.seen.emplace(member.key, member.key_place).second) {
        done.value.members().push_back(std::move(member));
      }
    }
  }
}

void YamlTree::keep_anchor(YAML::anchor_t anchor, const Value& value, const Place& place) {
  if (anchor == 0 || is_given_up_) {
    return;
  }
  charge(value, place);
  anchors_[anchor] = value;
}

void YamlTree::charge(const Value& value, const Place& place) {
  if (++nodes_ > limits_.nodes) {
    give_up(place, "more than " + std::to_string(limits_.nodes) + " values");
  }
  charge_text(value.text().size(), place);
  for (const Value& item : value.items()) {
    if (!is_given_up_) {
      charge(item, place);
    }
  }
  for (const Member& member : value.members()) {
    if (!is_given_up_) {
      charge_text(member.key.size(), place);
      charge(member.value, place);
    }
  }
}

void YamlTree::charge_text(std::size_t bytes, const Place& place) {
  text_bytes_ += bytes;
  if (text_bytes_ > limits_.text_bytes) {
    give_up(place, "more than " + std::to_string(limits_.text_bytes) + " bytes of text");
  }
}

Place YamlTree::place_of(const YAML::Mark& mark) const {
  return Place{file_, mark.line + 1, mark.column + 1};
}

std::string YamlTree::path_here() const {
  std::string path;
  for (const Open& open : open_) {
    if (open.value.is_array()) {
      path = path_with_index(path, open.value.size());
    } else if (open.has_key) {
      path = path_with_key(path, open.key);
    }
  }
  return path;
}

void YamlTree::report(const Place& place, const std::string& message) {
  if (is_given_up_) {
    return;
  }
  const std::string path = path_here();
  faults_ += (faults_.empty() ? "" : "\n") + place.text() + ": " +
             (path.empty() ? "" : path + ": ") + message;
}

void YamlTree::give_up(const Place& place, const std::string& message) {
  report(place, message);
  is_given_up_ = true;
}

}  // namespace abv::config
