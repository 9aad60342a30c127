// What conversion costs: the CPU time of an agent's request from every client's wire format to
// every upstream's, and of a stream's chunk on its way back, through the built plugins' C tables.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/bench/load/request_body.hpp"
#include "tests/bench/wire/arguments.hpp"

namespace abv::bench {
namespace {

namespace kit = sdk::testkit;

constexpr std::size_t kStreamEvents = 1000;

// What a conversion may cost at most, in microseconds of CPU, where the body has 125 KB.
constexpr double kRequestAim = 500;
constexpr double kEventAim = 3;

// As the host does, so that memory costs what it costs there.
void keep_memory() {
#if defined(__GLIBC__)
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
}

double cpu_us() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

// Of many measurements. What the machine adds to some of them shows in how far the upper end is.
struct Spread {
  double median = 0;
  double low = 0, high = 0;  // nine of ten are between them
};

Spread measure(std::size_t rounds, const std::function<void()>& work) {
  constexpr std::size_t kFirst = 10;  // warm the caches
  std::vector<double> times;
  for (std::size_t i = 0; i < rounds + kFirst; ++i) {
    const double before = cpu_us();
    work();
    if (i >= kFirst) times.push_back(cpu_us() - before);
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() / 20], times[times.size() * 19 / 20]};
}

void check(abv_status status, std::string_view who, std::string_view what) {
  if (status >= ABV_OK) return;
  throw std::runtime_error(std::string(who).append(what).append(" failed with status ") +
                           std::to_string(status));
}

void ignore_loss(void* /*ctx*/, abv_str /*path*/, abv_str /*what*/, abv_str /*why*/) noexcept {}

// One wire format of one plugin.
class Format {
 public:
  Format(std::string name, const std::string& library, std::string operation)
      : name_(std::move(name)),
        operation_(std::move(operation)),
        library_(library),
        instance_(host_, library_.component(ABV_KIND_DIALECT), "{}"),
        attempt_(attempt_of(operation_)) {
    check(instance_.status(), library, ": create");
    table_ = &instance_.table<abv_dialect>();
  }

  const std::string& name() const { return name_; }

  // A call of this format with that body.
  kit::CallFields call_with(std::string body) const {
    kit::CallFields fields;
    fields.operation = operation_;
    fields.model = kModel;
    fields.flags = ABV_CALL_STREAM;
    fields.body = std::move(body);
    return fields;
  }

  // As the host does it: the plugin's output is appended to a string, or set as the body.
  void read(const kit::FakeCall& call, const sdk::StringWriter& canonical) const {
    check(table_->decode_request(instance_.self(), call.raw(), canonical.raw(), &losses_), name_,
          ": decode_request");
  }
  void write(const std::string& canonical, const kit::RecordingOutgoing& out) const {
    check(table_->encode_request(instance_.self(), sdk::str(canonical), attempt_.raw(), out.raw(),
                                 &losses_),
          name_, ": encode_request");
  }

  std::string read(const std::string& body) const {
    const kit::FakeCall call(call_with(body));
    const sdk::StringWriter canonical;
    read(call, canonical);
    return canonical.text();
  }
  std::string write(const std::string& canonical) const {
    const kit::RecordingOutgoing out;
    write(canonical, out);
    return out.body();
  }

  // A stream of text pieces, one frame each.
  std::vector<std::string> stream(const std::string& body) const {
    std::vector<std::string> frames;
    void* state = open_encoder(body);
    const auto put = [&](const abv_event& event) {
      const sdk::StringWriter out;
      check(table_->encode(state, &event, out.raw()), name_, ": encode");
      frames.push_back(out.text());
    };
    put(sdk::make_event(ABV_EVENT_START));
    for (std::size_t i = 0; i < kStreamEvents; ++i) {
      abv_event event = sdk::make_event(ABV_EVENT_TEXT);
      event.text = sdk::str(" a piece of text, as long as models send them");
      put(event);
    }
    abv_event stop = sdk::make_event(ABV_EVENT_STOP);
    stop.number = ABV_STOP_END;
    put(stop);
    const sdk::StringWriter out;
    check(table_->finish_encoder(state, out.raw()), name_, ": finish_encoder");
    frames.push_back(out.text());
    table_->close_encoder(state);
    return frames;
  }

  // Reads `frames` of this format and writes them in `client`'s.
  void convert(const std::vector<std::string>& frames, const Format& client,
               const std::string& body) const {
    struct Way {
      const abv_dialect* table;
      void* encoder;
      std::string out;
    } way{client.table_, client.open_encoder(body), {}};
    const auto emit = [](void* ctx, const abv_event* event) noexcept -> abv_status {
      auto& its = *static_cast<Way*>(ctx);
      its.out.clear();
      const abv_writer writer{sizeof(abv_writer), 0, &its.out,
                              [](void* text, abv_str bytes) noexcept -> abv_status {
                                static_cast<std::string*>(text)->append(sdk::view(bytes));
                                return ABV_OK;
                              }};
      return its.table->encode(its.encoder, event, &writer);
    };
    const abv_event_sink sink{sizeof(abv_event_sink), 0, &way, emit};
    void* decoder = nullptr;
    const abv_codec_params params = codec_params({});
    check(table_->open_decoder(instance_.self(), &params, &decoder), name_, ": open_decoder");
    for (const std::string& frame : frames)
      check(table_->decode(decoder, sdk::str(frame), &sink), name_, ": decode");
    check(table_->finish_decoder(decoder, &sink), name_, ": finish_decoder");
    table_->close_decoder(decoder);
    client.table_->close_encoder(way.encoder);
  }

 private:
  abv_codec_params codec_params(const std::string& body) const {
    abv_codec_params params{};
    params.size = sizeof params;
    params.form = ABV_FORM_STREAM;
    params.wanted = ~std::uint64_t{0};
    params.operation = sdk::str(operation_);
    params.model = sdk::str(kModel);
    params.id = sdk::str("bench");
    params.request_body = sdk::str(body);
    params.query = sdk::str("alt=sse");
    return params;
  }

  void* open_encoder(const std::string& body) const {
    const abv_codec_params params = codec_params(body);
    void* state = nullptr;
    check(table_->open_encoder(instance_.self(), &params, &state), name_, ": open_encoder");
    return state;
  }

  static kit::AttemptFields attempt_of(const std::string& operation) {
    kit::AttemptFields fields;
    fields.operation = operation;
    fields.model = kModel;
    fields.flags = ABV_ATTEMPT_STREAM;
    return fields;
  }

  std::string name_, operation_;
  kit::FakeHost host_;
  kit::Library library_;
  kit::Instance instance_;
  kit::FakeAttempt attempt_;
  const abv_dialect* table_ = nullptr;
  abv_loss_sink losses_{sizeof(abv_loss_sink), 0, nullptr, &ignore_loss};
};

void print_table_head() {
  std::printf("| from | to | request, us | aim %.0f | stream event, us | aim %.1f |\n", kRequestAim,
              kEventAim);
  std::printf("| --- | --- | --- | --- | --- | --- |\n");
}

// True when both medians are as low as they should be.
bool print_row(const Format& client, const Format& upstream, const Spread& request,
               const Spread& event) {
  const auto mark = [](double value, double aim) { return value <= aim ? "ok" : "OVER"; };
  std::printf("| %s | %s | %.0f (%.0f..%.0f) | %s | %.2f (%.2f..%.2f) | %s |\n",
              client.name().c_str(), upstream.name().c_str(), request.median, request.low,
              request.high, mark(request.median, kRequestAim), event.median, event.low, event.high,
              mark(event.median, kEventAim));
  return request.median <= kRequestAim && event.median <= kEventAim;
}

int run(const Arguments& arguments) {
  keep_memory();
  const std::string plugins(arguments.text("--plugins", "build/release/plugins"));
  const std::size_t rounds = arguments.number("--rounds", 200, 5, 100'000);
  const Format formats[] = {{"openai-chat", plugins + "/openai.so", "chat"},
                            {"openai-responses", plugins + "/openai.so", "responses"},
                            {"claude-messages", plugins + "/claude.so", "chat"},
                            {"gemini", plugins + "/gemini.so", "chat"}};
  RequestShape shape;
  shape.is_stream = true;
  shape.body_bytes = arguments.number("--body-bytes", 125 * 1024, 1024, 64u << 20);
  shape.dialect = Dialect::kClaude;
  // The same conversation in every format, told by the formats themselves.
  const std::string canonical = formats[2].read(make_body(shape, ""));

  print_table_head();
  bool is_all_good = true;
  for (const Format& client : formats) {
    const std::string body = client.write(canonical);
    const kit::FakeCall call(client.call_with(body));
    for (const Format& upstream : formats) {
      if (&upstream == &client) continue;
      const Spread request = measure(rounds, [&] {
        const sdk::StringWriter between;
        const kit::RecordingOutgoing out;
        client.read(call, between);
        upstream.write(between.text(), out);
      });
      const std::vector<std::string> frames = upstream.stream(upstream.write(canonical));
      Spread event = measure(rounds / 5, [&] { upstream.convert(frames, client, body); });
      for (double* time : {&event.median, &event.low, &event.high})
        *time /= static_cast<double>(kStreamEvents);
      is_all_good = print_row(client, upstream, request, event) && is_all_good;
    }
  }
  std::printf("\n%s\n", is_all_good ? "All medians are within the aims."
                                    : "Some medians are OVER their aim.");
  return 0;
}

}  // namespace
}  // namespace abv::bench

int main(int argc, char** argv) {
  const abv::bench::Arguments arguments(
      argc, argv,
      "Prints, as a table, the CPU time of converting a request of an agent and the events of a "
      "stream, between all wire formats (medians).",
      {{"--plugins", "DIR", "where openai.so, claude.so and gemini.so are"},
       {"--body-bytes", "N", "size of the request in Anthropic's format (128000)"},
       {"--rounds", "N", "conversions per pair (200)"}});
  try {
    return abv::bench::run(arguments);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "abv-bench-convert: %s\n", fault.what());
    return 2;
  }
}
