// abv_abi_layout_source OUT HEADER…: reads the C headers of the ABI and writes a C program that
// prints every struct's size, every field's offset and every constant. Read from the headers, the
// list cannot miss a field.

#include <algorithm>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

// The file's text without comments.
std::string read_code(const std::string& path) {
  std::ifstream file(path);
  std::string code;
  for (std::string line; std::getline(file, line);) {
    code += line.substr(0, line.find("//")) + "\n";
  }
  return code;
}

std::string field_name(const std::string& declaration) {
  static const std::regex kFunction(R"(\(ABV_CALL\* ?(\w+)\))");
  static const std::regex kLastWord(R"((\w+)\s*$)");
  std::smatch match;
  if (std::regex_search(declaration, match, kFunction)) return match[1];
  return std::regex_search(declaration, match, kLastWord) ? match[1] : std::string();
}

void write_structs(std::ostream& out, const std::string& code) {
  static const std::regex kStruct(R"(typedef struct (abv_\w+) \{([^}]*)\} \1;)");
  for (std::sregex_iterator at(code.begin(), code.end(), kStruct), end; at != end; ++at) {
    const std::string name = (*at)[1];
    out << "  printf(\"struct " << name << " size %zu\\n\", sizeof(" << name << "));\n";
    std::istringstream body((*at)[2]);
    for (std::string declaration; std::getline(body, declaration, ';');) {
      const std::string field = field_name(declaration);
      if (field.empty()) continue;
      out << "  printf(\"  " << field << " offset %zu size %zu\\n\", offsetof(" << name << ", "
          << field << "), sizeof(((" << name << "*)0)->" << field << "));\n";
    }
  }
}

void write_constants(std::ostream& out, const std::string& code) {
  static const std::regex kNumber(R"(#define (ABV_\w+) \(?-?\d+u?\)?\s*\n)");
  static const std::regex kText(R"(#define (ABV_\w+) "[^"]*"\s*\n)");
  for (std::sregex_iterator at(code.begin(), code.end(), kNumber), end; at != end; ++at) {
    out << "  printf(\"constant " << (*at)[1] << " %ld\\n\", (long)" << (*at)[1] << ");\n";
  }
  for (std::sregex_iterator at(code.begin(), code.end(), kText), end; at != end; ++at) {
    out << "  printf(\"constant " << (*at)[1] << " %s\\n\", " << (*at)[1] << ");\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: abv_abi_layout_source OUT HEADER...\n";
    return 2;
  }
  std::vector<std::string> headers(argv + 2, argv + argc);
  std::sort(headers.begin(), headers.end());
  std::ofstream out(argv[1]);
  out << "#include <stddef.h>\n#include <stdio.h>\n#include \"abv/abv.h\"\n\nint main(void) {\n";
  for (const std::string& header : headers) {
    const std::string code = read_code(header);
    write_structs(out, code);
    write_constants(out, code);
  }
  out << "  return 0;\n}\n";
  return out.flush() ? 0 : 1;
}
