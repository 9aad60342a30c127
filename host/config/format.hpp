#pragma once

#include <optional>
#include <string_view>

namespace abv::config {

// The values of the schema keyword "format" that are checked.
enum class Format { kNone, kUri, kProxy, kDuration, kSize, kIp, kHostPort, kSecret };

// Nothing when the name is not known.
std::optional<Format> format_from(std::string_view name);

// True when the text has the format. kNone and kSecret take any text.
bool has_format(Format format, std::string_view text);

// What to expect, for messages: "an http or https URL". Null for kNone and kSecret.
const char* format_form(Format format);

}  // namespace abv::config
