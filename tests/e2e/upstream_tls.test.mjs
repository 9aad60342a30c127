// The SDKs through abv-host to strict upstreams, over TLS with an authority of their own (ca_file).

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { hostBench } from './support/bench.mjs';
import { hostConfig } from './support/config.mjs';
import { conversations } from './support/conversations.mjs';
import { failures } from './support/failures.mjs';
import { SDKS, WORDS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

describe('through abv-host over https', () => {
  const bench = hostBench({ tls: true });
  conversations(bench);
  failures(bench);
});

describe('an upstream whose authority abv-host does not know', () => {
  const bench = hostBench({ tls: true, configure: ({ upstreams }) => hostConfig({ upstreams }) });

  for (const sdk of SDKS) {
    test(`is not spoken to: ${sdk.name} gets 502`, async () => {
      const driver = bench.connect(sdk);
      const error = await driver.ask({ model: WORDS[sdk.vendor].model, text: 'hi' })
        .then(() => assert.fail('no error'), (thrown) => thrown);
      assert.ok(error instanceof driver.ErrorClass, String(error));
      assert.equal(error.status, 502);
      assert.deepEqual(bench.upstreams[sdk.vendor].requests, []);
    });
  }
});
