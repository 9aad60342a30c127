#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/clock.hpp"
#include "host/lane/arena.hpp"
#include "host/lane/body.hpp"
#include "host/lane/call_error.hpp"
#include "host/lane/client_request.hpp"
#include "host/lane/request_facts.hpp"
#include "host/net/abort_handle.hpp"
#include "host/plugin/call_table.hpp"
#include "host/plugin/head_edit.hpp"
#include "host/record/call_record.hpp"

namespace abv::lane {

// One client request on its way through the host, and what plugins see of it.
//
// One thread works on it; cancel(), cancelled(), on_cancel() and complete() are for all.
class Call final : public plugin::CallServices {
 public:
  // All outlive the call. `request` has a path that was normalised already.
  Call(const ClientRequest& request, std::string path, std::string query, std::string id,
       const Clock& clock);
  ~Call();

  const ClientRequest& request() const { return request_; }
  const Clock& clock() const { return clock_; }
  std::string_view path() const { return path_; }
  std::string_view query() const { return query_; }
  std::string_view id() const { return id_; }
  Arena& arena() { return arena_; }
  record::CallRecord& record() { return *record_; }
  std::unique_ptr<record::CallRecord> take_record() { return std::move(record_); }
  Body& body() { return body_; }
  const Body& body() const { return body_; }
  RequestFacts& facts() { return facts_; }
  const RequestFacts& facts() const { return facts_; }
  net::AbortHandle& abort() { return abort_; }

  // The table for plugins, up to date.
  const abv_call& table() const { return table_; }

  // The headers as they stand: the client's, as middlewares changed them.
  const std::vector<abv_header>& headers() const { return headers_; }

  // Tells the table what has become known.
  void set_endpoint(std::string_view operation, std::string_view dialect, std::string_view route);
  void set_body_known(std::string_view model, bool is_stream);

  // The id that the answer is told with: the call's own, or one that it is kept under.
  std::string_view answer_id() const { return answer_id_.empty() ? id_ : answer_id_; }
  void set_answer_id(std::string id) { answer_id_ = std::move(id); }

  // What plugins get for get_extension(id); null takes it back. `id` is static.
  void offer(std::string_view id, const void* table) { extensions_.insert_or_assign(id, table); }

  // Takes the client's credentials out of headers and query, once the middlewares have seen them.
  void strip_credentials();

  // The head of the request, for middlewares to edit. Valid as long as the call.
  plugin::HeadEdit& edit();

  // What tells the conversation from others; found out when a plugin or a lane first asks for the
  // fact "session.key".
  void set_session_source(std::function<std::string()> source) {
    session_source_ = std::move(source);
  }

  // The client is gone, or the host is shutting down. Any thread.
  void cancel() noexcept;

  // Waits for complete() after a handler returned ABV_PENDING.
  abv_status wait_for_completion();

  // The error that a plugin gave with fail(), taken out.
  std::optional<CallError> take_failure();

  // CallServices
  bool cancelled() const noexcept override { return source_.cancelled(); }
  CancelId on_cancel(std::function<void()> fn) override { return source_.on_cancel(std::move(fn)); }
  void forget(CancelId id) noexcept override { source_.forget(id); }
  void* alloc(std::size_t size, std::size_t align) override { return arena_.alloc(size, align); }
  abv_status read_body(char* buffer, std::size_t capacity, std::size_t& n) override;
  void fail(const abv_error& error) override { failure_ = CallError::of_plugin(error); }
  void complete(abv_status status) override;
  std::string_view get(std::string_view key) override;
  abv_status set(std::string_view key, std::string_view value) override;
  const void* get_extension(std::string_view id) override;

 private:
  class Edit;

  void refresh_headers();

  const ClientRequest& request_;
  const Clock& clock_;
  Arena arena_;
  std::string path_;
  std::string query_;
  std::string id_;
  std::string answer_id_;
  std::unique_ptr<record::CallRecord> record_;
  std::vector<abv_header> headers_;
  abv_call table_{};
  Body body_;
  std::size_t body_read_ = 0;  // by read_body
  RequestFacts facts_;
  std::map<std::string, std::string, std::less<>> attributes_;
  std::function<std::string()> session_source_;
  std::map<std::string_view, const void*> extensions_;
  std::optional<CallError> failure_;
  std::unique_ptr<Edit> edit_;
  plugin::CancelSource source_;
  net::AbortHandle abort_;
  std::mutex completion_mutex_;
  std::condition_variable completion_wake_;
  std::optional<abv_status> completion_;
};

// Headers that carry the client's credentials to this host and are never passed on.
bool is_client_credential(std::string_view header_name);

}  // namespace abv::lane
