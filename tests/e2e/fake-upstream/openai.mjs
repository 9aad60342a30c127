// api.openai.com as far as the tests need it.

import { createHash } from 'node:crypto';

import { parseMultipart } from './multipart.mjs';
import {
  MODELS, checkChat, checkEmbedding, checkImage, checkKey, checkTranscription, invalid, jsonBody,
  unknownModel,
} from './openai_rules.mjs';
import { countInput, responses } from './openai_responses.mjs';
import { freshId, piecesOf } from './plan.mjs';
import { Refusal } from './refusal.mjs';

const CREATED = 1790000000;
const JSON_TYPE = 'application/json';

// A picture of one pixel.
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9'
  + 'awAAAABJRU5ErkJggg==';

const FAILURES = {
  400: ['invalid_request_error', 'The request was refused by plan.', 'refused'],
  401: ['invalid_request_error', 'Incorrect API key provided: upst****.', 'invalid_api_key'],
  429: ['requests', 'Rate limit reached for requests. Please try again in 7s.',
    'rate_limit_exceeded'],
  500: ['server_error', 'The server had an error while processing your request. Sorry about that!',
    null],
  529: ['server_error', 'That model is currently overloaded with other requests.', null],
};

function headers() {
  return {
    'x-request-id': freshId('req_'),
    'openai-processing-ms': '12',
    'openai-version': '2020-10-01',
  };
}

function json(value) {
  return { status: 200, headers: headers(), type: JSON_TYPE, body: JSON.stringify(value, null, 2) };
}

function errorBody({ message, kind, extra }) {
  return { error: { message, type: kind, param: extra.param ?? null, code: extra.code ?? null } };
}

function usageOf({ usage }) {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: 0 },
  };
}

// A stop sequence that was met is no reason of its own.
function stopOf({ stop, calls }) {
  if (stop === 'length') return 'length';
  return calls.length > 0 ? 'tool_calls' : 'stop';
}

function toolCall({ name, args }) {
  return {
    id: freshId('call_'), type: 'function', function: { name, arguments: JSON.stringify(args) },
  };
}

function messageOf({ thinking, text, calls, stop }) {
  const refuses = stop === 'refusal';
  return {
    role: 'assistant',
    content: refuses || !text ? null : text,
    ...(thinking ? { reasoning_content: thinking } : {}),
    ...(calls.length > 0 ? { tool_calls: calls.map(toolCall) } : {}),
    refusal: refuses ? text : null,
    annotations: [],
  };
}

function chat(exchange, plan) {
  const body = jsonBody(exchange);
  checkChat(body);
  if (body.stream) return chatStream(body, plan);
  return json({
    id: freshId('chatcmpl-'),
    object: 'chat.completion',
    created: CREATED,
    model: body.model,
    choices: [{ index: 0, message: messageOf(plan), logprobs: null, finish_reason: stopOf(plan) }],
    usage: usageOf(plan),
    service_tier: 'default',
    system_fingerprint: null,
  });
}

function chatStream(body, plan) {
  const withUsage = body.stream_options?.include_usage === true;
  const same = {
    id: freshId('chatcmpl-'),
    object: 'chat.completion.chunk',
    created: CREATED,
    model: body.model,
    service_tier: 'default',
    system_fingerprint: null,
  };
  const frame = (rest) => `data: ${JSON.stringify({ ...same, ...rest })}\n\n`;
  const chunk = (delta, finish = null) => frame({
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(withUsage ? { usage: null } : {}),
  });
  return {
    status: 200,
    headers: headers(),
    type: 'text/event-stream; charset=utf-8',
    frames: [
      ...deltasOf(plan).map((delta) => chunk(delta)),
      chunk({}, stopOf(plan)),
      ...(withUsage ? [frame({ choices: [], usage: usageOf(plan) })] : []),
      'data: [DONE]\n\n',
    ],
    errorFrame: `data: ${JSON.stringify(errorBody(failure(500)))}\n\n`,
  };
}

function deltasOf({ thinking, text, calls, stop }) {
  const field = stop === 'refusal' ? 'refusal' : 'content';
  return [
    { role: 'assistant', content: calls.length > 0 ? null : '', refusal: null },
    ...(thinking ? piecesOf(thinking).map((each) => ({ reasoning_content: each })) : []),
    ...(text ? piecesOf(text).map((each) => ({ [field]: each })) : []),
    ...calls.flatMap(toolDeltas),
  ];
}

function toolDeltas(planned, index) {
  const call = toolCall(planned);
  const all = call.function.arguments;
  const middle = Math.ceil(all.length / 2);
  return [
    { tool_calls: [{ index, ...call, function: { ...call.function, arguments: '' } }] },
    ...[all.slice(0, middle), all.slice(middle)]
      .map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ];
}

// A vector that depends on the text only.
export function vectorOf(text, size = 8) {
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length: size }, (_, i) => (digest[i % digest.length] - 128) / 128);
}

function embeddings(exchange, plan) {
  const body = jsonBody(exchange);
  checkEmbedding(body);
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  const inForm = (vector) => (body.encoding_format === 'base64'
    ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector);
  return json({
    object: 'list',
    data: inputs.map((input, index) => ({
      object: 'embedding', index, embedding: inForm(vectorOf(String(input), body.dimensions)),
    })),
    model: body.model,
    usage: { prompt_tokens: plan.usage.input, total_tokens: plan.usage.input },
  });
}

function images(exchange) {
  const body = jsonBody(exchange);
  checkImage(body);
  const data = Array.from({ length: body.n ?? 1 }, () => ({ b64_json: PIXEL }));
  return json({ created: CREATED, data });
}

// Says what it heard: name, type, and the hash of the sound's bytes.
function transcription(exchange) {
  const fields = checkTranscription(
    parseMultipart(exchange.header('content-type'), exchange.body));
  const { file } = fields;
  const hash = createHash('sha256').update(file.data).digest('hex');
  return json({ text: `${file.filename} ${file.type} ${file.data.length} ${hash}` });
}

function completions(exchange) {
  const body = jsonBody(exchange);
  if (!MODELS.chat.includes(body.model)) throw unknownModel(body.model);
  throw new Refusal(404, 'invalid_request_error', 'This is a chat model and not supported in the '
    + 'v1/completions endpoint. Did you mean to use v1/chat/completions?', { param: 'model' });
}

function modelObject(id) {
  return { id, object: 'model', created: CREATED, owned_by: 'system' };
}

function models() {
  return json({ object: 'list', data: Object.values(MODELS).flat().map(modelObject) });
}

function model(exchange) {
  const id = decodeURIComponent(exchange.path.slice('/v1/models/'.length));
  if (!Object.values(MODELS).flat().includes(id)) {
    throw new Refusal(404, 'invalid_request_error', `The model '${id}' does not exist`,
      { param: 'model', code: 'model_not_found' });
  }
  return json(modelObject(id));
}

const ROUTES = [
  ['POST', /^\/v1\/chat\/completions$/, chat],
  ['POST', /^\/v1\/completions$/, completions],
  ['POST', /^\/v1\/responses$/, (exchange, plan) => responses(exchange, plan, headers())],
  ['POST', /^\/v1\/responses\/input_tokens$/,
    (exchange, plan) => countInput(exchange, plan, headers())],
  ['POST', /^\/v1\/embeddings$/, embeddings],
  ['POST', /^\/v1\/images\/generations$/, images],
  ['POST', /^\/v1\/audio\/transcriptions$/, transcription],
  ['GET', /^\/v1\/models$/, models],
  ['GET', /^\/v1\/models\/[^/]+$/, model],
];

function failure(status) {
  const [kind, message, code] = FAILURES[status];
  return new Refusal(status, kind, message, { code });
}

export const openai = {
  keyHeaders: ['authorization'],
  authorize: checkKey,
  failure,

  answer(exchange, plan) {
    const route = ROUTES.find(([method, path]) => method === exchange.method
      && path.test(exchange.path));
    if (!route) {
      const refusal = invalid(`Invalid URL (${exchange.method} ${exchange.path})`);
      refusal.status = 404;
      throw refusal;
    }
    return route[2](exchange, plan);
  },

  refuse(refusal) {
    return {
      status: refusal.status,
      headers: headers(),
      type: JSON_TYPE,
      body: JSON.stringify(errorBody(refusal), null, 4),
    };
  },
};
