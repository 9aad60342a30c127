#define PLAIN_INIT return ABV_E_IO;
#include "plain.h"
