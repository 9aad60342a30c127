// The SDKs against the fake upstreams themselves, with nothing between: whatever fails here is a
// fault of the fake or of a test, not of abv-host.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { MODELS as CLAUDE_MODELS } from './fake-upstream/claude_rules.mjs';
import { MODELS as GEMINI_MODELS } from './fake-upstream/gemini_rules.mjs';
import { MODELS as OPENAI_MODELS } from './fake-upstream/openai_rules.mjs';
import { directBench } from './support/bench.mjs';
import { conversations } from './support/conversations.mjs';
import { failures } from './support/failures.mjs';
import { operations } from './support/operations.mjs';
import { SDKS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

const LISTS = {
  openai: Object.values(OPENAI_MODELS).flat(),
  claude: CLAUDE_MODELS,
  gemini: Object.keys(GEMINI_MODELS),
};

describe('the SDKs work against the fake upstream itself', () => {
  const bench = directBench();
  conversations(bench);
  operations(bench);
  failures(bench);

  for (const sdk of SDKS) {
    test(`${sdk.name} lists the models`, async () => {
      assert.deepEqual(await bench.connect(sdk).models(), LISTS[sdk.vendor]);
    });
  }
});
