#pragma once

#include <sys/types.h>

#include <atomic>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/account/account_files.hpp"
#include "host/app/generation.hpp"
#include "host/app/http_backend.hpp"
#include "host/app/log_file.hpp"
#include "host/app/telemetry.hpp"
#include "host/app/upkeep_threads.hpp"
#include "host/base/log.hpp"
#include "host/config/environment.hpp"
#include "host/http/server.hpp"
#include "host/lane/runner.hpp"
#include "host/metrics/registry.hpp"
#include "host/record/log_observer.hpp"
#include "host/record/record_queue.hpp"
#include "host/store/database.hpp"
#include "host/store/key_value_store.hpp"

namespace abv::app {

// The running host: one listener and the generations behind it.
//
// All methods are for the load thread, the one that made it; calls run on the server's threads.
class Daemon {
 public:
  // Everything outlives the daemon.
  Daemon(std::string config_file, const config::Environment& environment, Log& log,
         const Clock& clock, std::string version);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Ends at once. Calls that are left are cancelled.
  ~Daemon();

  // Lets settings and reloads open and reopen the log. Null, the default, leaves the log alone.
  void set_log_file(LogFile* log_file) { log_file_ = log_file; }

  // Loads the configuration and builds the first generation. On failure nothing runs, and the
  // message has the places.
  Result<void> prepare();

  // Starts to listen, after prepare().
  Result<void> listen();

  // Builds the next generation and puts it in the place of the current one. On failure the current
  // one goes on serving; the reason is logged and returned.
  Result<void> reload();

  // Ends what old generations are over and cancels the calls of those that have drained for too
  // long. To be called now and then, and whenever wake_fd() is readable.
  void tidy();

  // Readable when tidy() has something to do.
  int wake_fd() const { return wake_fd_; }

  // True when the configuration file has changed since it was read last, and it is to be watched.
  bool file_has_changed() const;

  // Brings changes of the account files into the pools. True when that has made a provider usable
  // or useless, which takes a reload.
  bool take_in_accounts();

  // No new connection is accepted; calls in progress go on.
  void stop_accepting();

  // Calls in progress, over all generations.
  std::size_t calls() const;

  // Cancels all of them.
  void cancel_calls();

  Nanos drain_max() const;
  std::uint16_t port() const { return server_->port(); }
  std::uint16_t metrics_port() const { return telemetry_->metrics_port(); }
  const Generation& current() const { return *current_; }

 private:
  // An old generation that still has calls.
  struct Retiring {
    std::weak_ptr<Generation> generation;
    Nanos deadline;  // Nanos::max(): none
    bool is_cancelled = false;
  };

  Result<void> open_stores(const Settings& settings);
  Result<std::unique_ptr<store::ExpiringStore>> open_expiring(
      std::unique_ptr<store::Database>& database, const std::string& directory, const char* name,
      const store::ExpiringStore::Limits& limits);
  Result<std::unique_ptr<Generation>> build_next(std::unique_ptr<Configuration> configuration);
  std::shared_ptr<Generation> share(std::unique_ptr<Generation> generation);
  void publish(std::shared_ptr<Generation> next);
  std::shared_ptr<const lane::Site> site() const;
  Result<void> apply_log_settings(const Settings& settings);
  void warn_of_fixed_settings(const config::Value& next) const;
  void warn_of_unused_accounts();
  void note_file_time();
  std::size_t old_calls() const;

  const std::string config_file_;
  const config::Environment& environment_;
  Log& log_;
  const Clock& clock_;
  const std::string version_;
  LogFile* log_file_ = nullptr;

  plugin::SystemWaiter waiter_;
  metrics::Registry metrics_;
  PooledHttpBackend http_;
  std::unique_ptr<store::Database> database_;
  std::optional<store::KeyValueStore> store_;
  std::unique_ptr<plugin::HostServices> services_;
  std::unique_ptr<plugin::Loader> loader_;
  std::unique_ptr<store::Database> turns_database_;
  std::unique_ptr<store::Database> accounts_database_;
  std::unique_ptr<account::AccountFiles> account_files_;
  std::shared_ptr<account::Accounts> accounts_;
  std::set<std::string> providers_with_files_;
  std::set<std::string> told_unused_;  // account files, and why, that the log has told of
  std::unique_ptr<store::Database> answers_database_;
  std::optional<Foundation> foundation_;
  record::LogObserver log_observer_;
  std::unique_ptr<Telemetry> telemetry_;
  std::unique_ptr<record::RecordQueue> records_;
  std::unique_ptr<lane::Runner> runner_;

  int wake_fd_ = -1;
  std::mutex graveyard_mutex_;
  std::vector<std::unique_ptr<Generation>> graveyard_;  // ended, to be destroyed by tidy()

  mutable std::mutex current_mutex_;
  std::shared_ptr<Generation> current_;
  std::vector<Retiring> retiring_;
  std::uint64_t last_number_ = 0;
  timespec file_time_{};

  // Last, because their threads use all of the above.
  std::unique_ptr<UpkeepThreads> upkeep_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace abv::app
