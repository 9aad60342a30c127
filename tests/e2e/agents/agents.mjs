// Every agent completes a task with real tool calls, through abv-host, at an upstream of each
// family. The name of this file keeps it out of the default run, which looks for *.test.mjs.

import { describe, test } from 'node:test';

import { AGENTS } from './clients.mjs';
import { performTask } from './pair.mjs';
import { FAMILIES } from './upstream/server.mjs';

// Families whose models sign their reasoning. Every client asks for reasoning.
const SIGNING = ['openai-responses', 'claude-messages', 'gemini'];

describe('agents', { concurrency: 2 }, () => {
  for (const client of AGENTS) {
    for (const family of Object.keys(FAMILIES)) {
      test(`${client.name} writes a file with a model of ${family}`, () => (
        performTask(client, family, { isSigned: SIGNING.includes(family) })));
    }
  }
});
