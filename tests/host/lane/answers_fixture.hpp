#pragma once

#include <cstdint>
#include <memory>

#include "host/lane/stored_answers.hpp"
#include "host/store/database.hpp"
#include "tests/support/log_sinks.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::test {

// Answers that are kept in a directory of their own.
struct AnswersFixture {
  static constexpr std::int64_t kLifetimeMs = 1'000'000;
  static constexpr std::size_t kMostBytes = 1000;

  AnswersFixture() { restart(); }
  AnswersFixture(const AnswersFixture&) = delete;
  AnswersFixture& operator=(const AnswersFixture&) = delete;

  void restart() {
    answers.reset();
    database.reset();
    database = store::Database::open(directory.path() / "answers.db").value();
    store::ExpiringStore::Limits limits{kLifetimeMs, 100, kMostBytes, 10 * kMostBytes, 100};
    answers = std::make_unique<lane::StoredAnswers>(
        store::ExpiringStore::open(*database, "answers", limits, clock, log).value());
  }

  const TempDir directory;
  NoSink sink;
  VirtualClock clock;
  Log log{sink, clock};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<lane::StoredAnswers> answers;
};

}  // namespace abv::test
