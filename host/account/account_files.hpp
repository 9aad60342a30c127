#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/account/account_file.hpp"
#include "host/account/atomic_file.hpp"
#include "host/account/keeper.hpp"
#include "host/base/log.hpp"

namespace abv::account {

// The directories with one file per account: <data_dir>/accounts, and <data_dir>/codex for those of
// kind "codex". People and other programs may change the files at any time. A file that cannot be
// read is reported and left alone. Any thread.
class AccountFiles final : public AccountKeeper {
 public:
  struct Broken {
    std::string file;
    std::string why;
  };
  struct Listing {
    std::vector<std::shared_ptr<Account>> accounts;  // by id
    std::vector<Broken> broken;
  };

  // Makes the directories, with mode 0700, if they are missing. `before` is called before each step
  // of a write, for tests.
  static Result<std::unique_ptr<AccountFiles>> open(const std::filesystem::path& data_dir,
                                                    std::function<void(WriteStep)> before = {});

  Listing read() const;

  // True when files were added, taken away or changed since the last call, or at the first one.
  bool have_changed();

  // Writes a new account. kInvalid when the id is taken or no file name.
  Result<std::filesystem::path> add(const std::string& id, const config::Value& json);
  Result<void> remove(const std::string& id);
  Result<void> set_enabled(const std::string& id, bool is_enabled, std::string_view reason);

  // What the file of an account holds. kNotFound when it has none.
  Result<config::Value> json(const std::string& id) const;

  // Changes that, unless `change` fails.
  Result<void> change(const std::string& id,
                      const std::function<Result<void>(config::Value&)>& change);

  // AccountKeeper
  Result<void> save(const Account& account) override;
  std::shared_ptr<Account> stored(const std::string& id) override;
  std::unique_lock<std::mutex> hold() override { return std::unique_lock(changes_); }
  Result<void> disable(const std::string& id, std::string_view reason) override;

 private:
  AccountFiles(std::filesystem::path data_dir, std::function<void(WriteStep)> before)
      : data_dir_(std::move(data_dir)), before_(std::move(before)) {}

  std::vector<std::filesystem::path> directories() const;
  std::vector<std::filesystem::path> files() const;
  std::filesystem::path file_of(const std::string& id) const;
  Result<void> edit(const std::string& id,
                    const std::function<Result<void>(config::Value&)>& change) const;

  const std::filesystem::path data_dir_;
  const std::function<void(WriteStep)> before_;
  std::mutex changes_;
  std::mutex mutex_;
  std::string seen_;  // names, sizes and times of the files
};

}  // namespace abv::account
