#pragma once

#include <Poco/Data/LOB.h>

#include <string>
#include <string_view>

namespace abv::store {

// Bytes as they are bound: as a blob, since text would stop at a zero byte. Poco binds an empty one
// as null, which the SQL has to put right.
inline Poco::Data::BLOB blob(std::string_view bytes) {
  return Poco::Data::BLOB(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

// The bytes of a column.
inline std::string text(const Poco::Data::BLOB& bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.rawContent()), bytes.size());
}

}  // namespace abv::store
