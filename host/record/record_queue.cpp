#include "host/record/record_queue.hpp"

#include <utility>

namespace abv::record {

const char* outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "ok";
    case Outcome::kError:
      return "error";
    case Outcome::kCancelled:
      return "cancelled";
    case Outcome::kBroken:
      return "broken";
  }
  return "error";
}

RecordQueue::RecordQueue(std::size_t capacity, std::vector<CallObserver*> observers)
    : capacity_(capacity), observers_(std::move(observers)), thread_([this] { run(); }) {}

RecordQueue::~RecordQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void RecordQueue::push(std::unique_ptr<CallRecord> record) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= capacity_) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    was_empty = queue_.empty();
    queue_.push_back(std::move(record));
  }
  // Only the first record of a batch pays for the wake-up.
  if (was_empty) {
    wake_.notify_one();
  }
}

void RecordQueue::flush() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

void RecordQueue::run() {
  std::vector<std::unique_ptr<CallRecord>> batch;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) {
      return;
    }
    batch.swap(queue_);
    busy_ = true;
    lock.unlock();
    for (const auto& record : batch) {
      for (CallObserver* observer : observers_) {
        observer->on_call(*record);
      }
    }
    batch.clear();
    lock.lock();
    busy_ = false;
    idle_.notify_all();
  }
}

}  // namespace abv::record
