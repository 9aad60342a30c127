#include <cstdio>
#include <fstream>

#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

// A file of the test's own that is gone afterwards.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    char name[] = "/tmp/abv-config-XXXXXX";
    const int descriptor = mkstemp(name);
    REQUIRE(descriptor >= 0);
    path_ = name;
    std::ofstream(path_) << text;
    std::fclose(fdopen(descriptor, "r"));
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::remove(path_.c_str()); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string repeat(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += text;
  }
  return out;
}

// Nine lines that would unfold to a billion values.
constexpr char kBillionLaughs[] =
    "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
    "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
    "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
    "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
    "f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n"
    "g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]\n"
    "h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]\n"
    "i: &i [*h, *h, *h, *h, *h, *h, *h, *h, *h, *h]\n";

TEST_CASE("a file that unfolds into a billion values is refused") {
  CHECK_THAT(yaml_error(kBillionLaughs), ContainsSubstring("more than 50000 values"));
}

TEST_CASE("a long text that is aliased many times is refused") {
  const std::string text =
      "a: &a \"" + std::string(100'000, 'x') + "\"\nb: [" + repeat("*a, ", 1000) + "*a]\n";
  CHECK_THAT(yaml_error(text), ContainsSubstring("more than 8388608 bytes of text"));
}

TEST_CASE("an alias inside of its own anchor is refused") {
  CHECK(yaml_error("a: &x\n  b: *x\n") ==
        "a.yaml:2:6: a.b: the alias stands inside of what it refers to");
}

TEST_CASE("the limit on values counts each one") {
  YamlLimits limits;
  limits.nodes = 4;
  CHECK(load_yaml("[1, 2, 3]", "a.yaml", MapEnvironment(), limits).ok());
  CHECK(yaml_error("[1, 2, 3, 4]", {}, limits) == "a.yaml:1:11: [3]: more than 4 values");
}

TEST_CASE("the limit on depth counts lists and mappings") {
  YamlLimits limits;
  limits.depth = 2;
  CHECK(load_yaml("a: [1]", "a.yaml", MapEnvironment(), limits).ok());
  CHECK(yaml_error("a: [[1]]", {}, limits) == "a.yaml:1:5: a[0]: nested deeper than 2 levels");
}

TEST_CASE("a hundred thousand open brackets are refused without a crash") {
  CHECK_THAT(yaml_error(std::string(100'000, '[')), Catch::Matchers::StartsWith("a.yaml:1:"));
}

TEST_CASE("what the parser says after the depth limit does not hide it") {
  CHECK_THAT(yaml_error(repeat("- ", 600)), ContainsSubstring("nested deeper than 64 levels"));
}

TEST_CASE("a text that is too large is refused before it is parsed") {
  YamlLimits limits;
  limits.file_bytes = 3;
  CHECK(load_yaml("a: 1", "a.yaml", MapEnvironment(), limits).error().code == Error::Code::kLimit);
  CHECK(yaml_error("a: 1", {}, limits) == "a.yaml: larger than 3 bytes");
}

TEST_CASE("a file is read up to its limit") {
  const TemporaryFile file("a: 1");
  YamlLimits limits;
  limits.file_bytes = 4;
  CHECK(load_yaml_file(file.path(), MapEnvironment(), limits)->to_json() == R"({"a":1})");
  limits.file_bytes = 3;
  CHECK(load_yaml_file(file.path(), MapEnvironment(), limits).error().message ==
        file.path() + ": larger than 3 bytes");
}

TEST_CASE("a directory is not a file") {
  CHECK_FALSE(load_yaml_file("/tmp", MapEnvironment()).ok());
}

}  // namespace
}  // namespace abv::config
