#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json.hpp"
#include "abv/sdk/media.hpp"
#include "abv/sdk/multipart.hpp"

namespace abv::openai {

// The fields of a request that clients send as JSON or as a form, as one JSON object; of a form
// also the files. In a form "a[]" is an item of the array `a`, "a[b]" the member `b` of an object,
// and fields that are numbers or flags in JSON are so here. Keeps what its values refer to, so it
// outlives the requests that are made of them, and so do body and content type.
class BodyFields {
 public:
  // Throws Failure 400 when the body is neither. An empty content type counts as JSON.
  BodyFields(std::string_view body, std::string_view content_type);
  BodyFields(const BodyFields&) = delete;
  BodyFields& operator=(const BodyFields&) = delete;

  const sdk::json::Value& root() const { return root_; }
  sdk::json::Value operator[](std::string_view name) const { return root_[name]; }

  // The files of a form; their names are without brackets.
  const std::vector<sdk::FormPart>& files() const { return files_; }

 private:
  std::string read_form(std::string_view body, std::string_view content_type);

  std::string json_;  // of a form
  sdk::json::Document document_;
  sdk::json::Value root_;
  std::vector<sdk::FormPart> files_;
};

// A file of a form, in base64. Its type is what the client said, or what its first bytes and its
// name tell where the client said nothing of use.
sdk::media::File read_upload(const sdk::FormPart& part, sdk::media::Request& request);

}  // namespace abv::openai
