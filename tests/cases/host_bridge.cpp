#include "tests/cases/host_bridge.hpp"

#include <utility>

namespace abv::cases {
namespace {

std::string model_to(const Vendor& upstream) {
  return "to-" + std::string(upstream.name);
}

std::string provider(const Vendor& upstream, const std::string& url) {
  std::string text = "  " + model_to(upstream) + ": { plugin: abv." + std::string(upstream.plugin) +
                     ", api_key: key, status_rules: [" +
                     "{ status: 4xx, action: pass, scope: request }, " +
                     "{ status: 5xx, action: pass, scope: request }], base_url: \"" + url;
  if (upstream.plugin != "openai") return text + "\" }\n";
  const std::string operation(upstream.operation);
  return text + "/v1\", operations: [" + operation + "], convert_to: " + operation + " }\n";
}

test::Yaml yaml_for(const Conversation& conversation, const std::string& url) {
  test::Yaml yaml;
  // What is told of a refusal is looked at here, not what is tried before.
  yaml.more += "accounts: { tries: 1 }\n";
  std::string rules;
  for (const Pair& pair : all_pairs()) {
    if (pair.client.name != kVendors[0].name) continue;
    const std::string name = model_to(pair.upstream);
    yaml.providers += provider(pair.upstream, url);
    rules += "      - { match: " + name + ", provider: " + name +
             ", as: " + conversation.model(pair.upstream) + " }\n";
  }
  yaml.openai_models = yaml.claude_models = yaml.gemini_models = rules;
  return yaml;
}

const Vendor& vendor_of(const std::string& path) {
  if (path.find("/chat/completions") != std::string::npos) return vendor("openai-chat");
  if (path.find("/responses") != std::string::npos) return vendor("openai-responses");
  return vendor(path.find("/messages") != std::string::npos ? "claude-messages" : "gemini");
}

}  // namespace

HostBridge::HostBridge(const Conversation& conversation)
    : conversation_(conversation),
      upstream_([this](test::FakeConnection& connection, const test::FakeRequest& request) {
        answer(connection, request);
      }),
      host_(yaml_for(conversation, upstream_.url(""))) {
  host_.start();
}

void HostBridge::answer_with(Answers answers, bool closes) {
  const std::lock_guard lock(mutex_);
  answers_ = std::move(answers);
  closes_ = closes;
}

void HostBridge::answer(test::FakeConnection& connection, const test::FakeRequest& request) {
  std::string bytes;
  bool closes = false;
  {
    const std::lock_guard lock(mutex_);
    asked_path_ = request.target;
    bytes = answers_(vendor_of(request.target));
    closes = closes_;
  }
  connection.send(bytes);
  if (closes) connection.close();
}

test::Answer HostBridge::ask(const Pair& pair, bool is_stream) const {
  const std::string model = model_to(pair.upstream);
  Json request = Bindings().fill(conversation_.request(0, pair.client, is_stream));
  std::string path = conversation_.expected_path(pair.client, is_stream);
  if (pair.client.name == "gemini") {
    const std::string own = conversation_.model(pair.client);
    path.replace(path.find(own), own.size(), model);
  } else {
    request.field("model") = model;
  }
  return host_.post(path, request.dump());
}

std::string HostBridge::asked_path() const {
  const std::lock_guard lock(mutex_);
  return asked_path_;
}

std::vector<std::string> faults_of_all_pairs(
    const HostBridge& bridge, bool is_stream,
    const std::function<std::vector<std::string>(const Pair&, const test::Answer&)>& judge) {
  std::vector<std::string> faults;
  for (const Pair& pair : all_pairs()) {
    for (const std::string& fault : judge(pair, bridge.ask(pair, is_stream)))
      faults.push_back(pair.name() + ": " + fault);
  }
  return faults;
}

}  // namespace abv::cases
