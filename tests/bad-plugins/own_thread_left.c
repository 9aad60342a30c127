// Starts a thread that outlives its instance.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static atomic_int turns;

static void* run_on(void* arg) {
  for (;;) {
    atomic_fetch_add(&turns, 1);
    const struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
  }
  return arg;
}

#define PLAIN_START                                       \
  pthread_t thread;                                       \
  if (pthread_create(&thread, NULL, run_on, NULL) != 0) { \
    return ABV_E_IO;                                      \
  }                                                       \
  pthread_detach(thread);                                 \
  while (atomic_load(&turns) == 0) {                      \
  }
#include "plain.h"
