// Converted streams as plain HTTP, byte by byte: nothing is collected on the way, nobody is kept
// waiting, and who leaves takes the upstream's request along.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { DEFAULT_TEXT, Gate } from './fake-upstream/plan.mjs';
import { hostBench } from './support/bench.mjs';
import { CLIENT_KEY } from './support/config.mjs';
import { FAMILIES, conversionConfig } from './support/families.mjs';
import { test } from './support/test.mjs';

const CLIENTS = {
  chat: (model) => ['/v1/chat/completions', { authorization: `Bearer ${CLIENT_KEY}` },
    { model, stream: true, messages: [{ role: 'user', content: 'hi' }] }],
  responses: (model) => ['/v1/responses', { authorization: `Bearer ${CLIENT_KEY}` },
    { model, stream: true, input: 'hi' }],
  claude: (model) => ['/v1/messages',
    { 'x-api-key': CLIENT_KEY, 'anthropic-version': '2023-06-01' },
    { model, stream: true, max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] }],
  gemini: (model) => [`/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    { 'x-goog-api-key': CLIENT_KEY }, { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] }],
};
const LAST_WORD = {
  chat: /data: \[DONE\]\n\n$/,
  responses: /event: response\.completed\ndata: .*\n\n$/,
  claude: /event: message_stop\ndata: .*\n\n$/,
  gemini: /"finishReason": ?"STOP".*\r?\n\r?\n$/,
};
const FIRST_WORD = DEFAULT_TEXT.split(' ')[0];
// Every family has said its first word by then, and none its last.
const MIDDLE = 8;

describe('converted streams', () => {
  const bench = hostBench({ configure: conversionConfig });
  const start = async (client, model, options) => {
    const [path, headers, body] = CLIENTS[client](model);
    const response = await fetch(bench.host.baseUrl + path, {
      method: 'POST', headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body), ...options,
    });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    return response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  };
  const readUntil = async (pieces, word) => {
    let text = '';
    while (!text.includes(word)) {
      const { value, done } = await pieces.next();
      assert.ok(!done, `ended after ${text}`);
      text += value;
    }
    return text;
  };
  const rest = async (pieces) => {
    let text = '';
    for await (const piece of pieces) text += piece;
    return text;
  };

  for (const client of Object.keys(CLIENTS)) {
    for (const family of FAMILIES.filter(({ id }) => id !== client)) {
      const pair = `${client} to ${family.name}`;

      test(`${pair}: pieces arrive while the upstream is still speaking`, async () => {
        const gate = new Gate();
        bench.upstreams[family.vendor].plan({ pause: { after: MIDDLE, gate } });
        const pieces = await start(client, family.plain);
        const first = await readUntil(pieces, FIRST_WORD);
        gate.open();
        const whole = first + await rest(pieces);
        assert.match(whole, LAST_WORD[client]);
      });

      test(`${pair}: bytes may be cut anywhere`, async () => {
        bench.upstreams[family.vendor].plan({ chop: 3, text: 'äöü🚀 '.repeat(20) });
        const whole = await rest(await start(client, family.plain));
        assert.ok(whole.split('🚀').length > 20, whole);
      });

      test(`${pair}: a client that leaves ends the upstream request`, async () => {
        const upstream = bench.upstreams[family.vendor];
        upstream.plan({ break: { after: MIDDLE, how: 'silence' } });
        const arrival = upstream.nextRequest();
        const leave = new AbortController();
        await readUntil(await start(client, family.plain, { signal: leave.signal }), FIRST_WORD);
        leave.abort();
        assert.equal(await (await arrival).completed, false);
      });
    }
  }
});
