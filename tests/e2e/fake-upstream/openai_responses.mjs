// POST /v1/responses of api.openai.com, whole and streamed.

import { checkCountInput, checkResponse } from './openai_responses_rules.mjs';
import { jsonBody } from './openai_rules.mjs';
import { freshId, piecesOf } from './plan.mjs';
import { seal } from './seal.mjs';

const CREATED = 1790000000;

function reasoningItem(thinking, withSecret) {
  const id = freshId('rs_');
  return {
    id,
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: thinking }],
    ...(withSecret ? { encrypted_content: seal('openai', id) } : {}),
  };
}

function messageItem(text, refuses) {
  const part = refuses ? { type: 'refusal', refusal: text }
    : { type: 'output_text', text, annotations: [], logprobs: [] };
  return {
    id: freshId('msg_'), type: 'message', status: 'completed', role: 'assistant', content: [part],
  };
}

function callItem({ name, args }) {
  return {
    id: freshId('fc_'),
    type: 'function_call',
    status: 'completed',
    call_id: freshId('call_'),
    name,
    arguments: JSON.stringify(args),
  };
}

function itemsOf({ thinking, text, calls, stop }, body) {
  const withSecret = (body.include ?? []).includes('reasoning.encrypted_content');
  return [
    ...(thinking ? [reasoningItem(thinking, withSecret)] : []),
    ...(text ? [messageItem(text, stop === 'refusal')] : []),
    ...calls.map(callItem),
  ];
}

function usageOf({ usage: { input, output, cached, reasoning } }) {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

function emptyResponse(body) {
  return {
    id: freshId('resp_'),
    object: 'response',
    created_at: CREATED,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model: body.model,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: body.reasoning?.summary ?? null },
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: body.text ?? { format: { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: 'disabled',
    usage: null,
  };
}

function completed(response, plan, output) {
  const isCut = plan.stop === 'length';
  return {
    ...response,
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output,
    usage: usageOf(plan),
  };
}

export function responses(exchange, plan, headers) {
  const body = jsonBody(exchange);
  checkResponse(body);
  const response = emptyResponse(body);
  const items = itemsOf(plan, body);
  if (!body.stream) {
    return {
      status: 200, headers, type: 'application/json',
      body: JSON.stringify(completed(response, plan, items), null, 2),
    };
  }
  const events = [
    { type: 'response.created', response },
    { type: 'response.in_progress', response },
    ...items.flatMap(itemEvents),
    {
      type: plan.stop === 'length' ? 'response.incomplete' : 'response.completed',
      response: completed(response, plan, items),
    },
  ];
  return {
    status: 200,
    headers,
    type: 'text/event-stream; charset=utf-8',
    frames: events.map((event, number) => frame({ ...event, sequence_number: number })),
    errorFrame: frame({
      type: 'error', code: 'server_error', message: 'The server had an error.', param: null,
      sequence_number: events.length,
    }),
  };
}

function frame(event) {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const ITEM_EVENTS = {
  reasoning: reasoningEvents, message: messageEvents, function_call: callEvents,
};

function itemEvents(item, index) {
  const [empty, events] = ITEM_EVENTS[item.type](item, {
    item_id: item.id, output_index: index,
  });
  return [
    { type: 'response.output_item.added', output_index: index, item: empty },
    ...events,
    { type: 'response.output_item.done', output_index: index, item },
  ];
}

function reasoningEvents(item, at) {
  const [part] = item.summary;
  const { encrypted_content: secret, ...open } = item;
  const place = { ...at, summary_index: 0 };
  return [{ ...open, summary: [] }, [
    { type: 'response.reasoning_summary_part.added', ...place, part: { ...part, text: '' } },
    ...piecesOf(part.text).map((delta) => (
      { type: 'response.reasoning_summary_text.delta', ...place, delta })),
    { type: 'response.reasoning_summary_text.done', ...place, text: part.text },
    { type: 'response.reasoning_summary_part.done', ...place, part },
  ]];
}

function messageEvents(item, at) {
  const [part] = item.content;
  const place = { ...at, content_index: 0 };
  const isText = part.type === 'output_text';
  const kind = isText ? 'response.output_text' : 'response.refusal';
  const text = isText ? part.text : part.refusal;
  const extra = isText ? { logprobs: [] } : {};
  const emptyPart = isText ? { ...part, text: '' } : { ...part, refusal: '' };
  return [{ ...item, status: 'in_progress', content: [] }, [
    { type: 'response.content_part.added', ...place, part: emptyPart },
    ...piecesOf(text).map((delta) => ({ type: `${kind}.delta`, ...place, delta, ...extra })),
    { type: `${kind}.done`, ...place, [isText ? 'text' : 'refusal']: text, ...extra },
    { type: 'response.content_part.done', ...place, part },
  ]];
}

function callEvents(item, at) {
  const all = item.arguments;
  const middle = Math.ceil(all.length / 2);
  return [{ ...item, status: 'in_progress', arguments: '' }, [
    ...[all.slice(0, middle), all.slice(middle)].map((delta) => (
      { type: 'response.function_call_arguments.delta', ...at, delta })),
    { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: all },
  ]];
}

export function countInput(exchange, plan, headers) {
  checkCountInput(jsonBody(exchange));
  return {
    status: 200, headers, type: 'application/json',
    body: JSON.stringify({ object: 'response.input_tokens', input_tokens: plan.usage.input }),
  };
}
