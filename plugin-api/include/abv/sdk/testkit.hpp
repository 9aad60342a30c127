// A host made of fakes, for tests of plugins through their C tables: virtual time, scripted calls,
// and records of all that a plugin sends. Needs no test framework.
//
//   testkit::FakeHost host;
//   testkit::Library library("build/plugins/echo.so");
//   testkit::Instance echo(host, library.component(ABV_KIND_HANDLER), "{}");
//   testkit::FakeCall call({.operation = "chat", .body = "…"});
//   testkit::RecordingReply reply;
//   echo.table<abv_handler>().handle(echo.self(), call.raw(), reply.raw());
//
// Everything is for one thread, but for FakeCall::cancel.
#pragma once

#include "abv/sdk/testkit/fake_call.hpp"      // IWYU pragma: export
#include "abv/sdk/testkit/fake_host.hpp"      // IWYU pragma: export
#include "abv/sdk/testkit/fake_stored.hpp"    // IWYU pragma: export
#include "abv/sdk/testkit/fake_upstream.hpp"  // IWYU pragma: export
#include "abv/sdk/testkit/library.hpp"        // IWYU pragma: export
#include "abv/sdk/testkit/recorders.hpp"      // IWYU pragma: export
