// The SDKs against abv-host with the echo provider: no upstream, every dialect.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { AbvHost } from './harness.mjs';
import { CLIENT_KEY, hostConfig } from './support/config.mjs';
import { SDKS, WORDS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

const TEXT = 'Repeat after me: äöü 漢字 🧪, "quotes" \\ back\nand a second line.';

const MODES = {
  whole: (driver, request) => driver.ask(request),
  streamed: (driver, request) => driver.stream(request),
};

describe('the echo provider', () => {
  let host;
  before(async () => { host = await AbvHost.start(hostConfig()); });
  after(() => host?.stop());
  const connect = (sdk) => sdk.connect({ baseUrl: host.baseUrl, key: CLIENT_KEY });

  for (const sdk of SDKS) {
    const words = WORDS[sdk.vendor];
    for (const [mode, get] of Object.entries(MODES)) {
      describe(`${sdk.name}, ${mode}`, () => {
        test('repeats the text exactly and stops as the vendor would', async () => {
          const { text, stop } = await get(connect(sdk), { model: 'echo', text: TEXT });
          assert.deepEqual({ text, stop }, { text: TEXT, stop: words.end });
        });

        test('reports usage', async () => {
          const { usage } = await get(connect(sdk), { model: 'echo-anything', text: TEXT });
          assert.ok(usage.input > 0, `input ${usage.input}`);
          assert.ok(usage.output > 0, `output ${usage.output}`);
        });

        test('calls a tool when it is told to', async () => {
          const args = { city: 'Köln "am Rhein"', days: 3 };
          const { call, stop } = await get(connect(sdk), {
            model: 'echo', tool: 'weather', text: `call:weather ${JSON.stringify(args)}`,
          });
          assert.deepEqual({ call, stop }, { call: { name: 'weather', args }, stop: words.tool });
        });

        for (const status of [400, 429, 500]) {
          test(`fails with ${status} when it is told to`, async () => {
            const driver = connect(sdk);
            const error = await get(driver, { model: 'echo', text: `fail:${status}` })
              .then(() => assert.fail('no error'), (thrown) => thrown);
            assert.ok(error instanceof driver.ErrorClass, String(error));
            assert.equal(error.status, status);
          });
        }
      });
    }

    test(`${sdk.name} gets a stream in pieces`, async () => {
      const pieces = [];
      await connect(sdk).stream({ model: 'echo', text: TEXT },
        { onPiece: (piece) => pieces.push(piece) });
      assert.ok(pieces.length > 1, `${pieces.length} pieces`);
    });
  }
});
