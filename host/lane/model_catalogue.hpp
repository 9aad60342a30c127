#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/log.hpp"
#include "host/lane/call.hpp"
#include "host/lane/site.hpp"

namespace abv::lane {

// The models that a route offers: those that its targets have, and the names that its rules and
// aliases give.
//
// What an upstream lists is kept for some minutes. A target that does not answer is left out, and
// asked again soon. Any thread; asking may block, one thread per target at a time.
class ModelCatalogue {
 public:
  static constexpr Nanos kFresh = std::chrono::minutes(5);
  static constexpr Nanos kRetry = std::chrono::seconds(15);

  ModelCatalogue(const Clock& clock, Log& log) : clock_(clock), log_(log) {}

  // {"models":[…]}, as plugin-api/schema/models.schema.json has it.
  std::string list(const Site& site, const Route& route, Call& call);

  // Names that are known without asking anybody, for "did you mean"; some may come twice.
  std::vector<std::string> known(const Site& site, const Route& route);

 private:
  struct Model {
    std::string id;
    std::string json;  // the whole object
  };
  struct Shelf {
    std::mutex mutex;
    std::vector<Model> models;
    Nanos valid_until{-1};
  };

  Shelf& shelf_of(const Target& target);
  std::vector<Model> models_of(const Target& target, const Route& route, Call& call);
  Result<std::string> ask_provider(const Target& target, const Route& route, Call& call);
  static Result<std::vector<Model>> parse(std::string_view json);

  const Clock& clock_;
  Log& log_;
  std::mutex mutex_;
  std::map<const Target*, std::unique_ptr<Shelf>> shelves_;
};

}  // namespace abv::lane
