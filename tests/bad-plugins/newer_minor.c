// Built against a later header, whose handler table has one function more.
#define PLAIN_TABLE &kNewerHandler
#include "abv/abv.h"

typedef struct newer_handler {
  abv_handler known;
  void (*unheard_of)(void);
} newer_handler;

static const newer_handler kNewerHandler;

#include "plain.h"

static const newer_handler kNewerHandler = {
    .known = {.size = sizeof(newer_handler), .handle = plain_handle, .models = NULL},
    .unheard_of = NULL,
};
