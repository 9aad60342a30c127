#include "host/config/load_json.hpp"

#include <Poco/Exception.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Parser.h>

#include <limits>
#include <utility>
#include <vector>

#include "host/base/json_text.hpp"

namespace abv::config {
namespace {

constexpr std::size_t kMaxDepth = 64;

// Builds a Value from the parser's events: Poco's own tree loses repeated keys.
class JsonTree final : public Poco::JSON::Handler {
 public:
  explicit JsonTree(const std::string& name) : name_(name) {}

  void reset() override {}
  void startObject() override { open(Value::object()); }
  void endObject() override { close(); }
  void startArray() override { open(Value::array()); }
  void endArray() override { close(); }
  void key(const std::string& key) override { keys_.back() = key; }
  void null() override { add(Value()); }
  void value(int number) override { add(Value::integer(number)); }
  void value(unsigned number) override { add(Value::integer(number)); }
  void value(Poco::Int64 number) override { add(Value::integer(number)); }
  void value(Poco::UInt64 number) override {
    if (number > static_cast<Poco::UInt64>(std::numeric_limits<Poco::Int64>::max())) {
      add(Value::number(static_cast<double>(number), std::to_string(number)));
    } else {
      add(Value::integer(static_cast<Poco::Int64>(number)));
    }
  }
  void value(const std::string& text) override { add(Value::string(text)); }
  void value(double number) override { add(Value::number(number)); }
  void value(bool is_true) override { add(Value::boolean(is_true)); }

  Value take() { return std::move(root_); }
  const std::string& repeated_key() const { return repeated_key_; }

 private:
  void open(Value container) {
    open_.push_back(std::move(container));
    keys_.emplace_back();
  }

  void close() {
    Value done = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    add(std::move(done));
  }

  void add(Value value) {
    value.set_place(Place{name_, 0, 0});
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Value& parent = open_.back();
    if (parent.is_array()) {
      parent.push(std::move(value));
      return;
    }
    if (parent.find(keys_.back()) != nullptr) {
      repeated_key_ = keys_.back();
    }
    parent.set(keys_.back(), std::move(value));
  }

  const std::string& name_;
  std::vector<Value> open_;
  std::vector<std::string> keys_;  // one for each open container; the key read last
  Value root_;
  std::string repeated_key_;
};

}  // namespace

Result<Value> load_json(std::string_view text, const std::string& name) {
  Poco::SharedPtr<JsonTree> tree(new JsonTree(name));
  try {
    Poco::JSON::Parser parser(tree);
    parser.setDepth(kMaxDepth);
    parser.parse(std::string(text));
  } catch (const Poco::Exception& exception) {
    return Error{Error::Code::kInvalid, name + ": not valid JSON: " + exception.message()};
  }
  if (!tree->repeated_key().empty()) {
    return Error{Error::Code::kInvalid,
                 name + ": the key " + json_string(tree->repeated_key()) + " stands twice"};
  }
  return tree->take();
}

}  // namespace abv::config
