#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/chat.hpp"

// Images, audio and files in requests and answers. Data is long, so it stays the JSON string that
// it came in.
namespace abv::openai {

// "data:image/png;base64,AAAA" in two; also with JSON's escapes in it, as long as they are slashes
// only. Nothing for other URLs, and for data that is not base64.
struct DataUrl {
  std::string media_type;
  std::string_view base64;  // as it stood
};
std::optional<DataUrl> split_data_url(std::string_view url);

// "data:image/png;base64,AAAA" as a JSON string, of data that is one already.
std::string data_url(std::string_view media_type, sdk::chat::Json data);

// What stands between the quotes of a JSON string, as it stands there; nothing of what is absent.
std::string_view inside_quotes(sdk::chat::Json text);

// The base64 of a data URL as a JSON string: it stood in the middle of one, so it needs quotes of
// its own. `request` keeps it.
sdk::chat::Json quoted(sdk::chat::Request& request, std::string_view base64);

// "wav" or "mp3", which are all that OpenAI takes; empty for other media types.
std::string_view audio_format(std::string_view media_type);

}  // namespace abv::openai
