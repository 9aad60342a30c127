#include <future>
#include <vector>

#include "host/record/log_observer.hpp"
#include "host/record/record_queue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_sinks.hpp"

namespace {

using abv::record::CallRecord;
using abv::record::RecordQueue;

class Collector final : public abv::record::CallObserver {
 public:
  void on_call(const CallRecord& record) override { ids.push_back(record.id); }
  std::vector<std::string> ids;
};

// Holds the record thread at the first record until it is released.
class Gate final : public abv::record::CallObserver {
 public:
  void on_call(const CallRecord&) override {
    if (!has_entered) {
      has_entered = true;
      entered.set_value();
      released.get_future().wait();
    }
  }
  std::promise<void> entered;
  std::promise<void> released;

 private:
  bool has_entered = false;
};

std::unique_ptr<CallRecord> record(std::string id) {
  auto made = std::make_unique<CallRecord>();
  made->id = std::move(id);
  return made;
}

class FixedClock final : public abv::Clock {
 public:
  abv::Nanos now() const override { return abv::Nanos{0}; }
  std::int64_t unix_ms() const override { return 0; }
};

}  // namespace

TEST_CASE("records reach the observers in order", "[record]") {
  Collector collector;
  RecordQueue queue(10, {&collector});

  queue.push(record("a"));
  queue.push(record("b"));
  queue.flush();

  CHECK(collector.ids == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a queue that ends delivers what it holds", "[record]") {
  Collector collector;
  { RecordQueue(10, {&collector}).push(record("a")); }

  CHECK(collector.ids == std::vector<std::string>{"a"});
}

TEST_CASE("records that do not fit are dropped and counted", "[record]") {
  Gate gate;
  RecordQueue queue(2, {&gate});
  queue.push(record("held"));
  gate.entered.get_future().wait();

  queue.push(record("a"));
  queue.push(record("b"));
  queue.push(record("c"));

  CHECK(queue.dropped() == 1);
  gate.released.set_value();
}

TEST_CASE("a call's line leaves out what is not known", "[record][log]") {
  abv::test::TextSink sink;
  FixedClock clock;
  abv::Log log(sink, clock);
  abv::record::LogObserver observer(log);
  CallRecord call;
  call.id = "req_1";
  call.method = "POST";
  call.path = "/v1/messages";
  call.status = 200;
  call.usage.input_tokens = 12;

  observer.on_call(call);

  CHECK(sink.text() ==
        "1970-01-01T00:00:00.000Z info call id=req_1 method=POST path=/v1/messages status=200 "
        "outcome=ok tokens_in=12 bytes_in=0 bytes_out=0\n");
}

TEST_CASE("a model that was renamed is logged under both names", "[record][log]") {
  abv::test::TextSink sink;
  FixedClock clock;
  abv::Log log(sink, clock);
  abv::record::LogObserver observer(log);
  CallRecord call;
  call.model_asked = "fast";
  call.model_resolved = "a-model-name-that-is-too-long-for-a-small-string";

  observer.on_call(call);

  CHECK(sink.text().find(
            "model=fast model_resolved=a-model-name-that-is-too-long-for-a-small-string") !=
        std::string::npos);
}

TEST_CASE("a broken answer is logged as a warning", "[record][log]") {
  abv::test::TextSink sink;
  FixedClock clock;
  abv::Log log(sink, clock);
  abv::record::LogObserver observer(log);
  CallRecord call;
  call.outcome = abv::record::Outcome::kBroken;
  call.error = "upstream closed the connection";

  observer.on_call(call);

  CHECK(sink.text().find(" warn call ") != std::string::npos);
  CHECK(sink.text().find("outcome=broken") != std::string::npos);
}
