#include "host/config/expand.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "host/base/json_text.hpp"

namespace abv::config {
namespace {

constexpr int kMaxDepth = 8;

bool is_name_char(char c, bool is_first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (!is_first && c >= '0' && c <= '9');
}

Error invalid(std::string message) {
  return Error{Error::Code::kInvalid, std::move(message)};
}

// The index of the brace that closes the one before `at`, or npos.
std::size_t find_close(std::string_view text, std::size_t at) {
  int open = 1;
  for (; at < text.size(); ++at) {
    if (text.substr(at, 2) == "${") {
      ++open;
      ++at;
    } else if (text[at] == '}' && --open == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

class Expander {
 public:
  Expander(const Environment& environment, Expansion& out) : environment_(environment), out_(out) {}

  // Appends the expanded `text` to the output.
  Result<void> run(std::string_view text, int depth) {
    if (depth > kMaxDepth) {
      return invalid("${…} nested deeper than " + std::to_string(kMaxDepth) + " levels");
    }
    std::size_t at = 0;
    while (at < text.size()) {
      const std::string_view two = text.substr(at, 2);
      if (two == "$$") {
        out_.text += '$';
        at += 2;
      } else if (two == "${") {
        const std::size_t close = find_close(text, at + 2);
        if (close == std::string_view::npos) {
          return invalid("\"${\" without its \"}\" (write $$ for a dollar sign)");
        }
        if (auto done = replace(text.substr(at + 2, close - at - 2), depth); !done) {
          return done;
        }
        at = close + 1;
      } else {
        out_.text += text[at++];
      }
    }
    return {};
  }

 private:
  // `inside` is what stands between the braces.
  Result<void> replace(std::string_view inside, int depth) {
    std::size_t end = 0;
    while (end < inside.size() && is_name_char(inside[end], end == 0)) {
      ++end;
    }
    const std::string name(inside.substr(0, end));
    const std::string_view rest = inside.substr(end);
    const std::string_view verb = rest.substr(0, 2);
    if (name.empty() || (!rest.empty() && verb != ":-" && verb != ":?")) {
      return invalid("expected ${NAME}, ${NAME:-default} or ${NAME:?message}, got " +
                     json_string("${" + std::string(inside) + "}"));
    }
    const std::optional<std::string> text = environment_.get(name);
    const bool is_usable = text && (rest.empty() || !text->empty());
    if (is_usable) {
      out_.text += *text;
      remember(name);
      return {};
    }
    if (verb == ":-") {
      return run(rest.substr(2), depth + 1);
    }
    const std::string state = text ? " is empty" : " is not set";
    if (verb == ":?") {
      const std::string message(rest.substr(2));
      return invalid("environment variable " + name + state +
                     (message.empty() ? "" : ": " + message));
    }
    return invalid("environment variable " + name + state + "; set it, or give a default: ${" +
                   name + ":-…}");
  }

  void remember(const std::string& name) {
    auto& names = out_.variables;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }

  const Environment& environment_;
  Expansion& out_;
};

}  // namespace

Result<Expansion> expand(std::string_view text, const Environment& environment) {
  Expansion out;
  if (auto done = Expander(environment, out).run(text, 0); !done) {
    return done.error();
  }
  out.is_single = text.substr(0, 2) == "${" && find_close(text, 2) == text.size() - 1;
  return out;
}

}  // namespace abv::config
