#include "host/app/models_command.hpp"

#include <algorithm>
#include <ostream>

#include "host/app/report.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/model_catalogue.hpp"
#include "host/lane/model_choice.hpp"

namespace abv::app {
namespace {

constexpr int kOk = 0;
constexpr int kNobody = 1;
constexpr int kUsage = 64;

constexpr const char* kHelp =
    "Usage: abv-host [--config FILE] models COMMAND\n"
    "\n"
    "  explain NAME [OPTIONS]   which rules, aliases and routes lead where, and in which order\n"
    "      --dialect DIALECT    as asked by clients of this dialect (default: all)\n"
    "      --key NAME           as asked with this key, for rules that are for some keys only\n"
    "      --operation NAME     default: chat\n"
    "  list                     names that the configuration gives: aliases, rules and routes\n";

struct Question {
  std::string name;
  std::string dialect;
  std::string key;
  std::string operation = "chat";
};

// Takes "--name VALUE" pairs out of the words; false when one is unknown or has no value.
bool read_options(std::vector<std::string>& words, Question& question) {
  for (std::size_t i = 0; i < words.size();) {
    if (!words[i].starts_with("--")) {
      ++i;
      continue;
    }
    std::string* place = words[i] == "--dialect"     ? &question.dialect
                         : words[i] == "--key"       ? &question.key
                         : words[i] == "--operation" ? &question.operation
                                                     : nullptr;
    if (place == nullptr || i + 1 == words.size()) {
      return false;
    }
    *place = words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
  }
  return true;
}

const plugin::Endpoint* find_endpoint(const lane::Route& route, const std::string& operation) {
  const auto& endpoints = route.dialect.abilities().endpoints;
  const auto found = std::find_if(endpoints.begin(), endpoints.end(), [&](const auto& endpoint) {
    return endpoint.is_client && endpoint.operation == operation;
  });
  return found == endpoints.end() ? nullptr : &*found;
}

const char* pool_note(const lane::Target& target, std::string& text) {
  text.clear();
  if (target.accounts != nullptr && target.accounts->size() != 1) {
    text = ", " + std::to_string(target.accounts->size()) + " accounts";
  }
  return text.c_str();
}

bool explain_route(const lane::Site& site, const lane::Route& route, const Question& question,
                   std::ostream& out) {
  out << "route " << route.name << " (dialect " << route.dialect.name() << ")\n";
  const plugin::Endpoint* endpoint = find_endpoint(route, question.operation);
  if (endpoint == nullptr) {
    out << "  has no operation \"" << question.operation << "\"\n";
    return false;
  }
  std::string trace;
  const std::string name =
      lane::map_model(site, {route.dialect.name(), question.key}, question.name, trace);
  const lane::ModelChoice choice =
      lane::choose_model(site, route, *endpoint, name, [] { return 0; });
  for (const std::string& line : {trace, choice.trace}) {
    out << (line.empty() ? "" : "  " + line + "\n");
  }
  std::size_t number = 0;
  std::string note;
  for (const lane::Candidate& candidate : choice.candidates) {
    out << "  " << ++number << ". " << candidate.target->name << ", model " << candidate.model
        << "  (" << lane_name(route, *candidate.target) << pool_note(*candidate.target, note)
        << ")\n";
  }
  if (choice.candidates.empty()) {
    out << "  nobody serves it";
    const char* before = "; near it are ";
    for (const std::string& near :
         model::near_matches(question.name, site.models->known(site, route))) {
      out << before << near;
      before = ", ";
    }
    out << "\n";
  }
  return !choice.candidates.empty();
}

int explain(const lane::Site& site, const Question& question, std::ostream& out,
            std::ostream& err) {
  bool is_asked = false;
  bool is_served = false;
  for (const auto& route : site.routes) {
    if (question.dialect.empty() || route->dialect.name() == question.dialect) {
      is_asked = true;
      is_served |= explain_route(site, *route, question, out);
    }
  }
  if (!is_asked) {
    err << "abv-host models: no route has the dialect \"" << question.dialect << "\"\n";
    return kUsage;
  }
  return is_served ? kOk : kNobody;
}

int list(const lane::Site& site, std::ostream& out) {
  for (const auto& route : site.routes) {
    out << "route " << route->name << " (dialect " << route->dialect.name() << ")\n";
    for (const std::string& name : site.models->known(site, *route)) {
      out << "  " << name << "\n";
    }
  }
  return kOk;
}

}  // namespace

int run_models_command(const Generation& generation, const std::vector<std::string>& words,
                       std::ostream& out, std::ostream& err) {
  std::vector<std::string> rest = words;
  if (rest.empty() || rest[0] == "--help" || rest[0] == "help") {
    out << kHelp;
    return kOk;
  }
  Question question;
  const bool is_read = read_options(rest, question);
  if (is_read && rest.size() == 2 && rest[0] == "explain") {
    question.name = rest[1];
    return explain(generation.site(), question, out, err);
  }
  if (is_read && rest.size() == 1 && rest[0] == "list") {
    return list(generation.site(), out);
  }
  err << "abv-host models: expected \"explain NAME\" or \"list\"\n\n" << kHelp;
  return kUsage;
}

}  // namespace abv::app
