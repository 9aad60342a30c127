#include "tests/cases/event_path.hpp"

#include "abv/sdk/signature.hpp"
#include "abv/sdk/text.hpp"
#include "host/lane/event_guard.hpp"

namespace abv::cases {
namespace {

class Recorder final : public plugin::EventSink {
 public:
  abv_status emit(const abv_event& event) override {
    events.push_back(tests::Recorded::of(event));
    return ABV_OK;
  }

  std::vector<tests::Recorded> events;
};

abv_event raw_event(const tests::Recorded& event) {
  abv_event raw{};
  raw.size = sizeof raw;
  raw.kind = event.kind;
  raw.flags = event.flags;
  raw.index = event.index;
  raw.number = event.number;
  raw.choice = event.choice;
  raw.text = sdk::str(event.text);
  raw.id = sdk::str(event.id);
  raw.name = sdk::str(event.name);
  raw.raw_json = sdk::str(event.raw);
  raw.usage = event.usage ? &*event.usage : nullptr;
  return raw;
}

}  // namespace

HostedEvents host_events(const std::vector<tests::Recorded>& decoded, const Pair& pair,
                         const std::string& upstream_model) {
  const bool is_foreign = pair.client.family != pair.upstream.family;
  HostedEvents hosted;
  Recorder recorder;
  lane::EventGuard guard;
  for (tests::Recorded event : decoded) {
    if (event.kind == ABV_EVENT_SIGNATURE && is_foreign) {
      event.text = sdk::wrap_signature({std::string(pair.upstream.family), upstream_model,
                                        (event.flags & ABV_EVENT_REDACTED) != 0, event.text});
      event.raw.clear();
    }
    if (guard.pass(raw_event(event), recorder) < ABV_OK) {
      hosted.fault = "the events are out of order: " + guard.fault();
      break;
    }
  }
  if (hosted.fault.empty() && !guard.is_complete()) hosted.fault = "the events have no end";
  hosted.events = std::move(recorder.events);
  return hosted;
}

}  // namespace abv::cases
