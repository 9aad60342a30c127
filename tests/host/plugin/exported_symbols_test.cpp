#include "host/plugin/exported_symbols.hpp"

#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

std::string bytes_of(const std::string& name) {
  std::ifstream in(std::string(ABV_BAD_PLUGINS_DIR) + "/" + name + ".so", std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

// How many of the cut files are read without an error or a wild access.
std::size_t survivors(const std::string& elf) {
  std::size_t whole = 0;
  for (std::size_t length = 0; length < elf.size(); length += 97) {
    whole += exported_symbols(std::string_view(elf).substr(0, length)).ok() ? 1 : 0;
  }
  return whole;
}

// Reads the file with each byte of its first page and of its section table changed.
std::size_t reads_of_damaged(std::string elf) {
  std::size_t reads = 0;
  for (std::size_t at = 0; at < elf.size(); at += at < 4096 ? 1 : 13) {
    const char before = elf[at];
    elf[at] = static_cast<char>(~before);
    const auto symbols = exported_symbols(elf);
    reads += symbols.ok() || !symbols.error().message.empty() ? 1 : 0;
    elf[at] = before;
  }
  return reads;
}

TEST_CASE("the entry is all that a good plugin exports, stripped or not", "[plugin][symbols]") {
  const std::string name = GENERATE("plain", "stripped", "tls_dtor");

  const auto symbols = exported_symbols(bytes_of(name));

  REQUIRE(symbols.ok());
  CHECK(*symbols == std::vector<std::string>{"abv_plugin_entry_v1"});
}

TEST_CASE("a library that is cut off is refused", "[plugin][symbols]") {
  CHECK(survivors(bytes_of("plain")) == 0);
}

TEST_CASE("a damaged library is read within its bounds", "[plugin][symbols]") {
  CHECK(reads_of_damaged(bytes_of("stripped")) > 4096);
}

}  // namespace
}  // namespace abv::plugin
