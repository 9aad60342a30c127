// What is not a conversation: lists of models, token counts, embeddings, pictures, sounds.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe } from 'node:test';

import { PIXEL, vectorOf } from '../fake-upstream/openai.mjs';
import { DEFAULT_USAGE } from '../fake-upstream/plan.mjs';
import { SDKS, WORDS, toFile } from './sdks.mjs';
import { test } from './test.mjs';

const EMBEDDERS = { openai: 'text-embedding-3-small', gemini: 'gemini-embedding-001' };

// The numbers as the SDK gives them back: openai's travel as 32-bit floats.
function vectorsOf(texts) {
  return texts.map((text) => Array.from(new Float32Array(vectorOf(text))));
}

export function operations(bench) {
  for (const sdk of SDKS.filter(({ vendor }) => vendor !== 'openai')) {
    test(`${sdk.name} counts tokens`, async () => {
      const { model } = WORDS[sdk.vendor];
      assert.equal(await bench.connect(sdk).count(model, 'How many?'), DEFAULT_USAGE.input);
    });
  }

  for (const sdk of SDKS.filter(({ vendor }) => EMBEDDERS[vendor])) {
    test(`${sdk.name} gets the embeddings of several texts in order`, async () => {
      const texts = ['first', 'zweiter Satz', '三'];
      const vectors = await bench.connect(sdk).embed(EMBEDDERS[sdk.vendor], texts);
      assert.deepEqual(vectors, vectorsOf(texts));
    });
  }

  describe('openai', () => openaiOnly(bench));
}

function openaiOnly(bench) {
  const [sdk] = SDKS.filter(({ vendor }) => vendor === 'openai');
  const client = () => bench.connect(sdk).client;

  test('a sound is uploaded byte for byte', async () => {
    // Bytes that look like the end of a form, and every other byte there is.
    const sound = Buffer.concat([
      Buffer.from('\r\n--boundary\r\n\r\n'),
      Buffer.from(Array.from({ length: 200000 }, (_, i) => (i * 7 + (i >> 8)) % 256)),
    ]);
    const { text } = await client().audio.transcriptions.create({
      model: 'whisper-1', file: await toFile(sound, 'hello.wav', { type: 'audio/wav' }),
    });
    const hash = createHash('sha256').update(sound).digest('hex');
    assert.equal(text, `hello.wav audio/wav ${sound.length} ${hash}`);
  });

  test('a picture arrives byte for byte', async () => {
    const { data } = await client().images.generate({
      model: 'gpt-image-1', prompt: 'a dot', n: 2,
    });
    assert.deepEqual(data.map(({ b64_json: picture }) => picture), [PIXEL, PIXEL]);
  });

  test('the old completions of a chat model are the 404 of the vendor', async () => {
    await assert.rejects(client().completions.create({ model: 'gpt-4.1-mini', prompt: 'hi' }),
      { status: 404, param: 'model', message: /This is a chat model/ });
  });
}
