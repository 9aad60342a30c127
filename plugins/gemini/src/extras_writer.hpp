#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "names.hpp"

namespace abv::gemini {

// The extras of this dialect that stood in one object of a request; their keys are the object's
// path and their own name: "generationConfig/speechConfig". The path of the body itself is empty.
class ExtrasWriter {
 public:
  ExtrasWriter(const sdk::chat::Extras& extras, std::string_view path) {
    for (const sdk::chat::Extra& extra : extras) {
      const std::string_view key = extra.key;
      const auto folder = folder_of(key);
      if (extra.dialect != kDialect || folder != path) continue;
      members_.push_back({folder.empty() ? key : key.substr(folder.size() + 1), extra.value});
    }
  }

  bool is_empty() const { return members_.empty(); }

  bool has(std::string_view name) const {
    const auto same = [&](const Member& member) { return member.name == name; };
    return std::any_of(members_.begin(), members_.end(), same);
  }

  // Puts the members into the object that is open.
  void write(sdk::json::Writer& out) const {
    for (const Member& member : members_)
      out.key(member.name).raw(member.value);
  }

 private:
  // A name may hold slashes of its own, so only the objects that are known are paths.
  static std::string_view folder_of(std::string_view key) {
    for (const std::string_view folder : {"generationConfig/thinkingConfig", "generationConfig",
                                          "toolConfig/functionCallingConfig", "toolConfig"}) {
      if (key.starts_with(folder) && key.substr(folder.size()).starts_with('/')) return folder;
    }
    return {};
  }

  struct Member {
    std::string_view name;
    sdk::chat::Json value;
  };

  std::vector<Member> members_;
};

}  // namespace abv::gemini
