// api.anthropic.com as far as the tests need it.

import {
  MODELS, checkCount, checkKey, checkMessages, checkVersion, jsonBody,
} from './claude_rules.mjs';
import { freshId, piecesOf } from './plan.mjs';
import { Refusal } from './refusal.mjs';
import { digestOf, seal } from './seal.mjs';

const JSON_TYPE = 'application/json';
const STOPS = { length: 'max_tokens', sequence: 'stop_sequence', refusal: 'refusal' };

const FAILURES = {
  400: ['invalid_request_error', 'refused: by plan'],
  401: ['authentication_error', 'invalid x-api-key'],
  429: ['rate_limit_error', 'This request would exceed the rate limit of your organization.'],
  500: ['api_error', 'Internal server error'],
  529: ['overloaded_error', 'Overloaded'],
};

function headers(requestId = freshId('req_')) {
  return { 'request-id': requestId, 'anthropic-organization-id': 'fake-organization' };
}

function json(value) {
  return { status: 200, headers: headers(), type: JSON_TYPE, body: JSON.stringify(value) };
}

function errorBody({ kind, message }, requestId) {
  return { type: 'error', error: { type: kind, message }, request_id: requestId };
}

function failure(status) {
  const [kind, message] = FAILURES[status];
  return new Refusal(status, kind, message);
}

function stopOf(plan) {
  return STOPS[plan.stop] ?? (plan.calls.length > 0 ? 'tool_use' : 'end_turn');
}

function blocksOf({ thinking, text, calls }) {
  return [
    ...(thinking
      ? [{ type: 'thinking', thinking, signature: seal('claude', digestOf(thinking)) }] : []),
    ...(text ? [{ type: 'text', text }] : []),
    ...calls.map(({ name, args }) => (
      { type: 'tool_use', id: freshId('toolu_'), name, input: args })),
  ];
}

// Anthropic counts what the cache is about beside the input.
function usageOf({ usage: { input, output, cached, written, reasoning } }) {
  return {
    input_tokens: input - cached - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
    output_tokens: output,
    ...(reasoning ? { output_tokens_details: { thinking_tokens: reasoning } } : {}),
    service_tier: 'standard',
  };
}

function messages(exchange, plan) {
  const body = jsonBody(exchange);
  checkMessages(exchange, body);
  if (body.stream) return messageStream(body, plan);
  return json({
    id: freshId('msg_'),
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: blocksOf(plan),
    stop_reason: stopOf(plan),
    stop_sequence: plan.sequence ?? null,
    usage: usageOf(plan),
  });
}

function messageStream(body, plan) {
  const requestId = freshId('req_');
  const frame = (type, rest) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const message = {
    id: freshId('msg_'), type: 'message', role: 'assistant', model: body.model, content: [],
    stop_reason: null, stop_sequence: null, usage: { ...usageOf(plan), output_tokens: 1 },
  };
  return {
    status: 200,
    headers: headers(requestId),
    type: 'text/event-stream; charset=utf-8',
    frames: [
      frame('message_start', { message }),
      frame('ping', {}),
      ...blocksOf(plan).flatMap((block, index) => [
        frame('content_block_start', { index, content_block: EMPTIED[block.type](block) }),
        ...deltasOf(block).map((delta) => frame('content_block_delta', { index, delta })),
        frame('content_block_stop', { index }),
      ]),
      frame('message_delta', {
        delta: { stop_reason: stopOf(plan), stop_sequence: plan.sequence ?? null },
        usage: usageOf(plan),
      }),
      frame('message_stop', {}),
    ],
    errorFrame: frame('error', { ...errorBody(failure(529), requestId) }),
  };
}

const EMPTIED = {
  text: (block) => ({ ...block, text: '' }),
  thinking: (block) => ({ ...block, thinking: '', signature: '' }),
  tool_use: (block) => ({ ...block, input: {} }),
};

function deltasOf(block) {
  if (block.type === 'text') {
    return piecesOf(block.text).map((text) => ({ type: 'text_delta', text }));
  }
  if (block.type === 'thinking') {
    return [
      ...piecesOf(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: block.signature },
    ];
  }
  const all = JSON.stringify(block.input);
  if (all === '{}') return [{ type: 'input_json_delta', partial_json: '' }];
  const middle = Math.ceil(all.length / 2);
  return ['', all.slice(0, middle), all.slice(middle)]
    .map((piece) => ({ type: 'input_json_delta', partial_json: piece }));
}

function countTokens(exchange, plan) {
  checkCount(exchange, jsonBody(exchange));
  return json({ input_tokens: plan.usage.input });
}

function modelObject(id) {
  return { type: 'model', id, display_name: `Fake ${id}`, created_at: '2026-02-04T00:00:00Z' };
}

function models() {
  return json({
    data: MODELS.map(modelObject), has_more: false, first_id: MODELS[0], last_id: MODELS.at(-1),
  });
}

function model(exchange) {
  const id = decodeURIComponent(exchange.path.slice('/v1/models/'.length));
  if (!MODELS.includes(id)) throw new Refusal(404, 'not_found_error', `model: ${id}`);
  return json(modelObject(id));
}

const ROUTES = [
  ['POST', /^\/v1\/messages$/, messages],
  ['POST', /^\/v1\/messages\/count_tokens$/, countTokens],
  ['GET', /^\/v1\/models$/, models],
  ['GET', /^\/v1\/models\/[^/]+$/, model],
];

export const claude = {
  keyHeaders: ['x-api-key', 'authorization'],
  authorize: checkKey,
  failure,

  answer(exchange, plan) {
    const route = ROUTES.find(([method, path]) => method === exchange.method
      && path.test(exchange.path));
    if (!route) throw new Refusal(404, 'not_found_error', 'Not found');
    checkVersion(exchange);
    return route[2](exchange, plan);
  },

  refuse(refusal) {
    const requestId = freshId('req_');
    return {
      status: refusal.status,
      headers: headers(requestId),
      type: JSON_TYPE,
      body: JSON.stringify(errorBody(refusal, requestId)),
    };
  },
};
