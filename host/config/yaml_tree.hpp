#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/environment.hpp"
#include "host/config/load_yaml.hpp"
#include "host/config/value.hpp"

namespace abv::config {

// Builds a Value from the events of yaml-cpp's parser. One object builds one document.
//
// Events and not YAML::Node: only they tell the place of a key, keep a repeated key visible, and
// let the limits be checked before an alias is unfolded.
class YamlTree final : public YAML::EventHandler {
 public:
  YamlTree(const std::string& file, const Environment& environment, const YamlLimits& limits)
      : file_(file), environment_(environment), limits_(limits) {}

  // The document, or all that is wrong with it. Once, after the parser is done.
  Result<Value> take();

  // True once a fault was met after which nothing is looked at: what the parser says of the rest
  // does not matter then.
  bool has_given_up() const { return is_given_up_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override;
  void OnMapEnd() override { close(); }

 private:
  // A mapping or sequence that is still open.
  struct Open {
    Value value;
    YAML::anchor_t anchor = 0;
    bool has_key = false;   // a key was read, its value comes next
    bool is_merge = false;  // that key is <<
    std::string key;
    Place key_place;
    std::unordered_map<std::string, Place> seen;
    std::vector<Value> merges;
  };

  bool is_at_key() const;
  void take_key(const std::string& text, Place place, bool is_merge);
  Value read_scalar(const std::string& tag, const std::string& text, const Place& place);
  void read_expansion(Value& value, bool is_plain, const Place& place);
  void open(Value container, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void add(Value value);
  void add_member(Open& parent, Value value);
  void apply_merges(Open& done);
  void keep_anchor(YAML::anchor_t anchor, const Value& value, const Place& place);
  void charge(const Value& value, const Place& place);
  void charge_text(std::size_t bytes, const Place& place);

  Place place_of(const YAML::Mark& mark) const;
  std::string path_here() const;
  void report(const Place& place, const std::string& message);
  // Like report, and nothing that follows is looked at.
  void give_up(const Place& place, const std::string& message);

  const std::string& file_;
  const Environment& environment_;
  const YamlLimits& limits_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Value> anchors_;
  Value root_;
  std::string faults_;  // one a line
  bool is_given_up_ = false;
  bool has_document_ = false;
  std::size_t nodes_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace abv::config
