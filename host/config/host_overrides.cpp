#include "host/config/host_overrides.hpp"

namespace abv::config {

std::vector<Override> host_overrides() {
  using Type = Override::Type;
  return {
      {{"ABV_HOST"}, "listen.host", Type::kText, {}},
      // After ABV_HOST: where the two disagree, the narrower one wins.
      {{"ABV_BIND_LOCAL_ONLY"}, "listen.host", Type::kSwitch, "127.0.0.1"},
      {{"ABV_PORT", "PORT"}, "listen.port", Type::kInteger, {}},
      {{"ABV_MAX_BODY_SIZE"}, "limits.body", Type::kText, {}},
      {{"ABV_LOG_LEVEL"}, "log.level", Type::kText, {}},
      {{"ABV_DATA_DIR"}, "data_dir", Type::kText, {}},
      {{"ABV_API_KEY", "API_KEY"}, "middlewares[plugin=abv.auth].api_key", Type::kText, {}},
      {{"ABV_AUTH_MODE", "AUTH_MODE"}, "middlewares[plugin=abv.auth].mode", Type::kText, {}},
  };
}

}  // namespace abv::config
