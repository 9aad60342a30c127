#include "host/lane/request_conversion.hpp"

#include <algorithm>
#include <utility>

#include "abv/sdk/chat_json.hpp"
#include "host/lane/history.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/token_estimate.hpp"
#include "host/lane/turn_memory.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {

std::optional<CallError> RequestConversion::convert() {
  const plugin::Dialect& client = what_.route->dialect;
  std::string canonical;
  const abv_status read = client.decode_request(call_.table(), canonical, losses_);
  if (plugin::failed(read)) {
    return failure(client.instance(), read, "read");
  }
  if (is_conversation(*what_.endpoint)) {
    examine(canonical);
  }
  plugin::Attempt attempt;
  attempt.stream = call_.facts().is_stream;
  attempt.operation = what_.endpoint->operation;
  attempt.dialect = what_.upstream->name();
  attempt.model = what_.model;
  attempt.method = "POST";
  const abv_status written = what_.upstream->encode_request(canonical, attempt, request_, losses_);
  if (plugin::failed(written) && request_.failure()) {
    return *request_.failure();
  }
  if (plugin::failed(written) || request_.path().empty()) {
    return failure(what_.upstream->instance(), written, "write");
  }
  return std::nullopt;
}

CallError RequestConversion::failure(const plugin::Instance& plugin, abv_status status,
                                     const char* step) {
  if (std::optional<CallError> told = call_.take_failure()) {
    return *std::move(told);
  }
  return CallError::make(status == ABV_E_UNSUPPORTED || status == ABV_E_INVALID ? 400 : 502, status,
                         "conversion_failed",
                         "dialect \"" + plugin.name() + "\" could not " + step + " the request (" +
                             plugin::status_name(status) + ")");
}

// What the host itself wants of a request, which it reads only then.
void RequestConversion::examine(std::string& canonical) {
  const bool is_mended = is_mending_due(canonical);
  const bool is_estimated = is_estimate_due();
  if (!is_mended && !is_estimated) {
    return;
  }
  sdk::json::Document document;
  std::string mended;
  try {
    sdk::chat::Request request = sdk::chat::read_chat(canonical, document);
    if (is_mended && mend(request) > 0) {
      mended = sdk::chat::write_chat(request);
    }
    if (is_estimated) {
      estimated_tokens_ = estimate_tokens(request);
    }
  } catch (const sdk::Failure&) {
    return;  // whoever encodes it says what is wrong with it
  }
  if (!mended.empty()) {
    canonical = std::move(mended);
  }
}

// Only a history with tool calls or signatures in it can lack any.
bool RequestConversion::is_mending_due(const std::string& canonical) const {
  const Experiments& experiments = what_.site->experiments;
  const bool is_wanted =
      what_.site->turns != nullptr || experiments.recovers_tool_loops || experiments.checks_models;
  return is_wanted && (canonical.find("\"tool_call\"") != std::string::npos ||
                       canonical.find("\"tool_result\"") != std::string::npos ||
                       canonical.find("\"origin\"") != std::string::npos);
}

// The count_tokens of this model learns from it. One in some requests is enough, and spares the
// others the reading.
bool RequestConversion::is_estimate_due() const {
  constexpr std::uint64_t kOneIn = 8;
  return what_.site->calibration != nullptr && what_.site->calibration->is_due(kOneIn);
}

// Returns the number of changes.
std::size_t RequestConversion::mend(sdk::chat::Request& request) {
  const Experiments& experiments = what_.site->experiments;
  const std::string_view family = family_of(what_.upstream->name());
  std::size_t changes = 0;
  if (what_.site->turns != nullptr) {
    changes += what_.site->turns->complete(request, call_.get("principal"), family);
  }
  if (experiments.recovers_tool_loops) {
    changes += recover_tool_loop(request, losses_);
  }
  if (experiments.checks_models) {
    changes += drop_other_models(request, family, what_.model, losses_);
  }
  return changes;
}

// What was only filled in is no loss.
std::optional<CallError> RequestConversion::intolerable_loss() const {
  const std::vector<record::Loss>& losses = call_.record().losses;
  const auto is_real = [](const record::Loss& loss) { return loss.what != "defaulted"; };
  const auto first = std::find_if(losses.begin(), losses.end(), is_real);
  if (!what_.route->refuses_loss || first == losses.end()) {
    return std::nullopt;
  }
  constexpr int kShown = 5;
  std::string message = "route \"" + what_.route->name +
                        "\" refuses what cannot be converted whole (on_loss: refuse): ";
  int shown = 0;
  for (auto loss = first; loss != losses.end(); ++loss) {
    if (!is_real(*loss)) {
      continue;
    }
    if (++shown > kShown) {
      message += ", …";
      break;
    }
    message +=
        (shown > 1 ? ", " : "") + loss->path + " would be " + loss->what + " (" + loss->why + ")";
  }
  CallError error = CallError::make(400, ABV_E_UNSUPPORTED, "lossy_conversion", message);
  error.param = first->path;
  return error;
}

// Of the client's headers none: they are words of another protocol, or say who the client is.
Sendable RequestConversion::sendable() {
  agent_ = "abv-host/" + what_.site->version;
  headers_ = request_.header_views();
  headers_.push_back({plugin::view("content-type"), plugin::view("application/json")});
  headers_.push_back(
      {plugin::view("accept"),
       plugin::view(call_.facts().is_stream ? "text/event-stream" : "application/json")});
  headers_.push_back({plugin::view("user-agent"), plugin::view(agent_)});
  Sendable sendable;
  sendable.target = what_.target;
  sendable.operation = what_.endpoint->operation;
  sendable.dialect = what_.upstream->name();
  sendable.model = what_.model;
  sendable.method = request_.method();
  sendable.path = request_.path();
  sendable.query = request_.query();
  sendable.body = request_.body();
  sendable.headers = headers_;
  sendable.session = &what_.route->dialect.abilities().session;
  sendable.has_alternative = what_.has_alternative;
  return sendable;
}

}  // namespace abv::lane
