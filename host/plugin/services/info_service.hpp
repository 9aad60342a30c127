#pragma once

#include <functional>
#include <map>
#include <string>

#include "abv/host/info.h"

namespace abv::plugin {

// abv.host.info/1 of one instance.
class InfoService {
 public:
  // `facts` outlive it; "instance" is added to them.
  InfoService(std::string instance, const std::map<std::string, std::string, std::less<>>& facts);
  InfoService(const InfoService&) = delete;
  InfoService& operator=(const InfoService&) = delete;

  const abv_host_info* table() const { return &table_; }

 private:
  static abv_str ABV_CALL get(void* ctx, abv_str key) noexcept;

  const std::string instance_;
  const std::map<std::string, std::string, std::less<>>& facts_;
  abv_host_info table_;
};

}  // namespace abv::plugin
