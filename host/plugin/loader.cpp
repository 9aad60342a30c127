#include "host/plugin/loader.hpp"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace abv::plugin {
namespace {

// So many unused libraries are still mapped before the log advises a restart.
constexpr std::size_t kRetiredBeforeAdvice = 32;

constexpr std::string_view kRunPrefix = "run-";

Error io_error(const std::filesystem::path& path, const std::string& doing, int number) {
  return Error{Error::Code::kIo,
               path.string() + ": " + doing + ": " + std::system_category().message(number)};
}

// "run-4711-Ab3xY9" of a process that does not exist any more?
bool is_left_behind(const std::string& name) {
  if (!name.starts_with(kRunPrefix)) {
    return false;
  }
  const char* digits = name.c_str() + kRunPrefix.size();
  pid_t pid = 0;
  const auto parsed = std::from_chars(digits, name.c_str() + name.size(), pid);
  return parsed.ec == std::errc() && pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH;
}

// Copies that a crash left behind. What cannot be removed does no harm.
void remove_left_behind(const std::filesystem::path& dir) {
  std::error_code failure;
  std::vector<std::filesystem::path> old;
  std::filesystem::directory_iterator entry(dir, failure);
  for (const std::filesystem::directory_iterator end; !failure && entry != end;
       entry.increment(failure)) {
    if (is_left_behind(entry->path().filename().string())) {
      old.push_back(entry->path());
    }
  }
  for (const std::filesystem::path& path : old) {
    std::filesystem::remove_all(path, failure);
  }
}

}  // namespace

Result<std::unique_ptr<Loader>> Loader::make(const std::filesystem::path& runtime_dir, Log& log,
                                             const Clock& clock) {
  std::error_code failure;
  std::filesystem::create_directories(runtime_dir, failure);
  const std::filesystem::path plugins = std::filesystem::absolute(runtime_dir) / "plugins";
  if (::mkdir(plugins.c_str(), 0700) != 0 && errno != EEXIST) {
    return io_error(plugins, "cannot make the directory for plugins", errno);
  }
  if (::chmod(plugins.c_str(), 0700) != 0) {
    return io_error(plugins, "cannot set mode 0700", errno);
  }
  remove_left_behind(plugins);
  // mkdtemp makes a name that was never used, so that no path is ever loaded from twice: the
  // dynamic linker would give the old code for it.
  std::string dir =
      (plugins / (std::string(kRunPrefix) + std::to_string(::getpid()) + "-XXXXXX")).string();
  if (::mkdtemp(dir.data()) == nullptr) {
    return io_error(plugins, "cannot make a directory in it", errno);
  }
  return std::unique_ptr<Loader>(new Loader(dir, log, clock));
}

Loader::Loader(std::filesystem::path copy_dir, Log& log, const Clock& clock)
    : copy_dir_(std::move(copy_dir)), log_(log), clock_(clock) {}

Loader::~Loader() {
  for (const std::shared_ptr<Library>& library : libraries_) {
    library->retire();
  }
  // What is mapped stays mapped. The files were kept until now for debuggers and profilers.
  std::error_code ignored;
  std::filesystem::remove_all(copy_dir_, ignored);
}

Result<std::shared_ptr<Library>> Loader::load(const Catalog& catalog, const AllowList& allowed,
                                              std::string_view id) {
  const Result<const AllowedPlugin*> entry = allowed.find(id);
  if (!entry) {
    return entry.error();
  }
  const Result<Manifest> manifest = manifest_for(catalog, **entry);
  if (!manifest) {
    return manifest.error();
  }
  const std::lock_guard lock(mutex_);
  // The allow-list may ask for other bytes than those that are loaded.
  const bool wanted = (*entry)->sha256.empty() || (*entry)->sha256 == manifest->sha256;
  const auto known = std::find_if(libraries_.begin(), libraries_.end(), [&](const auto& library) {
    return wanted && library->id() == id && library->sha256() == manifest->sha256;
  });
  if (known != libraries_.end()) {
    return *known;
  }
  Result<std::shared_ptr<Library>> library =
      Library::load({*manifest, manifest->library, (*entry)->sha256, copy_dir_, ++last_number_});
  if (library) {
    libraries_.push_back(*library);
    log_.info("plugin.loaded", {{"id", id},
                                {"version", manifest->version},
                                {"sha256", manifest->sha256},
                                {"file", manifest->library.string()}});
  }
  return library;
}

Result<Manifest> Loader::manifest_for(const Catalog& catalog, const AllowedPlugin& entry) {
  if (entry.file.empty()) {
    const Manifest* manifest = catalog.find(entry.id);
    if (manifest != nullptr) {
      return *manifest;
    }
    std::string dirs;
    for (const std::filesystem::path& dir : catalog.dirs()) {
      dirs += (dirs.empty() ? "" : ", ") + dir.string();
    }
    std::string problem = "plugin " + entry.id + " was not found in plugins.dirs (" + dirs + ")";
    for (const Error& other : catalog.problems()) {
      problem += "; " + other.message;
    }
    return Error{Error::Code::kNotFound, std::move(problem)};
  }
  Result<Manifest> manifest = read_manifest(manifest_path_of(entry.file));
  if (manifest && manifest->id != entry.id) {
    return Error{Error::Code::kInvalid, manifest->file.string() + ": id: plugins.allow names " +
                                            entry.id + ", got \"" + manifest->id + "\""};
  }
  if (manifest) {
    manifest->library = entry.file;
  }
  return manifest;
}

void Loader::retire_unused() {
  const std::lock_guard lock(mutex_);
  const auto unused =
      std::stable_partition(libraries_.begin(), libraries_.end(),
                            [](const auto& library) { return library.use_count() > 1; });
  for (auto library = unused; library != libraries_.end(); ++library) {
    retire(**library);
  }
  libraries_.erase(unused, libraries_.end());
}

void Loader::retire(Library& library) {
  library.retire();
  retired_.push_back(
      RetiredLibrary{library.id(), library.version(), library.sha256(), clock_.unix_ms()});
  log_.info("plugin.retired", {{"id", library.id()},
                               {"version", library.version()},
                               {"sha256", library.sha256()},
                               {"retired", static_cast<std::uint64_t>(retired_.size())}});
  if (retired_.size() > kRetiredBeforeAdvice) {
    log_.warn("plugin.many_retired",
              {{"retired", static_cast<std::uint64_t>(retired_.size())},
               {"advice", "their code stays in memory; restart the host when it suits you"}});
  }
}

std::vector<RetiredLibrary> Loader::retired() const {
  const std::lock_guard lock(mutex_);
  return retired_;
}

std::size_t Loader::loaded_count() const {
  const std::lock_guard lock(mutex_);
  return libraries_.size();
}

}  // namespace abv::plugin
