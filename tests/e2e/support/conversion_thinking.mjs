// Thinking that goes to a client and comes back: each upstream signs its own, and takes nothing
// else.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { Scene } from './conversion.mjs';
import { FAMILIES } from './families.mjs';
import { TOOLS } from './script.mjs';
import { test } from './test.mjs';

const THINKING = 'They ask for the weather.\nI have a "tool" for that 🤔.';
const CALL = { name: 'weather', args: { city: 'Köln', days: 3 } };
const USER = [{ text: 'What is the weather?' }];

export function thinking(bench, surface) {
  describe(`${surface.name} and thinking`, () => {
    for (const family of FAMILIES) {
      const scene = new Scene(bench, surface, family);
      for (const mode of scene.modes) {
        describe(`${family.name}, ${mode}`, () => thinkingRoundTrips(scene, mode));
      }
      const others = FAMILIES.filter((each) => each !== family
        && !(surface.forgetsThinking && each.id === surface.family));
      for (const other of others) {
        test(`moves on from ${family.name} to ${other.name} in the middle of tools`,
          () => moveOn(bench, surface, scene, other));
      }
    }
  });
}

export function thinkingRoundTrips(scene, mode) {
  const { family } = scene;
  const open = (more) => scene.open({
    model: family.thinker, thinks: true, tools: TOOLS, ...more,
  });

  test('thinking is asked for, and told', async () => {
    scene.plan({ thinking: THINKING, text: 'It rains.' });
    const answer = await open({ tools: undefined }).say(USER, mode);
    assert.equal(answer.text, 'It rains.');
    if (!scene.surface.forgetsThinking) assert.equal(answer.thinking, THINKING);
    assert.equal(scene.told.thinks, true);
  });

  // Raw bytes cannot bring back what the client forgot.
  if (scene.isRaw && scene.surface.forgetsThinking) return;

  test('thinking before a call comes back to its maker with the result', async () => {
    const talker = open();
    await callAndAnswer(scene, talker, mode);
    checkThinkingIsBack(scene);
  });

  test('a long conversation with thinking stays one that its maker takes', async () => {
    const talker = open();
    await callAndAnswer(scene, talker, mode);
    scene.plan({ thinking: 'Again.', calls: [CALL] }, { thinking: 'So.', text: 'Still rain.' });
    const { calls: [call] } = await talker.say([{ text: 'And now?' }], mode);
    const { text } = await talker.giveResults([{ call, text: 'rain' }], mode);
    assert.equal(text, 'Still rain.');
    assert.deepEqual(scene.told.turns.map(({ role }) => role),
      ['user', 'model', 'user', 'model', 'user', 'model', 'user']);
  });

  if (scene.surface.name !== 'chat' || scene.isRaw) return;
  test('a client that forgets thinking does not break the tools', async () => {
    const talker = open({ forgets: true });
    await callAndAnswer(scene, talker, mode);
    checkThinkingIsBack(scene);
  });
}

async function callAndAnswer(scene, talker, mode) {
  scene.plan({ thinking: THINKING, calls: [CALL] }, { text: 'It rains.' });
  const { calls } = await talker.say(USER, mode);
  assert.deepEqual(calls.map(({ name, args }) => ({ name, args })), [CALL]);
  const { text } = await talker.giveResults([{ call: calls[0], text: 'rain' }], mode);
  assert.equal(text, 'It rains.');
}

// The fakes refuse a signature that is not theirs; here it is checked that there is one at all.
function checkThinkingIsBack({ told, family, upstream }) {
  const { role, parts } = told.turns[1];
  assert.equal(role, 'model');
  assert.deepEqual(parts.at(-1), { call: CALL });
  if (family.id === 'gemini') {
    assert.match(upstream.last.text, /"thoughtSignature": ?"(?!skip_)/);
    return;
  }
  assert.deepEqual(parts[0], { thinking: THINKING });
}

async function moveOn(bench, surface, scene, other) {
  const talker = scene.open({ model: scene.family.thinker, thinks: true, tools: TOOLS });
  scene.plan({ thinking: THINKING, calls: [CALL] });
  const { calls: [call] } = await talker.say(USER, 'whole');
  const next = new Scene(bench, surface, other);
  talker.options.model = next.nameOf(other.thinker);
  next.plan({ text: 'It rains.' });
  const { text } = await talker.giveResults([{ call, text: 'rain' }], 'whole');
  assert.equal(text, 'It rains.');
  const { result } = next.told.turns.at(-1).parts[0];
  assert.deepEqual(result.of, CALL);
}
