// The openai SDK on a WebSocket through abv-host, to upstreams of every family.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe } from 'node:test';

import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';

import { AbvHost } from './harness.mjs';
import { DEFAULT_TEXT, Gate } from './fake-upstream/plan.mjs';
import { FakeUpstream } from './fake-upstream/server.mjs';
import { hostBench } from './support/bench.mjs';
import { ALIAS, CLIENT_KEY, hostConfig } from './support/config.mjs';
import { conversion } from './support/conversion.mjs';
import { FAMILIES, conversionConfig } from './support/families.mjs';
import { SURFACES } from './support/surfaces.mjs';
import { exchange } from './support/talkers/openai_socket.mjs';
import { test } from './support/test.mjs';

conversion(SURFACES.socket);

const open = (host, apiKey = CLIENT_KEY) => (
  new ResponsesWS(new OpenAI({ baseURL: `${host.baseUrl}/v1`, apiKey })));
const ask = (socket, model, more = {}) => exchange(socket, { model, input: 'hi', ...more });
const textOf = (messages) => messages.filter(({ type }) => type === 'response.output_text.delta')
  .map(({ delta }) => delta).join('');
const closeOf = (socket) => new Promise((resolve) => {
  socket.on('close', (code, reason) => resolve([code, String(reason)]));
  socket.on('error', () => {});
});

describe('a WebSocket through abv-host', () => {
  const bench = hostBench({ configure: conversionConfig });

  for (const family of FAMILIES) {
    test(`${family.name}: messages arrive while the upstream is still speaking`, async () => {
      const gate = new Gate();
      bench.upstreams[family.vendor].plan({ pause: { after: 8, gate } });
      const socket = open(bench.host);
      const first = new Promise((resolve) => {
        socket.on('event', ({ type }) => type === 'response.output_text.delta' && resolve());
      });
      const whole = ask(socket, family.plain);
      await first;
      gate.open();
      assert.equal(textOf(await whole), DEFAULT_TEXT);
      socket.close();
    });

    test(`${family.name}: closing ends the upstream request`, async () => {
      const upstream = bench.upstreams[family.vendor];
      upstream.plan({ break: { after: 8, how: 'silence' } });
      const arrival = upstream.nextRequest();
      const socket = open(bench.host);
      const first = once(socket, 'response.output_text.delta');
      const answer = ask(socket, family.plain);
      await first;
      socket.close({ code: 1000, reason: 'enough' });
      await assert.rejects(answer, /closed with 1000/);
      assert.equal(await (await arrival).completed, false);
    });
  }

  test('lanes stand in the messages of their answers', async () => {
    const socket = open(bench.host);
    for (const lane of ['planner', 'critic', 'planner']) {
      const messages = await ask(socket, 'cld-plain', { stream_id: lane });
      assert.deepEqual([...new Set(messages.map(({ stream_id: id }) => id))], [lane]);
    }
    socket.close();
  });

  test('requests that are sent at once are answered one after the other', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `answer ${i}`);
    bench.upstreams.claude.plan(...texts.map((text) => ({ text })));
    const socket = open(bench.host);
    const heard = [];
    const over = new Promise((resolve) => {
      socket.on('response.completed', ({ response }) => {
        heard.push(response.output[0].content[0].text);
        if (heard.length === texts.length) resolve();
      });
    });
    texts.forEach(() => socket.send({ type: 'response.create', model: 'cld-plain', input: 'hi' }));
    await over;
    assert.deepEqual(heard, texts);
    socket.close();
  });

  test('a warm-up is answered, and no upstream is asked', async () => {
    const socket = open(bench.host);
    const messages = await ask(socket, 'cld-plain', { generate: false });
    assert.deepEqual(messages.map(({ type }) => type),
      ['response.created', 'response.in_progress', 'response.completed']);
    assert.deepEqual(messages.at(-1).response.output, []);
    assert.equal(bench.upstreams.claude.requests.length, 0);
    socket.close();
  });

  test('after an error the connection goes on', async () => {
    const socket = open(bench.host);
    bench.upstreams.gemini.plan({ error: { status: 400 } });
    await assert.rejects(ask(socket, 'gem-plain'), ({ error }) => error.status === 400);
    assert.equal(textOf(await ask(socket, 'gem-plain')), DEFAULT_TEXT);
    socket.close();
  });

  test('a wrong key is refused at the door', async () => {
    const socket = open(bench.host, 'not-the-key');
    const [error] = await once(socket, 'error');
    assert.match(`${error.message} ${error.cause?.message}`, /401/);
  });
});

describe('the life of a host', () => {
  const withHost = async (use) => {
    const openai = await FakeUpstream.start({ vendor: 'openai' });
    const config = hostConfig({ upstreams: { openai } });
    const host = await AbvHost.start(config);
    try {
      await use(host, config);
    } finally {
      await openai.stop();
      await host.stop();
    }
  };

  test('a host that ends says so to its WebSockets', () => withHost(async (host) => {
    const socket = open(host);
    assert.equal(textOf(await ask(socket, ALIAS)), DEFAULT_TEXT);
    const closed = closeOf(socket);
    await host.stop();
    assert.deepEqual(await closed, [1001, 'the server stops']);
  }));

  test('a WebSocket outlives a reload', () => withHost(async (host, config) => {
    const socket = open(host);
    await ask(socket, ALIAS);
    assert.equal(await host.reload(config), 'live');
    assert.equal(textOf(await ask(socket, ALIAS)), DEFAULT_TEXT);
    socket.close();
  }));
});
