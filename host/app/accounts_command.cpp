#include "host/app/accounts_command.hpp"

#include <algorithm>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <utility>

#include "host/account/account_files.hpp"
#include "host/account/atomic_file.hpp"
#include "host/app/account_fit.hpp"
#include "host/app/device_command.hpp"
#include "host/base/text.hpp"
#include "host/config/load_json.hpp"
#include "host/config/suggest.hpp"

namespace abv::app {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 64;

constexpr const char* kHelp =
    "Usage: abv-host [--config FILE] accounts COMMAND\n"
    "\n"
    "  list                          every account, from files and from the configuration\n"
    "  add PROVIDER [OPTIONS]        a new account; its secret is read from standard input\n"
    "      --id ID                   name of its file (default: PROVIDER-1, -2, …)\n"
    "      --kind KIND               api_key (default), bearer, header, oauth, codex\n"
    "      --label TEXT              for people\n"
    "      --field NAME              the secret's name (default: api_key, refresh_token for oauth\n"
    "                                and codex, token for bearer and header)\n"
    "  import FILE [OPTIONS]         an account file of Antigravity Manager, or Codex CLI's "
    "auth.json\n"
    "      --id ID, --provider NAME\n"
    "  check                         reads all files and says what is wrong with them\n"
    "  enable ID, disable ID\n"
    "  device ID                     the ids of the device that the account is bound to\n"
    "  device ID new                 binds it to random ones\n"
    "  device ID bind FILE           binds it to those of a JSON file\n"
    "  device ID restore VERSION, device ID forget VERSION\n"
    "  remove ID                     removes the account's file\n";

class AccountsCommand {
 public:
  AccountsCommand(const Configuration& configuration, account::AccountFiles& files,
                  const Clock& clock, std::istream& in, std::ostream& out, std::ostream& err)
      : configuration_(configuration),
        settings_(configuration.settings()),
        files_(files),
        clock_(clock),
        in_(in),
        out_(out),
        err_(err) {}

  int run(std::vector<std::string> words);

 private:
  int list();
  int add();
  int import();
  int check();
  int enable(bool is_enabled);
  int remove();
  int device();

  // Takes "--name VALUE" out of the words.
  std::string option(const std::string& name, const std::string& absent);
  bool has_words(std::size_t count);
  int done(const Result<void>& result, const std::string& what);
  int fail(const std::string& message);
  const ProviderSettings* provider(const std::string& name) const;
  bool is_provider(const std::string& name);
  std::string wrong_kind(const std::string& provider, const std::string& kind) const;
  std::string free_id(const std::string& provider) const;
  std::string state(const account::Account& account) const;

  const Configuration& configuration_;
  const Settings& settings_;
  account::AccountFiles& files_;
  const Clock& clock_;
  std::istream& in_;
  std::ostream& out_;
  std::ostream& err_;
  std::vector<std::string> words_;
  std::string fault_;
};

int AccountsCommand::fail(const std::string& message) {
  err_ << message << std::endl;
  return kFailed;
}

int AccountsCommand::done(const Result<void>& result, const std::string& what) {
  if (!result) {
    return fail(result.error().message);
  }
  out_ << what << std::endl;
  return kOk;
}

std::string AccountsCommand::option(const std::string& name, const std::string& absent) {
  const auto found = std::find(words_.begin(), words_.end(), "--" + name);
  if (found == words_.end()) {
    return absent;
  }
  if (found + 1 == words_.end()) {
    fault_ = "--" + name + ": expected a value";
    return absent;
  }
  std::string value = *(found + 1);
  words_.erase(found, found + 2);
  return value;
}

// After the options were taken out.
bool AccountsCommand::has_words(std::size_t count) {
  const auto unknown = std::find_if(words_.begin(), words_.end(),
                                    [](const std::string& word) { return word.starts_with("-"); });
  if (fault_.empty() && unknown != words_.end()) {
    fault_ = "unknown option " + *unknown;
  } else if (fault_.empty() && words_.size() != count) {
    fault_ = "expected " + std::to_string(count) + " argument" + (count == 1 ? "" : "s") +
             ", got " + std::to_string(words_.size());
  }
  if (!fault_.empty()) {
    err_ << "abv-host accounts: " << fault_ << "\n\n" << kHelp;
  }
  return fault_.empty();
}

const ProviderSettings* AccountsCommand::provider(const std::string& name) const {
  const auto found = std::find_if(settings_.providers.begin(), settings_.providers.end(),
                                  [&](const ProviderSettings& one) { return one.name == name; });
  return found == settings_.providers.end() ? nullptr : &*found;
}

bool AccountsCommand::is_provider(const std::string& name) {
  if (provider(name) != nullptr) {
    return true;
  }
  std::vector<std::string> names;
  for (const ProviderSettings& one : settings_.providers) {
    names.push_back(one.name);
  }
  fail("no provider \"" + name + "\" in the configuration" + config::did_you_mean(name, names));
  return false;
}

std::string AccountsCommand::wrong_kind(const std::string& name, const std::string& kind) const {
  return app::wrong_kind(configuration_, *provider(name), kind);
}

std::string AccountsCommand::state(const account::Account& account) const {
  const account::AccountFacts& facts = account.facts();
  if (!facts.is_enabled) {
    return "disabled" + (facts.disabled_reason.empty() ? "" : ": " + facts.disabled_reason);
  }
  if (facts.expires_at_ms > 0 && facts.expires_at_ms < clock_.unix_ms()) {
    return "enabled, its token expired " + time_text(facts.expires_at_ms);
  }
  return "enabled";
}

int AccountsCommand::list() {
  if (!has_words(0)) {
    return kUsage;
  }
  const account::AccountFiles::Listing listing = files_.read();
  out_ << padded("ID", 28) << padded("PROVIDER", 14) << padded("KIND", 10) << padded("LABEL", 20)
       << "STATE\n";
  for (const ProviderSettings& provider : settings_.providers) {
    for (std::size_t i = 0; i < provider.api_keys.size(); ++i) {
      const std::string id = i == 0 ? provider.name : provider.name + "-" + std::to_string(i + 1);
      out_ << padded(id, 28) << padded(provider.name, 14) << padded("api_key", 10)
           << padded("-", 20) << "in the configuration\n";
    }
  }
  for (const std::shared_ptr<account::Account>& account : listing.accounts) {
    const account::AccountFacts& facts = account->facts();
    out_ << padded(facts.id, 28) << padded(facts.provider, 14) << padded(facts.kind, 10)
         << padded(facts.label.empty() ? "-" : facts.label, 20) << state(*account) << '\n';
  }
  for (const account::AccountFiles::Broken& broken : listing.broken) {
    err_ << broken.why << '\n';
  }
  return listing.broken.empty() ? kOk : kFailed;
}

std::string AccountsCommand::free_id(const std::string& provider) const {
  const account::AccountFiles::Listing listing = files_.read();
  for (int number = 1;; ++number) {
    std::string id = provider + "-file-" + std::to_string(number);
    const bool is_taken = std::any_of(listing.accounts.begin(), listing.accounts.end(),
                                      [&](const auto& account) { return account->id() == id; });
    if (!is_taken) {
      return id;
    }
  }
}

int AccountsCommand::add() {
  const std::string kind = option("kind", "api_key");
  const bool is_refreshed = kind == "oauth" || kind == "codex";
  const std::string field = option("field", is_refreshed        ? "refresh_token"
                                            : kind == "api_key" ? "api_key"
                                                                : "token");
  const std::string label = option("label", "");
  std::string id = option("id", "");
  if (!has_words(1)) {
    return kUsage;
  }
  const std::string provider_name = words_[0];
  if (!is_provider(provider_name)) {
    return kFailed;
  }
  if (const std::string wrong = wrong_kind(provider_name, kind); !wrong.empty()) {
    return fail("kind: " + wrong);
  }
  std::string secret;
  std::getline(in_, secret);
  while (!secret.empty() && (secret.back() == '\r' || secret.back() == ' ')) {
    secret.pop_back();
  }
  if (secret.empty()) {
    return fail("standard input: expected the secret in its first line");
  }
  account::AccountFacts facts;
  facts.id = id.empty() ? free_id(provider_name) : id;
  facts.provider = provider_name;
  facts.kind = kind;
  facts.label = label;
  const account::Account account(facts, {{field, Secret(std::move(secret))}});
  const auto file = files_.add(facts.id, account::account_json(account));
  return done(file ? Result<void>() : Result<void>(file.error()),
              file ? "added " + facts.id + " (" + file->string() + ")" : "");
}

int AccountsCommand::import() {
  const std::string provider_name = option("provider", "");
  const std::string id = option("id", "");
  if (!has_words(1)) {
    return kUsage;
  }
  const Result<std::string> text = account::read_small_file(words_[0]);
  if (!text) {
    return fail(text.error().message);
  }
  const auto json = config::load_json(*text, words_[0]);
  if (!json) {
    return fail(json.error().message);
  }
  const auto imported = account::import_account(*json, provider_name, words_[0]);
  if (!imported) {
    return fail(imported.error().message);
  }
  if (!is_provider(imported->json.find("provider")->text())) {
    return kFailed;
  }
  if (const std::string wrong =
          wrong_kind(imported->json.find("provider")->text(), imported->json.find("kind")->text());
      !wrong.empty()) {
    return fail(words_[0] + ": kind: " + wrong);
  }
  const std::string name = id.empty() ? imported->id : id;
  const auto file = files_.add(name, imported->json);
  return done(file ? Result<void>() : Result<void>(file.error()),
              file ? "imported " + name + " (" + file->string() + ")" : "");
}

int AccountsCommand::check() {
  if (!has_words(0)) {
    return kUsage;
  }
  const account::AccountFiles::Listing listing = files_.read();
  int faults = static_cast<int>(listing.broken.size());
  for (const account::AccountFiles::Broken& broken : listing.broken) {
    err_ << broken.why << '\n';
  }
  for (const std::shared_ptr<account::Account>& account : listing.accounts) {
    const account::AccountFacts& facts = account->facts();
    if (const std::string why = why_unused(configuration_, facts); !why.empty()) {
      err_ << facts.place << ": " << why << '\n';
      ++faults;
    }
  }
  out_ << listing.accounts.size() << " accounts in files, " << faults << " faults" << std::endl;
  return faults == 0 ? kOk : kFailed;
}

int AccountsCommand::enable(bool is_enabled) {
  if (!has_words(1)) {
    return kUsage;
  }
  return done(files_.set_enabled(words_[0], is_enabled, "by hand"),
              (is_enabled ? "enabled " : "disabled ") + words_[0]);
}

int AccountsCommand::remove() {
  if (!has_words(1)) {
    return kUsage;
  }
  return done(files_.remove(words_[0]), "removed " + words_[0]);
}

int AccountsCommand::device() {
  const std::size_t most = words_.size() > 1 && words_[1] != "new" ? 3 : 2;
  if (!has_words(std::clamp<std::size_t>(words_.size(), 1, most))) {
    return kUsage;
  }
  const Result<std::string> told = run_device_command(files_, words_, clock_);
  if (!told) {
    return fail(told.error().message);
  }
  out_ << *told;
  return kOk;
}

int AccountsCommand::run(std::vector<std::string> words) {
  const std::string command = words.empty() ? "--help" : words.front();
  words_.assign(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (command == "--help" || command == "help" ||
      std::find(words_.begin(), words_.end(), "--help") != words_.end()) {
    out_ << kHelp;
    return kOk;
  }
  const std::map<std::string, std::function<int()>> commands{
      {"list", [this] { return list(); }},         {"add", [this] { return add(); }},
      {"import", [this] { return import(); }},     {"check", [this] { return check(); }},
      {"enable", [this] { return enable(true); }}, {"disable", [this] { return enable(false); }},
      {"remove", [this] { return remove(); }},     {"device", [this] { return device(); }},
  };
  const auto known = commands.find(command);
  if (known == commands.end()) {
    err_ << "abv-host accounts: unknown command \"" << command << "\"\n\n" << kHelp;
    return kUsage;
  }
  return known->second();
}

}  // namespace

int run_accounts_command(const Configuration& configuration, const std::vector<std::string>& words,
                         const Clock& clock, std::istream& in, std::ostream& out,
                         std::ostream& err) {
  auto files = account::AccountFiles::open(configuration.settings().data_dir);
  if (!files) {
    err << files.error().message << std::endl;
    return kFailed;
  }
  return AccountsCommand(configuration, **files, clock, in, out, err).run(words);
}

}  // namespace abv::app
