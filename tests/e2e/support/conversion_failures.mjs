// Failures of an upstream, as the SDKs of other families have to see them: their own error classes,
// and never a broken answer that looks like a whole one.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { test } from './test.mjs';

const STATUSES = [400, 401, 429, 500, 529];
const USER = [{ text: 'hi' }];
// Far enough that every family has begun to speak.
const MIDDLE = 7;

export function failures(scene) {
  describe('failures', () => {
    for (const status of STATUSES) {
      for (const mode of ['whole', 'streamed']) {
        test(`${status} is the SDK's own error (${mode})`, () => refusal(scene, status, mode));
      }
    }
    test('a connection that is cut within a whole answer throws',
      () => broken(scene, { after: 1, how: 'cut' }, 'whole'));
    test('a connection that is cut before the first event throws',
      () => broken(scene, { after: 0, how: 'cut' }, 'streamed'));
    test('a connection that is cut within a stream throws',
      () => broken(scene, { after: MIDDLE, how: 'cut' }, 'streamed'));
    test('an error within a stream throws',
      () => broken(scene, { after: MIDDLE, how: 'error' }, 'streamed'));
    if (scene.isRaw) return;  // bytes are passed on as they are
    test('a stream that ends before it is complete throws',
      () => broken(scene, { after: MIDDLE, how: 'end' }, 'streamed'));
  });
}

async function errorOf(promise) {
  return promise.then((answer) => assert.fail(`no error: ${JSON.stringify(answer)}`),
    (error) => error);
}

async function refusal(scene, status, mode) {
  const { surface } = scene;
  // More than once: a host may try again before it tells.
  const error = { error: { status, retryAfter: 17 } };
  scene.plan(error, error, error, error);
  const thrown = await errorOf(scene.open().say(USER, mode));
  const facts = surface.Talker.errorFacts(thrown);
  assert.ok(facts.isOwn, `${thrown.constructor.name}: ${thrown.message}`);
  assert.equal(facts.status, status);
  assert.match(String(facts.type), surface.types[status]);
  if (surface.hidesHeaders) return;
  if (surface.family !== 'gemini') assert.ok(facts.requestId, 'no request id');
  if (status === 429) assert.equal(facts.retryAfter, '17');
}

async function broken(scene, how, mode) {
  const { surface, isRaw } = scene;
  scene.plan({ break: how });
  if (isRaw && surface.isDeafInStreams && how.how === 'error') {
    const { stop } = await scene.open().say(USER, mode);
    assert.equal(stop, undefined);
    return;
  }
  const thrown = await errorOf(scene.open().say(USER, mode));
  assert.notEqual(thrown.name, 'AssertionError', thrown.message);
}
