// The list of models, in the form of whoever asks: two of the three families ask at the same path.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { hostBench } from './support/bench.mjs';
import { ALIAS, CLIENT_KEY } from './support/config.mjs';
import { raw } from './support/raw.mjs';
import { SDKS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

describe('the list of models', () => {
  const bench = hostBench();
  const list = async (path, headers) => {
    const answer = await raw(bench.host.baseUrl + path, { headers });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };

  for (const sdk of SDKS) {
    test(`${sdk.name} reads it and finds the alias, once`, async () => {
      const ids = await bench.connect(sdk).models();
      assert.equal(ids.filter((id) => id === ALIAS).length, 1, ids.join(' '));
      assert.equal(new Set(ids).size, ids.length, ids.join(' '));
    });
  }

  test('has the form of openai for a bearer alone', async () => {
    const { object, data } = await list('/v1/models', { authorization: `Bearer ${CLIENT_KEY}` });
    assert.equal(object, 'list');
    assert.deepEqual(new Set(data.map((model) => model.object)), new Set(['model']));
  });

  test('has the form of anthropic when anthropic-version is there', async () => {
    const answer = await list('/v1/models?limit=1000', {
      authorization: `Bearer ${CLIENT_KEY}`, 'anthropic-version': '2026-10-21',
    });
    assert.equal(answer.has_more, false);
    assert.equal(answer.first_id, answer.data[0].id);
    assert.equal(answer.last_id, answer.data.at(-1).id);
    assert.deepEqual(new Set(answer.data.map(({ type }) => type)), new Set(['model']));
  });

  for (const path of ['/v1/models', '/v1beta/models']) {
    test(`has the form of gemini at ${path} when x-goog-api-key is there`, async () => {
      const { models } = await list(path, { 'x-goog-api-key': CLIENT_KEY });
      assert.notEqual(models.length, 0);
      assert.deepEqual(models.filter(({ name }) => !name.startsWith('models/')), []);
    });
  }
});
