#include "host/lane/call.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host/lane/named_account.hpp"
#include "host/lane/reply_writer.hpp"
#include "host/plugin/view.hpp"
#include "host/route/pattern.hpp"

namespace abv::lane {
namespace {

// Also what says which of the host's accounts is to be used, which is no upstream's business.
constexpr std::array<std::string_view, 6> kCredentials{"authorization",       "x-api-key",
                                                       "x-goog-api-key",      "cookie",
                                                       "proxy-authorization", kAccountHeader};
constexpr std::size_t kMaxRequestId = 128;

// The query without `key=…`, which is how Gemini clients may send their key. Upstreams decode
// names, so an encoded one is the key too.
std::string without_key(std::string_view query) {
  std::string kept;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (route::decode_percent(pair.substr(0, pair.find('='))) == "key") {
      continue;
    }
    kept += kept.empty() ? "" : "&";
    kept += pair;
  }
  return kept;
}

}  // namespace

bool is_client_credential(std::string_view header_name) {
  return std::any_of(kCredentials.begin(), kCredentials.end(), [&](std::string_view one) {
    return net::equal_ignoring_case(one, header_name);
  });
}

class Call::Edit final : public plugin::HeadEdit {
 public:
  explicit Edit(Call& call) : call_(call) {}

  std::int32_t http_status() const override { return 0; }

  abv_status set_header(std::string_view name, std::string_view value) override {
    if (is_hop_by_hop(name) || net::equal_ignoring_case(name, "host")) {
      return ABV_E_DENIED;
    }
    if (!net::is_token(name) || !net::is_field_value(value)) {
      return ABV_E_INVALID;
    }
    remove_header(name);
    call_.headers_.push_back(
        {plugin::view(call_.arena_.keep(name)), plugin::view(call_.arena_.keep(value))});
    call_.refresh_headers();
    return ABV_OK;
  }

  abv_status remove_header(std::string_view name) override {
    std::erase_if(call_.headers_, [&](const abv_header& header) {
      return net::equal_ignoring_case(plugin::text(header.name), name);
    });
    call_.refresh_headers();
    return ABV_OK;
  }

  std::string_view header(std::string_view name) override {
    for (const abv_header& header : call_.headers_) {
      if (net::equal_ignoring_case(plugin::text(header.name), name)) {
        return plugin::text(header.value);
      }
    }
    return {};
  }

  abv_status set_request_id(std::string_view id) override {
    const bool is_printable =
        std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (id.empty() || id.size() > kMaxRequestId || !is_printable) {
      return ABV_E_INVALID;
    }
    call_.id_ = id;
    call_.table_.id = plugin::view(call_.id_);
    return ABV_OK;
  }

 private:
  Call& call_;
};

Call::Call(const ClientRequest& request, std::string path, std::string query, std::string id,
           const Clock& clock)
    : request_(request),
      clock_(clock),
      path_(std::move(path)),
      query_(std::move(query)),
      id_(std::move(id)),
      record_(std::make_unique<record::CallRecord>()),
      edit_(std::make_unique<Edit>(*this)) {
  plugin::bind_call(table_, *this);
  headers_.reserve(request.headers.size() + 4);
  for (const net::Header& header : request.headers) {
    headers_.push_back({plugin::view(header.name), plugin::view(header.value)});
  }
  refresh_headers();
  table_.flags = (request.is_secure ? ABV_CALL_TLS : 0u) |
                 (request.upgrade != nullptr ? ABV_CALL_UPGRADE : 0u);
  table_.id = plugin::view(id_);
  table_.method = plugin::view(request.method);
  table_.path = plugin::view(path_);
  table_.query = plugin::view(query_);
  table_.peer = plugin::view(request.peer);
}

Call::~Call() = default;

void Call::refresh_headers() {
  table_.headers = headers_.data();
  table_.header_count = headers_.size();
}

void Call::set_endpoint(std::string_view operation, std::string_view dialect,
                        std::string_view route) {
  table_.operation = plugin::view(operation);
  table_.dialect = plugin::view(dialect);
  table_.route = plugin::view(route);
}

void Call::set_body_known(std::string_view model, bool is_stream) {
  table_.model = plugin::view(model);
  table_.body = plugin::view(body_.text());
  if (is_stream) {
    table_.flags |= ABV_CALL_STREAM;
  }
}

void Call::strip_credentials() {
  std::erase_if(headers_, [](const abv_header& header) {
    return is_client_credential(plugin::text(header.name));
  });
  refresh_headers();
  if (query_.find("key") != std::string::npos || query_.find('%') != std::string::npos) {
    query_ = without_key(query_);
    table_.query = plugin::view(query_);
  }
}

plugin::HeadEdit& Call::edit() {
  return *edit_;
}

void Call::cancel() noexcept {
  source_.cancel();
  abort_.abort();
}

abv_status Call::wait_for_completion() {
  std::unique_lock lock(completion_mutex_);
  completion_wake_.wait(lock, [this] { return completion_.has_value(); });
  return *completion_;
}

void Call::complete(abv_status status) {
  const std::lock_guard lock(completion_mutex_);
  if (!completion_) {
    completion_ = status;
    completion_wake_.notify_all();
  }
}

std::optional<CallError> Call::take_failure() {
  return std::exchange(failure_, std::nullopt);
}

abv_status Call::read_body(char* buffer, std::size_t capacity, std::size_t& n) {
  const std::string_view rest = body_.text().substr(body_read_);
  n = rest.copy(buffer, capacity);
  body_read_ += n;
  return ABV_OK;
}

std::string_view Call::get(std::string_view key) {
  if (key == "session.key" && session_source_) {
    attributes_["session.key"] = std::exchange(session_source_, nullptr)();
  }
  const auto found = attributes_.find(key);
  return found == attributes_.end() ? std::string_view() : std::string_view(found->second);
}

abv_status Call::set(std::string_view key, std::string_view value) {
  constexpr std::size_t kMaxText = 4096;
  if (key.empty() || key.size() > kMaxText || value.size() > kMaxText) {
    return ABV_E_LIMIT;
  }
  attributes_.insert_or_assign(std::string(key), std::string(value));
  return ABV_OK;
}

const void* Call::get_extension(std::string_view id) {
  const auto found = extensions_.find(id);
  return found == extensions_.end() ? nullptr : found->second;
}

}  // namespace abv::lane
