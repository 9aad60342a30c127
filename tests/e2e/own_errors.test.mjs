// The errors that are abv-host's own, in the dialect of whoever asked.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { FakeUpstream } from './fake-upstream/server.mjs';
import { AbvHost } from './harness.mjs';
import { VENDORS } from './support/bench.mjs';
import { CLIENT_KEY, hostConfig } from './support/config.mjs';
import { errorMessage } from './support/dialects.mjs';
import { raw, rawChat } from './support/raw.mjs';
import { SDKS, WORDS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

const NONSENSE = {
  openai: ['/v1/nonsense', { authorization: `Bearer ${CLIENT_KEY}` }],
  claude: ['/v1/nonsense', { 'x-api-key': CLIENT_KEY, 'anthropic-version': '2023-06-01' }],
  gemini: ['/v1beta/nonsense', { 'x-goog-api-key': CLIENT_KEY }],
};

async function errorOf(driver, answer) {
  const error = await answer.then(() => assert.fail('no error'), (thrown) => thrown);
  assert.ok(error instanceof driver.ErrorClass, `${error.constructor.name}: ${error.message}`);
  return error;
}

describe("abv-host's own errors", () => {
  let host;
  before(async () => {
    host = await AbvHost.start(hostConfig({ changes: { limits: { body: '64KiB' } } }));
  });
  after(() => host?.stop());
  const connect = (sdk, key = CLIENT_KEY) => sdk.connect({ baseUrl: host.baseUrl, key });

  for (const sdk of SDKS) {
    describe(sdk.name, () => {
      test('a model that no route has is 404 and named', async () => {
        const driver = connect(sdk);
        const error = await errorOf(driver, driver.ask({ model: 'no-such-model', text: 'hi' }));
        assert.equal(error.status, 404);
        assert.match(error.message, /no-such-model/);
      });

      test('a model that no route has is 404 for a stream, too', async () => {
        const driver = connect(sdk);
        const error = await errorOf(driver, driver.stream({ model: 'no-such-model', text: 'hi' }));
        assert.equal(error.status, 404);
      });

      test('a wrong key is 401', async () => {
        const driver = connect(sdk, 'wrong-key');
        const error = await errorOf(driver, driver.ask({ model: 'echo', text: 'hi' }));
        assert.equal(error.status, 401);
      });

      test('a body over the limit is 413', async () => {
        const driver = connect(sdk);
        const error = await errorOf(driver, driver.ask({
          model: 'echo', text: 'x'.repeat(1 << 20),
        }));
        assert.equal(error.status, 413);
      });

      test('a body under the limit is answered', async () => {
        const text = 'x'.repeat(60 * 1024);
        assert.equal((await connect(sdk).ask({ model: 'echo', text })).text, text);
      });
    });
  }

  for (const sdk of SDKS.filter(({ vendor }) => vendor !== 'gemini')) {
    test(`${sdk.name}: a path that no route has is 404`, async () => {
      const driver = connect(sdk);
      assert.equal((await errorOf(driver, driver.unknownRoute())).status, 404);
    });
  }

  for (const vendor of VENDORS) {
    const chat = (options) => rawChat(vendor, host.baseUrl, {
      key: CLIENT_KEY, model: 'echo', ...options,
    });

    describe(`in the form of ${vendor}`, () => {
      test('an unknown path', async () => {
        const [path, headers] = NONSENSE[vendor];
        const answer = await raw(host.baseUrl + path, { method: 'POST', headers, body: '{}' });
        assert.equal(answer.status, 404);
        errorMessage(vendor, answer);
      });

      test('an unknown model', async () => {
        const answer = await chat({ model: 'no-such-model' });
        assert.equal(answer.status, 404);
        assert.match(errorMessage(vendor, answer), /no-such-model/);
      });

      test('no key at all', async () => {
        const none = { authorization: undefined, 'x-api-key': undefined };
        const answer = await chat({ headers: { ...none, 'x-goog-api-key': undefined } });
        assert.equal(answer.status, 401);
        errorMessage(vendor, answer);
      });

      test('a body over the limit', async () => {
        const answer = await chat({ text: 'x'.repeat(65 * 1024) });
        assert.equal(answer.status, 413);
        errorMessage(vendor, answer);
      });

      test('a body that is not JSON', async () => {
        const answer = await chat({ body: '{"model": "echo", "messages": [' });
        assert.equal(answer.status, 400);
        errorMessage(vendor, answer);
      });
    });
  }
});

describe('an upstream that is down', () => {
  let host;
  before(async () => {
    // Ports that were free a moment ago, with nobody behind them.
    const upstreams = {};
    for (const vendor of VENDORS) {
      const upstream = await FakeUpstream.start({ vendor });
      upstreams[vendor] = { url: upstream.url, key: upstream.key };
      await upstream.stop();
    }
    host = await AbvHost.start(hostConfig({ upstreams }));
  });
  after(() => host?.stop());

  for (const sdk of SDKS) {
    for (const mode of ['ask', 'stream']) {
      test(`${sdk.name}: is 502 (${mode})`, async () => {
        const driver = sdk.connect({ baseUrl: host.baseUrl, key: CLIENT_KEY });
        const { model } = WORDS[sdk.vendor];
        const error = await errorOf(driver, driver[mode]({ model, text: 'hi' }));
        assert.equal(error.status, 502);
      });
    }
  }

  for (const vendor of VENDORS) {
    test(`is 502 in the form of ${vendor}`, async () => {
      const answer = await rawChat(vendor, host.baseUrl, { key: CLIENT_KEY });
      assert.equal(answer.status, 502);
      errorMessage(vendor, answer);
    });
  }

  test('does not keep the echo from answering', async () => {
    const driver = SDKS[0].connect({ baseUrl: host.baseUrl, key: CLIENT_KEY });
    assert.equal((await driver.ask({ model: 'echo', text: 'still here' })).text, 'still here');
  });
});
