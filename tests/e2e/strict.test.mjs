// The fake upstreams refuse what the real vendors refuse, in the vendors' words: otherwise a proxy
// could send them anything and every other test here would still pass.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe } from 'node:test';

import { FakeUpstream } from './fake-upstream/server.mjs';
import { makeCertificates } from './fake-upstream/tls.mjs';
import { raw } from './support/raw.mjs';
import { test } from './support/test.mjs';

const KEY = 'the-only-key';
const USER = { role: 'user', content: 'hi' };
const TOOL_USE = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} };
const TOOL_RESULT = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'rain' };
const THOUGHT = { type: 'thinking', thinking: 'x' };
const GEMINI_USER = { role: 'user', parts: [{ text: 'hi' }] };
const OPENAI_CALL = {
  role: 'assistant',
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
};

// What a good request of each vendor looks like; a case changes one thing in it.
const GOOD = {
  openai: {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${KEY}` },
    body: { model: 'gpt-4.1-mini', messages: [USER] },
  },
  claude: {
    path: '/v1/messages',
    headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' },
    body: { model: 'claude-sonnet-4-6', max_tokens: 9, messages: [USER] },
  },
  gemini: {
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    headers: { 'x-goog-api-key': KEY },
    body: { contents: [GEMINI_USER] },
  },
};

// [what is wrong, changes of {path, headers, body}, status, words]; undefined takes a header or a
// field away.
const REFUSED = {
  openai: [
    ['no key', { headers: { authorization: undefined } }, 401, "You didn't provide an API key"],
    ['a wrong key', { headers: { authorization: 'Bearer no' } }, 401, 'invalid_api_key'],
    ['the key in the wrong header', { headers: { authorization: undefined, 'x-api-key': KEY } },
      401, "You didn't provide an API key"],
    ['an unknown field', { body: { max_output_tokens: 5 } }, 400, 'unknown_parameter'],
    ['no model', { body: { model: undefined } }, 400, 'you must provide a model parameter'],
    ['an unknown model', { body: { model: 'claude-sonnet-4-6' } }, 404, 'model_not_found'],
    ['no messages', { body: { messages: undefined } }, 400,
      "Missing required parameter: 'messages'"],
    ['empty messages', { body: { messages: [] } }, 400, 'empty_array'],
    ['a wrong role', { body: { messages: [{ role: 'model', content: 'hi' }] } }, 400,
      "Invalid value: 'model'"],
    ['a message without content', { body: { messages: [{ role: 'user' }] } }, 400, 'content'],
    ['a tool result without a call',
      { body: { messages: [USER, { role: 'tool', tool_call_id: 'call_1', content: 'rain' }] } },
      400, "must be a response to a preceeding message with 'tool_calls'"],
    ['a call without its result', { body: { messages: [USER, OPENAI_CALL, USER] } }, 400,
      'did not have response messages: call_1'],
    ['stream options without a stream', { body: { stream_options: { include_usage: true } } }, 400,
      "only allowed when 'stream' is enabled"],
    ['max_tokens for a model that has none of it', { body: { model: 'gpt-5', max_tokens: 5 } }, 400,
      'unsupported_parameter'],
    ['an unknown path', { path: '/v1/messages' }, 404, 'Invalid URL (POST /v1/messages)'],
    ['a transcription that is not a form', { path: '/v1/audio/transcriptions' }, 400, 'multipart'],
    ['an embedding without input',
      { path: '/v1/embeddings', body: { model: 'text-embedding-3-small', messages: undefined } },
      400, "Missing required parameter: 'input'"],
  ],
  claude: [
    ['no key', { headers: { 'x-api-key': undefined } }, 401, 'x-api-key header is required'],
    ['a wrong key', { headers: { 'x-api-key': 'no' } }, 401, 'invalid x-api-key'],
    ['a wrong bearer', { headers: { 'x-api-key': undefined, authorization: 'Bearer no' } }, 401,
      'Invalid bearer token'],
    ['no version', { headers: { 'anthropic-version': undefined } }, 400,
      'anthropic-version: header is required'],
    ['an unknown field', { body: { max_completion_tokens: 5 } }, 400,
      'max_completion_tokens: Extra inputs are not permitted'],
    ['a beta field without the beta header', { body: { context_management: {} } }, 400,
      'context_management: Extra inputs are not permitted'],
    ['no model', { body: { model: undefined } }, 400, 'model: Field required'],
    ['an unknown model', { body: { model: 'gpt-5' } }, 404, 'not_found_error'],
    ['no max_tokens', { body: { max_tokens: undefined } }, 400, 'max_tokens: Field required'],
    ['no messages', { body: { messages: undefined } }, 400, 'messages: Field required'],
    ['a system message at the start', { body: { messages: [{ role: 'system', content: 'x' }] } },
      400, "messages.0.role: Input should be 'user' or 'assistant'"],
    ['a tool result without a call',
      { body: { messages: [{ role: 'user', content: [TOOL_RESULT] }] } }, 400,
      'unexpected `tool_use_id` found'],
    ['a call without its result',
      { body: { messages: [USER, { role: 'assistant', content: [TOOL_USE] }, USER] } }, 400,
      'ids were found without `tool_result` blocks'],
    ['thinking without its signature',
      { body: { messages: [USER, { role: 'assistant', content: [THOUGHT] }] } }, 400,
      'signature: Field required'],
    ['a tool in another vendor\'s form', { body: { tools: [{ name: 'x', parameters: {} }] } }, 400,
      'input_schema: Field required'],
    ['an unknown path', { path: '/v1/chat/completions' }, 404, 'not_found_error'],
  ],
  gemini: [
    ['no key', { headers: { 'x-goog-api-key': undefined } }, 403, 'PERMISSION_DENIED'],
    ['a wrong key', { headers: { 'x-goog-api-key': 'no' } }, 400, 'API_KEY_INVALID'],
    ['an unknown field', { body: { messages: [] } }, 400, 'Unknown name \\"messages\\"'],
    ['an unknown field of the generation config', { body: { generationConfig: { maxTokens: 5 } } },
      400, "at 'generation_config'"],
    ['no contents', { body: { contents: undefined } }, 400, 'contents is not specified'],
    ['a wrong role', { body: { contents: [{ ...GEMINI_USER, role: 'assistant' }] } }, 400,
      'Please use a valid role: user, model'],
    ['an empty part', { body: { contents: [{ role: 'user', parts: [{}] }] } }, 400,
      'must have one initialized field'],
    ['a response without a call', { body: { contents: [GEMINI_USER, { role: 'user', parts: [
      { functionResponse: { name: 'weather', response: {} } }] }] } }, 400,
    'immediately after a function call turn'],
    ['an unknown model', { path: '/v1beta/models/gpt-5:generateContent' }, 404,
      'models/gpt-5 is not found for API version v1beta'],
    ['an unknown version', { path: '/v2/models/gemini-2.5-flash:generateContent' }, 404,
      'NOT_FOUND'],
    ['a batch whose model is not the path\'s', {
      path: '/v1/models/gemini-embedding-001:batchEmbedContents',
      body: { contents: undefined,
        requests: [{ model: 'models/other', content: { parts: [{ text: 'x' }] } }] },
    }, 400, 'must match the model name in the url'],
  ],
};

function withChanges(good, { path = good.path, headers = {}, body = {} }) {
  return [path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...good.headers, ...headers },
    body: JSON.stringify({ ...good.body, ...body }),
  }];
}

for (const vendor of Object.keys(GOOD)) {
  describe(`the fake ${vendor}`, () => {
    let upstream;
    before(async () => { upstream = await FakeUpstream.start({ vendor, key: KEY }); });
    afterEach(() => upstream.reset());
    after(() => upstream.stop());
    const send = (changes = {}) => {
      const [path, options] = withChanges(GOOD[vendor], changes);
      return raw(upstream.url + path, options);
    };

    test('takes a good request', async () => {
      assert.equal((await send()).status, 200);
      assert.deepEqual(upstream.leaks, []);
    });

    for (const [what, changes, status, words] of REFUSED[vendor]) {
      test(`refuses ${what}`, async () => {
        const answer = await send(changes);
        assert.equal(answer.status, status, answer.text);
        assert.ok(answer.text.includes(words), answer.text);
      });
    }

    test('keeps the bytes that it was sent', async () => {
      await send({ headers: { 'X-Mixed-Case': 'Yes' } });
      assert.equal(upstream.last.text, JSON.stringify(GOOD[vendor].body));
      assert.ok(upstream.last.rawHeaders.includes('X-Mixed-Case'));
    });

    test('writes down a credential in the query', async () => {
      await send({ path: `${GOOD[vendor].path}?key=${KEY}` });
      assert.match(upstream.leaks.join(), /credential in the query: \?key=/);
    });

    test('writes down a credential in a foreign header', async () => {
      await send({ headers: { 'api-key': 'x', cookie: 'session=1' } });
      assert.match(upstream.leaks.join(), /not the vendor's: cookie/);
      assert.match(upstream.leaks.join(), /not the vendor's: api-key/);
    });

    test("writes down a host that is not the upstream's", async () => {
      await send({ headers: { host: 'proxy.example' } });
      assert.match(upstream.leaks.join(), /host is "proxy\.example"/);
    });

    test('writes down a secret wherever it is', async () => {
      upstream.secrets = ['client-secret'];
      await send({ headers: { 'x-any': 'has client-secret in it' } });
      upstream.secrets = [];
      assert.match(upstream.leaks.join(), /a secret of the client came along/);
    });

    test('does not take a plan with a field that no plan has', () => {
      assert.throws(() => upstream.plan({ delay: 5 }), /no plan has a field named "delay"/);
    });
  });
}

test('two credentials at once for the fake claude are written down', async () => {
  const upstream = await FakeUpstream.start({ vendor: 'claude', key: KEY });
  const [path, options] = withChanges(GOOD.claude, { headers: { authorization: `Bearer ${KEY}` } });
  await raw(upstream.url + path, options);
  await upstream.stop();
  assert.match(upstream.leaks.join(), /two credentials at once/);
});

test('the fake gemini streams a JSON array when it is not asked for events', async () => {
  const upstream = await FakeUpstream.start({ vendor: 'gemini', key: KEY });
  upstream.plan({ text: 'one two three' });
  const [path, options] = withChanges(GOOD.gemini, {
    path: '/v1/models/gemini-2.5-pro:streamGenerateContent',
  });
  const { json } = await raw(upstream.url + path, options);
  await upstream.stop();
  assert.equal(json.map(({ candidates: [{ content }] }) => content.parts[0].text).join(''),
    'one two three');
});

describe('a fake with TLS', () => {
  let certificates;
  let upstream;
  before(async () => {
    certificates = makeCertificates();
    upstream = await FakeUpstream.start({ vendor: 'openai', key: KEY, tls: certificates });
  });
  after(async () => {
    await upstream.stop();
    certificates.remove();
  });
  const models = (host, ca) => raw(`https://${host}:${upstream.host.split(':')[1]}/v1/models`, {
    headers: { authorization: `Bearer ${KEY}` }, ca,
  });

  for (const host of ['127.0.0.1', 'localhost']) {
    test(`is trusted as ${host} by who knows its authority`, async () => {
      assert.equal((await models(host, certificates.ca)).status, 200);
    });
  }

  test('is not trusted by anyone else', async () => {
    await assert.rejects(models('127.0.0.1'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });
});
