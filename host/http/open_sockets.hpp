#pragma once

#include <mutex>
#include <unordered_map>

namespace abv::http {

// Whoever has something to say to the client before the server's end.
class Farewell {
 public:
  virtual ~Farewell() = default;

  // The server stops. Any thread; must not wait.
  virtual void leave() = 0;
};

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

    // Who is told of the stop from now on; null: nobody. Until the next call of this it has to
    // live.
    void tell(Farewell* farewell);

    // False when the server has ended already.
    explicit operator bool() const { return is_open_; }

   private:
    OpenSockets& sockets_;
    const int fd_;
    const bool is_open_;
  };

  // Tells everyone that the server stops.
  void stop();

  // The same, then shuts all sockets down, and refuses those that come later.
  void end();

 private:
  bool add(int fd);

  std::mutex mutex_;
  std::unordered_map<int, Farewell*> open_;
  bool ended_ = false;
};

}  // namespace abv::http
