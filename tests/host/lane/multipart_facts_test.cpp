#include <string>

#include "host/lane/request_facts.hpp"
#include "tests/host/lane/given_body.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::Error;
using abv::lane::multipart_facts;
using abv::lane::RequestFacts;
using abv::test::renamed;

constexpr std::string_view kForm = "multipart/form-data; boundary=cut";

// A part with its delimiter.
std::string part(const std::string& headers, const std::string& content) {
  return "--cut\r\n" + headers + "\r\n" + content + "\r\n";
}

std::string field(const std::string& name, const std::string& value) {
  return part("Content-Disposition: form-data; name=\"" + name + "\"\r\n", value);
}

std::string file(const std::string& content) {
  return part(
      "Content-Disposition: form-data; name=\"file\"; filename=\"a; name=\\\"model\\\".wav\"\r\n"
      "Content-Type: audio/wav\r\n",
      content);
}

const std::string kEnd = "--cut--\r\n";

RequestFacts facts_of(std::string_view body, std::string_view type = kForm) {
  auto facts = multipart_facts(body, type);
  INFO(body);
  REQUIRE(facts.ok());
  return std::move(facts).value();
}

std::string refusal(std::string_view body, std::string_view type = kForm) {
  const auto facts = multipart_facts(body, type);
  if (facts) {
    return "(accepted with the model \"" + facts->model + "\")";
  }
  return facts.error().code == Error::Code::kInvalid ? facts.error().message : "(other code)";
}

const std::string kWantsForm =
    "request body: expected content-type multipart/form-data with a boundary";
const std::string kNoEnd = "request body: the multipart body has no end";

// Every proper beginning that is taken for a whole form. The last delimiter's own end of line is
// no part of the form.
int accepted_beginnings(const std::string& body) {
  int accepted = 0;
  for (std::size_t length = 0; length < body.size() - 2; ++length) {
    accepted += multipart_facts(body.substr(0, length), kForm).ok() ? 1 : 0;
  }
  return accepted;
}

}  // namespace

TEST_CASE("model and stream are found among the fields of a form", "[lane][multipart]") {
  const RequestFacts facts = facts_of(file("RIFF") + field("model", "whisper-1") +
                                      field("stream", "true") + field("language", "de") + kEnd);

  CHECK(facts.model == "whisper-1");
  CHECK(facts.is_stream);
}

TEST_CASE("a boundary may be quoted and stand among other parameters", "[lane][multipart]") {
  const std::string body = field("model", "m") + kEnd;

  CHECK(facts_of(body, "multipart/form-data; boundary=\"cut\"").model == "m");
  CHECK(facts_of(body, "Multipart/Form-Data;BOUNDARY=cut").model == "m");
  CHECK(facts_of(body, "multipart/form-data ; charset=utf-8; boundary=cut ; x=y").model == "m");
  CHECK(facts_of(body, R"(multipart/form-data; x="a;boundary=b"; boundary="c\ut")").model == "m");
}

TEST_CASE("a content type without a usable boundary is refused", "[lane][multipart]") {
  const std::string body = field("model", "m") + kEnd;

  CHECK(refusal(body, "") == kWantsForm);
  CHECK(refusal(body, "application/json") == kWantsForm);
  CHECK(refusal(body, "multipart/mixed; boundary=cut") == kWantsForm);
  CHECK(refusal(body, "multipart/form-data") == kWantsForm);
  CHECK(refusal(body, "multipart/form-data; boundary=") == kWantsForm);
  CHECK(refusal(body, "multipart/form-data; boundary=\"\"") == kWantsForm);
  CHECK(refusal(body, "multipart/form-data; boundary") == kWantsForm);
  CHECK(refusal(body, "multipart/form-data;;; ;") == kWantsForm);
  CHECK(refusal(body, "multipart/form-data; boundary=" + std::string(71, 'c')) == kWantsForm);
  CHECK(refusal(body, "multipart/form-data; boundary=" + std::string(1'000'000, 'c')) ==
        kWantsForm);
}

TEST_CASE("a boundary of 70 characters is the longest", "[lane][multipart]") {
  const std::string boundary(70, 'c');
  const std::string body = "--" + boundary +
                           "\r\nContent-Disposition: form-data; name=model\r\n\r\nm\r\n--" +
                           boundary + "--";

  CHECK(facts_of(body, "multipart/form-data; boundary=" + boundary).model == "m");
}

TEST_CASE("text before the first delimiter and after the last is passed over",
          "[lane][multipart]") {
  CHECK(facts_of("This is a form.\r\n" + field("model", "m") + kEnd + "after").model == "m");
  CHECK(facts_of("\r\n" + field("model", "m") + kEnd + field("model", "late") + kEnd).model == "m");
}

TEST_CASE("a form without parts has no model", "[lane][multipart]") {
  CHECK(facts_of(kEnd).model.empty());
  CHECK(facts_of(kEnd).model_ranges.empty());
}

TEST_CASE("a file may hold what looks like a delimiter", "[lane][multipart]") {
  const std::string fake = "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nfake\r\n";

  CHECK(facts_of(field("model", "m") + file("x--cut" + fake) + kEnd).model == "m");
  CHECK(facts_of(field("model", "m") + file("\n--cut" + fake) + kEnd).model == "m");
  CHECK(facts_of(field("model", "m") + file("\r--cut" + fake) + kEnd).model == "m");
  CHECK(facts_of(field("model", "m") + file("\r\n-cut" + fake) + kEnd).model == "m");
  CHECK(facts_of(field("model", "m") + file("\r\n--cu" + fake) + kEnd).model == "m");
  CHECK(facts_of(field("model", "m") + file("\r\n--CUT" + fake) + kEnd).model == "m");
}

TEST_CASE("a delimiter ends with its line, not within a longer word", "[lane][multipart]") {
  const std::string fake = "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nfake";

  CHECK(facts_of(field("model", "m") + file("\r\n--cutter" + fake) + kEnd).model == "m");
  CHECK(facts_of(field("model", "m") + file("\r\n--cut-" + fake) + kEnd).model == "m");
  CHECK(facts_of(file("\r\n--cut--ter\r\n") + field("model", "m") + kEnd).model == "m");
  CHECK(facts_of("--cutter" + fake + "\r\n" + field("model", "m") + kEnd).model == "m");
}

TEST_CASE("blanks after a delimiter are part of it", "[lane][multipart]") {
  const std::string body =
      "--cut \r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n"
      "--cut\t  \r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--cut--";

  CHECK(facts_of(body).model == "m");
}

TEST_CASE("the first header of a part is read behind a blank of any length", "[lane][multipart]") {
  CHECK(facts_of("--cut \r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--cut--")
            .model == "m");
  CHECK(facts_of("--cut  \r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--cut--")
            .model == "m");
}

TEST_CASE("a name within a file name is not the field's name", "[lane][multipart]") {
  CHECK(facts_of(file("\r\n") + kEnd).model.empty());
}

TEST_CASE("a rename replaces the value and no other byte", "[lane][multipart]") {
  const std::string before = file("RIFF\r\n\r\n\x01") + field("model", "old");
  const std::string after = field("prompt", "old model") + kEnd + "trailer";
  const std::string body = before + after;

  const std::string changed = renamed(body, facts_of(body), "new");

  CHECK(changed == file("RIFF\r\n\r\n\x01") + field("model", "new") + after);
  CHECK(facts_of(changed).model == "new");
}

TEST_CASE("the last of several model fields counts, and all are replaced", "[lane][multipart]") {
  const std::string body = field("model", "a") + field("x", "y") + field("model", "b") + kEnd;
  const RequestFacts facts = facts_of(body);

  CHECK(facts.model == "b");
  CHECK(renamed(body, facts, "new") ==
        field("model", "new") + field("x", "y") + field("model", "new") + kEnd);
}

TEST_CASE("an empty model is a model that a rename fills", "[lane][multipart]") {
  const std::string body = field("model", "") + kEnd;

  CHECK(facts_of(body).model.empty());
  CHECK(renamed(body, facts_of(body), "new") == field("model", "new") + kEnd);
}

TEST_CASE("only the word true asks for a stream", "[lane][multipart]") {
  CHECK_FALSE(facts_of(field("stream", "false") + kEnd).is_stream);
  CHECK_FALSE(facts_of(field("stream", "") + kEnd).is_stream);
  CHECK_FALSE(facts_of(field("stream", "truely") + kEnd).is_stream);
  CHECK_FALSE(facts_of(field("stream", "true") + field("stream", "false") + kEnd).is_stream);
}

TEST_CASE("names of fields are compared exactly, names of headers are not", "[lane][multipart]") {
  CHECK(facts_of(field("Model", "m") + kEnd).model.empty());
  CHECK(facts_of(field("models", "m") + kEnd).model.empty());
  CHECK(facts_of(part("content-type: text/plain\r\ncONTENT-dISPOSITION: form-data; NAME=model\r\n",
                      "m") +
                 kEnd)
            .model == "m");
}

TEST_CASE("a part without headers is passed over", "[lane][multipart]") {
  CHECK(facts_of(part("", "name=\"model\"") + field("model", "m") + kEnd).model == "m");
  CHECK(facts_of(part("", "") + field("model", "m") + kEnd).model == "m");
}

TEST_CASE("headers without a colon and without a name are passed over", "[lane][multipart]") {
  CHECK(facts_of(part("no colon here\r\n", "x") + field("model", "m") + kEnd).model == "m");
  CHECK(facts_of(part("Content-Disposition\r\n", "x") + kEnd).model.empty());
  CHECK(facts_of(part("Content-Disposition:\r\n", "x") + kEnd).model.empty());
  CHECK(facts_of(part("Content-Disposition: form-data\r\n", "x") + kEnd).model.empty());
  CHECK(facts_of(part("Content-Disposition: form-data; name\r\n", "x") + kEnd).model.empty());
  CHECK(facts_of(part("Content-Disposition: form-data; name=\"mod\r\n", "x") + kEnd).model.empty());
  CHECK(
      facts_of(part("Content-Disposition: form-data; name=\"mod\\\r\n", "x") + kEnd).model.empty());
  CHECK(facts_of(part(":\r\n:::\r\n;;;=;=\r\n", "x") + kEnd).model.empty());
}

TEST_CASE("zeros and other bytes are content like any", "[lane][multipart]") {
  const std::string zeros(1000, '\0');

  CHECK(facts_of(file(zeros) + field("model", "m") + kEnd).model == "m");
  CHECK(facts_of(field("model", zeros) + kEnd).model == zeros);
  CHECK(facts_of(part(zeros + "\r\n", "x") + field("model", "m") + kEnd).model == "m");
}

TEST_CASE("a form without an end is refused", "[lane][multipart]") {
  CHECK(refusal(field("model", "m")) == kNoEnd);
  CHECK(refusal("--cut\r\n") == kNoEnd);
  CHECK(refusal("--cut\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n") == kNoEnd);
  CHECK(refusal(part("Content-Disposition: form-data", "x")) == kNoEnd);
}

TEST_CASE("no beginning of a form is taken for the whole", "[lane][multipart]") {
  CHECK(accepted_beginnings("preamble\r\n" + file("RIFF") + field("model", "m") + kEnd) == 0);
}

TEST_CASE("a body without its boundary is refused by name", "[lane][multipart]") {
  const std::string absent = "request body: the multipart boundary \"cut\" does not occur";

  CHECK(refusal("") == absent);
  CHECK(refusal("{\"model\":\"m\"}") == absent);
  CHECK(refusal("x--cut--") == absent);
  CHECK(refusal("--cut") == absent);
  CHECK(refusal("--cut-") == absent);
  CHECK(refusal("--cut--x") == absent);
}
