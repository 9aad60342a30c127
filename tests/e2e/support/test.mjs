// node's test(), with an end to waiting: a test that hangs is a failure with a name. The number is
// no measure of speed; only what waits for ever reaches it.

import { test as nodeTest } from 'node:test';

const PATIENCE_MS = 15000;

export function test(name, body) {
  return nodeTest(name, { timeout: PATIENCE_MS }, body);
}
