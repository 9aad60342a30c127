#define PLAIN_START return ABV_E_IO;
#include "plain.h"
