#include "host/base/result.hpp"

namespace abv {

const char* code_name(Error::Code code) {
  switch (code) {
    case Error::Code::kInvalid:
      return "invalid";
    case Error::Code::kNotFound:
      return "not_found";
    case Error::Code::kDenied:
      return "denied";
    case Error::Code::kIo:
      return "io";
    case Error::Code::kTimeout:
      return "timeout";
    case Error::Code::kCancelled:
      return "cancelled";
    case Error::Code::kUnsupported:
      return "unsupported";
    case Error::Code::kLimit:
      return "limit";
    case Error::Code::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace abv
