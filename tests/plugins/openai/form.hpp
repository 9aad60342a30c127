#pragma once

#include <string>
#include <utility>
#include <vector>

namespace abv::tests {

// A multipart form with the boundary "cut".
class Form {
 public:
  static constexpr const char* kType = "multipart/form-data; boundary=cut";

  Form& field(const std::string& name, const std::string& value) {
    return part("name=\"" + name + "\"", value);
  }
  Form& file(const std::string& name, const std::string& file_name, const std::string& type,
             const std::string& bytes) {
    return part("name=\"" + name + "\"; filename=\"" + file_name + "\"" +
                    (type.empty() ? "" : "\r\nContent-Type: " + type),
                bytes);
  }
  std::string text() const { return body_ + "--cut--\r\n"; }

 private:
  Form& part(const std::string& disposition, const std::string& content) {
    body_ +=
        "--cut\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
    return *this;
  }

  std::string body_;
};

}  // namespace abv::tests
