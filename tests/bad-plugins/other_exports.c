// Linked without a version script: one more function is visible.
#include "plain.h"

ABV_EXPORT int helpful_function(void);
int helpful_function(void) {
  return 42;
}
