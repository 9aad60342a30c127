// The JSON form of the canonical chat request (schema/chat.schema.json): write_chat and read_chat.
#pragma once

#include "abv/sdk/chat_json_reader.hpp"  // IWYU pragma: export
#include "abv/sdk/chat_json_writer.hpp"  // IWYU pragma: export
