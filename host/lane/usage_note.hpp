#pragma once

#include "abv/abi/event.h"
#include "host/record/call_record.hpp"

namespace abv::lane {

// Writes what an event tells of usage, end and failure into the call's record.
void note_usage(const abv_event& event, record::CallRecord& record);

// The word for an ABV_STOP_* number.
const char* stop_name(std::int64_t stop);

}  // namespace abv::lane
