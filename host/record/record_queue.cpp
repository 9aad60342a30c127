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
    hurried_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void RecordQueue::push(std::unique_ptr<CallRecord> record) {
  bool must_wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= capacity_) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    queue_.push_back(std::move(record));
    must_wake = asleep_ || queue_.size() * 2 == capacity_;
    hurried_ |= must_wake && !asleep_;
    asleep_ = false;
  }
  if (must_wake) {
    wake_.notify_one();
  }
}

void RecordQueue::flush() {
  std::unique_lock lock(mutex_);
  hurried_ = true;
  wake_.notify_one();
  idle_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

void RecordQueue::run() {
  std::vector<std::unique_ptr<CallRecord>> batch;
  std::unique_lock lock(mutex_);
  while (true) {
    if (queue_.empty() && !stopping_) {
      asleep_ = true;
      wake_.wait(lock, [this] { return !asleep_ || hurried_; });
      asleep_ = false;
    }
    if (queue_.empty() && stopping_) {
      return;
    }
    hurried_ = stopping_;
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
    wake_.wait_for(lock, kNap, [this] { return hurried_; });
  }
}

}  // namespace abv::record
