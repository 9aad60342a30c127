// The front door: health, keys, and browsers that a stranger's page has sent.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { AbvHost } from './harness.mjs';
import { VENDORS } from './support/bench.mjs';
import { CLIENT_KEY, hostConfig } from './support/config.mjs';
import { raw, rawChat } from './support/raw.mjs';
import { test } from './support/test.mjs';

const HEALTH = ['/health', '/healthz'];

describe('with authentication of all but health', () => {
  let host;
  before(async () => { host = await AbvHost.start(hostConfig({ auth: 'all_except_health' })); });
  after(() => host?.stop());

  for (const path of HEALTH) {
    test(`${path} needs no key`, async () => {
      assert.equal((await raw(host.baseUrl + path)).status, 200);
    });
  }

  test('a chat needs the key even on this machine', async () => {
    assert.equal((await rawChat('openai', host.baseUrl, { key: 'no', model: 'echo' })).status, 401);
  });
});

describe('with strict authentication', () => {
  let host;
  before(async () => { host = await AbvHost.start(hostConfig({ auth: 'strict' })); });
  after(() => host?.stop());

  for (const path of HEALTH) {
    test(`${path} is answered to who has the key, and to nobody else`, async () => {
      const headers = { authorization: `Bearer ${CLIENT_KEY}` };
      assert.equal((await raw(host.baseUrl + path, { headers })).status, 200);
      assert.equal((await raw(host.baseUrl + path)).status, 401);
    });
  }
});

describe('without authentication', () => {
  let host;
  before(async () => { host = await AbvHost.start(hostConfig({ auth: 'off' })); });
  after(() => host?.stop());

  for (const path of HEALTH) {
    test(`${path} is answered`, async () => {
      assert.equal((await raw(host.baseUrl + path)).status, 200);
    });
  }

  for (const vendor of VENDORS) {
    const chat = (headers) => rawChat(vendor, host.baseUrl, {
      key: CLIENT_KEY, model: 'echo', headers,
    });

    test(`${vendor}: a program on this machine is answered`, async () => {
      assert.equal((await chat({})).status, 200);
    });

    test(`${vendor}: the name localhost is as good as the number`, async () => {
      assert.equal((await chat({ host: `localhost:${host.port}` })).status, 200);
    });

    test(`${vendor}: a page of another origin is refused`, async () => {
      assert.equal((await chat({ origin: 'https://evil.example' })).status, 403);
    });

    test(`${vendor}: a name that was rebound to this machine is refused`, async () => {
      assert.equal((await chat({ host: 'evil.example' })).status, 403);
    });
  }
});
