#include "host/app/daemon.hpp"

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <limits>
#include <utility>

#include "host/app/account_fit.hpp"

namespace abv::app {
namespace {

// Agents come back to a conversation after days. One turn is some kilobytes of reasoning.
constexpr store::ExpiringStore::Limits kTurnLimits{
    std::int64_t{7} * 24 * 3600 * 1000, 50'000, std::size_t{1} << 20, std::size_t{32} << 20, 4096};

// An agent's conversation rests overnight, but its upstream's cache does not.
constexpr store::ExpiringStore::Limits kSessionLimits{std::int64_t{24} * 3600 * 1000, 100'000, 1024,
                                                      std::size_t{4} << 20, 4096};

// A limit that nobody has met for so long is not worth knowing.
constexpr store::ExpiringStore::Limits kLimitLimits{
    std::int64_t{30} * 24 * 3600 * 1000, 100'000, std::size_t{1} << 20, std::size_t{8} << 20, 4096};

// How far estimates of tokens are off, by model. Models are in use for months.
constexpr store::ExpiringStore::Limits kFactorLimits{std::int64_t{180} * 24 * 3600 * 1000,
                                                     lane::TokenCalibration::kMostModels, 64,
                                                     std::size_t{1} << 18, 1024};

// A request with its images may be large; what waits for the disk must not fill the memory.
constexpr std::size_t kMostAnswerBytes = std::size_t{64} << 20;
constexpr std::size_t kMostWaitingBytes = std::size_t{256} << 20;

store::ExpiringStore::Limits answer_limits(const StoredAnswersSettings& settings) {
  const std::int64_t lifetime_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(settings.lifetime).count();
  store::ExpiringStore::Limits limits;
  limits.lifetime_ms = lifetime_ms > 0 ? lifetime_ms : std::numeric_limits<std::int64_t>::max();
  limits.most_rows = settings.most * 2;  // an answer has two halves
  limits.most_value_bytes = kMostAnswerBytes;
  limits.most_cached_bytes = kMostAnswerBytes;
  limits.most_waiting = 8192;
  limits.most_bytes = settings.bytes;
  limits.most_waiting_bytes = kMostWaitingBytes;
  return limits;
}

}  // namespace

Daemon::Daemon(std::string config_file, const config::Environment& environment, Log& log,
               const Clock& clock, std::string version)
    : config_file_(std::move(config_file)),
      environment_(environment),
      log_(log),
      clock_(clock),
      version_(std::move(version)),
      http_(clock),
      log_observer_(log),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Daemon::~Daemon() {
  if (server_) {
    server_->stop_accepting();
    cancel_calls();
  }
  upkeep_.reset();  // calls may wait for what it does
  server_.reset();
  publish(nullptr);
  tidy();
  records_.reset();
  telemetry_.reset();
  ::close(wake_fd_);
}

Result<void> Daemon::open_stores(const Settings& settings) {
  auto database = store::Database::open(std::filesystem::path(settings.data_dir) / "plugins.db");
  if (!database) {
    return database.error();
  }
  database_ = std::move(database).value();
  auto opened = store::KeyValueStore::open(*database_);
  if (!opened) {
    return opened.error();
  }
  store_.emplace(std::move(opened).value());
  auto loader =
      plugin::Loader::make(std::filesystem::path(settings.data_dir) / "run", log_, clock_);
  if (!loader) {
    return loader.error();
  }
  loader_ = std::move(loader).value();
  services_ = std::make_unique<plugin::HostServices>(
      plugin::HostServices{log_, clock_, waiter_, &metrics_, &*store_, &http_, {}});
  auto turns = open_expiring(turns_database_, settings.data_dir, "turns", kTurnLimits);
  if (!turns) {
    return turns.error();
  }
  auto answers = open_expiring(answers_database_, settings.data_dir, "answers",
                               answer_limits(settings.stored_answers));
  if (!answers) {
    return answers.error();
  }
  auto accounts_database =
      store::Database::open(std::filesystem::path(settings.data_dir) / "accounts.db");
  if (!accounts_database) {
    return accounts_database.error();
  }
  accounts_database_ = std::move(accounts_database).value();
  auto sessions =
      store::ExpiringStore::open(*accounts_database_, "sessions", kSessionLimits, clock_, log_);
  auto limits =
      store::ExpiringStore::open(*accounts_database_, "limits", kLimitLimits, clock_, log_);
  auto factors =
      store::ExpiringStore::open(*accounts_database_, "token_factors", kFactorLimits, clock_, log_);
  auto warm_ups =
      store::ExpiringStore::open(*accounts_database_, "warm_ups", kLimitLimits, clock_, log_);
  for (const auto* store : {&sessions, &limits, &factors, &warm_ups}) {
    if (!*store) {
      return store->error();
    }
  }
  auto files = account::AccountFiles::open(settings.data_dir);
  if (!files) {
    return files.error();
  }
  account_files_ = std::move(files).value();
  accounts_ =
      std::make_shared<account::Accounts>(std::move(sessions).value(), std::move(limits).value());
  foundation_.emplace(Foundation{
      *loader_, *services_, version_, std::make_shared<lane::TurnMemory>(std::move(turns).value()),
      std::make_shared<lane::TokenCalibration>(std::move(factors).value()),
      std::make_shared<lane::StoredAnswers>(std::move(answers).value()), accounts_,
      std::make_shared<lane::Refresher>(*account_files_, clock_, log_),
      std::make_shared<lane::WarmUps>(clock_, std::move(warm_ups).value())});
  (void)take_in_accounts();
  return {};
}

// A file of its own, so that a large one does not hold up others.
Result<std::unique_ptr<store::ExpiringStore>> Daemon::open_expiring(
    std::unique_ptr<store::Database>& database, const std::string& directory, const char* name,
    const store::ExpiringStore::Limits& limits) {
  auto opened =
      store::Database::open(std::filesystem::path(directory) / (std::string(name) + ".db"));
  if (!opened) {
    return opened.error();
  }
  database = std::move(opened).value();
  return store::ExpiringStore::open(*database, name, limits, clock_, log_);
}

bool Daemon::take_in_accounts() {
  if (!account_files_->have_changed()) {
    return false;
  }
  const auto held = account_files_->hold();
  account::AccountFiles::Listing listing = account_files_->read();
  for (const account::AccountFiles::Broken& broken : listing.broken) {
    log_.warn("account.file_skipped", {{"error", broken.why}});
  }
  std::set<std::string> providers;
  for (const std::shared_ptr<account::Account>& account : listing.accounts) {
    providers.insert(account->facts().provider);
  }
  log_.info("account.files_read",
            {{"accounts", static_cast<std::uint64_t>(listing.accounts.size())},
             {"skipped", static_cast<std::uint64_t>(listing.broken.size())}});
  accounts_->set_from_files(std::move(listing.accounts));
  if (current_) {
    warn_of_unused_accounts();
  }
  return std::exchange(providers_with_files_, providers) != providers;
}

// Each only once: the files are read again whenever one of them changes.
void Daemon::warn_of_unused_accounts() {
  std::set<std::string> unused;
  for (const std::shared_ptr<account::Account>& account : accounts_->from_files()) {
    const account::AccountFacts& facts = account->facts();
    const std::string why = why_unused(current_->configuration(), facts);
    if (why.empty()) {
      continue;
    }
    const std::string key = facts.place + ": " + why;
    if (!told_unused_.contains(key)) {
      log_.warn("account.unused", {{"account", facts.id}, {"error", key}});
    }
    unused.insert(key);
  }
  told_unused_ = std::move(unused);
}

Result<std::unique_ptr<Generation>> Daemon::build_next(
    std::unique_ptr<Configuration> configuration) {
  return Generation::build(std::move(configuration), last_number_ + 1, *foundation_,
                           current_.get());
}

// Whichever thread lets go of a generation last, it is destroyed on the load thread: plugins are
// promised that stop and destroy come from there.
std::shared_ptr<Generation> Daemon::share(std::unique_ptr<Generation> generation) {
  return {generation.release(), [this](Generation* ended) {
            {
              const std::lock_guard lock(graveyard_mutex_);
              graveyard_.emplace_back(ended);
            }
            const std::uint64_t one = 1;
            [[maybe_unused]] const ssize_t written = ::write(wake_fd_, &one, sizeof one);
          }};
}

void Daemon::publish(std::shared_ptr<Generation> next) {
  const std::lock_guard lock(current_mutex_);
  current_.swap(next);
}

std::shared_ptr<const lane::Site> Daemon::site() const {
  const std::lock_guard lock(current_mutex_);
  return {current_, &current_->site()};
}

// Opening the file anew also follows a log rotation.
Result<void> Daemon::apply_log_settings(const Settings& settings) {
  if (log_file_ != nullptr) {
    if (Result<void> opened = log_file_->open(settings.log_file); !opened) {
      return opened;
    }
  }
  log_.set_level(settings.log_level);
  log_.set_format(settings.log_format);
  log_observer_.set_enabled(settings.logs_calls);
  return {};
}

void Daemon::note_file_time() {
  struct stat status {};
  if (::stat(config_file_.c_str(), &status) == 0) {
    file_time_ = status.st_mtim;
  }
}

bool Daemon::file_has_changed() const {
  struct stat status {};
  return current_->configuration().settings().watches_file &&
         ::stat(config_file_.c_str(), &status) == 0 &&
         (status.st_mtim.tv_sec != file_time_.tv_sec ||
          status.st_mtim.tv_nsec != file_time_.tv_nsec);
}

Result<void> Daemon::prepare() {
  note_file_time();
  auto configuration = Configuration::load(config_file_, environment_);
  if (!configuration) {
    return configuration.error();
  }
  const Settings settings = (*configuration)->settings();
  for (const std::string& warning : (*configuration)->warnings()) {
    log_.warn("config.warning", {{"text", warning}});
  }
  if (Result<void> applied = apply_log_settings(settings); !applied) {
    return applied;
  }
  if (Result<void> opened = open_stores(settings); !opened) {
    return opened;
  }
  auto generation = build_next(std::move(configuration).value());
  if (!generation) {
    return generation.error();
  }
  last_number_ = (*generation)->number();
  (*generation)->take_over_pools(*accounts_);
  publish(share(std::move(generation).value()));
  warn_of_unused_accounts();
  return {};
}

Result<void> Daemon::listen() {
  const Settings& settings = current_->configuration().settings();
  auto telemetry = Telemetry::start(settings, version_, metrics_, http_, log_);
  if (!telemetry) {
    return telemetry.error();
  }
  telemetry_ = std::move(telemetry).value();
  std::vector<record::CallObserver*> observers{&log_observer_};
  telemetry_->add_observers(observers);
  records_ = std::make_unique<record::RecordQueue>(settings.record_queue, std::move(observers));
  runner_ = std::make_unique<lane::Runner>(clock_, *records_);
  auto server = http::Server::start(
      settings.server, [this] { return site(); }, *runner_, clock_, log_);
  if (!server) {
    return server.error();
  }
  server_ = std::move(server).value();
  upkeep_ = std::make_unique<UpkeepThreads>([this] { return site(); }, clock_, log_);
  log_.info("listening", {{"host", settings.server.host},
                          {"port", static_cast<int>(server_->port())},
                          {"tls", !settings.server.tls_cert_file.empty()},
                          {"version", version_},
                          {"routes", static_cast<std::uint64_t>(current_->site().routes.size())},
                          {"plugins", static_cast<std::uint64_t>(loader_->loaded_count())}});
  return {};
}

// What is opened once. A change of it needs a restart, and silence would hide that.
void Daemon::warn_of_fixed_settings(const config::Value& next) const {
  constexpr std::array<const char*, 9> kFixed{"listen",
                                              "limits.client_write",
                                              "data_dir",
                                              "records",
                                              "metrics",
                                              "traces",
                                              "stored_answers.lifetime",
                                              "stored_answers.most",
                                              "stored_answers.size"};
  const config::Value& now = current_->configuration().document();
  std::string changed;
  for (const char* path : kFixed) {
    const config::Value* before = now.lookup(path);
    const config::Value* after = next.lookup(path);
    if (before != nullptr && after != nullptr && before->to_json() != after->to_json()) {
      changed += (changed.empty() ? "" : ", ") + std::string(path);
    }
  }
  if (!changed.empty()) {
    log_.warn("reload.needs_restart",
              {{"settings", changed}, {"text", "their changes take effect at the next start"}});
  }
}

Result<void> Daemon::reload() {
  note_file_time();
  auto configuration = Configuration::load(config_file_, environment_);
  auto next = configuration ? build_next(std::move(configuration).value())
                            : Result<std::unique_ptr<Generation>>(configuration.error());
  if (!next) {
    log_.error("reload.failed",
               {{"generation", current_->number()}, {"error", next.error().message}});
    return next.error();
  }
  const Settings& settings = (*next)->configuration().settings();
  for (const std::string& warning : (*next)->configuration().warnings()) {
    log_.warn("config.warning", {{"text", warning}});
  }
  warn_of_fixed_settings((*next)->configuration().document());
  if (Result<void> applied = apply_log_settings(settings); !applied) {
    log_.warn("log.file_unchanged", {{"error", applied.error().message}});
  }
  last_number_ = (*next)->number();
  (*next)->take_over_pools(*accounts_);
  const Nanos drain = drain_max();
  current_->drain(**next);
  retiring_.push_back(Retiring{current_, drain.count() == 0 ? Nanos::max() : clock_.now() + drain});
  publish(share(std::move(next).value()));
  warn_of_unused_accounts();
  log_.info("generation.live",
            {{"generation", current_->number()}, {"calls_draining", old_calls()}});
  tidy();
  return {};
}

void Daemon::tidy() {
  if (current_) {
    current_->prune_pools();
  }
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(wake_fd_, &count, sizeof count);
  for (Retiring& one : retiring_) {
    const std::shared_ptr<Generation> generation = one.generation.lock();
    if (generation && !one.is_cancelled && clock_.now() >= one.deadline) {
      log_.warn(
          "generation.drain_over",
          {{"generation", generation->number()},
           {"calls_cancelled", static_cast<std::uint64_t>(generation->site().traffic->count())}});
      generation->site().traffic->cancel_all();
      one.is_cancelled = true;
    }
  }
  std::erase_if(retiring_, [](const Retiring& one) { return one.generation.expired(); });
  std::vector<std::unique_ptr<Generation>> ended;
  {
    const std::lock_guard lock(graveyard_mutex_);
    ended.swap(graveyard_);
  }
  for (auto& generation : ended) {
    log_.debug("generation.gone", {{"generation", generation->number()}});
    generation.reset();
  }
  if (!ended.empty() && loader_) {
    loader_->retire_unused();
  }
  if (telemetry_ && accounts_ && current_) {
    telemetry_->note(*accounts_, {calls(), retiring_.size(), records_ ? records_->dropped() : 0},
                     clock_.unix_ms());
  }
}

void Daemon::stop_accepting() {
  server_->stop_accepting();
}

std::size_t Daemon::old_calls() const {
  std::size_t count = 0;
  for (const Retiring& one : retiring_) {
    if (const auto generation = one.generation.lock()) {
      count += generation->site().traffic->count();
    }
  }
  return count;
}

std::size_t Daemon::calls() const {
  return old_calls() + current_->site().traffic->count();
}

void Daemon::cancel_calls() {
  for (const Retiring& one : retiring_) {
    if (const auto generation = one.generation.lock()) {
      generation->site().traffic->cancel_all();
    }
  }
  if (current_) {
    current_->site().traffic->cancel_all();
  }
}

Nanos Daemon::drain_max() const {
  return current_->configuration().settings().drain_max;
}

}  // namespace abv::app
