#include "host/app/http_backend.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "host/net/url.hpp"
#include "host/plugin/view.hpp"
#include "host/upstream/exchange.hpp"

namespace abv::app {
namespace {

// Time limits are rounded up to one of these, so that plugins can't make pools without end.
constexpr std::array<std::int64_t, 5> kLimitsMs{1'000, 10'000, 60'000, 600'000, 3'600'000};

class PooledExchange final : public plugin::HttpExchange {
 public:
  PooledExchange(upstream::Pool& pool, plugin::CallHandle* call)
      : call_(call), exchange_(pool, abort_) {
    if (call_ != nullptr) {
      registration_ = call_->on_cancel([this] { abort_.abort(); });
    }
  }
  ~PooledExchange() override {
    if (call_ != nullptr) {
      call_->forget(registration_);
    }
  }

  Result<void> send(const plugin::HttpBackend::Request& request) {
    url_ = request.url;
    const Result<net::Url> url = net::parse_url(url_);
    if (!url) {
      return url.error();
    }
    std::vector<net::Header> headers;
    for (const abv_header& header : request.headers) {
      headers.push_back({plugin::text(header.name), plugin::text(header.value)});
    }
    const std::string_view body = request.body;
    const std::span<const std::string_view> pieces(&body, body.empty() ? 0 : 1);
    if (Result<void> started = exchange_.start({request.method, *url, headers}, pieces); !started) {
      return started.error();
    }
    const Result<const net::ResponseHead*> head = exchange_.read_head();
    if (!head) {
      return head.error();
    }
    status_ = (*head)->status;
    for (const net::Header& header : (*head)->headers) {
      headers_.push_back({plugin::view(header.name), plugin::view(header.value)});
    }
    return {};
  }

  std::int32_t http_status() const override { return status_; }
  std::span<const abv_header> headers() const override { return headers_; }

  Result<std::size_t> read(std::span<char> buffer) override {
    if (rest_.empty()) {
      const Result<std::string_view> piece = exchange_.read_body();
      if (!piece) {
        return piece.error();
      }
      rest_ = *piece;
    }
    const std::size_t n = std::min(buffer.size(), rest_.size());
    std::copy_n(rest_.data(), n, buffer.data());  // memcpy must not be told of null, as at the end
    rest_.remove_prefix(n);
    return n;
  }

 private:
  plugin::CallHandle* call_;
  plugin::CallHandle::CancelId registration_ = 0;
  net::AbortHandle abort_;
  std::string url_;
  upstream::Exchange exchange_;
  std::int32_t status_ = 0;
  std::vector<abv_header> headers_;
  std::string_view rest_;
};

}  // namespace

Result<upstream::Pool*> PooledHttpBackend::pool_for(std::chrono::milliseconds timeout) {
  const auto fitting = std::lower_bound(kLimitsMs.begin(), kLimitsMs.end(), timeout.count());
  const std::int64_t limit_ms = timeout.count() <= 0         ? 0
                                : fitting == kLimitsMs.end() ? kLimitsMs.back()
                                                             : *fitting;
  const std::lock_guard lock(mutex_);
  std::unique_ptr<upstream::Pool>& pool = pools_[limit_ms];
  if (!pool) {
    upstream::Settings settings;
    if (limit_ms > 0) {
      const auto limit = std::chrono::milliseconds(limit_ms);
      settings.timeouts.connect = std::min<Nanos>(settings.timeouts.connect, limit);
      settings.timeouts.first_byte = limit;
      settings.timeouts.idle = limit;
    }
    auto made = upstream::Pool::make(settings, clock_);
    if (!made) {
      return made.error();
    }
    pool = std::move(made).value();
  }
  return pool.get();
}

Result<std::unique_ptr<plugin::HttpExchange>> PooledHttpBackend::open(const Request& request,
                                                                      plugin::CallHandle* call) {
  const Result<upstream::Pool*> pool = pool_for(request.timeout);
  if (!pool) {
    return pool.error();
  }
  auto exchange = std::make_unique<PooledExchange>(**pool, call);
  if (Result<void> sent = exchange->send(request); !sent) {
    return sent.error();
  }
  return std::unique_ptr<plugin::HttpExchange>(std::move(exchange));
}

}  // namespace abv::app
