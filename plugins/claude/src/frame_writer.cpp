#include "frame_writer.hpp"

namespace abv::claude {

void FrameWriter::send(std::string_view type, sdk::Writer& out) {
  frame_.assign("event: ").append(type).append("\ndata: ").append(data_.view()).append("\n\n");
  data_.clear();
  out.write(frame_);
}

}  // namespace abv::claude
