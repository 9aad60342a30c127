#pragma once

namespace abv::plugin {

// The name of the instance whose code this thread is running, or null in the host's own code. It is
// there for the note that a crash leaves behind, so it is set around every call across the border,
// in both directions.
inline constinit thread_local const char* current_plugin = nullptr;

// Sets current_plugin for a scope: an instance's name on the way in, null on the way back to the
// host.
class CurrentPlugin {
 public:
  explicit CurrentPlugin(const char* name) noexcept : before_(current_plugin) {
    current_plugin = name;
  }
  CurrentPlugin(const CurrentPlugin&) = delete;
  CurrentPlugin& operator=(const CurrentPlugin&) = delete;
  ~CurrentPlugin() { current_plugin = before_; }

 private:
  const char* before_;
};

}  // namespace abv::plugin
