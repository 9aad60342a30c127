// Accounts as clients see them, which is not at all: a call goes on with another account when one is
// revoked or limited, and waits when all are limited for a moment.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe } from 'node:test';

import { FakeUpstream } from './fake-upstream/server.mjs';
import { AbvHost } from './harness.mjs';
import { CLIENT_KEY, hostConfig } from './support/config.mjs';
import { SDKS, WORDS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

// One account of each provider for each key.
function config(upstreams, keys) {
  const plain = hostConfig({ upstreams });
  const entries = Object.entries(plain.providers).map(([name, { status_rules: _, ...entry }]) => {
    const key = upstreams[name]?.key;
    const own = key ? { api_key: keys(key)[0], api_keys: keys(key).slice(1) } : {};
    return [name, { ...entry, ...own }];
  });
  return {
    ...plain,
    providers: Object.fromEntries(entries),
    accounts: { mode: 'fill_first', cool_down: { floor: '100ms' } },
  };
}

for (const sdk of SDKS) {
  const { vendor } = sdk;
  const { model } = WORDS[vendor];

  describe(`${sdk.name} with several accounts`, () => {
    let upstream;
    let host;
    const start = async (keys) => {
      host = await AbvHost.start(config({ [vendor]: upstream }, keys));
      return sdk.connect({ baseUrl: host.baseUrl, key: CLIENT_KEY });
    };

    before(async () => { upstream = await FakeUpstream.start({ vendor, secrets: [CLIENT_KEY] }); });
    beforeEach(() => upstream.reset());
    afterEach(async () => {
      await host.stop();
      assert.deepEqual(host.logs.filter((line) => line.includes(upstream.key)), []);
    });
    after(() => upstream.stop());

    test('a revoked key is passed over, and not tried again', async () => {
      const driver = await start((key) => ['a-revoked-key', key]);
      await driver.ask({ model, text: 'hi' });
      await driver.stream({ model, text: 'hi' });
      assert.equal(upstream.requests.length, 3);
    });

    test('a limited account is left alone while another is free', async () => {
      const driver = await start((key) => [key, key]);
      upstream.plan({ error: { status: 429, retryAfter: 60 } });
      await driver.ask({ model, text: 'hi' });
      await driver.stream({ model, text: 'hi' });
      assert.equal(upstream.requests.length, 3);
    });

    test('a storm of refusals is waited out', async () => {
      const driver = await start((key) => [key, key, key]);
      for (let i = 0; i < 3; ++i) upstream.plan({ error: { status: 429, retryAfter: 1 } });
      await driver.stream({ model, text: 'hi' });
      assert.equal(upstream.requests.length, 4);
    });
  });
}
