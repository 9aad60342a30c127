#pragma once

#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/net/abort_handle.hpp"
#include "host/net/wire.hpp"

namespace abv::net {

class SecureLayer;
class TlsClient;
struct TlsPeer;

// One connected byte stream, plain or TLS, towards a client or an upstream.
//
// One thread uses it at a time; only its AbortHandle is for others. On a plain connection one may
// read while another writes. It blocks. A plain read is one
// recv, a plain write of any number of pieces is one sendmsg. Errors: kTimeout, kCancelled
// (aborted), kIo; they name what failed, and the caller adds the peer.
class Stream {
 public:
  Stream();

  // A client's connection: shares the socket with Poco, plain or SecureStreamSocket. Closing the
  // stream lets go of the socket and leaves it open. TCP_NODELAY is left as it is: Poco's TCPServer
  // has set it.
  explicit Stream(const Poco::Net::StreamSocket& socket);

  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  // Takes over a connected, blocking socket, sets TCP_NODELAY and closes what was open before.
  void open(int fd);

  // Starts TLS as the client. `limit` holds for the whole handshake; 0 is without limit. kDenied
  // when the certificate was not accepted.
  Result<void> start_tls(TlsClient& client, const TlsPeer& peer, Nanos limit);

  // Reads what has arrived, waiting for the first byte. 0 is the clean end. On TLS an end without
  // the closing alert is kIo.
  Result<std::size_t> read_some(char* buffer, std::size_t size);

  // Writes all pieces. On TLS small pieces are joined into one record.
  Result<void> write_all(std::span<const std::string_view> pieces);
  Result<void> write_all(std::string_view bytes) { return write_all(std::span(&bytes, 1)); }

  // Like write_all, but gives up when the socket is full and the peer has already sent a final
  // answer of 300 or above: then false. TLS: like write_all.
  Result<bool> write_unless_refused(std::span<const std::string_view> pieces);

  // The longest time that one read waits, and that a write makes no progress; 0 is without limit.
  // They cost a system call only when the kernel has to be told.
  void set_read_timeout(Nanos timeout);
  void set_write_timeout(Nanos timeout);

  // Tells what the kernel's limits of an adopted socket are known to be (0: none), so that an equal
  // set_…_timeout costs nothing. Without it they count as unknown.
  void assume_timeouts(Nanos read, Nanos write);

  // False when an idle stream was closed by the peer, or the peer has sent what nobody asked for.
  // One system call; never waits.
  bool is_quiet();

  // True when read_some has bytes that the socket's descriptor does not show as readable, since TLS
  // has taken them already.
  bool has_pending();

  // False when the handle was aborted before; then nothing is bound.
  bool bind(AbortHandle& abort);

  // False when it was aborted.
  bool unbind();

  void close();
  bool is_open() const { return wire_.fd() >= 0; }
  bool is_secure() const { return secure_ != nullptr; }
  int fd() const { return wire_.fd(); }

 private:
  bool aborted() const { return abort_ != nullptr && abort_->aborted(); }
  Error failure(const char* doing, int error) const;
  Result<bool> write_plain(std::span<const std::string_view> pieces, bool heed_refusal);
  Result<bool> wait_for_room() const;

  Wire wire_;
  bool owns_ = false;
  std::optional<Poco::Net::StreamSocket> socket_;  // keeps an adopted connection's descriptor
  std::unique_ptr<SecureLayer> secure_;
  AbortHandle* abort_ = nullptr;
};

}  // namespace abv::net
