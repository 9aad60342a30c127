#pragma once

#include <string>

#include "host/lane/reply.hpp"
#include "host/lane/site.hpp"

namespace abv::lane {

// Answers with the models that a route offers, in the words of its dialect; with one of them, when
// `only` names it. The answer, or an error, has been sent when it returns.
void list_models(Call& call, Reply& reply, const Site& site, const Route& route,
                 const std::string& only);

}  // namespace abv::lane
