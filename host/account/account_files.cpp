#include "host/account/account_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "host/config/load_json.hpp"

namespace abv::account {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExtension = ".json";

bool is_file_name(const std::string& id) {
  return !id.empty() && id.size() <= 128 && id.front() != '.' &&
         id.find_first_of("/\\") == std::string::npos &&
         std::none_of(id.begin(), id.end(), [](char c) { return c >= 0 && c < ' '; });
}

Result<void> make_directory(const fs::path& directory) {
  std::error_code error;
  if (fs::is_directory(directory, error)) {
    return {};
  }
  fs::create_directories(directory, error);
  if (!error) {
    fs::permissions(directory, fs::perms::owner_all, error);
  }
  if (error) {
    return Error{Error::Code::kIo, directory.string() + ": cannot be made: " + error.message()};
  }
  return {};
}

// A byte order mark is no JSON, but some editors write one.
Result<config::Value> read_json(const fs::path& file) {
  Result<std::string> text = read_small_file(file);
  if (!text) {
    return text.error();
  }
  if (text->starts_with("\xEF\xBB\xBF")) {
    text->erase(0, 3);
  }
  return config::load_json(*text, file.string());
}

}  // namespace

Result<std::unique_ptr<AccountFiles>> AccountFiles::open(const fs::path& data_dir,
                                                         std::function<void(WriteStep)> before) {
  std::unique_ptr<AccountFiles> files(new AccountFiles(data_dir, std::move(before)));
  for (const fs::path& directory : files->directories()) {
    if (Result<void> made = make_directory(directory); !made) {
      return made.error();
    }
  }
  return files;
}

std::vector<fs::path> AccountFiles::directories() const {
  return {data_dir_ / "accounts", data_dir_ / "codex"};
}

std::vector<fs::path> AccountFiles::files() const {
  std::vector<fs::path> files;
  for (const fs::path& directory : directories()) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
      const fs::path& path = entry.path();
      if (path.extension() == kExtension && path.filename().string().front() != '.') {
        files.push_back(path);
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

AccountFiles::Listing AccountFiles::read() const {
  Listing listing;
  for (const fs::path& file : files()) {
    const std::string id = file.stem().string();
    const Result<config::Value> json = read_json(file);
    Result<std::shared_ptr<Account>> account = json
                                                   ? account_of(*json, id, file.string())
                                                   : Result<std::shared_ptr<Account>>(json.error());
    const bool is_taken =
        std::any_of(listing.accounts.begin(), listing.accounts.end(),
                    [&](const std::shared_ptr<Account>& other) { return other->id() == id; });
    if (!account) {
      listing.broken.push_back({file.string(), account.error().message});
    } else if (is_taken) {
      listing.broken.push_back(
          {file.string(), file.string() + ": another file has the id \"" + id + "\" already"});
    } else {
      listing.accounts.push_back(std::move(account).value());
    }
  }
  return listing;
}

bool AccountFiles::have_changed() {
  std::string seen;
  for (const fs::path& file : files()) {
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0) {
      seen += file.string() + '\n' + std::to_string(status.st_ino) + ' ' +
              std::to_string(status.st_size) + ' ' + std::to_string(status.st_mtim.tv_sec) + '.' +
              std::to_string(status.st_mtim.tv_nsec) + '\n';
    }
  }
  seen += '.';  // no files is something else than not yet looked
  const std::lock_guard lock(mutex_);
  return std::exchange(seen_, seen) != seen;
}

fs::path AccountFiles::file_of(const std::string& id) const {
  for (const fs::path& directory : directories()) {
    const fs::path file = directory / (id + kExtension);
    std::error_code error;
    if (is_file_name(id) && fs::exists(file, error)) {
      return file;
    }
  }
  return {};
}

Result<fs::path> AccountFiles::add(const std::string& id, const config::Value& json) {
  if (!is_file_name(id)) {
    return Error{Error::Code::kInvalid,
                 "account id: expected a name that can be a file's, got \"" + id + "\""};
  }
  if (const fs::path taken = file_of(id); !taken.empty()) {
    return Error{Error::Code::kInvalid, taken.string() + ": is there already"};
  }
  const config::Value* kind = json.find("kind");
  const bool is_codex = kind != nullptr && kind->text() == "codex";
  const fs::path file = directories()[is_codex ? 1 : 0] / (id + kExtension);
  if (const auto valid = account_of(json, id, file.string()); !valid) {
    return valid.error();
  }
  const auto lock = DirectoryLock::take(file.parent_path());
  if (!lock) {
    return lock.error();
  }
  if (Result<void> written = write_atomically(file, json.to_pretty_json(), before_); !written) {
    return written.error();
  }
  return file;
}

Result<void> AccountFiles::remove(const std::string& id) {
  const fs::path file = file_of(id);
  std::error_code error;
  if (file.empty()) {
    return Error{Error::Code::kNotFound, "no file of an account \"" + id + "\" under " +
                                             data_dir_.string() +
                                             " (accounts in the YAML are taken out there)"};
  }
  fs::remove(file, error);
  if (error) {
    return Error{Error::Code::kIo, file.string() + ": cannot be removed: " + error.message()};
  }
  return {};
}

// What is in the file now is read again: somebody may have changed it since.
Result<void> AccountFiles::edit(const std::string& id,
                                const std::function<Result<void>(config::Value&)>& change) const {
  const fs::path file = file_of(id);
  if (file.empty()) {
    return {};
  }
  const auto lock = DirectoryLock::take(file.parent_path());
  if (!lock) {
    return lock.error();
  }
  Result<config::Value> json = read_json(file);
  if (!json) {
    return json.error();
  }
  if (Result<void> changed = change(*json); !changed) {
    return changed;
  }
  return write_atomically(file, json->to_pretty_json(), before_);
}

Result<void> AccountFiles::set_enabled(const std::string& id, bool is_enabled,
                                       std::string_view reason) {
  if (file_of(id).empty()) {
    return Error{Error::Code::kNotFound, "no file of an account \"" + id + "\""};
  }
  return edit(id, [&](config::Value& json) {
    json.set("enabled", config::Value::boolean(is_enabled));
    json.erase("disabled_reason");
    if (!is_enabled) {
      json.set("disabled_reason", config::Value::string(std::string(reason)));
    }
    return Result<void>();
  });
}

Result<config::Value> AccountFiles::json(const std::string& id) const {
  const fs::path file = file_of(id);
  if (file.empty()) {
    return Error{Error::Code::kNotFound, "no file of an account \"" + id + "\""};
  }
  return read_json(file);
}

Result<void> AccountFiles::change(const std::string& id,
                                  const std::function<Result<void>(config::Value&)>& change) {
  if (file_of(id).empty()) {
    return Error{Error::Code::kNotFound, "no file of an account \"" + id + "\""};
  }
  return edit(id, change);
}

Result<void> AccountFiles::save(const Account& account) {
  return edit(account.id(), [&](config::Value& json) {
    put_credential(json, account);
    return Result<void>();
  });
}

std::shared_ptr<Account> AccountFiles::stored(const std::string& id) {
  const fs::path file = file_of(id);
  const Result<config::Value> json =
      file.empty() ? Result<config::Value>(Error{}) : read_json(file);
  if (!json) {
    return nullptr;
  }
  Result<std::shared_ptr<Account>> account = account_of(*json, id, file.string());
  return account ? std::move(account).value() : nullptr;
}

Result<void> AccountFiles::disable(const std::string& id, std::string_view reason) {
  return file_of(id).empty() ? Result<void>() : set_enabled(id, false, reason);
}

}  // namespace abv::account
