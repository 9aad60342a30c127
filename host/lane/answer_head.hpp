#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "host/lane/arena.hpp"
#include "host/plugin/head_edit.hpp"

namespace abv::lane {

// The head of an answer while middlewares may change it. Framing is not theirs to touch.
class AnswerHead final : public plugin::HeadEdit {
 public:
  // `headers` are copied as views; what they and middlewares name lives in `arena` or longer.
  AnswerHead(int status, std::span<const abv_header> headers, Arena& arena)
      : status_(status), arena_(arena), headers_(headers.begin(), headers.end()) {}

  std::int32_t http_status() const override { return status_; }
  abv_status set_header(std::string_view name, std::string_view value) override;
  abv_status remove_header(std::string_view name) override;
  std::string_view header(std::string_view name) override;
  abv_status set_request_id(std::string_view) override { return ABV_E_UNSUPPORTED; }

  const std::vector<abv_header>& headers() const { return headers_; }

 private:
  int status_;
  Arena& arena_;
  std::vector<abv_header> headers_;
};

}  // namespace abv::lane
