// What every SDK must see of an upstream's answers, whole and streamed. Run against the fake
// upstream itself it proves the fake; run through abv-host it proves abv-host.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { DEFAULT_TEXT, DEFAULT_USAGE, Gate } from '../fake-upstream/plan.mjs';
import { SDKS, WORDS } from './sdks.mjs';
import { test } from './test.mjs';

const CALL = { name: 'weather', args: { city: 'Köln "am Rhein"', days: 3 } };

// A mode is a way to get the same answer.
const MODES = {
  whole: (driver, request) => driver.ask(request),
  streamed: (driver, request) => driver.stream(request),
};

export function conversations(bench) {
  for (const sdk of SDKS) {
    for (const [mode, get] of Object.entries(MODES)) {
      describe(`${sdk.name}, ${mode}`, () => conversation(bench, sdk, get));
    }
    describe(`${sdk.name}, streams only`, () => streams(bench, sdk));
  }
}

function conversation(bench, sdk, get) {
  const words = WORDS[sdk.vendor];
  const ask = (request = {}) => get(bench.connect(sdk), {
    model: words.model, text: 'hi', ...request,
  });
  const plan = (...plans) => bench.upstreams[sdk.vendor].plan(...plans);

  test('text, stop reason and usage arrive exactly', async () => {
    assert.deepEqual(await ask(), {
      text: DEFAULT_TEXT, stop: words.end, usage: DEFAULT_USAGE, call: undefined,
    });
  });

  test('a long answer arrives whole', async () => {
    const text = 'Zeile mit Umlauten äöü und 漢字 🧪.\n'.repeat(500);
    plan({ text, usage: { input: 123456, output: 65432 } });
    const answer = await ask();
    assert.equal(answer.text, text);
    assert.deepEqual(answer.usage, { input: 123456, output: 65432 });
  });

  test('a tool call arrives with its name and arguments', async () => {
    plan({ call: CALL });
    const { text, stop, call } = await ask({ tool: CALL.name });
    assert.deepEqual({ text, stop, call }, { text: '', stop: words.tool, call: CALL });
  });

  test('an answer that ran into the limit says so', async () => {
    plan({ text: 'I was cut', stop: 'length' });
    const { text, stop } = await ask({ maxTokens: 5 });
    assert.deepEqual({ text, stop }, { text: 'I was cut', stop: words.length });
  });

  test('an upstream that compresses is understood', async () => {
    plan({ gzip: true });
    assert.equal((await ask()).text, DEFAULT_TEXT);
  });

  test('a head that comes late is waited for', async () => {
    plan({ delayMs: 300 });
    assert.equal((await ask()).text, DEFAULT_TEXT);
  });

  test('twenty calls at once get each its own answer', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `answer number ${i} `.repeat(50));
    plan(...texts.map((text) => ({ text })));
    const answers = await Promise.all(texts.map(() => ask()));
    assert.deepEqual(answers.map(({ text }) => text).sort(), [...texts].sort());
  });
}

function streams(bench, sdk) {
  const { model } = WORDS[sdk.vendor];
  const stream = (options) => bench.connect(sdk).stream({ model, text: 'hi' }, options);
  const plan = (...plans) => bench.upstreams[sdk.vendor].plan(...plans);

  test('a stream comes in pieces', async () => {
    const pieces = [];
    await stream({ onPiece: (piece) => pieces.push(piece) });
    assert.equal(pieces.join(''), DEFAULT_TEXT);
    assert.ok(pieces.length > 3, `${pieces.length} pieces`);
  });

  test('pieces arrive while the upstream is still speaking', async () => {
    // The upstream goes on only when the first piece was seen: a stream that is collected on its
    // way would wait for ever.
    const gate = new Gate();
    plan({ pause: { after: 5, gate } });
    const { text } = await stream({ onPiece: () => gate.open() });
    assert.equal(text, DEFAULT_TEXT);
  });

  test('a stream that is cut at odd bytes arrives exactly', async () => {
    plan({ chop: 3 });
    assert.equal((await stream()).text, DEFAULT_TEXT);
  });

  test('a slow stream arrives exactly', async () => {
    plan({ everyMs: 20 });
    assert.equal((await stream()).text, DEFAULT_TEXT);
  });
}
