#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/lane/call_error.hpp"
#include "host/plugin/outgoing.hpp"
#include "host/plugin/sinks.hpp"
#include "host/record/call_record.hpp"

namespace abv::lane {

// What a dialect's encode_request makes: the parts of a request that belong to the wire format. URL
// and credentials are the provider's, so they are refused here.
class ConvertedRequest final : public plugin::OutgoingRequest {
 public:
  abv_status set_method(std::string_view method) override;
  abv_status set_url(std::string_view path_and_query) override;
  abv_status set_header(std::string_view name, std::string_view value) override;
  abv_status remove_header(std::string_view name) override;
  abv_status set_credential(std::string_view header, std::string_view prefix,
                            std::string_view field) override;
  abv_status splice(std::size_t offset, std::size_t length, std::string_view replacement) override;
  abv_status set_body(std::string_view body) override;
  void fail(const abv_error& error) override { failure_ = CallError::of_plugin(error); }

  // Why the dialect would not make it.
  const std::optional<CallError>& failure() const { return failure_; }

  const std::string& method() const { return method_; }
  const std::string& path() const { return path_; }
  const std::string& query() const { return query_; }
  const std::string& body() const { return body_; }

  // Views, valid until the next change.
  std::vector<abv_header> header_views() const;

 private:
  std::string method_ = "POST";
  std::string path_;
  std::string query_;
  std::string body_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::optional<CallError> failure_;
};

// Collects what a conversion loses, each only once, and not without end.
class LossCollector final : public plugin::LossSink {
 public:
  static constexpr std::size_t kMost = 256;

  explicit LossCollector(std::vector<record::Loss>& losses) : losses_(losses) {}

  void lost(std::string_view path, std::string_view what, std::string_view why) override;

 private:
  std::vector<record::Loss>& losses_;
};

}  // namespace abv::lane
