// The fake upstreams refuse what the real vendors refuse, in the vendors' words: otherwise a proxy
// could send them anything and every other test here would still pass.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe } from 'node:test';

import { digestOf, seal } from './fake-upstream/seal.mjs';
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

const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const CLOSED = { ...SCHEMA, additionalProperties: false };
const SIGNED = {
  type: 'thinking', thinking: 'x', signature: seal('claude', digestOf('something else')),
};
const CLAUDE_TOOL = { name: 'weather', input_schema: SCHEMA };
const THINKS = { max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1024 } };
const CHAT_TOOL = { type: 'function', function: { name: 'weather', parameters: CLOSED } };
const GEMINI_CALL = { functionCall: { name: 'weather', args: { city: 'X' } } };
const geminiResult = (name, more) => ({ functionResponse: { name, response: {}, ...more } });
const RESPONSES = '/v1/responses';
const CALL_ITEM = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{}' };
const RESULT_ITEM = { type: 'function_call_output', call_id: 'call_1', output: 'rain' };
const input = (...items) => ({ path: RESPONSES, body: { messages: undefined, input: items } });
const calls = (parts, ...more) => ({ body: { contents: [GEMINI_USER, { role: 'model', parts },
  ...more] } });

const generation = (generationConfig) => ({ body: { generationConfig } });
const drawing = (imageConfig, more) => ({
  path: '/v1beta/models/gemini-2.5-flash-image:generateContent',
  ...generation({ responseModalities: ['IMAGE'], imageConfig, ...more }),
});
const prediction = (parameters) => ({
  path: '/v1beta/models/imagen-4.0-generate-001:predict',
  body: { contents: undefined, instances: [{ prompt: 'a dot' }], parameters },
});

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
    ['an unknown field of a message', { body: { messages: [{ ...USER, cache_control: {} }] } }, 400,
      "Unknown parameter: 'messages[0].cache_control'"],
    ['thinking of another model',
      { body: { messages: [USER, { role: 'assistant', content: 'x', reasoning_content: 'y' }] } },
      400, "Unknown parameter: 'messages[1].reasoning_content'"],
    ['a picture for a model to have said',
      { body: { messages: [USER, { role: 'assistant', content: [{ type: 'image_url' }] }] } }, 400,
      "Invalid value: 'image_url'"],
    ['a picture without a type', { body: { messages: [{ role: 'user', content: [
      { type: 'image_url', image_url: { url: 'data:;base64,AAAA' } }] }] } }, 400, 'data URL'],
    ['a tool choice without tools', { body: { tool_choice: 'auto' } }, 400,
      "only allowed when 'tools' are specified"],
    ['a choice of a tool that is not there', { body: { tools: [CHAT_TOOL],
      tool_choice: { type: 'function', function: { name: 'other' } } } }, 400, 'not found'],
    ['a strict function that is open', { body: { tools: [{ type: 'function',
      function: { name: 'weather', strict: true, parameters: SCHEMA } }] } }, 400,
    "'additionalProperties' is required to be supplied and to be false"],
    ['a strict schema with an optional field', { body: { response_format: { type: 'json_schema',
      json_schema: { name: 'x', strict: true, schema: { ...CLOSED, required: [] } } } } }, 400,
    "Missing 'a'"],
    ['metadata that is not stored', { body: { metadata: { a: 'b' } } }, 400,
      "only allowed when 'store' is enabled"],
    ['sampling for a model that thinks', { body: { model: 'gpt-5', temperature: 1 } }, 400,
      "'temperature' is not supported with this model"],
    ['effort for a model that does not think', { body: { reasoning_effort: 'low' } }, 400,
      "'reasoning_effort' is not supported with this model"],
    ['a tool id of 41 letters', { body: { messages: [USER, { role: 'assistant', tool_calls: [
      { ...OPENAI_CALL.tool_calls[0], id: 'x'.repeat(41) }] }] } }, 400,
    'maximum length 40'],
    ['a thinker that does not get its thinking back', { body: { model: 'deepseek-reasoner',
      messages: [USER, OPENAI_CALL, { role: 'tool', tool_call_id: 'call_1', content: 'x' }] } },
    400, 'Missing `reasoning_content` field'],
    ['messages in place of input', { path: RESPONSES }, 400, "Unknown parameter: 'messages'"],
    ['input text of the assistant', input({ role: 'assistant', content: [
      { type: 'input_text', text: 'x' }] }), 400, "'output_text', 'refusal'"],
    ['a call item without its output', input(USER, CALL_ITEM), 400,
      'No tool output found for function call call_1'],
    ['an output item without its call', input(USER, RESULT_ITEM), 400,
      'No tool call found for function call output with call_id call_1'],
    ['reasoning that was encrypted elsewhere', input(USER,
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: seal('claude', 'rs_1') },
      CALL_ITEM, RESULT_ITEM), 400, 'invalid_encrypted_content'],
    ['reasoning by its id alone', input(USER, { type: 'reasoning', id: 'rs_1', summary: [] }), 400,
      'Items are not persisted'],
    ['reasoning that leads to nothing', input(USER,
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: seal('openai', 'rs_1') }),
    400, 'without its required following item'],
    ['an item id of another kind', input({ ...USER, type: 'message', id: 'chatcmpl-1' }), 400,
      "begins with 'msg'"],
    ['a nested function in a flat tool', { path: RESPONSES,
      body: { messages: undefined, input: 'x', tools: [CHAT_TOOL] } }, 400,
    "Missing required parameter: 'tools[0].name'"],
    ['a stop sequence where there is none', { path: RESPONSES,
      body: { messages: undefined, input: 'x', stop: ['x'] } }, 400, "Unknown parameter: 'stop'"],
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
    ["a signature that is another thought's",
      { body: { messages: [USER, { role: 'assistant', content: [SIGNED] }] } }, 400,
      'Invalid `signature` in `thinking` block'],
    ['an unknown field of a block',
      { body: { messages: [{ role: 'user', content: [{ type: 'text', text: 'x', name: 'y' }] }] } },
      400, 'messages.0.content.0.text.name: Extra inputs are not permitted'],
    ['empty text', { body: { messages: [{ role: 'user', content: '' }] } }, 400,
      'must be non-empty'],
    ['a picture without a type', { body: { messages: [{ role: 'user', content: [
      { type: 'image', source: { type: 'base64', data: 'AAAA' } }] }] } }, 400, 'media_type'],
    ['text before the results', { body: { messages: [USER, { role: 'assistant',
      content: [TOOL_USE] }, { role: 'user', content: [{ type: 'text', text: 'x' }, TOOL_RESULT] }],
    } }, 400, 'must come before all other blocks'],
    ['a tool id with a dot', { body: { messages: [USER, { role: 'assistant',
      content: [{ ...TOOL_USE, id: 'a.b' }] }] } }, 400, 'should match pattern'],
    ['two tools of one name', { body: { tools: [CLAUDE_TOOL, CLAUDE_TOOL] } }, 400,
      'Tool names must be unique'],
    ['a choice without tools', { body: { tool_choice: { type: 'auto' } } }, 400,
      'only be specified while providing tools'],
    ['thinking with a temperature', { body: { ...THINKS, temperature: 0.5 } }, 400,
      'may only be set to 1 when thinking is enabled'],
    ['thinking with a forced tool', { body: { ...THINKS, tools: [CLAUDE_TOOL],
      tool_choice: { type: 'any' } } }, 400, 'Thinking may not be enabled when tool_choice forces'],
    ['a budget that is more than the limit', { body: { ...THINKS, max_tokens: 1024 } }, 400,
      '`max_tokens` must be greater than `thinking.budget_tokens`'],
    ['a turn of tools that lost its thinking', { body: { ...THINKS, messages: [USER,
      { role: 'assistant', content: [TOOL_USE] }, { role: 'user', content: [TOOL_RESULT] }] } },
    400, 'a final `assistant` message must start with a thinking block'],
    ['a temperature over 1', { body: { temperature: 1.5 } }, 400, 'range: 0..1'],
    ['temperature and top_p', { body: { temperature: 1, top_p: 1 } }, 400,
      'cannot both be specified'],
    ['sampling for the newest', { body: { model: 'claude-opus-5-5', temperature: 1 } }, 400,
      '`temperature` is deprecated for this model'],
    ['a budget for the newest', { body: { model: 'claude-opus-5-5', ...THINKS } }, 400,
      'is not supported for this model'],
    ['an answer in an open schema', { body: { output_config: { format: {
      type: 'json_schema', schema: SCHEMA } } } }, 400,
    "'additionalProperties' must be explicitly set to false"],
    ['five cache marks', { body: { system: Array.from({ length: 5 }, () => (
      { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } })) } }, 400,
    'A maximum of 4 blocks'],
    ['metadata of other vendors', { body: { metadata: { a: 'b' } } }, 400,
      'metadata.a: Extra inputs are not permitted'],
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
    ['fewer responses than calls', calls([GEMINI_CALL, GEMINI_CALL],
      { role: 'user', parts: [geminiResult('weather')] }), 400,
    'equal to the number of function call parts'],
    ['a response of another name', calls([GEMINI_CALL],
      { role: 'user', parts: [geminiResult('clock')] }), 400,
    'Please ensure that function response'],
    ['a response with another id', calls([
      { functionCall: { ...GEMINI_CALL.functionCall, id: 'a' } }],
    { role: 'user', parts: [geminiResult('weather', { id: 'b' })] }), 400,
    'Please ensure that function response'],
    ['a response that is no object', calls([GEMINI_CALL],
      { role: 'user', parts: [geminiResult('weather', { response: 'rain' })] }), 400, 'Struct'],
    ['a call without an answer', calls([GEMINI_CALL]), 400, 'Please ensure that function'],
    ['a signature of others', calls([{ ...GEMINI_CALL, thoughtSignature: seal('claude', 'x') }],
      { role: 'user', parts: [geminiResult('weather')] }), 400, 'Corrupted thought signature'],
    ['an unsigned call from generation 3 on', { path: '/v1beta/models/gemini-3-pro-preview:'
      + 'generateContent', ...calls([GEMINI_CALL], { role: 'user',
      parts: [geminiResult('weather')] }) }, 400, 'missing a thought_signature'],
    ['JSON Schema where it has a schema of its own', { body: { tools: [{ functionDeclarations: [
      { name: 'x', parameters: CLOSED }] }] } }, 400, 'Unknown name \\"additionalProperties\\"'],
    ['a schema without its media type', { body: { generationConfig: { responseSchema: SCHEMA } } },
      400, 'response_mime_type'],
    ['a level for a generation that has budgets', { body: { generationConfig: {
      thinkingConfig: { thinkingLevel: 'LOW' } } } }, 400, 'Thinking level is not supported'],
    ['a budget out of range', { body: { generationConfig: {
      thinkingConfig: { thinkingBudget: 99999 } } } }, 400, 'thinking budget 99999 is invalid'],
    ['an unknown model', { path: '/v1beta/models/gpt-5:generateContent' }, 404,
      'models/gpt-5 is not found for API version v1beta'],
    ['an unknown version', { path: '/v2/models/gemini-2.5-flash:generateContent' }, 404,
      'NOT_FOUND'],
    ['a batch whose model is not the path\'s', {
      path: '/v1/models/gemini-embedding-001:batchEmbedContents',
      body: { contents: undefined,
        requests: [{ model: 'models/other', content: { parts: [{ text: 'x' }] } }] },
    }, 400, 'must match the model name in the url'],
    ['a batch of more than 100', {
      path: '/v1/models/gemini-embedding-001:batchEmbedContents',
      body: { contents: undefined, requests: Array(101).fill({}) },
    }, 400, 'at most 100 requests can be in one batch'],
    ['a task that nobody knows', {
      path: '/v1/models/gemini-embedding-001:embedContent',
      body: { contents: undefined, content: GEMINI_USER, taskType: 'SEARCH' },
    }, 400, 'task_type'],
    ['images of a model that only writes', generation({ responseModalities: ['IMAGE'] }), 400,
      'does not support the requested response modalities: image'],
    ['a ratio that is none of the list', drawing({ aspectRatio: '9:5' }), 400,
      'aspect_ratio must be one of'],
    ['a size of a model that has one only', drawing({ imageSize: '2K' }), 400,
      'image_size 2K is not supported'],
    ['a format of the image', drawing({ outputMimeType: 'image/jpeg' }), 400,
      'Unknown name \\"outputMimeType\\"'],
    ['several images at once', drawing(undefined, { candidateCount: 2 }), 400,
      'Multiple candidates is not enabled'],
    ['a transcription of a model that chats', generation({ audioTranscriptionConfig: {} }), 400,
      'Audio transcription is not enabled'],
    ['a sound of an unknown type', { body: { contents: [{ role: 'user', parts: [
      { inlineData: { mimeType: 'audio/x-m4a', data: 'AAAA' } }] }] } }, 400,
    'Unsupported MIME type: audio/x-m4a'],
    ['words for a model that only transcribes', {
      path: '/v1beta/models/gemini-3.5-transcribe:generateContent',
    }, 400, 'one audio part and nothing else'],
    ['more images than Imagen makes', prediction({ sampleCount: 5 }), 400, 'between 1 and 4'],
    ['a field that Imagen does not have', prediction({ n: 2 }), 400, 'Unknown name \\"n\\"'],
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
