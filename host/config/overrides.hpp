#pragma once

#include <string>
#include <vector>

#include "host/config/environment.hpp"
#include "host/config/validate.hpp"
#include "host/config/value.hpp"

namespace abv::config {

// One setting that environment variables can set.
struct Override {
  enum class Type {
    kText,     // as it is
    kInteger,  // a whole number
    kBool,     // 1, true, yes, on or 0, false, no, off
    kSwitch,   // like kBool; true sets `text_when_true`, false changes nothing
  };

  std::vector<std::string> variables;  // the first one that is set and not empty counts
  std::string path;                    // see value_path.hpp; a selector sets every match
  Type type = Type::kText;
  std::string text_when_true;
};

struct OverrideReport {
  std::vector<Problem> problems;    // variables whose text has the wrong type; nothing was set
  std::vector<std::string> unused;  // variables that are set, but whose path leads nowhere
};

// Sets what the variables say, over what the YAML says. Rows are applied in order, so a later row
// for the same path wins. An empty variable counts as not set. Objects on the way are made when
// they are missing; items of arrays are not. Call it before validate(), which checks the new values
// like all others and fills in defaults.
OverrideReport apply_overrides(Value& value, const std::vector<Override>& rows,
                               const Environment& environment);

}  // namespace abv::config
