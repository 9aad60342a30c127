#pragma once

#include <mutex>
#include <unordered_set>

namespace abv::http {

// The sockets of a server's connections, so that its end can end their waiting. Any thread.
class OpenSockets {
 public:
  // A socket that is known for as long as this object lives; it has to be closed later than that.
  class Entry {
   public:
    Entry(OpenSockets& sockets, int fd);
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry();

    // False when the server has ended already.
    explicit operator bool() const { return is_open_; }

   private:
    OpenSockets& sockets_;
    const int fd_;
    const bool is_open_;
  };

  // Shuts all sockets down, and refuses those that come later.
  void end();

 private:
  bool add(int fd);

  std::mutex mutex_;
  std::unordered_set<int> open_;
  bool ended_ = false;
};

}  // namespace abv::http
