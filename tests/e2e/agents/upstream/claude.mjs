// Anthropic's messages, with a model that thinks when it is asked to.

import { checkClaude, blocksOf } from './claude_rules.mjs';
import { pieces, sideText, signatureText } from './play.mjs';
import { demand } from './refusal.mjs';

function authorize(headers, key) {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  demand(headers['x-api-key'] ?? bearer, 'x-api-key header is required', 401);
  demand((headers['x-api-key'] ?? key) === key, 'invalid x-api-key', 401);
  demand((bearer ?? key) === key, 'Invalid bearer token', 401);
  demand(['2023-06-01', '2026-10-21'].includes(headers['anthropic-version']),
    `anthropic-version: "${headers['anthropic-version']}" is not a valid version`);
}

function textOf(content) {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('');
}

function historyOf(body) {
  const steps = [];
  const words = [textOf(body.system)];
  for (const message of body.messages) {
    const blocks = blocksOf(message);
    const ofType = (type) => blocks.filter((block) => block.type === type);
    const calls = ofType('tool_use').map(({ id, name, input }) => ({ id, name, args: input }));
    if (calls.length > 0) {
      const signatures = ofType('thinking').map(({ signature }) => signature);
      steps.push({ signatures, calls, results: [] });
    }
    steps.at(-1)?.results.push(...ofType('tool_result').map(({ tool_use_id: id, content }) => (
      { id, text: textOf(content) })));
    if (message.role !== 'assistant') words.push(textOf(ofType('text')));
  }
  const tools = (body.tools ?? []).map(({ name }) => name);
  return { tools, words: words.join('\n'), steps };
}

function contentOf(body, turn, play) {
  const blocks = [];
  const isThinking = ['enabled', 'adaptive'].includes(body.thinking?.type);
  if (isThinking && turn.thought) {
    const signature = signatureText('claude', turn.index);
    if (turn.calls.length > 0) play.issue(turn.index, signature);
    const thinking = body.thinking.display === 'omitted' ? '' : turn.thought;
    blocks.push({ type: 'thinking', thinking, signature });
  }
  if (turn.text) blocks.push({ type: 'text', text: turn.text });
  turn.calls.forEach(({ name, args }, i) => blocks.push({ type: 'tool_use',
    id: `toolu_01Claude${turn.index}${i}aBcDeFgH`, name, input: args,
    caller: { type: 'direct' } }));
  return blocks;
}

function blockEvents(block, index) {
  const delta = (inner) => ['content_block_delta', { index, delta: inner }];
  const begun = { ...block };
  let deltas = [];
  if (block.type === 'thinking') {
    Object.assign(begun, { thinking: '', signature: '' });
    deltas = [
      ...pieces(block.thinking).map((thinking) => delta({ type: 'thinking_delta', thinking })),
      delta({ type: 'signature_delta', signature: block.signature }),
    ];
  } else if (block.type === 'text') {
    begun.text = '';
    deltas = pieces(block.text).map((text) => delta({ type: 'text_delta', text }));
  } else {
    begun.input = {};
    deltas = ['', ...pieces(JSON.stringify(block.input))].map((partial_json) => (
      delta({ type: 'input_json_delta', partial_json })));
  }
  return [['content_block_start', { index, content_block: begun }], ...deltas,
    ['content_block_stop', { index }]];
}

function post(url, body, play, headers) {
  if (url.pathname === '/v1/messages/count_tokens') return { json: { input_tokens: 1200 } };
  demand(url.pathname === '/v1/messages', 'Not found', 404);
  checkClaude(body, headers);
  const turn = play.next(historyOf(body));
  turn.text = turn.isSide ? sideText(turn.text, body.output_config?.format?.schema) : turn.text;
  const content = contentOf(body, turn, play);
  const reason = turn.calls.length > 0 ? 'tool_use' : 'end_turn';
  const usage = { input_tokens: 1200, cache_creation_input_tokens: 0, cache_read_input_tokens: 0,
    output_tokens: 1 };
  const message = { id: `msg_01Claude${turn.index ?? 9}`, type: 'message', role: 'assistant',
    model: body.model, content: [], stop_reason: null, stop_sequence: null, usage };
  const isTurn = !turn.isSide;
  if (!body.stream) {
    const counts = { ...usage, output_tokens: 40 };
    return { json: { ...message, content, stop_reason: reason, usage: counts }, isTurn };
  }
  const events = [
    ['message_start', { message }],
    ...content.flatMap((block, index) => [...blockEvents(block, index), ['ping', {}]]),
    ['message_delta', { delta: { stop_reason: reason, stop_sequence: null },
      usage: { output_tokens: 40 } }],
    ['message_stop', {}],
  ];
  const frames = events.map(([type, fields]) => (
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`));
  return { frames, isTurn };
}

function get(url) {
  demand(url.pathname === '/v1/models', 'Not found', 404);
  return { json: { data: [{ type: 'model', id: 'claude-sonnet-4-6', display_name: 'Sonnet',
    created_at: '2026-02-01T00:00:00Z' }], has_more: false, first_id: 'claude-sonnet-4-6',
  last_id: 'claude-sonnet-4-6' } };
}

function error(refusal) {
  return { type: 'error', error: { type: 'invalid_request_error', message: refusal.message } };
}

export const claude = {
  name: 'claude-messages', model: 'claude-sonnet-4-6', authorize, get, post, error,
};
