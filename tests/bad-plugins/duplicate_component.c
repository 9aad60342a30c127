// Two components have the same name.
#define PLAIN_COMPONENTS &kComponent, &kComponent
#include "plain.h"
