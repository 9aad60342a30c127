// Its list of components has a hole.
#define PLAIN_COMPONENTS &kComponent, NULL
#include "plain.h"
