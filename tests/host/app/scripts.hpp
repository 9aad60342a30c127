#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_server.hpp"

namespace abv::test {

// One dialect on the wire: a call for the model "some-model", and what an upstream answers to it.
// The answers tell 11 tokens of input, 3 of them cached, and 5 of output.
struct Wire {
  std::string dialect;
  std::string path;
  std::string stream_path;
  std::string body;
  std::string stream_body;
  std::string answer;
  std::vector<std::string> frames;
  std::string wrong_method_path;  // of the dialect, and not to be asked with PUT
  std::string unknown_path;       // of no dialect, and most like this one's

  std::string stream() const;
};

std::ostream& operator<<(std::ostream& out, const Wire& wire);

Wire openai_wire();
Wire claude_wire();
Wire gemini_wire();

// A call of that dialect, as path and body.
struct Asked {
  std::string path;
  std::string body;
};
Asked ask(const Wire& wire, std::string_view model, std::string_view text, bool is_stream);

// A text that an error of that status holds in that dialect, and in no other.
std::string error_mark(const Wire& wire, int status);

// Upstreams: one that always answers with these bytes, one that answers as `wire` has it, and one
// that gives back each request's own body, as a stream when that was asked for.
FakeServer::Handler always(std::string bytes);
FakeServer::Handler speaks(Wire wire);
FakeServer::Handler gives_back();

// A chunked stream of these frames that ends well.
std::string whole_stream(const std::vector<std::string>& frames);

}  // namespace abv::test
