#pragma once

#include <memory>
#include <string>

#include "abv/ext/handler.h"
#include "host/base/result.hpp"
#include "host/plugin/abilities.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/reply_sink.hpp"

namespace abv::plugin {

// Something that answers calls by itself, out of a plugin. Cheap to copy; any thread.
class Handler {
 public:
  // kInvalid when the instance is no handler, or when its abilities are malformed.
  static Result<Handler> of(std::shared_ptr<Instance> instance);

  const Instance& instance() const { return *instance_; }
  const HandlerAbilities& abilities() const { return *abilities_; }
  bool is_async() const { return (instance_->flags() & ABV_COMPONENT_ASYNC) != 0; }
  bool has_models() const;

  // Answers one call; may block. ABV_PENDING of a component that is not async becomes
  // ABV_E_INTERNAL. `reply` has to live until this returns, or, after ABV_PENDING, until the call
  // completes, and its table with it.
  abv_status handle(const abv_call& call, const abv_reply& reply) const noexcept;

  // The models it answers for, appended as JSON; ABV_E_UNSUPPORTED when it has no list.
  abv_status models(std::string& json) const noexcept;

 private:
  Handler(std::shared_ptr<Instance> instance, const abv_handler* table,
          std::shared_ptr<const HandlerAbilities> abilities);

  std::shared_ptr<Instance> instance_;
  const abv_handler* table_;
  std::shared_ptr<const HandlerAbilities> abilities_;
};

}  // namespace abv::plugin
