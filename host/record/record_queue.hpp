#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "host/record/call_record.hpp"

namespace abv::record {

// Carries call records from the calls' threads to the observers, off the hot path.
//
// Bounded: when the observers fall behind by `capacity` records, further ones are dropped and
// counted, and no call ever waits. Under load the thread looks at the queue every kNap and is not
// woken for each record: a wake-up costs the call more than all the rest of its record. The
// destructor delivers what is queued, then ends the thread.
class RecordQueue {
 public:
  static constexpr std::chrono::milliseconds kNap{10};

  // The observers outlive the queue.
  RecordQueue(std::size_t capacity, std::vector<CallObserver*> observers);
  RecordQueue(const RecordQueue&) = delete;
  RecordQueue& operator=(const RecordQueue&) = delete;
  ~RecordQueue();

  // Any thread; never blocks for longer than moving the record in.
  void push(std::unique_ptr<CallRecord> record);

  // How many records were dropped so far.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  // Waits until everything pushed before has been observed. For tests and orderly ends.
  void flush();

 private:
  void run();

  const std::size_t capacity_;
  const std::vector<CallObserver*> observers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::vector<std::unique_ptr<CallRecord>> queue_;
  bool asleep_ = false;   // waits for a wake-up, without a time limit
  bool hurried_ = false;  // flush() or the end wants no nap
  bool busy_ = false;
  bool stopping_ = false;
  std::atomic<std::uint64_t> dropped_{0};
  std::thread thread_;
};

}  // namespace abv::record
