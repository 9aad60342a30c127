// Nothing is wrong with this one.
#include "plain.h"
