#include <algorithm>
#include <optional>
#include <string>

#include "host/lane/request_facts.hpp"
#include "host/net/http1.hpp"

namespace abv::lane {
namespace {

constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 section 5.1.1

// The value of `name=` in a header value such as `form-data; name="model"`.
std::string parameter(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    at = header.find_first_not_of("; \t", at);
    if (at == std::string_view::npos) {
      break;
    }
    const std::size_t equals = header.find('=', at);
    if (equals == std::string_view::npos) {
      break;
    }
    const std::string_view key = header.substr(at, equals - at);
    std::string value;
    std::size_t end = equals + 1;
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
    if (net::equal_ignoring_case(key, name)) {
      return value;
    }
    at = end < header.size() ? end : std::string_view::npos;
  }
  return {};
}

// The form field's name, from the header block of a part.
std::string part_name(std::string_view headers) {
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find("\r\n"), headers.size());
    const std::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos &&
        net::equal_ignoring_case(line.substr(0, colon), "content-disposition")) {
      return parameter(line.substr(colon + 1), "name");
    }
  }
  return {};
}

Error invalid(std::string_view rule) {
  return Error{Error::Code::kInvalid, "request body: " + std::string(rule)};
}

// Where a delimiter stands, with the line end before it.
struct Delimiter {
  std::size_t begin = 0;
  std::size_t end = 0;  // of its line, before the line end
  bool is_last = false;
};

// The delimiter whose boundary ends at `end`. None when the line goes on with anything but blanks:
// then it is content, for every reader that takes delimiters by whole lines.
std::optional<Delimiter> delimiter_at(std::string_view body, std::size_t begin, std::size_t end) {
  const bool is_last = body.substr(end, 2) == "--";
  end = body.find_first_not_of(" \t", is_last ? end + 2 : end);
  if (end == std::string_view::npos) {
    return is_last ? std::optional(Delimiter{begin, body.size(), true}) : std::nullopt;
  }
  return body.substr(end, 2) == "\r\n" ? std::optional(Delimiter{begin, end, is_last})
                                       : std::nullopt;
}

std::optional<Delimiter> next_delimiter(std::string_view body, std::string_view text,
                                        std::size_t from) {
  for (std::size_t at = body.find(text, from); at != std::string_view::npos;
       at = body.find(text, at + 1)) {
    if (const auto found = delimiter_at(body, at, at + text.size())) {
      return found;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<RequestFacts> multipart_facts(std::string_view body, std::string_view content_type) {
  const std::string boundary = parameter(content_type, "boundary");
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  if (!net::equal_ignoring_case(type.substr(0, type.find_last_not_of(" \t") + 1),
                                "multipart/form-data") ||
      boundary.empty() || boundary.size() > kMaxBoundary) {
    return invalid("expected content-type multipart/form-data with a boundary");
  }
  RequestFacts facts;
  const std::string delimiter = "\r\n--" + boundary;
  const std::string first = "--" + boundary;
  std::optional<Delimiter> at =
      body.starts_with(first) ? delimiter_at(body, 0, first.size()) : std::nullopt;
  if (!at) {
    at = next_delimiter(body, delimiter, 0);
  }
  if (!at) {
    return invalid("the multipart boundary \"" + boundary + "\" does not occur");
  }
  while (!at->is_last) {
    const std::size_t headers = at->end + 2;
    const std::size_t headers_end = body.find("\r\n\r\n", at->end);
    const std::optional<Delimiter> next = headers_end == std::string_view::npos
                                              ? std::nullopt
                                              : next_delimiter(body, delimiter, headers_end + 2);
    if (!next) {
      return invalid("the multipart body has no end");
    }
    const std::size_t content = headers_end + 4;
    const std::string name =
        headers_end < headers ? "" : part_name(body.substr(headers, headers_end - headers));
    if (content <= next->begin && (name == "model" || name == "stream")) {
      const std::string_view value = body.substr(content, next->begin - content);
      if (name == "model") {
        facts.model = value;
        facts.model_ranges.push_back(Range{content, value.size()});
      } else {
        facts.is_stream = value == "true";
      }
    }
    at = next;
  }
  return facts;
}

}  // namespace abv::lane
