#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/json.hpp"
#include "abv/sdk/media.hpp"

// Pictures and sounds inside a request.
namespace abv::gemini {

// What Google takes in one request since January 2026, base64 and all; before, it was 20 MB.
inline constexpr std::size_t kMostInlineBytes = std::size_t{100} << 20U;

inline void check_inline_size(const std::string& body, const char* field) {
  if (body.size() <= kMostInlineBytes) return;
  sdk::Failure failure{413, "request_too_large"};
  failure.param = field;
  failure.message = failure.param + ": the upstream takes 100 MiB in a request, got " +
                    std::to_string(body.size()) + " bytes, which base64 has made a third larger";
  throw failure;
}

// One part of a content. `media_type` is the file's own, or a better name for it.
inline void write_file_part(const sdk::media::File& file, std::string_view media_type,
                            sdk::json::Writer& out) {
  const bool is_inline = !file.data.empty();
  out.begin_object().key(is_inline ? "inlineData" : "fileData").begin_object();
  if (!media_type.empty()) out.member("mimeType", media_type);
  if (is_inline) {
    out.key("data").raw(file.data);
  } else if (!file.url.empty()) {
    out.key("fileUri").raw(file.url);
  } else {
    out.member("fileUri", file.file_id);
  }
  out.end_object().end_object();
}

inline void write_text_part(std::string_view text, sdk::json::Writer& out) {
  out.begin_object().member("text", text).end_object();
}

}  // namespace abv::gemini
