#include "host/lane/call_answers.hpp"

#include <utility>

#include "host/plugin/border.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

CallAnswers& of(void* ctx) noexcept {
  return *static_cast<CallAnswers*>(ctx);
}

}  // namespace

CallAnswers::CallAnswers(StoredAnswers* store, Call& call, std::uint64_t most_bytes)
    : store_(store), call_(call), owner_(call.get("principal")), bytes_left_(most_bytes) {
  table_.size = sizeof table_;
  table_.ctx = this;
  table_.find = find;
  table_.remove = remove;
  table_.keep = keep_request;
}

abv_status CallAnswers::find(void* ctx, abv_str id, std::int32_t half,
                             const abv_writer* out) noexcept {
  return plugin::at_border([&]() -> abv_status {
    CallAnswers& self = of(ctx);
    const bool is_half = half == ABV_STORED_REQUEST || half == ABV_STORED_ANSWER;
    if (!plugin::is_valid(id) || !is_half || out == nullptr) {
      return ABV_E_INVALID;
    }
    if (self.store_ == nullptr) {
      return ABV_E_NOT_FOUND;
    }
    const std::optional<std::string> found = self.store_->find(
        self.owner_, plugin::text(id),
        half == ABV_STORED_REQUEST ? StoredAnswers::Half::kRequest : StoredAnswers::Half::kAnswer);
    if (!found) {
      return ABV_E_NOT_FOUND;
    }
    if (self.reads_left_ == 0 || found->size() > self.bytes_left_) {
      return ABV_E_LIMIT;
    }
    --self.reads_left_;
    self.bytes_left_ -= found->size();
    return out->write(out->ctx, plugin::view(*found));
  });
}

abv_status CallAnswers::remove(void* ctx, abv_str id) noexcept {
  return plugin::at_border([&]() -> abv_status {
    if (!plugin::is_valid(id)) {
      return ABV_E_INVALID;
    }
    CallAnswers& self = of(ctx);
    const bool is_gone =
        self.store_ != nullptr && self.store_->remove(self.owner_, plugin::text(id));
    return is_gone ? ABV_OK : ABV_E_NOT_FOUND;
  });
}

abv_status CallAnswers::keep_request(void* ctx, abv_str request) noexcept {
  return plugin::at_border([&]() -> abv_status {
    CallAnswers& self = of(ctx);
    if (!plugin::is_valid(request)) {
      return ABV_E_INVALID;
    }
    if (self.store_ == nullptr) {
      return ABV_E_UNSUPPORTED;
    }
    self.request_ = plugin::text(request);
    if (self.id_.empty()) {
      self.id_ = StoredAnswers::new_id();
      self.call_.set_answer_id(self.id_);
    }
    return ABV_OK;
  });
}

// Without a call, so that the dialect writes everything, whatever the client wants to see of it.
void CallAnswers::open(const plugin::Dialect& client, plugin::CodecParams params) {
  params.form = plugin::Form::kWhole;
  params.call = nullptr;
  Result<plugin::Encoder> opened = client.open_encoder(params);
  if (!opened) {
    give_up(opened.error().message);
    return;
  }
  encoder_ = std::move(opened).value();
}

void CallAnswers::see(const abv_event& event) {
  if (!encoder_ || event.kind == ABV_EVENT_PING) {
    return;
  }
  if (const abv_status status = encoder_.encode(event, answer_); plugin::failed(status)) {
    give_up(std::string("its dialect could not write it (") + plugin::status_name(status) + ")");
  }
}

void CallAnswers::keep() {
  if (!encoder_) {
    return;
  }
  if (const abv_status status = encoder_.finish(answer_); plugin::failed(status)) {
    give_up(std::string("its dialect could not write it (") + plugin::status_name(status) + ")");
    return;
  }
  encoder_.close();
  if (!store_->put(owner_, id_, std::move(request_), std::move(answer_))) {
    give_up("it is too large");
  }
}

void CallAnswers::give_up(std::string why) {
  encoder_.close();
  call_.record().losses.push_back({"answer", "dropped", "it is not kept: " + std::move(why)});
}

}  // namespace abv::lane
