#include "host/config/load_yaml.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "host/base/json_text.hpp"
#include "host/config/yaml_tree.hpp"

namespace abv::config {
namespace {

Error not_yaml(const std::string& file_name, const YAML::Exception& exception) {
  Place place{file_name, 0, 0};
  if (!exception.mark.is_null()) {
    place.line = exception.mark.line + 1;
    place.column = exception.mark.column + 1;
  }
  return Error{Error::Code::kInvalid, place.text() + ": not valid YAML: " + exception.msg};
}

// YAML may also come as UTF-16 or UTF-32, which the parser tells by the first bytes.
bool is_wide(std::string_view text) {
  return text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE") ||
         text.substr(0, 4).find('\0') != std::string_view::npos;
}

// The parser takes any bytes, but messages, JSON and plugins do not.
Result<void> check_encoding(std::string_view text, const std::string& file_name) {
  const std::size_t at = is_wide(text) ? std::string_view::npos : find_invalid_utf8(text);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view before = text.substr(0, at);
  const std::size_t line_start = before.rfind('\n') + 1;
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const Place place{file_name, static_cast<int>(lines) + 1, static_cast<int>(at - line_start) + 1};
  return Error{Error::Code::kInvalid, place.text() + ": not valid UTF-8"};
}

}  // namespace

Result<Value> load_yaml(std::string_view text, const std::string& file_name,
                        const Environment& environment, const YamlLimits& limits) {
  if (text.size() > limits.file_bytes) {
    return Error{Error::Code::kLimit,
                 file_name + ": larger than " + std::to_string(limits.file_bytes) + " bytes"};
  }
  if (auto checked = check_encoding(text, file_name); !checked) {
    return std::move(checked.error());
  }
  YamlTree tree(file_name, environment, limits);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(tree)) {
    }
  } catch (const YAML::Exception& exception) {
    if (!tree.has_given_up()) {
      return not_yaml(file_name, exception);
    }
  }
  auto loaded = tree.take();
  if (loaded && loaded->is_null()) {
    Value empty = Value::object();
    empty.set_place(Place{file_name, 1, 1});
    return empty;
  }
  return loaded;
}

Result<Value> load_yaml_file(const std::string& path, const Environment& environment,
                             const YamlLimits& limits) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int code = errno;
    return Error{code == ENOENT ? Error::Code::kNotFound : Error::Code::kIo,
                 path + ": cannot be opened: " + std::generic_category().message(code)};
  }
  // One byte more than is allowed, so that a file of any size is refused without being read whole.
  std::string text(limits.file_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) {
    return Error{Error::Code::kIo, path + ": cannot be read"};
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return load_yaml(text, path, environment, limits);
}

}  // namespace abv::config
