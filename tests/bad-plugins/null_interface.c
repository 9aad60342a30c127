// Gives no table for the kind that it claims to be.
#define PLAIN_TABLE NULL
#include "plain.h"
