#pragma once

#include <string>
#include <string_view>

#include "host/base/log.hpp"

namespace abv::test {

// For logs that nobody reads.
class NoSink final : public LogSink {
 public:
  void write(std::string_view) override {}
};

// Keeps what was logged.
class TextSink final : public LogSink {
 public:
  void write(std::string_view line) override {
    text_ += line;  // Log never writes two lines at once
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace abv::test
