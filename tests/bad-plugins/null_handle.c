// Its table lacks the function that every handler has.
#define PLAIN_TABLE &kEmptyHandler
#include "abv/abv.h"

static const abv_handler kEmptyHandler = {.size = sizeof(abv_handler)};

#include "plain.h"
