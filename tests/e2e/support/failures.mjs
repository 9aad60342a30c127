// What every SDK must see of an upstream's failures: its own error class, the vendor's status,
// words and headers; and never a broken stream that looks like a good one.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { Gate } from '../fake-upstream/plan.mjs';
import { rawChat } from './raw.mjs';
import { SDKS, WORDS } from './sdks.mjs';
import { test } from './test.mjs';

const STATUSES = [400, 401, 429, 500, 529];

// Words of each vendor's own error message.
const MESSAGES = {
  openai: {
    400: 'refused by plan', 401: 'Incorrect API key', 429: 'Rate limit reached',
    500: 'Sorry about that', 529: 'overloaded',
  },
  claude: {
    400: 'refused: by plan', 401: 'authentication_error', 429: 'rate_limit_error',
    500: 'Internal server error', 529: 'overloaded_error',
  },
  gemini: {
    400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 429: 'RESOURCE_EXHAUSTED',
    500: 'INTERNAL', 529: 'overloaded',
  },
};

export function failures(bench) {
  for (const sdk of SDKS) {
    describe(sdk.name, () => {
      refusals(bench, sdk);
      brokenStreams(bench, sdk);
      clientsThatLeave(bench, sdk);
    });
  }
  for (const vendor of Object.keys(WORDS)) {
    describe(`${vendor} as plain HTTP`, () => plainHttp(bench, vendor));
  }
}

function refusals(bench, sdk) {
  const { vendor } = sdk;
  const { model } = WORDS[vendor];
  const seen = async (answer, { ErrorClass }) => {
    const error = await answer.then(() => assert.fail('no error'), (thrown) => thrown);
    assert.ok(error instanceof ErrorClass, `${error.constructor.name}: ${error.message}`);
    return error;
  };

  for (const status of STATUSES) {
    test(`${status} instead of a whole answer is the SDK's own error`, async () => {
      bench.upstreams[vendor].plan({ error: { status } });
      const driver = bench.connect(sdk);
      const error = await seen(driver.ask({ model, text: 'hi' }), driver);
      assert.equal(error.status, status);
      assert.match(error.message, new RegExp(MESSAGES[vendor][status]));
    });

    test(`${status} instead of a stream is the SDK's own error`, async () => {
      bench.upstreams[vendor].plan({ error: { status } });
      const driver = bench.connect(sdk);
      const error = await seen(driver.stream({ model, text: 'hi' }), driver);
      assert.equal(error.status, status);
      assert.match(error.message, new RegExp(MESSAGES[vendor][status]));
    });
  }

  test('a model that the vendor does not know is its 404', async () => {
    const driver = bench.connect(sdk);
    const error = await seen(driver.ask({ model: 'no-such-model', text: 'hi' }), driver);
    assert.equal(error.status, 404);
    assert.match(error.message, /no-such-model/);
  });
}

function brokenStreams(bench, sdk) {
  const { model } = WORDS[sdk.vendor];
  const plan = (how, after = 4) => bench.upstreams[sdk.vendor].plan({ break: { after, how } });

  test('a connection that is cut within a stream throws', async () => {
    plan('cut');
    await assert.rejects(bench.connect(sdk).stream({ model, text: 'hi' }));
  });

  test('a connection that is cut within a whole answer throws', async () => {
    plan('cut');
    await assert.rejects(bench.connect(sdk).ask({ model, text: 'hi' }));
  });

  test('a connection that is cut before the first event throws', async () => {
    plan('cut', 0);
    await assert.rejects(bench.connect(sdk).stream({ model, text: 'hi' }));
  });

  if (sdk.hearsStreamErrors) {
    test("an error within a stream is the SDK's own error", async () => {
      plan('error');
      const driver = bench.connect(sdk);
      await assert.rejects(driver.stream({ model, text: 'hi' }), driver.ErrorClass);
    });
    return;
  }
  test('an error within a stream leaves the answer without a stop reason', async () => {
    plan('error');
    const { stop } = await bench.connect(sdk).stream({ model, text: 'hi' });
    assert.equal(stop, undefined);
  });
}

function clientsThatLeave(bench, sdk) {
  const { model } = WORDS[sdk.vendor];

  test('a client that leaves within a stream ends the upstream request', async () => {
    const upstream = bench.upstreams[sdk.vendor];
    upstream.plan({ break: { after: 5, how: 'silence' } });
    const leave = new AbortController();
    const arrival = upstream.nextRequest();
    await assert.rejects(bench.connect(sdk).stream({ model, text: 'hi' },
      { signal: leave.signal, onPiece: () => leave.abort() }));
    assert.equal(await (await arrival).completed, false);
  });

  test('a client that leaves before the first byte ends the upstream request', async () => {
    const upstream = bench.upstreams[sdk.vendor];
    upstream.plan({ hold: new Gate() });
    const leave = new AbortController();
    const arrival = upstream.nextRequest();
    const left = assert.rejects(bench.connect(sdk).ask({ model, text: 'hi' },
      { signal: leave.signal }));
    const exchange = await arrival;
    leave.abort();
    await left;
    assert.equal(await exchange.completed, false);
  });
}

function plainHttp(bench, vendor) {
  const chat = (options) => rawChat(vendor, bench.urlOf(vendor), {
    key: bench.keyOf(vendor), ...options,
  });

  test('Retry-After arrives as the upstream sent it', async () => {
    bench.upstreams[vendor].plan({ error: { status: 429, retryAfter: 17 } });
    const { status, headers } = await chat();
    assert.deepEqual([status, headers['retry-after']], [429, '17']);
  });

  test('Retry-After arrives when a stream was asked for', async () => {
    bench.upstreams[vendor].plan({ error: { status: 429, retryAfter: 23 } });
    const { status, headers } = await chat({ stream: true });
    assert.deepEqual([status, headers['retry-after']], [429, '23']);
  });

  test('a stream that is cut ends as a broken connection, not as a clean end', async () => {
    bench.upstreams[vendor].plan({ break: { after: 4, how: 'cut' } });
    await assert.rejects(chat({ stream: true }), { code: 'ECONNRESET' });
  });
}
