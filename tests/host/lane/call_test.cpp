#include "host/lane/call.hpp"

#include <cstring>
#include <string>
#include <thread>

#include "host/plugin/view.hpp"
#include "tests/host/lane/given_body.hpp"
#include "tests/host/lane/given_call.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::lane::Call;
using abv::lane::is_client_credential;
using abv::plugin::text;
using abv::plugin::view;
using abv::test::GivenCall;
using abv::test::HeaderList;
using abv::test::listed;
using abv::test::sealed;

std::string stripped_query(const std::string& query) {
  GivenCall call({}, query);
  call->strip_credentials();
  CHECK(text(call->table().query) == call->query());
  return std::string(call->query());
}

std::string header_list(const Call& call) {
  const abv_call& table = call.table();
  return listed({table.headers, table.headers + table.header_count});
}

abv_status try_id(const std::string& id) {
  GivenCall call;
  return call->edit().set_request_id(id);
}

}  // namespace

TEST_CASE("the client's credentials are taken out of the headers", "[lane][call]") {
  GivenCall call({{"Authorization", "Bearer sk-1"},
                  {"X-API-Key", "sk-2"},
                  {"x-goog-api-key", "sk-3"},
                  {"cookie", "session=4"},
                  {"Proxy-Authorization", "Basic 5"},
                  {"content-type", "application/json"},
                  {"x-api-keys", "kept"},
                  {"authorization-hint", "kept"}});

  call->strip_credentials();

  CHECK(header_list(*call) ==
        "content-type: application/json\nx-api-keys: kept\nauthorization-hint: kept\n");
  CHECK(listed(call->headers()) == header_list(*call));
}

TEST_CASE("before that, middlewares see the credentials", "[lane][call]") {
  GivenCall call({{"authorization", "Bearer sk-1"}}, "key=sk-2");

  CHECK(header_list(*call) == "authorization: Bearer sk-1\n");
  CHECK(text(call->table().query) == "key=sk-2");
}

TEST_CASE("credential headers are known in any case", "[lane][call]") {
  CHECK(is_client_credential("AUTHORIZATION"));
  CHECK(is_client_credential("Cookie"));
  CHECK_FALSE(is_client_credential(""));
  CHECK_FALSE(is_client_credential("set-cookie"));
}

TEST_CASE("the key is taken out of the query wherever it stands", "[lane][call]") {
  CHECK(stripped_query("key=sk") == "");
  CHECK(stripped_query("key=") == "");
  CHECK(stripped_query("key") == "");
  CHECK(stripped_query("key=a&alt=sse") == "alt=sse");
  CHECK(stripped_query("alt=sse&key=a") == "alt=sse");
  CHECK(stripped_query("a=1&key=x&b=2&key=y&c=3") == "a=1&b=2&c=3");
  CHECK(stripped_query("alt=sse&key=a=b==") == "alt=sse");
}

TEST_CASE("a key whose name is percent-encoded is still the key", "[lane][call]") {
  CHECK(stripped_query("%6bey=sk&a=1") == "a=1");
  CHECK(stripped_query("a=1&%6B%65%79=sk") == "a=1");
}

TEST_CASE("parameters with similar names are kept as they are", "[lane][call]") {
  CHECK(stripped_query("apikey=1&keys=2&key2=3&Key=4&monkey=5") ==
        "apikey=1&keys=2&key2=3&Key=4&monkey=5");
  CHECK(stripped_query("q=key=1&pageToken=key") == "q=key=1&pageToken=key");
  CHECK(stripped_query("a=%20b&c&d=%zz") == "a=%20b&c&d=%zz");
  CHECK(stripped_query("") == "");
}

TEST_CASE("a middleware replaces all headers of a name, in any case", "[lane][call]") {
  GivenCall call({{"X-Trace", "1"}, {"a", "b"}, {"x-trace", "2"}});

  CHECK(call->edit().set_header("x-TRACE", "3") == ABV_OK);

  CHECK(header_list(*call) == "a: b\nx-TRACE: 3\n");
  CHECK(call->edit().header("x-trace") == "3");
}

TEST_CASE("a header can be set from a view into itself", "[lane][call]") {
  GivenCall call(HeaderList{{"x-trace", "1"}});
  REQUIRE(call->edit().set_header("x-trace", "one two") == ABV_OK);

  REQUIRE(call->edit().set_header("x-trace", call->edit().header("x-trace").substr(4)) == ABV_OK);

  CHECK(header_list(*call) == "x-trace: two\n");
}

TEST_CASE("what was set outlives the middleware's own text", "[lane][call]") {
  GivenCall call;
  std::string value = "first";
  REQUIRE(call->edit().set_header("x-a", value) == ABV_OK);

  value = "-----";

  CHECK(header_list(*call) == "x-a: first\n");
}

TEST_CASE("a middleware removes all headers of a name", "[lane][call]") {
  GivenCall call({{"X-Trace", "1"}, {"a", "b"}, {"x-trace", "2"}});

  CHECK(call->edit().remove_header("x-trace") == ABV_OK);
  CHECK(call->edit().remove_header("absent") == ABV_OK);

  CHECK(header_list(*call) == "a: b\n");
  CHECK(call->edit().header("x-trace").empty());
}

TEST_CASE("framing and host are not a middleware's to set", "[lane][call]") {
  GivenCall call(HeaderList{{"content-length", "3"}});

  CHECK(call->edit().set_header("Content-Length", "5") == ABV_E_DENIED);
  CHECK(call->edit().set_header("transfer-encoding", "chunked") == ABV_E_DENIED);
  CHECK(call->edit().set_header("connection", "close") == ABV_E_DENIED);
  CHECK(call->edit().set_header("Host", "evil") == ABV_E_DENIED);
  CHECK(header_list(*call) == "content-length: 3\n");
}

TEST_CASE("a header that would break out of its line is refused", "[lane][call]") {
  GivenCall call;

  CHECK(call->edit().set_header("x-a", "a\r\nb: c") == ABV_E_INVALID);
  CHECK(call->edit().set_header("x-a", std::string("a\0b", 3)) == ABV_E_INVALID);
  CHECK(call->edit().set_header("x a", "b") == ABV_E_INVALID);
  CHECK(call->edit().set_header("x-a:", "b") == ABV_E_INVALID);
  CHECK(call->edit().set_header("", "b") == ABV_E_INVALID);
  CHECK(header_list(*call).empty());
}

TEST_CASE("a request id is 1 to 128 printable characters without blanks", "[lane][call]") {
  CHECK(try_id("a") == ABV_OK);
  CHECK(try_id(std::string(128, 'x')) == ABV_OK);
  CHECK(try_id("~!\"{}") == ABV_OK);
  CHECK(try_id("") == ABV_E_INVALID);
  CHECK(try_id(std::string(129, 'x')) == ABV_E_INVALID);
  CHECK(try_id("a b") == ABV_E_INVALID);
  CHECK(try_id("a\n") == ABV_E_INVALID);
  CHECK(try_id("a\x7f") == ABV_E_INVALID);
  CHECK(try_id("na\xc3\xafve") == ABV_E_INVALID);
}

TEST_CASE("a new request id is seen by everyone, a refused one by nobody", "[lane][call]") {
  GivenCall call;

  REQUIRE(call->edit().set_request_id("trace-7") == ABV_OK);
  CHECK(call->id() == "trace-7");
  CHECK(text(call->table().id) == "trace-7");

  REQUIRE(call->edit().set_request_id("") == ABV_E_INVALID);
  CHECK(call->id() == "trace-7");
}

TEST_CASE("plugins see the request as it is", "[lane][call]") {
  GivenCall call({{"a", "b"}}, "alt=sse");
  const abv_call& table = call->table();

  CHECK(text(table.method) == "POST");
  CHECK(text(table.path) == "/v1/chat/completions");
  CHECK(text(table.query) == "alt=sse");
  CHECK(text(table.peer) == "127.0.0.1");
  CHECK(text(table.id) == "req_1");
  CHECK(table.flags == 0);
  CHECK(table.body.len == 0);
  CHECK(call->edit().http_status() == 0);
}

TEST_CASE("what becomes known of the body is put into the table", "[lane][call]") {
  GivenCall call;
  call->body() = sealed("{}");

  call->set_body_known("gpt-5", true);
  call->set_endpoint("chat", "openai-chat", "openai");

  CHECK(text(call->table().body) == "{}");
  CHECK(text(call->table().model) == "gpt-5");
  CHECK(call->table().flags == ABV_CALL_STREAM);
  CHECK(text(call->table().operation) == "chat");
  CHECK(text(call->table().dialect) == "openai-chat");
  CHECK(text(call->table().route) == "openai");
}

TEST_CASE("a plugin may pull the body in pieces", "[lane][call]") {
  GivenCall call;
  call->body() = sealed("0123456789");
  std::string piece(4, ' ');
  std::size_t n = 0;
  const abv_call& table = call->table();

  CHECK(table.read_body(table.ctx, piece.data(), 4, &n) == ABV_OK);
  CHECK(piece.substr(0, n) == "0123");
  CHECK(table.read_body(table.ctx, piece.data(), 4, &n) == ABV_OK);
  CHECK(piece.substr(0, n) == "4567");
  CHECK(table.read_body(table.ctx, piece.data(), 4, &n) == ABV_OK);
  CHECK(piece.substr(0, n) == "89");
  CHECK(table.read_body(table.ctx, piece.data(), 4, &n) == ABV_OK);
  CHECK(n == 0);
}

TEST_CASE("pulling a body that is not there ends at once", "[lane][call]") {
  GivenCall call;
  char byte = 0;
  std::size_t n = 9;

  CHECK(call->read_body(&byte, 1, n) == ABV_OK);

  CHECK(n == 0);
}

TEST_CASE("a cancelled call tells each listener once", "[lane][call][cancel]") {
  GivenCall call;
  int first = 0;
  int second = 0;
  call->on_cancel([&] { ++first; });
  call->on_cancel([&] { ++second; });
  CHECK_FALSE(call->cancelled());

  call->cancel();
  call->cancel();

  CHECK(call->cancelled());
  CHECK(call->abort().aborted());
  CHECK(first == 1);
  CHECK(second == 1);
}

TEST_CASE("who listens too late is told at once", "[lane][call][cancel]") {
  GivenCall call;
  call->cancel();
  int told = 0;

  call->on_cancel([&] { ++told; });
  CHECK(told == 1);

  call->cancel();
  CHECK(told == 1);
}

TEST_CASE("who takes the registration back is not told", "[lane][call][cancel]") {
  GivenCall call;
  int told = 0;
  const auto id = call->on_cancel([&] { ++told; });

  call->forget(id);
  call->cancel();

  CHECK(told == 0);
}

TEST_CASE("plugins hear of a cancellation through their table", "[lane][call][cancel]") {
  GivenCall call;
  const abv_call& table = call->table();
  int told = 0;
  const auto count = [](void* arg) noexcept { ++*static_cast<int*>(arg); };

  CHECK(table.cancelled(table.ctx) == 0);
  CHECK(table.on_cancel(table.ctx, count, &told) == ABV_OK);
  call->cancel();

  CHECK(table.cancelled(table.ctx) == 1);
  CHECK(told == 1);
}

TEST_CASE("cancelling from several threads tells a listener once", "[lane][call][cancel]") {
  GivenCall call;
  int told = 0;
  call->on_cancel([&] { ++told; });

  std::thread one([&] { call->cancel(); });
  std::thread two([&] { call->cancel(); });
  one.join();
  two.join();

  CHECK(told == 1);
}

TEST_CASE("a call that is completed from elsewhere ends the wait", "[lane][call]") {
  GivenCall call;

  std::thread worker([&] { call->complete(ABV_E_IO); });
  const abv_status status = call->wait_for_completion();
  worker.join();

  CHECK(status == ABV_E_IO);
}

TEST_CASE("the first completion counts, also when it comes before the wait", "[lane][call]") {
  GivenCall call;

  call->complete(ABV_OK);
  call->complete(ABV_E_INTERNAL);

  CHECK(call->wait_for_completion() == ABV_OK);
  CHECK(call->wait_for_completion() == ABV_OK);
}

TEST_CASE("a plugin's failure is taken out once", "[lane][call]") {
  GivenCall call;
  abv_error error{};
  error.size = sizeof error;
  error.code = ABV_E_DENIED;
  error.message = view("not you");
  CHECK_FALSE(call->take_failure().has_value());

  call->table().fail(call->table().ctx, &error);

  const auto failure = call->take_failure();
  REQUIRE(failure.has_value());
  CHECK(failure->message == "not you");
  CHECK(failure->http_status == 403);
  CHECK_FALSE(call->take_failure().has_value());
}

TEST_CASE("facts can be attached, replaced and read", "[lane][call]") {
  GivenCall call;

  CHECK(call->get("principal").empty());
  CHECK(call->set("principal", "ann") == ABV_OK);
  CHECK(call->set("principal", "bob") == ABV_OK);

  CHECK(call->get("principal") == "bob");
}

TEST_CASE("facts without a name or of great length are refused", "[lane][call]") {
  GivenCall call;

  CHECK(call->set("", "x") == ABV_E_LIMIT);
  CHECK(call->set(std::string(4097, 'k'), "x") == ABV_E_LIMIT);
  CHECK(call->set("k", std::string(4097, 'v')) == ABV_E_LIMIT);
  CHECK(call->set("k", std::string(4096, 'v')) == ABV_OK);
}

TEST_CASE("plugins get memory that lives with the call, up to a limit", "[lane][call]") {
  GivenCall call;
  const abv_call& table = call->table();

  void* const memory = table.alloc(table.ctx, 100, 16);
  REQUIRE(memory != nullptr);
  std::memset(memory, 1, 100);

  CHECK(table.alloc(table.ctx, std::size_t{1} << 40, 16) == nullptr);
}
