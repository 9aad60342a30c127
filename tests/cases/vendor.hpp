#pragma once

#include <array>
#include <string>
#include <string_view>

namespace abv::cases {

// One wire format, as a client or an upstream speaks it.
struct Vendor {
  std::string_view name;       // "openai-responses"
  std::string_view plugin;     // whose dialect it is
  std::string_view operation;  // of that dialect
  std::string_view family;     // within which signatures hold, as the host tells it
};

inline constexpr std::array<Vendor, 5> kVendors{{
    {"openai-chat", "openai", "chat", "openai"},
    {"openai-completions", "openai", "completions", "openai"},
    {"openai-responses", "openai", "responses", "openai"},
    {"claude-messages", "claude", "chat", "claude"},
    {"gemini", "gemini", "chat", "gemini"},
}};

// Throws std::out_of_range for a name that is none.
const Vendor& vendor(std::string_view name);

}  // namespace abv::cases
