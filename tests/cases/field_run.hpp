#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cases/conversation.hpp"
#include "tests/cases/dialects.hpp"
#include "tests/cases/field_list.hpp"

namespace abv::cases {

// What comes out of a conversion.
struct Outcome {
  Json document;                    // null when there is none
  std::vector<std::string> losses;  // "dropped /stop: why"
  std::string fault;                // why there is no document
  std::string refusal;              // the same, when the upstream's side refused the request
};

// What became of one field on the way to another vendor.
struct Fate {
  bool is_same = false;             // it stands there as it did
  std::vector<std::string> places;  // where it went, as people read it
  std::vector<std::string> losses;  // "dropped: why"; those that the field alone brought
  std::string refusal;              // why the request is refused because of it
  std::string fault;                // the conversion failed, or the field was lost in silence
  std::string unsaid;               // why nothing has to be said
  bool goes_along = false;          // what was said of its element is said of it

  bool is_gone() const { return !is_same && places.empty(); }
};

// What the field did, judged by what comes out with it and without it.
Fate fate_of(const FieldRow& row, const Outcome& with, const Outcome& without);

// Makes silence a fault: a field of a request that left no trace, and of which nothing was said.
// `element` is what became of the element that the field stands in, null when it stands in none:
// what goes with it need not be told again.
void demand_word(Fate& fate, const FieldRow& row, std::string_view upstream, const Fate* element);

// Converts documents between two vendors through the plugins' C tables.
class FieldRun {
 public:
  // `asks`: by client, a request that asks for everything an answer may hold.
  FieldRun(const Dialects& dialects, const Json& vendors, const Json& asks)
      : dialects_(dialects), vendors_(vendors), asks_(asks) {}

  Way way_of(const FieldGroup& group, const Pair& pair) const;
  Fate request(const FieldRow& row, const Way& way) const;
  Fate answer(const FieldGroup& group, const FieldRow& row, const Pair& pair, sdk::Form form) const;

 private:
  Outcome send(const Way& way, const Json& document) const;
  Outcome reply(const FieldGroup& group, const Pair& pair, sdk::Form form,
                const Json& document) const;
  std::string model(const FieldGroup& group, const Vendor& vendor) const;

  const Dialects& dialects_;
  const Json& vendors_;
  const Json& asks_;
};

}  // namespace abv::cases
