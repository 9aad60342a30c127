#include "host/upstream/connector.hpp"

#include <Poco/Base64Encoder.h>
#include <Poco/URI.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <sstream>
#include <system_error>
#include <utility>

namespace abv::upstream {
namespace {

using std::chrono::milliseconds;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// Blocks, and cannot be aborted: the resolver's own limits apply.
Result<Addresses> look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (failed != 0) {
    return Error{Error::Code::kIo, "looking up " + host + " failed: " + ::gai_strerror(failed)};
  }
  return Addresses(list);
}

std::string base64(const std::string& text) {
  std::ostringstream out;
  Poco::Base64Encoder encoder(out);
  encoder.rdbuf()->setLineLength(0);
  encoder << text;
  encoder.close();
  return out.str();
}

int poll_millis(Nanos limit) {
  if (limit == Nanos::max()) {
    return -1;
  }
  const auto millis = std::chrono::ceil<milliseconds>(limit).count();
  return static_cast<int>(std::clamp<std::int64_t>(millis, 0, 1 << 30));
}

// A socket that is closed unless it is let go.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int let_go() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// Waits for a non-blocking connect: 0 when it is there, otherwise an errno.
int await_connect(int fd, Nanos limit) {
  pollfd entry{fd, POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&entry, 1, poll_millis(limit));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) {
    return ready == 0 ? ETIMEDOUT : errno;
  }
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

// One connect() with its deadline.
struct Connector::Attempt {
  const Clock& clock;
  const net::Url& target;
  std::unique_ptr<Connection> connection;
  Nanos limit;     // as set, for messages
  Nanos deadline;  // Nanos::max() for none
  const char* limit_name;

  bool has_deadline() const { return deadline != Nanos::max(); }
  Nanos left() const { return has_deadline() ? deadline - clock.now() : Nanos::max(); }

  // As a stream takes it: 0 is without limit.
  Nanos stream_limit() const { return has_deadline() ? std::max(left(), Nanos{1}) : Nanos{0}; }

  std::string where() const { return net::host_and_port(target.host, target.port); }

  Error timed_out(const std::string& doing) const {
    return {Error::Code::kTimeout,
            doing + " took longer than " + in_words(limit) + " (" + limit_name + ")"};
  }
};

std::string in_words(Nanos time) {
  const auto millis = std::chrono::duration_cast<milliseconds>(time).count();
  return millis % 1000 == 0 ? std::to_string(millis / 1000) + " s" : std::to_string(millis) + " ms";
}

Result<Proxy> parse_proxy(const Secret& text) {
  Proxy proxy;
  if (text.empty()) {
    return proxy;
  }
  const std::string_view whole = text.reveal();
  constexpr std::string_view kScheme = "http://";
  if (!whole.starts_with(kScheme)) {
    return Error{Error::Code::kInvalid, "proxy: expected an http:// URL"};
  }
  const std::string_view rest = whole.substr(kScheme.size());
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::size_t at = authority.rfind('@');
  const std::size_t host_start = at == std::string_view::npos ? 0 : at + 1;
  const std::string address = std::string(kScheme).append(authority.substr(host_start));
  auto url = net::parse_url(address);
  if (!url) {
    return Error{Error::Code::kInvalid, "proxy: " + url.error().message};
  }
  proxy.host = url->host;
  proxy.port = url->port;
  if (at == std::string_view::npos) {
    return proxy;
  }
  try {
    std::string user;
    Poco::URI::decode(std::string(authority.substr(0, at)), user);
    proxy.authorization = Secret("Basic " + base64(user));
  } catch (const std::exception&) {
    return Error{Error::Code::kInvalid, "proxy: user name or password is not percent-encoded"};
  }
  return proxy;
}

Result<std::unique_ptr<Connector>> Connector::make(const Settings& settings, const Clock& clock) {
  std::unique_ptr<Connector> connector(new Connector(settings, clock));
  auto proxy = parse_proxy(settings.proxy);
  if (!proxy) {
    return std::move(proxy.error());
  }
  connector->proxy_ = std::move(*proxy);
  // A CA file that cannot be used is a fault of the configuration, to be told at once. The system's
  // authorities take a while to load, which providers without TLS are spared.
  if (!settings.ca_file.empty()) {
    if (auto client = connector->tls(); !client) return std::move(client.error());
  }
  return connector;
}

Result<net::TlsClient*> Connector::tls() {
  const std::lock_guard lock(tls_mutex_);
  if (tls_ == nullptr) {
    auto made = net::TlsClient::make(settings_.ca_file);
    if (!made) return std::move(made.error());
    tls_ = std::move(*made);
  }
  return tls_.get();
}

Result<std::unique_ptr<Connection>> Connector::connect(const net::Url& target, Nanos deadline,
                                                       net::AbortHandle& abort) {
  const Nanos limit = settings_.timeouts.connect;
  const bool has_limit = limit.count() != 0;
  const Nanos own_end = has_limit ? clock_.now() + limit : Nanos::max();
  const bool is_total = deadline < own_end;
  Attempt attempt{clock_,
                  target,
                  std::make_unique<Connection>(target),
                  is_total ? settings_.timeouts.total : limit,
                  std::min(deadline, own_end),
                  is_total ? "timeouts.total" : "timeouts.connect"};

  if (auto done = connect_tcp(attempt, abort); !done) return std::move(done.error());
  if (!proxy_.host.empty() && target.is_https()) {
    if (auto done = open_tunnel(attempt); !done) return std::move(done.error());
  }
  if (target.is_https()) {
    if (auto done = start_tls(attempt); !done) return std::move(done.error());
  }
  return std::move(attempt.connection);
}

Result<void> Connector::connect_tcp(Attempt& attempt, net::AbortHandle& abort) {
  const bool is_proxied = !proxy_.host.empty();
  const std::string host = is_proxied ? proxy_.host : std::string(attempt.target.host);
  const std::uint16_t port = is_proxied ? proxy_.port : attempt.target.port;
  const std::string doing =
      (is_proxied ? "connect to proxy " : "connect to ") + net::host_and_port(host, port);
  auto addresses = look_up(host, port);
  if (!addresses) {
    return std::move(addresses.error());
  }
  std::string why = "no address";
  for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next) {
    const Nanos left = attempt.left();
    if (left.count() <= 0) {
      return attempt.timed_out(doing);
    }
    // An address that does not answer may use up half of the time, and the last one all of it.
    const bool has_more = at->ai_next != nullptr && attempt.has_deadline();
    auto fd = try_address(*at, has_more ? left / 2 : left, abort);
    if (fd) {
      attempt.connection->stream.open(*fd);
      if (attempt.connection->stream.bind(abort)) return {};
    }
    if (abort.aborted()) {
      return Error{Error::Code::kCancelled, doing + " was aborted"};
    }
    if (fd.error().code == Error::Code::kTimeout && at->ai_next == nullptr) {
      return attempt.timed_out(doing);
    }
    why = fd.error().message;
  }
  return Error{Error::Code::kIo, doing + " failed: " + why};
}

// The message of an error is only the reason.
Result<int> Connector::try_address(const addrinfo& address, Nanos limit,
                                   net::AbortHandle& abort) const {
  const int type = address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
  Socket socket(::socket(address.ai_family, type, address.ai_protocol));
  int error = socket.get() < 0 ? errno : 0;
  if (error == 0 && ::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
    error = errno;
  }
  if (error == EINPROGRESS || error == EINTR) {
    if (!abort.attach(socket.get())) {
      return Error{Error::Code::kCancelled, "aborted"};
    }
    error = await_connect(socket.get(), limit);
    if (!abort.detach()) {
      return Error{Error::Code::kCancelled, "aborted"};
    }
  }
  if (error != 0) {
    const auto code = error == ETIMEDOUT ? Error::Code::kTimeout : Error::Code::kIo;
    return Error{code, std::generic_category().message(error)};
  }
  const int flags = ::fcntl(socket.get(), F_GETFL);
  ::fcntl(socket.get(), F_SETFL, flags & ~O_NONBLOCK);
  return socket.let_go();
}

Result<void> Connector::open_tunnel(Attempt& attempt) {
  Connection& connection = *attempt.connection;
  const std::string proxy = net::host_and_port(proxy_.host, proxy_.port);
  const std::string doing = "CONNECT to " + attempt.where() + " through proxy " + proxy;
  std::string request = "CONNECT " + attempt.where() + " HTTP/1.1\r\nhost: " + attempt.where();
  if (!proxy_.authorization.empty()) {
    request.append("\r\nproxy-authorization: ").append(proxy_.authorization.reveal());
  }
  request += "\r\n\r\n";
  const auto explain = [&](const Error& error) {
    return error.code == Error::Code::kTimeout ? attempt.timed_out(doing)
                                               : Error{error.code, doing + ": " + error.message};
  };
  connection.stream.set_write_timeout(attempt.stream_limit());
  if (auto sent = connection.stream.write_all(request); !sent) return explain(sent.error());

  net::HeadParser& parser = connection.parser;
  parser.reset(true);
  while (!parser.done()) {
    if (attempt.left().count() <= 0) {
      return attempt.timed_out(doing);
    }
    connection.stream.set_read_timeout(attempt.stream_limit());
    // Byte by byte would be safe without a buffer; but what comes after the head is TLS, in which
    // the client speaks first, so that anything more is a fault.
    auto got = connection.stream.read_some(connection.buffer.get(), Connection::kBufferSize);
    if (!got) return explain(got.error());
    if (*got == 0) return Error{Error::Code::kIo, doing + ": the proxy closed the connection"};
    auto taken = parser.feed({connection.buffer.get(), *got});
    if (!taken) return explain(taken.error());
    if (*taken != *got) return Error{Error::Code::kInvalid, doing + ": bytes after the answer"};
  }
  const net::ResponseHead& head = parser.head();
  if (head.status / 100 != 2) {
    return Error{Error::Code::kIo, doing + " was refused: " + std::to_string(head.status) + " " +
                                       std::string(head.reason)};
  }
  return {};
}

Result<void> Connector::start_tls(Attempt& attempt) {
  auto client = tls();
  if (!client) {
    return std::move(client.error());
  }
  const std::string where = attempt.where();
  const net::TlsPeer peer{std::string(attempt.target.host), where};
  auto done = attempt.connection->stream.start_tls(**client, peer, attempt.stream_limit());
  if (done) {
    return {};
  }
  switch (done.error().code) {
    case Error::Code::kTimeout:
      return attempt.timed_out("TLS handshake with " + where);
    case Error::Code::kDenied:
      return Error{Error::Code::kDenied,
                   "TLS certificate of " + where + " was not accepted: " + done.error().message};
    default:
      return Error{done.error().code, "connect to " + where + ": " + done.error().message};
  }
}

}  // namespace abv::upstream
