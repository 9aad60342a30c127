#include "tests/bench/load/upstream_view.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <string_view>

#include "tests/bench/wire/arguments.hpp"
#include "tests/bench/wire/http_parse.hpp"
#include "tests/bench/wire/program.hpp"

namespace abv::bench {
namespace {

constexpr int kWaitMs = 5000;
constexpr std::string_view kRequest =
    "GET /bench/stats HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n";

bool wait_for(const Fd& socket, short events) {
  pollfd entry{socket.get(), events, 0};
  return poll(&entry, 1, kWaitMs) == 1;
}

// The whole reply; the upstream closes after it, as asked.
std::string fetch(const Endpoint& upstream) {
  const Fd socket = connect_to(upstream, 0);
  if (!socket.is_open() || !wait_for(socket, POLLOUT) || socket_error(socket) != 0) {
    die("--upstream: no connection");
  }
  if (send(socket.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 0) {
    die_errno("--upstream: send");
  }
  std::string reply;
  std::array<char, std::size_t{16} * 1024> buffer{};
  while (true) {
    if (!wait_for(socket, POLLIN)) die("--upstream: no answer");
    const ssize_t count = recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) die_errno("--upstream: recv");
    if (count == 0) return reply;
    reply.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// The text between `before` and the next `end`, cut off the front of `rest` together with what is
// before it; empty when it is not there. Enough to read JSON that the same kit wrote.
std::string_view cut_between(std::string_view& rest, std::string_view before, char end) {
  const std::size_t at = rest.find(before);
  if (at == std::string_view::npos) return {};
  rest.remove_prefix(at + before.size());
  const std::string_view text = rest.substr(0, rest.find(end));
  rest.remove_prefix(text.size());
  return text;
}

}  // namespace

UpstreamView look_at_upstream(const Endpoint& upstream) {
  const std::string reply = fetch(upstream);
  std::string_view rest = std::string_view(reply).substr(head_length(reply));
  UpstreamView view;
  view.bytes_sent = parse_number(cut_between(rest, "\"bytes_sent\":", ',')).value_or(0);
  while (true) {
    const std::string_view id = cut_between(rest, "\"id\":\"", '"');
    if (id.empty()) return view;
    const auto at = parse_number(cut_between(rest, "\"at_ns\":", ','));
    view.early_closes[std::string(id)] = static_cast<Nanos>(at.value_or(0));
  }
}

}  // namespace abv::bench
