// Images, sounds and embeddings between vendors: the SDKs of one, the upstream of another.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { createOpenAI } from '@ai-sdk/openai';
import { embedMany, generateImage, transcribe } from 'ai';
import { toFile } from 'openai';

import { PIXEL, vectorOf } from './fake-upstream/openai.mjs';
import { hostBench } from './support/bench.mjs';
import { CLIENT_KEY, hostConfig } from './support/config.mjs';
import { SDKS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

// What abv-host's names stand for. Clients do not guess from them what they may send.
const MODELS = {
  draw: 'gemini-2.5-flash-image',
  paint: 'gemini-3-pro-image-preview',
  print: 'imagen-4.0-generate-001',
  listen: 'gemini-2.5-flash',
  write: 'gemini-3.5-transcribe',
  embed: 'gemini-embedding-001',
};
const DRAFT = Buffer.from('a draft').toString('base64');
const BYTES = Buffer.from(PIXEL, 'base64');
const SOUND = Buffer.concat([
  Buffer.from('RIFF\r\n--boundary\r\n\r\n'),
  Buffer.from(Array.from({ length: 300000 }, (_, i) => (i * 7 + (i >> 8)) % 256)),
]);
const SEGMENTS = {
  language: 'de',
  segments: [
    { start: '00:00.000', end: '00:01.250', text: 'Grüße!' },
    { start: '00:01.250', end: '01:02.500', text: 'Und "Schluss".' },
  ],
};
const OPENAI = SDKS.find(({ vendor }) => vendor === 'openai');

function configure(onLoss) {
  return ({ upstreams }) => {
    const config = hostConfig({ upstreams, changes: { loss_header: true } });
    const rules = {
      openai: Object.entries(MODELS).map(([match, as]) => ({ match, provider: 'gemini', as })),
      gemini: [{ match: 'embed', provider: 'openai', as: 'text-embedding-3-small' }],
    };
    for (const route of config.routes) {
      if (!rules[route.name]) continue;
      route.models = rules[route.name];
      route.on_loss = onLoss;
    }
    return config;
  };
}

async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

function floats(texts, size) {
  return texts.map((text) => Array.from(new Float32Array(vectorOf(text, size))));
}

describe('media of another vendor', () => {
  const bench = hostBench({ configure: configure('allow') });
  const client = () => bench.connect(OPENAI).client;
  const gemini = () => bench.upstreams.gemini;
  const partsTold = () => gemini().last.json.contents[0].parts;
  const configTold = () => gemini().last.json.generationConfig;
  const png = () => toFile(BYTES, 'dot.png', { type: 'image/png' });
  const sound = (name = 'hello.mp3', type = 'audio/mpeg') => toFile(SOUND, name, { type });

  // The losses that the answer's head tells, as "what path".
  async function withLosses(promise) {
    const { data, response } = await promise.withResponse();
    const losses = JSON.parse(response.headers.get('x-abv-loss') ?? '[]');
    return { data, losses: losses.map(({ what, path }) => `${what} ${path}`).sort() };
  }

  describe('openai images to gemini', () => {
    test('an image is made, and its size and quality arrive', async () => {
      const { data: answer, losses } = await withLosses(client().images.generate({
        model: 'paint', prompt: 'a "dot"', size: '1536x1024', quality: 'high',
      }));
      assert.deepEqual(answer.data, [{ b64_json: PIXEL }]);
      assert.equal(answer.output_format, 'png');
      assert.deepEqual(answer.usage, {
        input_tokens: 11, output_tokens: 7, total_tokens: 18,
        input_tokens_details: { text_tokens: 11, image_tokens: 0 },
      });
      assert.deepEqual(partsTold(), [{ text: 'a "dot"' }]);
      assert.deepEqual(configTold().imageConfig, { aspectRatio: '3:2', imageSize: '2K' });
      assert.deepEqual(losses, ['approximated /quality', 'approximated /size']);
    });

    test('a plain request loses nothing', async () => {
      const { losses } = await withLosses(client().images.generate({
        model: 'draw', prompt: 'a dot', size: '1024x1024', n: 1, response_format: 'b64_json',
      }));
      assert.deepEqual(losses, []);
    });

    test('all that a request can say is taken or told as lost', async () => {
      const { data: answer, losses } = await withLosses(client().images.generate({
        model: 'draw', prompt: 'a dot', n: 3, size: '1792x1024', quality: 'hd', style: 'natural',
        background: 'transparent', moderation: 'low', output_format: 'webp',
        output_compression: 50, response_format: 'url', user: 'me',
      }));
      assert.deepEqual(answer.data, [{ url: `data:image/png;base64,${PIXEL}` }]);
      assert.deepEqual(losses, [
        'approximated /n', 'approximated /response_format', 'approximated /size',
        'approximated /style', 'dropped /background', 'dropped /moderation',
        'dropped /output_compression', 'dropped /output_format', 'dropped /quality',
        'dropped /user',
      ]);
    });

    test('imagen makes several at once', async () => {
      const { data } = await client().images.generate({
        model: 'print', prompt: 'dots', n: 3, size: '2048x2048', output_format: 'jpeg',
      });
      assert.deepEqual(data.map(({ b64_json: picture }) => picture), [PIXEL, PIXEL, PIXEL]);
      assert.deepEqual(gemini().last.json.parameters, {
        sampleCount: 3, aspectRatio: '1:1', sampleImageSize: '2K',
        outputOptions: { mimeType: 'image/jpeg' },
      });
    });

    for (const model of ['draw', 'paint', 'print']) {
      test(`a stream of ${MODELS[model]} ends with the image`, async () => {
        const stream = await client().images.generate({ model, prompt: 'a dot', stream: true });
        const events = await collect(stream);
        assert.deepEqual(events.map(({ type, b64_json: picture }) => [type, picture]), [
          ['image_generation.completed', PIXEL]]);
      });
    }

    test('a stream shows the drafts of a model that thinks', async () => {
      gemini().plan({ drafts: [DRAFT, DRAFT, DRAFT] });
      const stream = await client().images.generate({
        model: 'paint', prompt: 'a dot', stream: true, partial_images: 2,
      });
      const events = await collect(stream);
      assert.deepEqual(
        events.map(({ type, b64_json: picture, partial_image_index: i }) => [type, picture, i]), [
          ['image_generation.partial_image', DRAFT, 0],
          ['image_generation.partial_image', DRAFT, 1],
          ['image_generation.completed', PIXEL, undefined],
        ]);
      assert.deepEqual(configTold().thinkingConfig, { includeThoughts: true });
    });

    test('pictures to edit arrive byte for byte, and the mask with words', async () => {
      const { data, losses } = await withLosses(client().images.edit({
        model: 'draw', prompt: 'redder', image: [await png(), await png()], mask: await png(),
      }));
      assert.deepEqual(data.data, [{ b64_json: PIXEL }]);
      const inline = { inlineData: { mimeType: 'image/png', data: PIXEL } };
      const [prompt, first, second, words, mask] = partsTold();
      assert.deepEqual([prompt, first, second, mask], [{ text: 'redder' }, inline, inline, inline]);
      assert.match(words.text, /mask/);
      assert.deepEqual(losses, ['approximated /mask']);
    });

    test('an edit can be streamed', async () => {
      const stream = await client().images.edit({
        model: 'draw', prompt: 'redder', image: await png(), stream: true,
      });
      const events = await collect(stream);
      assert.deepEqual(events.map(({ type, b64_json: picture }) => [type, picture]), [
        ['image_edit.completed', PIXEL]]);
    });

    test('a variation is made of the picture alone', async () => {
      const { data } = await client().images.createVariation({
        model: 'draw', image: await png(), size: '1024x1024',
      });
      assert.deepEqual(data, [{ b64_json: PIXEL }]);
      assert.equal(partsTold()[1].inlineData.data, PIXEL);
    });

    test('imagen cannot edit, and nothing is asked of it', async () => {
      await assert.rejects(
        client().images.edit({ model: 'print', prompt: 'p', image: await png() }),
        { status: 400, param: 'image', code: 'unsupported_operation', message: /from words only/ });
      assert.equal(gemini().requests.length, 0);
    });

    for (const [model, stream] of [['draw', false], ['draw', true], ['print', false]]) {
      test(`a refusal of ${MODELS[model]} is an error, ${stream ? 'streamed' : 'whole'}`,
        async () => {
          gemini().plan({ stop: 'refusal' });
          await assert.rejects(client().images.generate({ model, prompt: 'p', stream }),
            { status: 400, code: 'moderation_blocked', message: /refused to make the image/ });
        });
    }

    test('an overloaded upstream keeps its status', async () => {
      gemini().plan({ error: { status: 429, retryAfter: 7 } });
      await assert.rejects(client().images.generate({ model: 'draw', prompt: 'p' }),
        { status: 429, message: /exceeded your current quota/ });
    });

    test('ai makes an image', async () => {
      const provider = createOpenAI({ baseURL: `${bench.host.baseUrl}/v1`, apiKey: CLIENT_KEY });
      const { image } = await generateImage({
        model: provider.image('draw'), prompt: 'a dot', size: '1024x1024', maxRetries: 0,
      });
      assert.equal(image.base64, PIXEL);
    });
  });

  describe('openai audio to gemini', () => {
    test('a sound arrives byte for byte, and its words come back', async () => {
      gemini().plan({ text: 'Grüße.', usage: { input: 40, output: 9 } });
      const { data, losses } = await withLosses(client().audio.transcriptions.create({
        model: 'listen', file: await sound(), language: 'de', prompt: 'abv-host',
      }));
      assert.deepEqual(data, {
        text: 'Grüße.',
        usage: { type: 'tokens', input_tokens: 40, output_tokens: 9, total_tokens: 49 },
      });
      const [audio, words] = partsTold();
      assert.equal(audio.inlineData.mimeType, 'audio/mp3');
      assert.ok(Buffer.from(audio.inlineData.data, 'base64').equals(SOUND));
      assert.match(words.text, /\bde\b[^]*abv-host/);
      assert.deepEqual(losses, []);
    });

    test('verbose_json has segments and words with their times', async () => {
      gemini().plan({ text: JSON.stringify({
        ...SEGMENTS, words: [{ start: '00:00.1', end: '00:00.9', text: 'Grüße!' }],
      }) });
      const { data, losses } = await withLosses(client().audio.transcriptions.create({
        model: 'listen', file: await sound(), response_format: 'verbose_json',
        timestamp_granularities: ['word', 'segment'],
      }));
      assert.equal(data.text, 'Grüße! Und "Schluss".');
      assert.equal(data.language, 'german');
      assert.equal(data.duration, 62.5);
      assert.deepEqual(data.segments.map(({ id, start, end, text }) => [id, start, end, text]), [
        [0, 0, 1.25, 'Grüße!'], [1, 1.25, 62.5, 'Und "Schluss".']]);
      assert.deepEqual(data.words, [{ word: 'Grüße!', start: 0.1, end: 0.9 }]);
      assert.equal(configTold().responseMimeType, 'application/json');
      assert.deepEqual(losses, ['approximated /segments', 'approximated /words']);
    });

    test('subtitles are plain text', async () => {
      gemini().plan({ text: JSON.stringify(SEGMENTS) }, { text: JSON.stringify(SEGMENTS) });
      const ask = async (format) => client().audio.transcriptions.create({
        model: 'listen', file: await sound(), response_format: format,
      });
      assert.equal(await ask('srt'), '1\n00:00:00,000 --> 00:00:01,250\nGrüße!\n\n'
        + '2\n00:00:01,250 --> 00:01:02,500\nUnd "Schluss".\n\n');
      assert.match(await ask('vtt'), /^WEBVTT\n\n00:00:00\.000 --> 00:00:01\.250\nGrüße!\n/);
    });

    test('text is the text', async () => {
      gemini().plan({ text: 'Grüße.' });
      assert.equal(await client().audio.transcriptions.create({
        model: 'listen', file: await sound(), response_format: 'text',
      }), 'Grüße.\n');
    });

    test('a transcript is streamed', async () => {
      gemini().plan({ text: 'One two three.' });
      const stream = await client().audio.transcriptions.create({
        model: 'listen', file: await sound(), stream: true,
      });
      const events = await collect(stream);
      assert.deepEqual(events.map(({ type, delta, text }) => [type, delta ?? text]), [
        ['transcript.text.delta', 'One '], ['transcript.text.delta', 'two '],
        ['transcript.text.delta', 'three.'], ['transcript.text.done', 'One two three.'],
      ]);
      assert.equal(events.at(-1).usage.total_tokens, 18);
    });

    test('a transcript that was cut is an error', async () => {
      gemini().plan({ text: 'One two', stop: 'length' });
      await assert.rejects(
        client().audio.transcriptions.create({ model: 'listen', file: await sound() }),
        { status: 502, code: 'upstream_incomplete' });
    });

    test('a model made for transcribing tells words, and speakers by their turns', async () => {
      const word = (text, start, end) => (
        { word: text, startOffset: `${start}s`, endOffset: `${end}s` });
      gemini().plan({ turns: [
        { text: 'Hi there.', speakerLabel: 'spk_1', words: [word('Hi', 0, 0.4),
          word('there.', 0.4, 1)] },
        { text: 'Hello.', speakerLabel: 'spk_2', words: [word('Hello.', 1.5, 2)] },
      ] });
      const { data, losses } = await withLosses(client().audio.transcriptions.create({
        model: 'write', file: await sound('a.webm', 'audio/webm'), language: 'en',
        response_format: 'diarized_json',
      }));
      assert.equal(data.text, 'Hi there. Hello.');
      assert.deepEqual(data.segments.map(({ speaker, text, end }) => [speaker, text, end]), [
        ['A', 'Hi there.', 1], ['B', 'Hello.', 2]]);
      assert.deepEqual(configTold(), { audioTranscriptionConfig: {
        languageCodes: ['en'], wordTimestamp: true, diarization: true,
      } });
      assert.deepEqual(losses, ['approximated /segments']);
    });

    test('a translation is asked for in words', async () => {
      gemini().plan({ text: 'Greetings.' });
      const { text } = await client().audio.translations.create({
        model: 'listen', file: await sound(),
      });
      assert.equal(text, 'Greetings.');
      assert.match(partsTold()[1].text, /into English/);
    });

    test('ai transcribes', async () => {
      gemini().plan({ text: 'Grüße.' });
      const provider = createOpenAI({ baseURL: `${bench.host.baseUrl}/v1`, apiKey: CLIENT_KEY });
      const { text } = await transcribe({
        model: provider.transcription('listen'), audio: SOUND, maxRetries: 0,
      });
      assert.equal(text, 'Grüße.');
    });
  });

  describe('embeddings', () => {
    const texts = ['first', 'zweiter Satz', '三'];

    test('openai gets those of gemini, in base64 as it asks for by itself', async () => {
      const { data: answer, losses } = await withLosses(
        client().embeddings.create({ model: 'embed', input: texts, dimensions: 16 }));
      assert.equal(gemini().last.json.requests.length, 3);
      assert.deepEqual(answer.data.map(({ embedding }) => Array.from(embedding)),
        floats(texts, 16));
      assert.deepEqual(losses, []);
    });

    test('openai gets those of gemini as numbers', async () => {
      const { data } = await client().embeddings.create({
        model: 'embed', input: 'one', encoding_format: 'float',
      });
      assert.deepEqual(data, [{ object: 'embedding', index: 0, embedding: vectorOf('one') }]);
    });

    test('tokens are refused, and nothing is asked', async () => {
      await assert.rejects(client().embeddings.create({ model: 'embed', input: [[1, 2]] }),
        { status: 400, param: 'input[0]', message: /tokens of another vocabulary/ });
      assert.equal(gemini().requests.length, 0);
    });

    test('ai gets those of gemini', async () => {
      const provider = createOpenAI({ baseURL: `${bench.host.baseUrl}/v1`, apiKey: CLIENT_KEY });
      const { embeddings } = await embedMany({
        model: provider.textEmbeddingModel('embed'), values: texts, maxRetries: 0,
      });
      assert.deepEqual(embeddings, texts.map((text) => vectorOf(text)));
    });

    for (const sdk of SDKS.filter(({ vendor }) => vendor === 'gemini')) {
      test(`${sdk.name} gets those of openai`, async () => {
        const vectors = await bench.connect(sdk).embed('embed', texts);
        assert.deepEqual(vectors, texts.map((text) => vectorOf(text)));
        assert.deepEqual(bench.upstreams.openai.last.json.input, texts);
      });
    }
  });
});

describe('media of another vendor, all or nothing', () => {
  const bench = hostBench({ configure: configure('refuse') });
  const client = () => bench.connect(OPENAI).client;

  test('a request that would lose something is refused with what it is', async () => {
    await assert.rejects(
      client().images.generate({ model: 'draw', prompt: 'p', background: 'transparent' }),
      { status: 400, code: 'lossy_conversion', param: '/background', message: /transparency/ });
    assert.equal(bench.upstreams.gemini.requests.length, 0);
  });

  test('one that loses nothing goes through', async () => {
    const { data } = await client().images.generate({ model: 'draw', prompt: 'p' });
    assert.deepEqual(data, [{ b64_json: PIXEL }]);
    const { data: vectors } = await client().embeddings.create({ model: 'embed', input: 'one' });
    assert.equal(vectors.length, 1);
  });
});
