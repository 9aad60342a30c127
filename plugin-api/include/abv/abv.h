// All of the stable plugin ABI of abv-host. Includes nothing but the C library's basic headers.
#ifndef ABV_ABV_H
#define ABV_ABV_H

#include "abv/abi/base.h"
#include "abv/abi/call.h"
#include "abv/abi/component.h"
#include "abv/abi/entry.h"
#include "abv/abi/error.h"
#include "abv/abi/event.h"
#include "abv/abi/host.h"
#include "abv/abi/plugin.h"
#include "abv/abi/reply.h"
#include "abv/ext/dialect.h"
#include "abv/ext/handler.h"
#include "abv/ext/middleware.h"
#include "abv/ext/provider.h"
#include "abv/ext/stored_answers.h"
#include "abv/host/clock.h"
#include "abv/host/http.h"
#include "abv/host/info.h"
#include "abv/host/log.h"
#include "abv/host/metrics.h"
#include "abv/host/secret.h"
#include "abv/host/store.h"

#endif  // ABV_ABV_H
