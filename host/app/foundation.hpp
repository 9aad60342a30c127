#pragma once

#include <memory>
#include <string>

#include "host/account/accounts.hpp"
#include "host/lane/refresher.hpp"
#include "host/lane/stored_answers.hpp"
#include "host/lane/token_estimate.hpp"
#include "host/lane/turn_memory.hpp"
#include "host/lane/warm_up.hpp"
#include "host/plugin/host_services.hpp"
#include "host/plugin/loader.hpp"

namespace abv::app {

// What all generations of a host stand on. Outlives them.
struct Foundation {
  plugin::Loader& loader;
  const plugin::HostServices& services;
  const std::string& version;
  std::shared_ptr<lane::TurnMemory> turns;
  std::shared_ptr<lane::TokenCalibration> calibration;
  std::shared_ptr<lane::StoredAnswers> answers;
  std::shared_ptr<account::Accounts> accounts;
  std::shared_ptr<lane::Refresher> refresher;
  std::shared_ptr<lane::WarmUps> warm_ups;
};

}  // namespace abv::app
