#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/lane/call.hpp"
#include "host/plugin/view.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::test {

using HeaderList = std::vector<net::Header>;

// A call for a request that has no more than a head; tests put the body in themselves.
class GivenCall {
 public:
  explicit GivenCall(HeaderList headers = {}, std::string query = "")
      : request_(request_with(std::move(headers))),
        call_(request_, "/v1/chat/completions", std::move(query), "req_1", clock_) {}

  lane::Call& operator*() { return call_; }
  lane::Call* operator->() { return &call_; }

 private:
  static lane::ClientRequest request_with(HeaderList headers) {
    lane::ClientRequest request;
    request.method = "POST";
    request.target = "/v1/chat/completions";
    request.peer = "127.0.0.1";
    request.headers = std::move(headers);
    return request;
  }

  lane::ClientRequest request_;
  VirtualClock clock_;
  lane::Call call_;
};

// "name: value" and a line end for each.
inline std::string listed(const std::vector<abv_header>& headers) {
  std::string text;
  for (const abv_header& header : headers) {
    text.append(plugin::text(header.name)).append(": ");
    text.append(plugin::text(header.value)).append("\n");
  }
  return text;
}

inline std::vector<abv_header> views(const HeaderList& headers) {
  std::vector<abv_header> list;
  for (const net::Header& header : headers) {
    list.push_back({plugin::view(header.name), plugin::view(header.value)});
  }
  return list;
}

}  // namespace abv::test
