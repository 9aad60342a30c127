// OpenAI's responses, with a model that reasons and gives its reasoning encrypted. Nothing is
// stored.

import { authorizeBearer, modelList, openAiError, unknownParameter } from './openai.mjs';
import { checkResponsesInput, checkResponsesTools } from './openai_responses_rules.mjs';
import { pieces, sideText, signatureText } from './play.mjs';
import { demand, demandKnown } from './refusal.mjs';

const FIELDS = ['model', 'input', 'instructions', 'include', 'max_output_tokens', 'max_tool_calls',
  'metadata', 'parallel_tool_calls', 'previous_response_id', 'prompt', 'prompt_cache_key',
  'prompt_cache_retention', 'reasoning', 'safety_identifier', 'service_tier', 'store', 'stream',
  'stream_options', 'temperature', 'text', 'tool_choice', 'tools', 'top_logprobs', 'top_p',
  'truncation', 'user', 'background', 'conversation', 'context_management', 'client_metadata'];
const INCLUDES = ['reasoning.encrypted_content', 'web_search_call.action.sources',
  'message.output_text.logprobs', 'file_search_call.results', 'code_interpreter_call.outputs',
  'message.input_image.image_url', 'computer_call_output.output.image_url'];
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', null, undefined];

function check(body) {
  demandKnown(body, FIELDS, unknownParameter);
  demand(typeof body.model === 'string', "Missing required parameter: 'model'.");
  (body.include ?? []).forEach((each) => demand(INCLUDES.includes(each),
    `Invalid value: '${each}'. Supported values are: ${INCLUDES.join(', ')}.`));
  const reasoning = body.reasoning ?? {};
  demandKnown(reasoning, ['effort', 'summary', 'context', 'generate_summary'],
    (name) => unknownParameter(`reasoning.${name}`));
  demand(EFFORTS.includes(reasoning.effort), `Invalid value: '${reasoning.effort}' (effort).`);
  demand(['auto', 'concise', 'detailed', null, undefined].includes(reasoning.summary),
    `Invalid value: '${reasoning.summary}' (reasoning.summary).`);
  demandKnown(body.text ?? {}, ['format', 'verbosity'], (name) => unknownParameter(`text.${name}`));
  demandKnown(body.stream_options ?? {}, ['include_obfuscation'],
    (name) => unknownParameter(`stream_options.${name}`));
  demand(body.max_output_tokens === undefined || body.max_output_tokens >= 16,
    "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16.");
  checkResponsesTools(body);
  checkResponsesInput(body);
}

function textOf(content) {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('');
}

// A turn of the model begins with reasoning, text or a call behind something that is not its own.
function historyOf(body) {
  const steps = [];
  const words = [body.instructions ?? ''];
  let step;
  const input = typeof body.input === 'string' ? [{ role: 'user', content: body.input }]
    : body.input;
  for (const item of input) {
    const isModels = item.role === 'assistant'
      || ['reasoning', 'function_call', 'custom_tool_call'].includes(item.type);
    if (isModels) step ??= { signatures: [], calls: [], results: [] };
    if (item.type === 'reasoning') step.signatures.push(item.encrypted_content);
    if (item.type?.endsWith('_call')) {
      if (step.calls.length === 0) steps.push(step);
      const args = item.arguments ? JSON.parse(item.arguments) : { input: item.input };
      step.calls.push({ id: item.call_id, name: item.name, args });
    }
    if (item.type?.endsWith('_call_output')) {
      steps.at(-1).results.push({ id: item.call_id, text: textOf(item.output) });
    }
    if (!isModels) step = undefined;
    if (item.role && item.role !== 'assistant') words.push(textOf(item.content));
  }
  const tools = (body.tools ?? []).map(({ name, type }) => name ?? type);
  return { tools, words: words.join('\n'), steps };
}

function itemsOf(body, turn, play) {
  const items = [];
  const n = turn.index ?? 9;
  if (turn.thought) {
    const isSigned = body.include?.includes('reasoning.encrypted_content');
    const signature = signatureText('openai', n);
    if (isSigned && turn.calls.length > 0) play.issue(n, signature);
    const summary = body.reasoning?.summary ? [{ type: 'summary_text', text: turn.thought }] : [];
    items.push({ id: `rs_0${n}7f`, type: 'reasoning', summary,
      ...(isSigned ? { encrypted_content: signature } : {}) });
  }
  if (turn.text) {
    items.push({ id: `msg_0${n}7f`, type: 'message', status: 'completed', role: 'assistant',
      content: [{ type: 'output_text', text: turn.text, annotations: [], logprobs: [] }] });
  }
  turn.calls.forEach(({ name, args }, i) => {
    const isCustom = body.tools.some((tool) => tool.type === 'custom' && tool.name === name);
    items.push({ status: 'completed', call_id: `call_Resp${n}${i}aBcDeFgH`, name,
      ...(isCustom ? { id: `ctc_0${n}${i}7f`, type: 'custom_tool_call', input: args.input }
        : { id: `fc_0${n}${i}7f`, type: 'function_call', arguments: JSON.stringify(args) }) });
  });
  return items;
}

// [event, fields] of one item, from added to done.
function itemEvents(item, output_index) {
  const at = { item_id: item.id, output_index };
  const events = [];
  const add = (type, fields) => events.push([type, fields]);
  if (item.type === 'reasoning') {
    add('response.output_item.added', { output_index, item: { ...item, summary: [] } });
    item.summary.forEach((part, summary_index) => {
      const place = { ...at, summary_index };
      add('response.reasoning_summary_part.added', { ...place, part: { ...part, text: '' } });
      pieces(part.text).forEach((delta) => (
        add('response.reasoning_summary_text.delta', { ...place, delta })));
      add('response.reasoning_summary_text.done', { ...place, text: part.text });
      add('response.reasoning_summary_part.done', { ...place, part });
    });
  } else if (item.type === 'message') {
    const place = { ...at, content_index: 0 };
    const [part] = item.content;
    add('response.output_item.added',
      { output_index, item: { ...item, status: 'in_progress', content: [] } });
    add('response.content_part.added', { ...place, part: { ...part, text: '' } });
    pieces(part.text).forEach((delta) => (
      add('response.output_text.delta', { ...place, delta, logprobs: [] })));
    add('response.output_text.done', { ...place, text: part.text, logprobs: [] });
    add('response.content_part.done', { ...place, part });
  } else {
    const [field, event] = item.type === 'custom_tool_call' ? ['input', 'custom_tool_call_input']
      : ['arguments', 'function_call_arguments'];
    add('response.output_item.added',
      { output_index, item: { ...item, status: 'in_progress', [field]: '' } });
    pieces(item[field]).forEach((delta) => add(`response.${event}.delta`, { ...at, delta }));
    add(`response.${event}.done`, { ...at, [field]: item[field] });
  }
  add('response.output_item.done', { output_index, item });
  return events;
}

const USAGE = { input_tokens: 1200, input_tokens_details: { cached_tokens: 0 }, output_tokens: 40,
  output_tokens_details: { reasoning_tokens: 12 }, total_tokens: 1240 };

function post(url, body, play) {
  demand(url.pathname === '/v1/responses', `Unknown request URL: POST ${url.pathname}`, 404);
  check(body);
  const turn = play.next(historyOf(body));
  turn.text = turn.isSide ? sideText(turn.text, body.text?.format?.schema) : turn.text;
  const output = itemsOf(body, turn, play);
  const begun = { id: `resp_0${turn.index ?? 9}7f`, object: 'response', created_at: 1700000000,
    status: 'in_progress', model: body.model, output: [], store: false, error: null,
    incomplete_details: null, parallel_tool_calls: true, tools: [], usage: null };
  const ended = { ...begun, status: 'completed', output, usage: USAGE };
  if (!body.stream) return { json: ended, isTurn: !turn.isSide };
  const events = [
    ['response.created', { response: begun }],
    ['response.in_progress', { response: begun }],
    ...output.flatMap(itemEvents),
    ['response.completed', { response: ended }],
  ];
  const frames = events.map(([type, fields], sequence_number) => (
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...fields })}\n\n`));
  return { frames, isTurn: !turn.isSide };
}

export const responses = {
  name: 'openai-responses', model: 'gpt-5.5', authorize: authorizeBearer, get: modelList, post,
  error: openAiError,
};
