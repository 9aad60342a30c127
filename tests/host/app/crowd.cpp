#include "tests/host/app/crowd.hpp"

#include <array>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/host/app/scripts.hpp"

namespace abv::test {
namespace {

class Crowd {
 public:
  explicit Crowd(const Host& host) : host_(host) {}

  void run_client(int client, int calls) {
    Client connection = host_.connect();
    for (int i = 0; i < calls; ++i) {
      const int kind = client + i;
      // No word of one call's text is a part of another's.
      const std::string text = "(" + std::to_string(client) + "-" + std::to_string(i) + ")";
      const Asked asked = ask(wires_[static_cast<std::size_t>(kind % 3)],
                              kind / 3 % 2 == 0 ? "echo" : "some-model", text, kind / 6 % 2 == 0);
      note(connection.call(request("POST", asked.path, asked.body)), text);
    }
  }

  CrowdResult result() const { return result_; }

 private:
  void note(const Answer& answer, const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (answer.status != 200 || !answer.is_complete) {
      ++result_.failed;
      result_.first_failure += result_.failed == 1 ? answer.head + answer.body : "";
    } else if (answer.body.find(text) == std::string::npos) {
      ++result_.mixed_up;
    } else {
      ++result_.good;
    }
  }

  const Host& host_;
  const std::array<Wire, 3> wires_{openai_wire(), claude_wire(), gemini_wire()};
  std::mutex mutex_;
  CrowdResult result_;
};

}  // namespace

CrowdResult let_crowd_call(const Host& host, int clients, int calls) {
  Crowd crowd(host);
  std::vector<std::thread> threads;
  for (int client = 0; client < clients; ++client) {
    threads.emplace_back([&crowd, client, calls] { crowd.run_client(client, calls); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return crowd.result();
}

}  // namespace abv::test
