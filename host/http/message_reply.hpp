#pragma once

#include <string>
#include <string_view>

#include "host/http/frame_stream.hpp"
#include "host/lane/client_request.hpp"
#include "host/net/sse.hpp"

namespace abv::http {

// Sends the answer of one call as messages: the data of each server-sent event is one, and an
// answer that is no stream is an error:
//   {"type":"error","status":429,"headers":{"retry-after":"2"},"error":{…}}
// with the member `error` of the answer's body. One thread.
class MessageReply final : public lane::AnswerSink {
 public:
  // `lane_member` and `lane` go into every message, unless `lane` is empty. `lane` is JSON text.
  // All outlive the reply.
  MessageReply(FrameStream& frames, std::string_view lane_member, std::string_view lane);

  // The client knows that the answer is over.
  bool is_settled() const { return is_settled_; }

  // AnswerSink
  void begin(int status) override;
  void header(std::string_view name, std::string_view value) override;
  Result<void> write(std::string_view bytes, bool is_last) override;
  void fail(int status, std::string_view error) override;
  void settle() override { is_settled_ = true; }

 private:
  Result<void> send_data(std::string_view data);
  Result<void> send_error(int status, std::string_view body);

  FrameStream& frames_;
  std::string lane_;  // as a member of an object, with the comma behind it
  int status_ = 0;
  bool is_stream_ = false;
  bool is_settled_ = false;
  std::string retry_after_;
  std::string body_;  // of an answer that is no stream
  net::EventSplitter events_;
};

}  // namespace abv::http
