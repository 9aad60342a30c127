#include "host/lane/traffic.hpp"

namespace abv::lane {

Traffic::Entry::Entry(Traffic& traffic, Call& call) : traffic_(traffic), call_(call) {
  const std::lock_guard lock(traffic_.mutex_);
  traffic_.calls_.insert(&call_);
}

Traffic::Entry::~Entry() {
  traffic_.body_bytes_.fetch_sub(booked_, std::memory_order_relaxed);
  const std::lock_guard lock(traffic_.mutex_);
  traffic_.calls_.erase(&call_);
  if (traffic_.calls_.empty()) {
    traffic_.quiet_.notify_all();
  }
}

bool Traffic::Entry::book(std::uint64_t bytes, std::uint64_t limit) {
  booked_ += bytes;
  return traffic_.body_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit;
}

Traffic::Booking::~Booking() {
  if (traffic_) {
    traffic_->body_bytes_.fetch_sub(booked_, std::memory_order_relaxed);
  }
}

bool Traffic::Booking::cover(std::uint64_t bytes, std::uint64_t limit) {
  if (bytes <= booked_) {
    return true;
  }
  const std::uint64_t lacking = bytes - std::exchange(booked_, bytes);
  return traffic_->body_bytes_.fetch_add(lacking, std::memory_order_relaxed) + lacking <= limit;
}

std::size_t Traffic::count() const {
  const std::lock_guard lock(mutex_);
  return calls_.size();
}

void Traffic::cancel_all() {
  const std::lock_guard lock(mutex_);
  for (Call* call : calls_) {
    call->cancel();
  }
}

bool Traffic::wait_until_quiet(Nanos patience) {
  std::unique_lock lock(mutex_);
  return quiet_.wait_for(lock, patience, [this] { return calls_.empty(); });
}

}  // namespace abv::lane
