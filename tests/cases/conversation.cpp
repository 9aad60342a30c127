#include "tests/cases/conversation.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "tests/cases/vendor_streams.hpp"

namespace abv::cases {
namespace {

// Whether `list`, names with commas between or "*", holds the name.
bool names(const std::string& list, std::string_view name) {
  std::stringstream stream(list);
  std::string one;
  while (std::getline(stream, one, ',')) {
    if (one == "*" || one == name) return true;
  }
  return false;
}

// Whether the words of a difference ("claude-messages,gemini > *") mean the pair.
bool means(const std::string& pattern, const Pair& pair) {
  const std::size_t middle = pattern.find(" > ");
  if (middle == std::string::npos) throw std::runtime_error("no pair: " + pattern);
  return names(pattern.substr(0, middle), pair.client.name) &&
         names(pattern.substr(middle + 3), pair.upstream.name);
}

void put_all(Json& document, const Json& changes) {
  for (const auto& [pointer, value] : changes.members())
    document.put(pointer, value);
}

std::string with_model(std::string path, const std::string& model) {
  const std::size_t at = path.find("{model}");
  return at == std::string::npos ? path : path.replace(at, 7, model);
}

}  // namespace

std::string Pair::name() const {
  return std::string(client.name) + " > " + std::string(upstream.name);
}

std::vector<Pair> all_pairs() {
  std::vector<Pair> pairs;
  for (const Vendor& client : kVendors) {
    for (const Vendor& upstream : kVendors) {
      if (upstream.name != "openai-completions") pairs.push_back({client, upstream});
    }
  }
  return pairs;
}

Conversation::Conversation(const std::string& path, const Json& vendors)
    : name_(std::filesystem::path(path).stem().string()),
      file_(read_json(path)),
      vendors_(vendors) {
  for (const char* needed : {"about", "sources", "turns"}) {
    if (!file_.has(needed)) throw std::runtime_error(path + ": needs \"" + needed + "\"");
  }
  for (const Json& turn : file_["turns"].list()) {
    for (const Json& difference : turn["differences"].list()) {
      if (difference["why"].text().empty()) {
        throw std::runtime_error(path + ": a difference needs a \"why\"");
      }
    }
  }
}

const Json& Conversation::in_turn(std::size_t turn, const Vendor& vendor) const {
  return file_["turns"][turn][std::string(vendor.name)];
}

template <class Use>
void Conversation::each_difference(std::size_t turn, const Pair& pair, Use use) const {
  for (const Json& difference : file_["turns"][turn]["differences"].list()) {
    if (means(difference["pair"].text(), pair)) use(difference);
  }
}

bool Conversation::takes(const Pair& pair) const {
  bool is_possible = true;
  for (std::size_t turn = 0; turn < turns(); ++turn) {
    is_possible = is_possible && in_turn(turn, pair.client).is_object() &&
                  in_turn(turn, pair.upstream).is_object();
    each_difference(turn, pair, [&](const Json& difference) {
      if (difference["impossible"].flag()) is_possible = false;
    });
  }
  return is_possible;
}

std::string Conversation::model(const Vendor& vendor) const {
  const std::string name(vendor.name);
  const std::string own = file_["models"][name].text();
  return own.empty() ? vendors_[name]["model"].text() : own;
}

Json Conversation::request(std::size_t turn, const Vendor& vendor, bool is_stream) const {
  const Json& facts = vendors_[std::string(vendor.name)];
  Json request = Json::Members();
  request.merge(facts["request"].is_object() ? facts["request"] : Json(Json::Members()));
  if (vendor.name != "gemini") request.field("model") = model(vendor);
  if (is_stream && facts.has("when_streamed")) request.merge(facts["when_streamed"]);
  for (const auto& [name, member] : in_turn(turn, vendor)["request"].members())
    request.field(name) = member;
  return request;
}

Json Conversation::answer(std::size_t turn, const Vendor& vendor) const {
  Json answer = vendors_[std::string(vendor.name)]["answer"];
  answer.field(vendor.name == "gemini" ? "modelVersion" : "model") = model(vendor);
  for (const auto& [name, member] : in_turn(turn, vendor)["answer"].members())
    answer.field(name) = member;
  return answer;
}

std::vector<Json> Conversation::frames(std::size_t turn, const Vendor& vendor,
                                       const Json& answer) const {
  const Json& own = in_turn(turn, vendor)["stream"];
  return own.is_list() ? own.list() : frames_of(vendor, answer);
}

Json Conversation::client_request(std::size_t turn, const Pair& pair, bool is_stream) const {
  Json own = request(turn, pair.client, is_stream);
  each_difference(turn, pair,
                  [&](const Json& difference) { put_all(own, difference["client_request"]); });
  return own;
}

Json Conversation::expected_request(std::size_t turn, const Pair& pair, bool is_stream) const {
  Json expected = request(turn, pair.upstream, is_stream);
  each_difference(turn, pair,
                  [&](const Json& difference) { put_all(expected, difference["request"]); });
  return expected;
}

Json Conversation::expected_reply(std::size_t turn, const Pair& pair) const {
  Json expected = answer(turn, pair.client);
  each_difference(turn, pair,
                  [&](const Json& difference) { put_all(expected, difference["reply"]); });
  return expected;
}

std::string Conversation::expected_path(const Vendor& upstream, bool is_stream) const {
  const Json& facts = vendors_[std::string(upstream.name)];
  const bool has_own = is_stream && facts.has("stream_path");
  return with_model(facts[has_own ? "stream_path" : "path"].text(), model(upstream));
}

std::vector<std::string> Conversation::losses(std::size_t turn, const Pair& pair,
                                              const char* kind) const {
  std::vector<std::string> losses;
  each_difference(turn, pair, [&](const Json& difference) {
    for (const Json& loss : difference[kind].list())
      losses.push_back(loss.text());
  });
  return losses;
}

// Ids that the upstream makes up, and those of a history that the client begins with.
void Conversation::bind_ids(const Pair& pair, Bindings& names) const {
  const auto bind = [&](const char* kind, const Vendor& maker) {
    for (const auto& [name, of] : file_[kind].members()) {
      const std::string& value = of[std::string(maker.name)].text();
      if (!value.empty()) names.bind(name, value);
    }
  };
  bind("ids", pair.upstream);
  bind("history_ids", pair.client);
}

Bindings Conversation::upstream_names(const Pair& pair) const {
  Bindings names;
  bind_ids(pair, names);
  for (const auto& [name, of] : file_["signatures"].members())
    names.bind(name, of[std::string(pair.upstream.name)].text());
  return names;
}

// A signature of another family reaches the client in a wrapping that it does not know.
Bindings Conversation::client_names(const Pair& pair) const {
  Bindings names;
  bind_ids(pair, names);
  for (const auto& [name, of] : file_["signatures"].members()) {
    const std::string& value = of[std::string(pair.upstream.name)].text();
    if (pair.client.family == pair.upstream.family || value.empty()) names.bind(name, value);
  }
  return names;
}

std::vector<Conversation> read_conversations(const std::string& directory) {
  const Json vendors = read_json(directory + "/vendors.json");
  std::vector<std::string> paths;
  for (const auto& file : std::filesystem::directory_iterator(directory + "/conversations"))
    paths.push_back(file.path().string());
  std::sort(paths.begin(), paths.end());
  std::vector<Conversation> conversations;
  for (const std::string& path : paths)
    conversations.emplace_back(path, vendors);
  return conversations;
}

}  // namespace abv::cases
