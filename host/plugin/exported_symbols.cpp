#include "host/plugin/exported_symbols.hpp"

#include <elf.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>

namespace abv::plugin {
namespace {

Error invalid(const std::string& rule) {
  return Error{Error::Code::kInvalid, rule};
}

// A struct at an offset; nothing when it does not lie within the bytes.
template <class T>
std::optional<T> at(std::string_view bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) {
    return std::nullopt;
  }
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::optional<std::string_view> part(std::string_view bytes, std::uint64_t offset,
                                     std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) {
    return std::nullopt;
  }
  return bytes.substr(offset, size);
}

// Linkers put these into libraries on their own account.
bool is_of_linker(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kNames{"_init", "_fini", "_edata", "_end",
                                                          "__bss_start"};
  for (const std::string_view known : kNames) {
    if (name == known) {
      return true;
    }
  }
  return false;
}

bool is_exported(const Elf64_Sym& symbol) {
  const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  return symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

Result<std::vector<std::string>> read_symbols(std::string_view symbols, std::string_view names) {
  std::vector<std::string> found;
  for (std::uint64_t offset = 0; offset + sizeof(Elf64_Sym) <= symbols.size();
       offset += sizeof(Elf64_Sym)) {
    const Elf64_Sym symbol = *at<Elf64_Sym>(symbols, offset);
    if (!is_exported(symbol)) {
      continue;
    }
    if (symbol.st_name >= names.size()) {
      return invalid("the symbol table is broken");
    }
    const std::string_view rest = names.substr(symbol.st_name);
    const std::string_view name = rest.substr(0, rest.find('\0'));
    if (!name.empty() && !is_of_linker(name)) {
      found.emplace_back(name);
    }
  }
  return found;
}

bool is_shared_object(const Elf64_Ehdr& header) {
  constexpr unsigned char kByteOrder =
      std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == kByteOrder &&
         header.e_type == ET_DYN;
}

}  // namespace

Result<std::vector<std::string>> exported_symbols(std::string_view elf) {
  const auto header = at<Elf64_Ehdr>(elf, 0);
  if (!header || !is_shared_object(*header)) {
    return invalid("it is not a 64-bit ELF shared library");
  }
  if (!part(elf, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr))) {
    return invalid("the file is cut off");
  }
  for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto section = at<Elf64_Shdr>(elf, header->e_shoff + i * sizeof(Elf64_Shdr));
    if (!section) {
      return invalid("the file is cut off");
    }
    if (section->sh_type != SHT_DYNSYM) {
      continue;
    }
    const auto strings =
        at<Elf64_Shdr>(elf, header->e_shoff + section->sh_link * sizeof(Elf64_Shdr));
    if (!strings) {
      return invalid("the file is cut off");
    }
    const auto symbols = part(elf, section->sh_offset, section->sh_size);
    const auto names = part(elf, strings->sh_offset, strings->sh_size);
    if (!symbols || !names) {
      return invalid("the file is cut off");
    }
    return read_symbols(*symbols, *names);
  }
  return invalid("it has no dynamic symbol table");
}

}  // namespace abv::plugin
