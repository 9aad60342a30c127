#include "host/app/generation.hpp"

#include <utility>

#include "host/app/generation_builder.hpp"

namespace abv::app {

Result<std::unique_ptr<Generation>> Generation::build(std::unique_ptr<Configuration> configuration,
                                                      std::uint64_t number,
                                                      const Foundation& foundation,
                                                      const Generation* previous) {
  std::unique_ptr<Generation> made(new Generation(std::move(configuration), number));
  if (Result<void> built = GenerationBuilder(*made, foundation, previous).build(); !built) {
    return built.error();
  }
  return made;
}

Generation::~Generation() {
  // The site holds instances too; it has to let go before the last reference decides.
  site_ = lane::Site();
}

void Generation::take_over_pools(account::Accounts& accounts) const {
  for (const PoolPlan& plan : pools_) {
    accounts.configure(plan.provider, plan.settings, plan.kinds, plan.accounts);
  }
}

}  // namespace abv::app
