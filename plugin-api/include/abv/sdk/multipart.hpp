// Reads a multipart/form-data body (RFC 7578), as clients upload files with.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {

// One part of a form. `content` is a view of the body.
struct FormPart {
  std::string name;
  std::string file_name;
  bool is_file = false;      // it has a file name, be it an empty one
  std::string content_type;  // as the client said it, or empty
  std::string_view content;
};

namespace detail {

// The value of `name=` in a header value such as `form-data; name="model"`; nothing when absent.
inline std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    at = header.find_first_not_of("; \t", at);
    const auto equals = at == std::string_view::npos ? at : header.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    const auto key = header.substr(at, equals - at);
    std::string value;
    auto end = equals + 1;
    if (end < header.size() && header[end] == '"') {
      for (++end; end < header.size() && header[end] != '"'; ++end) {
        end += header[end] == '\\' && end + 1 < header.size() ? 1 : 0;
        value += header[end];
      }
      end = header.find(';', end);
    } else {
      end = std::min(header.find(';', end), header.size());
      value = header.substr(equals + 1, end - equals - 1);
      value.erase(value.find_last_not_of(" \t") + 1);
    }
    if (iequals(key, name)) return value;
    at = end < header.size() ? end : std::string_view::npos;
  }
  return std::nullopt;
}

// What the header block of a part says of it.
inline FormPart read_part_headers(std::string_view headers) {
  FormPart part;
  bool is_named = false;
  while (!headers.empty()) {
    const auto end = std::min(headers.find("\r\n"), headers.size());
    const auto line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto key = line.substr(0, colon), value = line.substr(colon + 1);
    if (iequals(key, "content-type")) {
      part.content_type = trim(value);
    } else if (iequals(key, "content-disposition") && !is_named) {
      is_named = true;
      part.name = header_parameter(value, "name").value_or("");
      const auto file_name = header_parameter(value, "filename");
      part.is_file = file_name.has_value();
      part.file_name = file_name.value_or("");
    }
  }
  return part;
}

// Where a delimiter stands, with the line end before it.
struct FormDelimiter {
  std::size_t begin = 0;
  std::size_t end = 0;  // of its line, before the line end
  bool is_last = false;
};

// The delimiter whose boundary ends at `end`. None when the line goes on with anything but blanks:
// then it is content, for every reader that takes delimiters by whole lines.
inline std::optional<FormDelimiter> delimiter_at(std::string_view body, std::size_t begin,
                                                 std::size_t end) {
  const bool is_last = body.substr(end, 2) == "--";
  end = body.find_first_not_of(" \t", is_last ? end + 2 : end);
  if (end == std::string_view::npos) {
    return is_last ? std::optional(FormDelimiter{begin, body.size(), true}) : std::nullopt;
  }
  return body.substr(end, 2) == "\r\n" ? std::optional(FormDelimiter{begin, end, is_last})
                                       : std::nullopt;
}

inline std::optional<FormDelimiter> next_delimiter(std::string_view body, std::string_view text,
                                                   std::size_t from) {
  for (auto at = body.find(text, from); at != std::string_view::npos;
       at = body.find(text, at + 1)) {
    if (const auto found = delimiter_at(body, at, at + text.size())) return found;
  }
  return std::nullopt;
}

// The boundary that a content type names; empty when it is no form's.
inline std::string form_boundary(std::string_view content_type) {
  constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 section 5.1.1
  const auto type = trim(content_type.substr(0, content_type.find(';')));
  if (!iequals(type, "multipart/form-data")) return {};
  const auto boundary = header_parameter(content_type, "boundary").value_or("");
  return boundary.size() > kMaxBoundary ? std::string() : boundary;
}

}  // namespace detail

// True for the content type of a form.
inline bool is_form(std::string_view content_type) {
  return !detail::form_boundary(content_type).empty();
}

// Calls `on_part(const FormPart&)` for each part, in order. Gives what is wrong with the form, in
// words for people; empty when it is whole.
template <class OnPart>
std::string read_form(std::string_view body, std::string_view content_type, OnPart&& on_part) {
  const std::string boundary = detail::form_boundary(content_type);
  if (boundary.empty()) return "expected content-type multipart/form-data with a boundary";
  const std::string delimiter = "\r\n--" + boundary, first = "--" + boundary;
  auto at = body.starts_with(first) ? detail::delimiter_at(body, 0, first.size()) : std::nullopt;
  if (!at) at = detail::next_delimiter(body, delimiter, 0);
  if (!at) return "the multipart boundary \"" + boundary + "\" does not occur";
  while (!at->is_last) {
    const auto headers = at->end + 2;
    const auto headers_end = body.find("\r\n\r\n", at->end);
    const auto next = headers_end == std::string_view::npos
                          ? std::nullopt
                          : detail::next_delimiter(body, delimiter, headers_end + 2);
    if (!next) return "the multipart body has no end";
    const auto content = headers_end + 4;
    FormPart part;
    if (headers_end >= headers) {
      part = detail::read_part_headers(body.substr(headers, headers_end - headers));
    }
    if (content <= next->begin) {
      part.content = body.substr(content, next->begin - content);
      on_part(part);
    }
    at = next;
  }
  return {};
}

}  // namespace v1
}  // namespace abv::sdk
