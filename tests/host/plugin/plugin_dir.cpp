#include "tests/host/plugin/plugin_dir.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "host/plugin/digest.hpp"

namespace abv::plugin {
namespace {

const std::filesystem::path kBuilt = ABV_BAD_PLUGINS_DIR;

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

void copy_plugin(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::permissions(to, std::filesystem::perms(0755));
}

}  // namespace

std::string ManifestText::json() const {
  std::string list;
  for (const std::string& name : components) {
    list += (list.empty() ? "" : ",") +
            (R"({"kind":"abv.handler/1","name":")" + name +
             R"(","summary":"answers ok","config_schema":{"type":"object"},)"
             R"("abilities":{"operations":["chat"]},"order":null,"flags":0})");
  }
  return R"({"abv_manifest":1,"id":")" + id + R"(","version":")" + version +
         R"(","abi":{"major":)" + major + R"(,"minor":0},"platform":")" + platform +
         R"(","components":[)" + list + R"(],"sha256":")" + sha256 + "\"}";
}

PluginDir::PluginDir() {
  std::filesystem::create_directory(path());
  std::filesystem::permissions(path(), std::filesystem::perms(0755));
  loader_ = Loader::make(run_dir(), log_, clock_).value();
}

void PluginDir::add(const std::string& name, const std::string& as) {
  const std::string target = as.empty() ? name : as;
  copy_plugin(kBuilt / (name + ".so"), file(target));
  copy_plugin(kBuilt / (name + ".abv.json"), manifest(target));
  last_id_ = id_of(name);
}

void PluginDir::add(const std::string& name, ManifestText manifest) {
  copy_plugin(kBuilt / (name + ".so"), file(name));
  if (manifest.sha256.empty()) {
    manifest.sha256 = sha256(name);
  }
  if (manifest.id.empty()) {
    manifest.id = id_of(name);
  }
  write(name + ".abv.json", manifest.json());
  last_id_ = manifest.id;
}

void PluginDir::write(const std::string& file_name, const std::string& content) {
  std::ofstream(path() / file_name, std::ios::binary) << content;
  std::filesystem::permissions(path() / file_name, std::filesystem::perms(0644));
}

std::string PluginDir::id_of(const std::string& name) {
  std::string id = "test." + name;
  std::replace(id.begin(), id.end(), '_', '-');
  return id;
}

std::string PluginDir::sha256(const std::string& name) const {
  return sha256_hex(read(file(name)));
}

Result<std::shared_ptr<Library>> PluginDir::load(const std::string& id) {
  return load(AllowedPlugin{id.empty() ? last_id_ : id, "", "", ""});
}

Result<std::shared_ptr<Library>> PluginDir::load(const AllowedPlugin& allowed) {
  const AllowList list = AllowList::build({allowed}).value();
  return loader_->load(Catalog::scan({path()}), list, allowed.id);
}

std::string PluginDir::refusal(const std::string& id) {
  const Result<std::shared_ptr<Library>> library = load(id);
  return library ? std::string() : library.error().message;
}

}  // namespace abv::plugin
