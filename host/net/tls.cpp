#include "host/net/tls.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "host/net/tls_layer.hpp"

namespace abv::net {
namespace {

constexpr std::size_t kMaxSessions = 64;
constexpr std::size_t kReadAhead = std::size_t{32} * 1024;

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown TLS error";
}

TlsLayer& layer_of(BIO* bio) {
  return *static_cast<TlsLayer*>(BIO_get_data(bio));
}

int bio_read(BIO* bio, char* buffer, int size) {
  BIO_clear_retry_flags(bio);
  const int got = layer_of(bio).receive(buffer, size);
  if (got < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
  return got;
}

int bio_write(BIO* bio, const char* buffer, int size) {
  BIO_clear_retry_flags(bio);
  const int sent = layer_of(bio).send(buffer, size);
  if (sent < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
  return sent;
}

long bio_control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_bio_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "abv wire");
  BIO_meth_set_read(method, bio_read);
  BIO_meth_set_write(method, bio_write);
  BIO_meth_set_ctrl(method, bio_control);
  return method;
}

// Lives as long as the process, like OpenSSL's own methods.
const BIO_METHOD* bio_method() {
  static const BIO_METHOD* const method = make_bio_method();
  return method;
}

bool is_ip_address(const std::string& host) {
  unsigned char address[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address) == 1;
}

int on_new_session(SSL* ssl, SSL_SESSION* session) {
  return static_cast<TlsLayer*>(SSL_get_app_data(ssl))->keep_session(session);
}

}  // namespace

struct TlsClient::State {
  using Session = std::unique_ptr<SSL_SESSION, FreeSession>;

  std::unique_ptr<SSL_CTX, FreeContext> context;
  std::mutex mutex;
  std::vector<std::pair<std::string, Session>> sessions;  // the oldest first

  void keep(const std::string& key, SSL_SESSION* session) {
    const std::lock_guard lock(mutex);
    std::erase_if(sessions, [&](const auto& entry) { return entry.first == key; });
    if (sessions.size() >= kMaxSessions) {
      sessions.erase(sessions.begin());
    }
    sessions.emplace_back(key, Session(session));
  }

  void resume(const std::string& key, SSL* ssl) {
    const std::lock_guard lock(mutex);
    for (const auto& [name, session] : sessions) {
      if (name == key) SSL_set_session(ssl, session.get());
    }
  }
};

TlsClient::TlsClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsClient::~TlsClient() = default;

Result<std::unique_ptr<TlsClient>> TlsClient::make(const std::string& ca_file) {
  auto state = std::make_unique<State>();
  ERR_clear_error();
  state->context.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const context = state->context.get();
  if (context == nullptr) {
    return Error{Error::Code::kInternal, "TLS cannot be set up: " + openssl_reason()};
  }
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  // Read ahead so that one system call fetches all records that have arrived.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, kReadAhead);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context, on_new_session);
  static constexpr unsigned char kProtocols[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context, kProtocols, sizeof kProtocols - 1);

  const bool loaded = ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context) == 1
                          : SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) == 1;
  if (!loaded) {
    const std::string which = ca_file.empty() ? "the system's" : "`" + ca_file + "`";
    return Error{Error::Code::kInvalid,
                 "CA certificates cannot be loaded from " + which + ": " + openssl_reason()};
  }
  return std::unique_ptr<TlsClient>(new TlsClient(std::move(state)));
}

TlsLayer::TlsLayer(TlsClient& client, Wire& wire, const TlsPeer& peer)
    : client_(client), wire_(wire), session_key_(peer.session_key) {
  ssl_.reset(SSL_new(client.state_->context.get()));
  BIO* const bio = ssl_ != nullptr ? BIO_new(bio_method()) : nullptr;
  if (bio == nullptr) {
    setup_error_ = openssl_reason();
    return;
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);

  const bool is_address = is_ip_address(peer.host);
  SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool will_check =
      is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), peer.host.c_str()) == 1
                 : SSL_set1_host(ssl_.get(), peer.host.c_str()) == 1;
  if (!will_check) {
    setup_error_ = "the host name cannot be checked";
    return;
  }
  if (!is_address) {
    // SSL_set_tlsext_host_name is a macro with C casts.
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(peer.host.c_str()));
  }
  client_.state_->resume(session_key_, ssl_.get());
}

TlsLayer::~TlsLayer() {
  if (ssl_ == nullptr || !SSL_is_init_finished(ssl_.get()) || broken_) {
    return;
  }
  ERR_clear_error();
  waiting_ = Waiting::kNoWait;
  // Besides being polite: without it OpenSSL would not resume the session.
  SSL_shutdown(ssl_.get());
}

// During a handshake under a limit: what is left of it becomes the limit of the next system call.
bool TlsLayer::start_clock() {
  if (handshake_end_.count() == 0) {
    return true;
  }
  const Nanos left = handshake_end_ - SystemClock().now();
  if (left.count() <= 0) {
    return false;
  }
  wire_.set_read_timeout(left);
  wire_.set_write_timeout(left);
  return true;
}

int TlsLayer::receive(char* buffer, int size) {
  if (waiting_ == Waiting::kNoCall || !start_clock()) {
    errno = EAGAIN;
    return -1;
  }
  const auto room = static_cast<std::size_t>(size);
  const ssize_t got =
      waiting_ == Waiting::kBlock ? wire_.receive(buffer, room) : wire_.receive_now(buffer, room);
  errno_ = got < 0 ? errno : 0;
  ended_ = got == 0;
  return static_cast<int>(got);
}

int TlsLayer::send(const char* buffer, int size) {
  if (!start_clock()) {
    errno = EAGAIN;
    return -1;
  }
  const iovec piece{const_cast<char*>(buffer), static_cast<std::size_t>(size)};
  const ssize_t sent =
      waiting_ == Waiting::kBlock ? wire_.send(&piece, 1) : wire_.send_now(&piece, 1);
  errno_ = sent < 0 ? errno : 0;
  return static_cast<int>(sent);
}

int TlsLayer::keep_session(SSL_SESSION* session) {
  client_.state_->keep(session_key_, session);
  return 1;
}

Error TlsLayer::failure(const char* doing, int result) {
  const int kind = SSL_get_error(ssl_.get(), result);
  if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
    return {Error::Code::kTimeout, std::string(doing) + " timed out"};
  }
  broken_ = true;
  const std::string why = ended_                  ? "the connection was closed"
                          : kind == SSL_ERROR_SSL ? openssl_reason()
                          : errno_ != 0           ? std::generic_category().message(errno_)
                                                  : "the connection was closed";
  return {Error::Code::kIo, std::string(doing) + " failed: " + why};
}

Result<void> TlsLayer::handshake(Nanos limit) {
  if (!setup_error_.empty()) {
    return Error{Error::Code::kInternal, "TLS cannot be set up: " + setup_error_};
  }
  handshake_end_ = limit.count() == 0 ? Nanos{0} : SystemClock().now() + limit;
  ERR_clear_error();
  const int result = SSL_connect(ssl_.get());
  handshake_end_ = Nanos{0};
  if (result == 1) {
    return {};
  }
  const long verified = SSL_get_verify_result(ssl_.get());
  Error error = failure("TLS handshake", result);
  if (verified != X509_V_OK) {
    return Error{Error::Code::kDenied, X509_verify_cert_error_string(verified)};
  }
  return error;
}

Result<std::size_t> TlsLayer::read_some(char* buffer, std::size_t size) {
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), buffer, size, &got);
  if (result != 1) {
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
    return failure("TLS read", result);
  }
  // The records that came with the first one. An error shows again at the next read.
  waiting_ = Waiting::kNoCall;
  std::size_t more = 0;
  while (got < size && SSL_has_pending(ssl_.get()) == 1 &&
         SSL_read_ex(ssl_.get(), buffer + got, size - got, &more) == 1) {
    got += more;
  }
  waiting_ = Waiting::kBlock;
  return got;
}

Result<void> TlsLayer::write_piece(std::string_view piece) {
  ERR_clear_error();
  std::size_t sent = 0;
  const int result = SSL_write_ex(ssl_.get(), piece.data(), piece.size(), &sent);
  if (result == 1) {
    return {};
  }
  Error error = failure("TLS write", result);
  broken_ = true;  // the rest of a record is missing
  return error;
}

Result<void> TlsLayer::write_all(std::span<const std::string_view> pieces) {
  return joiner_.join(pieces, [this](std::string_view piece) { return write_piece(piece); });
}

void TlsLayer::set_timeouts(Nanos read, Nanos write) {
  wire_.set_read_timeout(read);
  wire_.set_write_timeout(write);
}

bool TlsLayer::has_pending() {
  return SSL_pending(ssl_.get()) > 0;
}

bool TlsLayer::is_quiet() {
  // Something may have arrived that is not content, such as a session ticket, so OpenSSL has to
  // look.
  ERR_clear_error();
  char byte = 0;
  std::size_t got = 0;
  waiting_ = Waiting::kNoWait;
  const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &got);
  waiting_ = Waiting::kBlock;
  return result != 1 && SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ;
}

}  // namespace abv::net
