#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abv/ext/stored_answers.h"
#include "host/lane/call.hpp"
#include "host/lane/stored_answers.hpp"
#include "host/plugin/dialect.hpp"

namespace abv::lane {

// What one call reads of the answers that the host keeps, and what it leaves there:
// abv.call.stored-answers/1 for the client's dialect while it reads the request, and a copy of the
// answer, made of the events that the client's encoder gets. The call's thread.
class CallAnswers {
 public:
  // Halves of answers, so that a conversation may be half as many turns long.
  static constexpr std::size_t kMostReads = 10'000;

  // All outlive this. `store` is null when nothing is kept; then nothing is found either. The call
  // may read `most_bytes`, as many as it might have sent.
  CallAnswers(StoredAnswers* store, Call& call, std::uint64_t most_bytes);
  CallAnswers(const CallAnswers&) = delete;
  CallAnswers& operator=(const CallAnswers&) = delete;

  // The extension of the call. Valid as long as this.
  const abv_stored_answers* table() const { return &table_; }

  // Ids that are not kept here may be those of the upstream.
  void let_upstream_know() { table_.flags |= ABV_STORED_UPSTREAM; }

  // The dialect has asked for the answer to be kept.
  bool is_keeping() const { return !id_.empty(); }

  // The answer begins; `params` are those of the client's encoder.
  void open(const plugin::Dialect& client, plugin::CodecParams params);

  // An event that the client's encoder took.
  void see(const abv_event& event);

  // The answer is complete, or has failed with an ERROR event: keeps it. To be called before the
  // client has its end, because it may come back at once.
  void keep();

 private:
  static abv_status find(void* ctx, abv_str id, std::int32_t half, const abv_writer* out) noexcept;
  static abv_status remove(void* ctx, abv_str id) noexcept;
  static abv_status keep_request(void* ctx, abv_str request) noexcept;

  void give_up(std::string why);

  StoredAnswers* store_;
  Call& call_;
  const std::string owner_;
  std::uint64_t bytes_left_;
  std::size_t reads_left_ = kMostReads;
  abv_stored_answers table_{};
  std::string id_;       // of this call's answer, when it is to be kept
  std::string request_;  // its first half
  std::string answer_;   // its second, as far as it is written
  plugin::Encoder encoder_;
};

}  // namespace abv::lane
