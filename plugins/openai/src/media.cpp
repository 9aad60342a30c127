#include "media.hpp"

#include <utility>

#include "abv/sdk/json.hpp"

namespace abv::openai {

namespace chat = sdk::chat;

std::optional<DataUrl> split_data_url(std::string_view url) {
  constexpr std::string_view kScheme = "data:", kMark = ";base64,";
  if (!url.starts_with(kScheme)) return std::nullopt;
  const auto comma = url.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto head = url.substr(0, comma + 1);
  if (!head.ends_with(kMark)) return std::nullopt;
  const auto type = head.substr(kScheme.size(), head.find(';') - kScheme.size());
  DataUrl result{std::string(type), url.substr(comma + 1)};
  std::erase(result.media_type, '\\');
  return result;
}

std::string data_url(std::string_view media_type, chat::Json data) {
  std::string url = "\"data:";
  url.reserve(media_type.size() + data.size() + 16);
  sdk::json::append_escaped(url, media_type);
  return url.append(";base64,").append(data.substr(1));
}

std::string_view inside_quotes(chat::Json text) {
  return text.size() < 2 ? std::string_view() : text.substr(1, text.size() - 2);
}

chat::Json quoted(chat::Request& request, std::string_view base64) {
  std::string text;
  text.reserve(base64.size() + 2);
  text.append("\"").append(base64).append("\"");
  return request.keep(std::move(text));
}

std::string_view audio_format(std::string_view media_type) {
  if (media_type == "audio/wav" || media_type == "audio/x-wav" || media_type == "audio/wave") {
    return "wav";
  }
  if (media_type == "audio/mp3" || media_type == "audio/mpeg") return "mp3";
  return {};
}

}  // namespace abv::openai
