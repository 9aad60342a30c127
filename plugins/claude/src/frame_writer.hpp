#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

namespace abv::claude {

// Makes frames of a stream, each written in one piece: its event line, its data, its empty line.
// Memory is kept from frame to frame.
class FrameWriter {
 public:
  // Where the next frame's data is written.
  sdk::json::Writer& data() { return data_; }

  // Sends what is in data() and empties it.
  void send(std::string_view type, sdk::Writer& out);

 private:
  sdk::json::Writer data_;
  std::string frame_;
};

}  // namespace abv::claude
