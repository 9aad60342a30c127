#pragma once

#include <string>
#include <string_view>

#include "abv/abi/base.h"
#include "host/base/result.hpp"
#include "host/plugin/instance.hpp"

// What the wrappers of all kinds share when they take over a table.
namespace abv::plugin {

inline std::string component_place(const Instance& instance) {
  return instance.name() + ": component \"" + instance.component().name + "\" of " +
         instance.library().file().string();
}

inline std::string abilities_place(const Instance& instance) {
  return component_place(instance) + ": abilities";
}

inline Error lacks(const Instance& instance, const std::string& what) {
  return Error{Error::Code::kInvalid, component_place(instance) + " lacks " + what};
}

// The table of the instance's own kind.
template <class Table>
Result<const Table*> kind_table(const Instance& instance, std::string_view kind) {
  if (instance.component().kind != kind) {
    return Error{Error::Code::kInvalid, component_place(instance) + " is " +
                                            instance.component().kind + ", expected " +
                                            std::string(kind)};
  }
  const auto* table = static_cast<const Table*>(instance.table(kind));
  if (table == nullptr) {
    return lacks(instance, "the table of its kind");
  }
  return table;
}

}  // namespace abv::plugin
