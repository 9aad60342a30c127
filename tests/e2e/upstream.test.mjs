// The SDKs through abv-host to strict upstreams, over plain HTTP.

import { describe } from 'node:test';

import { hostBench } from './support/bench.mjs';
import { conversations } from './support/conversations.mjs';
import { failures } from './support/failures.mjs';
import { operations } from './support/operations.mjs';

describe('through abv-host over http', () => {
  const bench = hostBench();
  conversations(bench);
  operations(bench);
  failures(bench);
});
