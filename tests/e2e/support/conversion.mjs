// One conversation after the other, from every surface of an SDK to every upstream family: what the
// upstream was told, and what the client got to hear.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { DEFAULT_TEXT } from '../fake-upstream/plan.mjs';
import { directBench, hostBench } from './bench.mjs';
import { failures } from './conversion_failures.mjs';
import { thinking, thinkingRoundTrips } from './conversion_thinking.mjs';
import { FAMILIES, MODELS, conversionConfig } from './families.mjs';
import {
  CALLS, LOOSE_SCHEMA, MODES, PAPER, PICTURE, RESULTS, RICH_TOOL, SCHEMA, TOOLS, USER,
} from './script.mjs';
import { SURFACES, can } from './surfaces.mjs';
import { test } from './test.mjs';
import { viewOf } from './views.mjs';

// A conversation between one surface and one family. `options` are the talker's.
export class Scene {
  constructor(bench, surface, family) {
    this.bench = bench;
    this.surface = surface;
    this.family = family;
    this.isRaw = surface.family === family.id;
  }

  get upstream() {
    return this.bench.upstreams[this.family.vendor];
  }

  open(options = {}) {
    const { vendor, plain } = this.family;
    const place = { baseUrl: this.bench.urlOf(vendor), key: this.bench.keyOf(vendor) };
    const model = this.nameOf(options.model ?? plain);
    return new this.surface.Talker(place, { ...options, model });
  }

  get modes() {
    return this.surface.modes ?? MODES;
  }

  // The names of models are abv-host's; an upstream by itself does not know them.
  nameOf(model) {
    return this.bench.host ? model : MODELS[model];
  }

  plan(...plans) {
    this.upstream.plan(...plans);
  }

  // The last request as the upstream understood it.
  get told() {
    const view = viewOf(this.upstream.last);
    assert.equal(view.family, this.family.id);
    return view;
  }
}

// The suites of one SDK, to all families through an abv-host.
export function conversion(surfaces) {
  const bench = hostBench({ configure: conversionConfig });
  for (const surface of surfaces) {
    for (const family of FAMILIES) converse(new Scene(bench, surface, family));
    if (can(surface, 'thinking')) thinking(bench, surface);
  }
}

// The same suites where there is nothing to convert and nothing between: they prove the fakes.
export function directConversations() {
  const bench = directBench();
  for (const surface of Object.values(SURFACES).flat()
    .filter(({ family, isSocket }) => family && !isSocket)) {
    const scene = new Scene(bench, surface, FAMILIES.find(({ id }) => id === surface.family));
    converse(scene);
    describe(`${surface.name} and thinking`, () => {
      for (const mode of scene.modes) describe(mode, () => thinkingRoundTrips(scene, mode));
    });
  }
}

function converse(scene) {
  describe(`${scene.surface.name} to ${scene.family.name}`, () => {
    for (const mode of scene.modes) describe(mode, () => conversations(scene, mode));
    failures(scene);
  });
}

function conversations(scene, mode) {
  const { surface } = scene;
  texts(scene, mode);
  if (can(surface, 'system')) options(scene, mode);
  if (can(surface, 'tools')) tools(scene, mode);
  if (can(surface, 'files')) files(scene, mode);
  if (can(surface, 'schema')) schemas(scene, mode);
  ends(scene, mode);
}

function texts(scene, mode) {
  test('text goes there and back exactly', async () => {
    const answer = await scene.open().say(USER, mode);
    assert.deepEqual([answer.text, answer.stop], [DEFAULT_TEXT, 'end']);
    assert.deepEqual(scene.told.turns, [{ role: 'user', parts: USER }]);
  });

  test('usage counts what was cached and what was thought, once', async () => {
    scene.plan({ usage: { input: 1000, output: 200, cached: 800, reasoning: 120 } });
    const { usage } = await scene.open().say(USER, mode);
    assert.deepEqual([usage.input, usage.output, usage.cached], [1000, 200, 800]);
    assert.equal(usage.reasoning, 120);
  });

  if (scene.surface.Talker.name === 'CompletionsTalker') return;
  test('the second turn brings the first along', async () => {
    const talker = scene.open();
    scene.plan({ text: 'First answer.' }, { text: 'Second answer.' });
    await talker.say(USER, mode);
    const { text } = await talker.say([{ text: 'And then?' }], mode);
    assert.equal(text, 'Second answer.');
    assert.deepEqual(scene.told.turns, [
      { role: 'user', parts: USER },
      { role: 'model', parts: [{ text: 'First answer.' }] },
      { role: 'user', parts: [{ text: 'And then?' }] },
    ]);
  });
}

function options(scene, mode) {
  test('system prompt, temperature and limit arrive', async () => {
    const talker = scene.open({ system: 'Be "brief".\nAlways.', temperature: 0.5, maxTokens: 777 });
    await talker.say(USER, mode);
    const { system, temperature, maxTokens, turns } = scene.told;
    assert.deepEqual({ system, temperature, maxTokens, turns }, {
      system: 'Be "brief".\nAlways.', temperature: 0.5, maxTokens: 777,
      turns: [{ role: 'user', parts: USER }],
    });
  });
}

// What matters of a schema: vendors differ in what else they take.
function outlineOf({ type, properties, required }) {
  const types = Object.entries(properties).map(([name, each]) => [name, each.type]);
  return { type, properties: Object.fromEntries(types), required: [...required].sort() };
}

function tools(scene, mode) {
  test('tools arrive with names, descriptions and parameters', async () => {
    await scene.open({ tools: TOOLS }).say(USER, mode);
    const arrived = scene.told.tools.map((each) => (
      { ...each, parameters: outlineOf(each.parameters) }));
    assert.deepEqual(arrived, TOOLS.map((each) => (
      { ...each, parameters: outlineOf(each.parameters) })));
  });

  test('a tool that has to be called is the one that the upstream has to call', async () => {
    scene.plan({ calls: [CALLS[1]] });
    const talker = scene.open({ tools: TOOLS, toolChoice: { name: 'local_time' } });
    const { calls } = await talker.say(USER, mode);
    assert.deepEqual(calls.map(({ name, args }) => ({ name, args })), [CALLS[1]]);
    assert.deepEqual(scene.told.toolChoice, { name: 'local_time' });
  });

  test('a call without arguments is one with an empty object', async () => {
    const talker = scene.open({ tools: TOOLS });
    scene.plan({ calls: [{ name: 'local_time', args: {} }] }, { text: 'Noon.' });
    const { calls } = await talker.say(USER, mode);
    assert.deepEqual(calls.map(({ name, args }) => ({ name, args })),
      [{ name: 'local_time', args: {} }]);
    assert.equal((await talker.giveResults([{ call: calls[0], text: '12' }], mode)).text, 'Noon.');
    assert.deepEqual(scene.told.turns[1].parts, [{ call: { name: 'local_time', args: {} } }]);
  });

  test('parallel calls come with text, and their results find back', async () => {
    const talker = scene.open({ tools: TOOLS });
    scene.plan({ text: 'Let me look.', calls: CALLS }, { text: 'Rain, noon, sun.' });
    const { text, stop, calls } = await talker.say(USER, mode);
    assert.deepEqual([text, stop], ['Let me look.', 'tool']);
    assert.deepEqual(calls.map(({ name, args }) => ({ name, args })), CALLS);
    const results = calls.map((call, i) => ({ call, text: RESULTS[i] }));
    const last = await talker.giveResults(results, mode);
    assert.deepEqual([last.text, last.stop], ['Rain, noon, sun.', 'end']);
    checkToolTurns(scene.told.turns);
  });

  if (scene.isRaw) return;  // Google's own calls of generation 2.5 have no ids
  test('a tool with all the words of JSON Schema is one that the upstream takes', async () => {
    await scene.open({ tools: [RICH_TOOL] }).say(USER, mode);
    const [{ name, parameters }] = scene.told.tools;
    assert.equal(name, 'search');
    assert.deepEqual(Object.keys(parameters.properties).sort(),
      Object.keys(RICH_TOOL.parameters.properties).sort());
  });

  test('results may come in another order than the calls', async () => {
    const talker = scene.open({ tools: TOOLS });
    scene.plan({ calls: CALLS }, { text: 'Sorted.' });
    const { calls } = await talker.say(USER, mode);
    const results = calls.map((call, i) => ({ call, text: RESULTS[i] })).reverse();
    assert.equal((await talker.giveResults(results, mode)).text, 'Sorted.');
    const told = scene.told.turns.at(-1).parts.map(({ result }) => result.of);
    assert.deepEqual(new Set(told.map(({ args }) => args.city)), new Set(['Paris', undefined,
      'Köln "am Rhein"']));
    checkResults(scene.told.turns.at(-1).parts);
  });

  test('a tool that failed is heard of', async () => {
    const talker = scene.open({ tools: TOOLS });
    scene.plan({ calls: [CALLS[0]] }, { text: 'Pity.' });
    const { calls: [call] } = await talker.say(USER, mode);
    const result = { call, text: 'no such city', isError: true };
    assert.equal((await talker.giveResults([result], mode)).text, 'Pity.');
    assert.match(scene.told.turns.at(-1).parts[0].result.text, /no such city/);
  });
}

function checkToolTurns([user, model, results, ...rest]) {
  assert.deepEqual(rest, []);
  assert.deepEqual(user, { role: 'user', parts: USER });
  assert.deepEqual(model, { role: 'model', parts: [
    { text: 'Let me look.' }, ...CALLS.map((call) => ({ call })),
  ] });
  assert.equal(results.role, 'user');
  checkResults(results.parts);
}

// Each result stands for its own call.
function checkResults(parts) {
  const told = new Map(parts.map(({ result: { of, text } }) => [JSON.stringify(of), text]));
  CALLS.forEach((call, i) => {
    const text = told.get(JSON.stringify(call)) ?? '';
    assert.ok(text.includes(RESULTS[i]) || text.includes(JSON.stringify(RESULTS[i]).slice(1, -1)),
      `${JSON.stringify(call)} got ${text}`);
  });
}

function files(scene, mode) {
  test('a picture arrives byte for byte', async () => {
    await scene.open().say([{ text: 'What is it?' }, { image: PICTURE }], mode);
    assert.deepEqual(scene.told.turns, [
      { role: 'user', parts: [{ text: 'What is it?' }, { image: PICTURE }] }]);
  });

  test('a PDF arrives byte for byte', async () => {
    await scene.open().say([{ file: PAPER }, { text: 'Sum it up.' }], mode);
    const { type, data } = PAPER;
    assert.deepEqual(scene.told.turns, [
      { role: 'user', parts: [{ file: { type, data } }, { text: 'Sum it up.' }] }]);
  });
}

function schemas(scene, mode) {
  test('the schema of an answer arrives', async () => {
    const words = '{"name": "Zoë", "tags": ["a", "b"]}';
    scene.plan({ text: words });
    const { text } = await scene.open({ schema: SCHEMA }).say(USER, mode);
    assert.equal(text, words);
    assert.deepEqual(outlineOf(scene.told.schema), outlineOf(SCHEMA));
  });

  if (scene.isRaw) return;  // the client's own vendor would not take it either
  test('a schema that is not strict is made one that the upstream takes', async () => {
    scene.plan({ text: '{"name": "x"}' });
    await scene.open({ schema: LOOSE_SCHEMA }).say(USER, mode);
    assert.deepEqual(Object.keys(scene.told.schema.properties).sort(), ['name', 'notes', 'size']);
  });
}

function ends(scene, mode) {
  const { surface, family } = scene;

  test('an answer that ran into the limit says so', async () => {
    scene.plan({ text: 'I was cut', stop: 'length' });
    const { text, stop } = await scene.open({ maxTokens: 50 }).say(USER, mode);
    assert.deepEqual([text, stop], ['I was cut', 'length']);
    assert.equal(scene.told.maxTokens, 50);
  });

  if (can(surface, 'stop')) {
    test('stop sequences arrive, and the one that was met is told where it can be', async () => {
      scene.plan({ text: 'One two', stop: 'sequence', sequence: '###' });
      const { text, stop, sequence } = await scene.open({ stop: ['###', 'END'] }).say(USER, mode);
      const isTold = surface.tellsStopSequence && family.tellsStopSequence;
      assert.deepEqual([text, stop], ['One two', isTold ? 'sequence' : 'end']);
      assert.deepEqual(scene.told.stop, family.hasNoStopSequences ? undefined : ['###', 'END']);
      if (isTold) assert.equal(sequence, '###');
    });
  }

  if (can(surface, 'refusal')) {
    test('a refusal is told as one', async () => {
      const words = 'I cannot help with that.';
      scene.plan({ text: words, stop: 'refusal' });
      const { text, stop } = await scene.open().say(USER, mode);
      assert.equal(stop, 'refusal');
      // Google says nothing beside it, and its clients see no words beside it.
      assert.ok([words, ''].includes(text), text);
      if (family.id !== 'gemini' && surface.family !== 'gemini') assert.equal(text, words);
    });
  }
}
