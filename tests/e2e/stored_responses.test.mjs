// The Responses API with its state, from the openai SDK and Vercel's to upstreams that keep none:
// conversations that go on by an id, responses that are read again, and compaction.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, streamText, tool } from 'ai';
import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';

import { hostBench } from './support/bench.mjs';
import { CLIENT_KEY } from './support/config.mjs';
import { FAMILIES, conversionConfig } from './support/families.mjs';
import { MODES, TOOLS } from './support/script.mjs';
import { exchange } from './support/talkers/openai_socket.mjs';
import { test } from './support/test.mjs';

const KEEPS_NONE = FAMILIES.filter(({ id }) => id !== 'responses');
const family = (id) => FAMILIES.find((each) => each.id === id);
const THINKS = { reasoning: { effort: 'medium', summary: 'auto' } };
const WITH_TOOLS = { tools: TOOLS.map((each) => ({ type: 'function', ...each })) };
const CALL = { name: 'weather', args: { city: 'Rome', days: 1 } };

const callOf = ({ output }) => output.find(({ type }) => type === 'function_call');
const resultFor = ({ output }, text) => [
  { type: 'function_call_output', call_id: callOf({ output }).call_id, output: text }];

// Each text is there, one behind the other.
function assertInOrder(request, texts) {
  const told = JSON.stringify(request.json);
  const places = texts.map((text) => told.indexOf(JSON.stringify(text).slice(1, -1)));
  assert.ok(places.every((place) => place >= 0), `${texts} in ${told}`);
  assert.deepEqual(places, [...places].sort((a, b) => a - b), `${texts} in ${told}`);
}

describe('responses that are kept', () => {
  const bench = hostBench({ configure: conversionConfig });
  const client = () => new OpenAI({
    baseURL: `${bench.host.baseUrl}/v1`, apiKey: CLIENT_KEY, maxRetries: 0 });
  const ask = (body, mode = 'whole') => (mode === 'streamed'
    ? client().responses.stream(body).finalResponse() : client().responses.create(body));

  for (const { vendor, name, thinker, plain } of KEEPS_NONE) {
    const upstream = () => bench.upstreams[vendor];

    for (const mode of MODES) {
      test(`${name}, ${mode}: a conversation with a tool goes on by previous_response_id`,
        async () => {
          upstream().plan({ thinking: 'Look it up.', calls: [CALL] }, { text: 'It is sunny.' },
            { text: 'It will rain.' });
          const first = await ask(
            { model: thinker, input: 'Weather?', ...THINKS, ...WITH_TOOLS }, mode);
          const second = await ask({ model: thinker, input: resultFor(first, 'Sun, 30 degrees'),
            previous_response_id: first.id, ...THINKS, ...WITH_TOOLS }, mode);
          assert.equal(second.output_text, 'It is sunny.');
          const third = await ask({ model: thinker, input: 'And tomorrow?',
            previous_response_id: second.id, ...THINKS, ...WITH_TOOLS }, mode);
          assert.equal(third.output_text, 'It will rain.');
          assert.equal(third.previous_response_id, second.id);
          assertInOrder(upstream().last,
            ['Weather?', 'Rome', 'Sun, 30 degrees', 'It is sunny.', 'And tomorrow?']);
        });

      test(`${name}, ${mode}: a response can be retrieved as soon as it is told`, async () => {
        const response = await ask({ model: plain, input: 'Hi', metadata: { topic: 'x' } }, mode);
        const kept = await client().responses.retrieve(response.id);
        assert.deepEqual(kept.output.map(({ id, type }) => [id, type]),
          response.output.map(({ id, type }) => [id, type]));
        assert.deepEqual(kept.usage, response.usage);
        assert.equal(kept.status, 'completed');
        assert.deepEqual(kept.metadata, { topic: 'x' });
        assert.equal(kept.output_text, response.output_text);
      });
    }

    test(`${name}: a response is retrieved as a stream, from any event on`, async () => {
      upstream().plan({ text: 'Let me see.', calls: [CALL] });
      const response = await ask({ model: plain, input: 'Hi', ...WITH_TOOLS });
      const events = [];
      for await (const event of await client().responses.retrieve(response.id, { stream: true })) {
        events.push(event);
      }
      assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, i) => i));
      assert.equal(events.at(-1).type, 'response.completed');
      assert.deepEqual(events.at(-1).response.output, response.output);
      const later = [];
      for await (const event of await client().responses.retrieve(response.id,
        { stream: true, starting_after: 3 })) later.push(event);
      assert.deepEqual(later, events.slice(4));
    });

    test(`${name}: encrypted reasoning is told to who asks for it`, async () => {
      upstream().plan({ thinking: 'Hm.', text: 'Yes.' }, { thinking: 'Hm.', text: 'Yes.' });
      const include = ['reasoning.encrypted_content'];
      const secretOf = ({ output }) => output.find(({ type }) => type === 'reasoning')
        .encrypted_content;
      const quiet = await ask({ model: thinker, input: 'Hi', ...THINKS });
      assert.equal(secretOf(quiet), undefined);
      assert.equal(secretOf(await client().responses.retrieve(quiet.id)), undefined);
      assert.equal(typeof secretOf(await client().responses.retrieve(quiet.id, { include })),
        'string');
      assert.equal(typeof secretOf(await ask({ model: thinker, input: 'Hi', include, ...THINKS })),
        'string');
    });

    test(`${name}: a conversation is compacted and goes on`, async () => {
      upstream().plan({ text: 'It is sunny.' }, { text: 'They talked of the sun.' },
        { text: 'Yes.' });
      const first = await ask({ model: plain, input: 'Weather?' });
      const compacted = await client().responses.compact(
        { model: plain, previous_response_id: first.id });
      assert.equal(compacted.object, 'response.compaction');
      assert.deepEqual(compacted.output.map(({ type }) => type), ['message', 'compaction']);
      assert.ok(compacted.usage.total_tokens > 0);
      const next = await ask({
        model: plain, input: [...compacted.output, { role: 'user', content: 'Still?' }] });
      assert.equal(next.output_text, 'Yes.');
      assertInOrder(upstream().last, ['Weather?', 'They talked of the sun.', 'Still?']);
    });

    test(`${name}: Vercel's SDK refers to items that are kept`, async () => {
      const model = createOpenAI({
        baseURL: `${bench.host.baseUrl}/v1`, apiKey: CLIENT_KEY })(thinker);
      const providerOptions = { openai: {
        forceReasoning: true, reasoningEffort: 'medium', reasoningSummary: 'auto' } };
      const tools = { weather: tool({
        description: TOOLS[0].description, inputSchema: jsonSchema(TOOLS[0].parameters) }) };
      const messages = [{ role: 'user', content: 'Weather?' }];
      upstream().plan({ thinking: 'Look it up.', calls: [CALL] }, { text: 'It is sunny.' },
        { text: 'It will rain.' });
      const first = await generateText({ model, messages, tools, providerOptions });
      messages.push(...first.response.messages, { role: 'tool', content: [{
        type: 'tool-result', toolCallId: first.toolCalls[0].toolCallId, toolName: 'weather',
        output: { type: 'text', value: 'Sun, 30 degrees' } }] });
      const second = await generateText({ model, messages, tools, providerOptions });
      assert.equal(second.text, 'It is sunny.');
      messages.push(...second.response.messages, { role: 'user', content: 'And tomorrow?' });
      const third = streamText({ model, messages, tools, providerOptions });
      assert.equal(await third.text, 'It will rain.');
      assertInOrder(upstream().last,
        ['Weather?', 'Rome', 'Sun, 30 degrees', 'It is sunny.', 'And tomorrow?']);
    });
  }

  test('a conversation moves from family to family', async () => {
    const path = ['claude', 'responses', 'gemini', 'chat'];
    for (const id of path) bench.upstreams[family(id).vendor].plan({ text: `From ${id}.` });
    let previous;
    for (const id of path) {
      previous = await ask({ model: family(id).thinker, input: `To ${id}`, ...THINKS,
        ...(previous ? { previous_response_id: previous.id } : {}) });
      assert.equal(previous.output_text, `From ${id}.`);
    }
    assertInOrder(bench.upstreams.openai.last, path.flatMap((id) => [`To ${id}`, `From ${id}.`])
      .slice(0, -1));
  });

  test('thinking with a call goes back to the vendor that made it, also over another', async () => {
    const { claude, openai } = bench.upstreams;
    claude.plan({ thinking: 'Look it up.', calls: [CALL] }, { text: 'It is sunny.' });
    openai.plan({ thinking: 'Hm.', text: 'Rain.' });
    const to = (id, more) => ask({ model: family(id).thinker, ...THINKS, ...WITH_TOOLS, ...more });
    const first = await to('claude', { input: 'Weather?' });
    const second = await to('responses',
      { input: resultFor(first, 'Sun'), previous_response_id: first.id });
    assert.equal(second.output_text, 'Rain.');
    const third = await to('claude',
      { input: 'Really?', previous_response_id: second.id });
    assert.equal(third.output_text, 'It is sunny.');
    assertInOrder(claude.last, ['Weather?', 'Look it up.', 'Rome', 'Sun', 'Rain.', 'Really?']);
  });

  test('input items are listed, page by page', async () => {
    const { plain } = family('chat');
    const first = await ask({ model: plain, input: 'One', instructions: 'Be brief.' });
    const second = await ask({ model: plain, previous_response_id: first.id,
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Two' }] }] });
    const all = [];
    for await (const item of client().responses.inputItems.list(second.id, { order: 'asc' })) {
      all.push(item);
    }
    assert.deepEqual(all.map(({ role }) => role), ['user', 'assistant', 'user']);
    assert.deepEqual(all.map(({ content: [{ text }] }) => text),
      ['One', first.output_text, 'Two']);
    assert.ok(all.every(({ id }) => typeof id === 'string'));
    const paged = [];
    for await (const item of client().responses.inputItems.list(second.id, { limit: 1 })) {
      paged.push(item);
    }
    assert.deepEqual(paged, all.toReversed());
  });

  test('a deleted response is gone, for reading and for going on', async () => {
    const { plain } = family('gemini');
    const { responses } = client();
    const { id } = await ask({ model: plain, input: 'Hi' });
    await responses.delete(id);
    await assert.rejects(responses.retrieve(id), NotFoundError);
    await assert.rejects(responses.delete(id), NotFoundError);
    await assert.rejects(responses.inputItems.list(id), NotFoundError);
    await assert.rejects(ask({ model: plain, input: 'Hi', previous_response_id: id }), (error) => {
      assert.ok(error instanceof BadRequestError);
      assert.equal(error.code, 'previous_response_not_found');
      assert.equal(error.param, 'previous_response_id');
      assert.equal(error.error.message, `Previous response with id '${id}' not found.`);
      return true;
    });
  });

  test('what is not stored is not there', async () => {
    const { id } = await ask({ model: family('claude').plain, input: 'Hi', store: false });
    await assert.rejects(client().responses.retrieve(id), NotFoundError);
  });

  test('on a WebSocket a conversation goes on by previous_response_id', async () => {
    const { plain } = family('gemini');
    const socket = new ResponsesWS(client());
    const say = async (body) => (await exchange(socket, { model: plain, ...body })).at(-1).response;
    bench.upstreams.gemini.plan({ text: 'It is sunny.' }, { text: 'It will rain.' });
    const first = await say({ input: 'Weather?' });
    const second = await say({ input: 'And tomorrow?', previous_response_id: first.id });
    assert.equal(second.output[0].content[0].text, 'It will rain.');
    assertInOrder(bench.upstreams.gemini.last, ['Weather?', 'It is sunny.', 'And tomorrow?']);
    const unkept = await say({ input: 'Hi', store: false });
    await assert.rejects(say({ input: 'Hi', previous_response_id: unkept.id }), ({ error }) => {
      assert.equal(error.status, 400);
      assert.equal(error.error.code, 'previous_response_not_found');
      return true;
    });
    assert.equal((await client().responses.retrieve(second.id)).output_text, 'It will rain.');
    socket.close();
  });

  test('what cannot be done is said', async () => {
    const { plain } = family('claude');
    const { id } = await ask({ model: plain, input: 'Hi' });
    await assert.rejects(client().responses.cancel(id), BadRequestError);
    await assert.rejects(ask({ model: plain, input: 'Hi', background: true }), BadRequestError);
    await assert.rejects(ask({ model: plain, input: 'Hi', conversation: 'conv_1' }),
      BadRequestError);
    assert.equal(bench.upstreams.claude.requests.length, 1);
  });
});
