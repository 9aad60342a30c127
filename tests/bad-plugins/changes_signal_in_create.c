// Takes a signal that is the host's, later.
#define _GNU_SOURCE
#include <signal.h>

#define PLAIN_CREATE signal(SIGUSR2, SIG_IGN);
#include "plain.h"
