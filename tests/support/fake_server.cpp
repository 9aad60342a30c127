#include "tests/support/fake_server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "host/net/http1.hpp"

namespace abv::test {
namespace {

constexpr std::size_t kBufferSize = std::size_t{64} * 1024;

Poco::Net::SocketAddress any_port() {
  return {"127.0.0.1", 0};
}

std::unique_ptr<Poco::Net::ServerSocket> plain_listener() {
  return std::make_unique<Poco::Net::ServerSocket>(any_port());
}

std::unique_ptr<Poco::Net::ServerSocket> tls_listener(const TestCerts& certs) {
  // OpenSSL under Poco writes without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  Poco::Net::initializeSSL();
  Poco::Net::Context::Ptr context(new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE,
                                                         certs.key_file(), certs.cert_file(), "",
                                                         Poco::Net::Context::VERIFY_NONE));
  context->enableSessionCache(true, "fake server");
  return std::make_unique<Poco::Net::SecureServerSocket>(any_port(), 64, context);
}

std::string_view next_word(std::string_view& text, std::string_view separator) {
  const std::size_t end = text.find(separator);
  const std::string_view word = text.substr(0, end);
  text = end == std::string_view::npos ? "" : text.substr(end + separator.size());
  return word;
}

// Copies what arrives at `from` to `to`, until either closes.
void pump(net::Stream& from, net::Stream& to) {
  std::array<char, 4096> buffer;
  for (;;) {
    const auto got = from.read_some(buffer.data(), buffer.size());
    if (!got || *got == 0 || !to.write_all(std::string_view(buffer.data(), *got))) break;
  }
  ::shutdown(from.fd(), SHUT_RDWR);
  ::shutdown(to.fd(), SHUT_RDWR);
}

}  // namespace

std::string FakeRequest::header(std::string_view name) const {
  std::string_view rest = head;
  next_word(rest, "\r\n");
  while (!rest.empty()) {
    std::string_view value = next_word(rest, "\r\n");
    if (net::equal_ignoring_case(next_word(value, ":"), name)) {
      return std::string(value.substr(std::min(value.find_first_not_of(' '), value.size())));
    }
  }
  return "";
}

void FakeConnection::send(std::string_view bytes) {
  if (!stream_.write_all(bytes)) closed_ = true;
}

void FakeConnection::send_pieces(const std::vector<std::string>& pieces) {
  for (const std::string& piece : pieces)
    send(piece);
}

void FakeConnection::stall() {
  server_.stall();
}

std::string FakeConnection::read_until_closed() {
  while (read_more()) {
  }
  closed_ = true;
  return std::exchange(unread_, "");
}

void FakeConnection::close() {
  closed_ = true;
  // Poco's shutdown of a TLS socket sends the closing alert.
  try {
    socket_.shutdown();
  } catch (const Poco::Exception&) {
    // The peer was faster.
  }
}

void FakeConnection::reset() {
  closed_ = true;
  socket_.setLinger(true, 0);
  // Otherwise Poco would send TLS's closing alert.
  if (stream_.is_secure()) ::shutdown(stream_.fd(), SHUT_WR);
  stream_.close();
  socket_.close();
}

void FakeConnection::tunnel_to(std::uint16_t port) {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port));
  net::Stream target(socket);
  std::thread back([&] { pump(target, stream_); });
  pump(stream_, target);
  back.join();
  closed_ = true;
}

bool FakeConnection::read_more() {
  const std::size_t old = unread_.size();
  unread_.resize(old + kBufferSize);
  const auto got = stream_.read_some(unread_.data() + old, kBufferSize);
  unread_.resize(old + (got ? *got : 0));
  return unread_.size() > old;
}

std::optional<FakeRequest> FakeConnection::read_request() {
  std::size_t head_end = 0;
  while ((head_end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  FakeRequest request;
  request.head = unread_.substr(0, head_end + 4);
  std::string_view line = request.head;
  request.method = next_word(line, " ");
  request.target = next_word(line, " ");
  std::size_t size = request.head.size();
  if (net::equal_ignoring_case(request.header("transfer-encoding"), "chunked")) {
    net::ChunkedDecoder decoder;
    for (;;) {
      std::string bytes = unread_.substr(size);
      const auto content = decoder.decode(bytes);
      if (!content) return std::nullopt;
      request.body += *content;
      size = unread_.size() - decoder.unused();
      if (decoder.done()) break;
      if (!read_more()) return std::nullopt;
    }
  } else {
    const std::size_t length = std::strtoull(request.header("content-length").c_str(), nullptr, 10);
    while (unread_.size() < size + length) {
      if (!read_more()) return std::nullopt;
    }
    request.body = unread_.substr(size, length);
    size += length;
  }
  request.raw = unread_.substr(0, size);
  unread_.erase(0, size);
  return request;
}

FakeServer::FakeServer(Handler handler)
    : FakeServer(nullptr, std::move(handler), plain_listener(), false) {}

FakeServer::FakeServer(Handler handler, const TestCerts& certs)
    : FakeServer(nullptr, std::move(handler), tls_listener(certs), true) {}

FakeServer::FakeServer(Greeting greeting, Handler handler)
    : FakeServer(std::move(greeting), std::move(handler), plain_listener(), false) {}

FakeServer::FakeServer(Greeting greeting, Handler handler,
                       std::unique_ptr<Poco::Net::ServerSocket> listener, bool is_tls)
    : greeting_(std::move(greeting)),
      handler_(std::move(handler)),
      listener_(std::move(listener)),
      is_tls_(is_tls),
      port_(listener_->address().port()),
      acceptor_([this] { accept_all(); }) {}

FakeServer::~FakeServer() {
  release();
  ::shutdown(listener_->impl()->sockfd(), SHUT_RDWR);
  acceptor_.join();
  for (FakeConnection& connection : connections_)
    connection.abort_.abort();
  for (std::thread& thread : threads_)
    thread.join();
}

FakeConnection* FakeServer::accept_one() {
  try {
    const Poco::Net::StreamSocket socket = listener_->acceptConnection();
    const std::lock_guard lock(mutex_);
    FakeConnection& connection = connections_.emplace_back(*this, socket);
    connection.index_ = connections_.size() - 1;
    return &connection;
  } catch (const Poco::Exception&) {
    return nullptr;
  }
}

// The thread starts after accept_one's own socket object is gone: sanitizers cannot see how Poco
// counts the references to what both would share.
void FakeServer::accept_all() {
  while (FakeConnection* const connection = accept_one()) {
    threads_.emplace_back([this, connection] { serve(*connection); });
  }
}

void FakeServer::serve(FakeConnection& connection) {
  if (greeting_) greeting_(connection);
  bool is_first = true;
  while (!connection.closed_) {
    auto request = connection.read_request();
    if (!request) break;
    {
      const std::lock_guard lock(mutex_);
      if (is_tls_ && is_first &&
          Poco::Net::SecureStreamSocket(connection.socket_).sessionWasReused()) {
        ++resumptions_;
      }
      is_first = false;
      requests_.push_back(*request);
      changed_.notify_all();
    }
    handler_(connection, *request);
  }
  connection.stream_.close();
  connection.socket_ = Poco::Net::StreamSocket();
  const std::lock_guard lock(mutex_);
  ++closed_;
  changed_.notify_all();
}

std::string FakeServer::url(std::string_view path) const {
  std::string url = is_tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:";
  return url.append(std::to_string(port_)).append(path);
}

std::vector<FakeRequest> FakeServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t FakeServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

std::size_t FakeServer::resumptions() const {
  const std::lock_guard lock(mutex_);
  return resumptions_;
}

void FakeServer::wait_for_requests(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return requests_.size() >= count; });
}

void FakeServer::wait_for_closed(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ >= count; });
}

void FakeServer::release() {
  const std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

void FakeServer::stall() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return released_; });
}

std::string answer(int status, std::string_view content_type, std::string_view body) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\ncontent-type: ";
  text.append(content_type).append("\r\ncontent-length: ").append(std::to_string(body.size()));
  return text.append("\r\n\r\n").append(body);
}

std::string json_answer(std::string_view body, int status) {
  return answer(status, "application/json", body);
}

std::string sse_head() {
  return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
}

std::string chunk(std::string_view content) {
  std::array<char, 20> size;
  const int digits = std::snprintf(size.data(), size.size(), "%zx", content.size());
  return std::string(size.data(), static_cast<std::size_t>(digits))
      .append("\r\n")
      .append(content)
      .append("\r\n");
}

std::string last_chunk() {
  return "0\r\n\r\n";
}

}  // namespace abv::test
