#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/metrics/registry.hpp"
#include "host/plugin/call_table.hpp"
#include "host/plugin/handler.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/reply_sink.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"
#include "tests/host/plugin/plugin_dir.hpp"

namespace abv::plugin {

// A host with plugins, in which instances can be made.
class InstanceHost {
 public:
  PluginDir& dir() { return dir_; }
  HostServices services() { return HostServices{dir_.log(), dir_.clock(), waiter_}; }

  InstanceSpec spec(std::shared_ptr<Library> library, const std::string& component = "plain") {
    InstanceSpec spec;
    spec.library = std::move(library);
    spec.component = component;
    spec.name = "mine";
    spec.config_json = "{}";
    spec.place = "abv.yaml:7:3";
    return spec;
  }

  Result<std::shared_ptr<Instance>> create(const std::string& name) {
    dir_.add(name);
    return Instance::create(spec(dir_.load().value()), services());
  }

 private:
  SystemWaiter waiter_;
  PluginDir dir_;
};

// A call that is nothing but a call.
class PlainCall final : public CallServices {
 public:
  PlainCall() {
    bind_call(table_, *this);
    table_.id = view("call-1");
  }

  const abv_call& table() const { return table_; }
  void set_path(std::string_view path) { table_.path = view(path); }
  void cancel() { source_.cancel(); }
  const std::string& failure() const { return failure_; }

  bool cancelled() const noexcept override { return source_.cancelled(); }
  CancelId on_cancel(std::function<void()> fn) override { return source_.on_cancel(std::move(fn)); }
  void forget(CancelId id) noexcept override { source_.forget(id); }
  void* alloc(std::size_t, std::size_t) override { return nullptr; }
  abv_status read_body(char*, std::size_t, std::size_t&) override { return ABV_OK; }
  void fail(const abv_error& error) override { failure_ = text(error.message); }
  void complete(abv_status) override {}
  std::string_view get(std::string_view key) override { return facts_[std::string(key)]; }
  abv_status set(std::string_view key, std::string_view value) override {
    facts_[std::string(key)] = value;
    return ABV_OK;
  }

 private:
  CancelSource source_;
  abv_call table_{};
  std::string failure_;
  std::map<std::string, std::string> facts_;
};

// Keeps an answer, and refuses what the order of calls forbids, as a lane does.
class PlainReply final : public ReplySink {
 public:
  PlainReply() : table_(reply_table(*this)) {}

  const abv_reply& table() const { return table_; }
  const std::string& body() const { return body_; }
  const std::vector<abv_status>& refusals() const { return refusals_; }

  abv_status begin(std::int32_t http_status, std::span<const abv_header>) override {
    status_ = http_status;
    return ABV_OK;
  }
  abv_status write(std::string_view bytes) override {
    if (status_ == 0) {
      refusals_.push_back(ABV_E_INVALID);
      return ABV_E_INVALID;
    }
    body_ += bytes;
    return ABV_OK;
  }
  abv_status emit(const abv_event& event) override {
    body_ += text(event.text);
    return ABV_OK;
  }
  std::int32_t http_status() const { return status_; }

 private:
  abv_reply table_;
  std::int32_t status_ = 0;
  std::string body_;
  std::vector<abv_status> refusals_;
};

// Answers one call; the body, or the name of the failure.
inline std::string answer(const Handler& handler) {
  const PlainCall call;
  PlainReply reply;
  const abv_status status = handler.handle(call.table(), reply.table());
  return failed(status) ? status_name(status) : reply.body();
}

}  // namespace abv::plugin
