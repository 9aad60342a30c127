// abv-host: command line, signals, and the loop that everything else hangs on.

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionSet.h>
#include <Poco/Util/ServerApplication.h>
#include <malloc.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "host/app/accounts_command.hpp"
#include "host/app/daemon.hpp"
#include "host/app/log_file.hpp"
#include "host/app/models_command.hpp"
#include "host/app/report.hpp"
#include "host/config/show.hpp"
#include "host/plugin/crash_note.hpp"

namespace {

using abv::Result;

constexpr const char* kDefaultConfig = "config/abv.yaml";
constexpr const char* kCommands =
    "Commands:\n"
    "  (none)          run the daemon\n"
    "  plugins         list the plugins in plugins.dirs, without loading them\n"
    "  routes          list endpoints, models and lanes\n"
    "  models ...      say what becomes of a model's name (models --help)\n"
    "  accounts ...    list, add, import, check and remove accounts (accounts --help)\n"
    "  config schema   print the JSON Schema of the configuration, plugins included\n"
    "  config show     print the effective configuration and where each value comes from\n"
    "\n"
    "Signals: SIGHUP loads the configuration anew, SIGTERM lets calls finish and ends, a second "
    "SIGTERM ends at once.";

// A call with a long history uses a few MiB and gives them back at its end. Left alone, the C
// library returns them to the kernel each time, and getting them anew costs as much as converting
// the request does; and it lets one very large body raise for good how much it keeps. So what it
// keeps is said here, per arena, and what is large goes back at once.
void keep_memory() {
#if defined(__GLIBC__)
  constexpr int kKept = 4 * 1024 * 1024;
  constexpr int kLarge = 1024 * 1024;
  ::mallopt(M_TRIM_THRESHOLD, kKept);
  ::mallopt(M_MMAP_THRESHOLD, kLarge);
#endif
}

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGQUIT}) {
    sigaddset(&set, signal);
  }
  return set;
}

class AbvHost final : public Poco::Util::ServerApplication {
 public:
  AbvHost() { setUnixOptions(true); }

 protected:
  void defineOptions(Poco::Util::OptionSet& options) override;
  void handleOption(const std::string& name, const std::string& value) override;
  void initialize(Application& self) override;
  int main(const std::vector<std::string>& arguments) override;

 private:
  int run_command(const std::vector<std::string>& arguments);
  int run_daemon(abv::app::Daemon& daemon);
  void serve(abv::app::Daemon& daemon, int signals);
  void drain(abv::app::Daemon& daemon, int signals);
  int fail(const abv::Error& error);
  bool is_daemon() const { return config().getBool("application.runAsDaemon", false); }

  const std::filesystem::path start_dir_ = std::filesystem::current_path();
  std::string config_;
  bool wants_help_ = false;
  bool wants_version_ = false;
  bool wants_check_ = false;
  abv::app::LogFile log_file_;
  abv::SystemClock clock_;
  abv::Log log_{log_file_, clock_};
  abv::config::ProcessEnvironment environment_;
};

void AbvHost::defineOptions(Poco::Util::OptionSet& options) {
  using Poco::Util::Option;
  ServerApplication::defineOptions(options);
  options.addOption(
      Option("config", "c",
             "configuration file (default: ABV_CONFIG, or " + std::string(kDefaultConfig) + ")")
          .argument("FILE"));
  options.addOption(Option("check", "", "check the configuration, plugins included, and end"));
  options.addOption(Option("version", "", "print the version and end"));
  options.addOption(Option("help", "h", "print this and end"));
}

void AbvHost::handleOption(const std::string& name, const std::string& value) {
  ServerApplication::handleOption(name, value);
  if (name == "config") {
    config_ = value;
  }
  wants_check_ |= name == "check";
  wants_version_ |= name == "version";
  wants_help_ |= name == "help";
  if (wants_version_ || wants_help_) {
    stopOptionsProcessing();
  }
}

void AbvHost::initialize(Application& self) {
  if (config_.empty()) {
    config_ = environment_.get("ABV_CONFIG").value_or(kDefaultConfig);
  }
  // --daemon has changed to "/" by now, and the file is read again at every reload.
  if (is_daemon()) {
    config_ = (start_dir_ / config_).string();
  }
  ServerApplication::initialize(self);
}

int AbvHost::fail(const abv::Error& error) {
  std::cerr << error.message << std::endl;
  if (is_daemon()) {
    // Standard error leads nowhere any more, and the log's place may be what could not be read.
    ::syslog(LOG_DAEMON | LOG_ERR, "abv-host: %s", error.message.c_str());
  }
  return EXIT_CONFIG;
}

int AbvHost::main(const std::vector<std::string>& arguments) {
  if (wants_help_) {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setUnixStyle(true);
    formatter.setCommand(commandName());
    formatter.setUsage("[OPTIONS] [COMMAND]");
    formatter.setHeader("A plugin-oriented AI proxy: OpenAI, Anthropic and Gemini on one port.");
    formatter.setFooter("");
    formatter.format(std::cout);
    std::cout << '\n' << kCommands << std::endl;
    return EXIT_OK;
  }
  if (wants_version_) {
    std::cout << "abv-host " << ABV_VERSION << std::endl;
    return EXIT_OK;
  }
  if (!arguments.empty()) {
    return run_command(arguments);
  }
  abv::app::Daemon daemon(config_, environment_, log_, clock_, ABV_VERSION);
  daemon.set_log_file(&log_file_);
  if (Result<void> prepared = daemon.prepare(); !prepared) {
    return fail(prepared.error());
  }
  if (wants_check_) {
    std::cout << config_ << " is valid" << std::endl;
    return EXIT_OK;
  }
  return run_daemon(daemon);
}

int AbvHost::run_command(const std::vector<std::string>& arguments) {
  std::string command = arguments[0];
  if (command == "config" && arguments.size() > 1) {
    command += " " + arguments[1];
  }
  if (command == "accounts") {
    const auto configuration = abv::app::Configuration::load(config_, environment_);
    if (!configuration) {
      return fail(configuration.error());
    }
    return abv::app::run_accounts_command(**configuration, {arguments.begin() + 1, arguments.end()},
                                          clock_, std::cin, std::cout, std::cerr);
  }
  if (command == "models") {
    abv::app::Daemon daemon(config_, environment_, log_, clock_, ABV_VERSION);
    if (Result<void> prepared = daemon.prepare(); !prepared) {
      return fail(prepared.error());
    }
    return abv::app::run_models_command(daemon.current(), {arguments.begin() + 1, arguments.end()},
                                        std::cout, std::cerr);
  }
  const std::size_t words = command.find(' ') == std::string::npos ? 1 : 2;
  const bool is_known = command == "plugins" || command == "routes" || command == "config schema" ||
                        command == "config show";
  if (!is_known || arguments.size() > words) {
    std::cerr << commandName() << ": unknown command \"" << command
              << "\", expected plugins, routes, models, accounts, config schema or config show "
                 "(see --help)"
              << std::endl;
    return EXIT_USAGE;
  }
  if (command == "routes") {
    abv::app::Daemon daemon(config_, environment_, log_, clock_, ABV_VERSION);
    if (Result<void> prepared = daemon.prepare(); !prepared) {
      return fail(prepared.error());
    }
    std::cout << abv::app::routes_report(daemon.current());
    return EXIT_OK;
  }
  const auto configuration = abv::app::Configuration::load(config_, environment_);
  if (!configuration) {
    return fail(configuration.error());
  }
  if (command == "plugins") {
    std::cout << abv::app::plugins_report(**configuration);
  } else if (command == "config schema") {
    std::cout << (*configuration)->schema().document().to_pretty_json();
  } else {
    std::cout << abv::config::show((*configuration)->document());
  }
  return EXIT_OK;
}

int AbvHost::run_daemon(abv::app::Daemon& daemon) {
  abv::plugin::install_crash_note();
  const sigset_t set = handled_signals();
  const int signals = ::signalfd(-1, &set, SFD_CLOEXEC);
  if (Result<void> listening = daemon.listen(); !listening) {
    return fail(listening.error());
  }
  serve(daemon, signals);
  drain(daemon, signals);
  ::close(signals);
  log_.info("stopped");
  return EXIT_OK;
}

// Until a signal says that it is enough.
void AbvHost::serve(abv::app::Daemon& daemon, int signals) {
  constexpr int kTickMs = 1000;
  while (true) {
    std::array<pollfd, 2> fds{{{signals, POLLIN, 0}, {daemon.wake_fd(), POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), kTickMs);
    bool reload = daemon.file_has_changed();
    reload |= daemon.take_in_accounts();
    if ((fds[0].revents & POLLIN) != 0) {
      signalfd_siginfo info{};
      if (::read(signals, &info, sizeof info) != sizeof info) {
        continue;
      }
      if (info.ssi_signo != SIGHUP) {
        return;
      }
      reload = true;
    }
    if (reload) {
      (void)daemon.reload();  // it has logged what went wrong, and the old generation goes on
    }
    daemon.tidy();
  }
}

void AbvHost::drain(abv::app::Daemon& daemon, int signals) {
  constexpr int kTickMs = 20;
  daemon.stop_accepting();
  log_.info("draining", {{"calls", static_cast<std::uint64_t>(daemon.calls())}});
  const abv::Nanos limit = daemon.drain_max();
  const abv::Nanos end = limit.count() == 0 ? abv::Nanos::max() : clock_.now() + limit;
  while (daemon.calls() > 0) {
    pollfd fd{signals, POLLIN, 0};
    ::poll(&fd, 1, kTickMs);
    if ((fd.revents & POLLIN) != 0 || clock_.now() >= end) {
      log_.warn("drain.cut_short", {{"calls", static_cast<std::uint64_t>(daemon.calls())}});
      daemon.cancel_calls();
      return;
    }
    daemon.tidy();
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Before any thread exists, so that all of them leave these signals to the main thread.
  const sigset_t set = handled_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  keep_memory();
  // What follows a command belongs to it, options too.
  std::string end_of_options = "--";
  std::vector<char*> words(argv, argv + argc);
  const auto command = std::find_if(words.begin(), words.end(), [](std::string_view word) {
    return word == "accounts" || word == "models";
  });
  if (command != words.end()) {
    words.insert(command, end_of_options.data());
  }
  words.push_back(nullptr);
  AbvHost app;
  return app.run(static_cast<int>(words.size()) - 1, words.data());
}
