// Writes bytes before the head was sent; does not care for what the host says.
#define PLAIN_HANDLE reply->write(reply->ctx, text("too early"));
#include "plain.h"
