// A server that speaks OpenAI's chat and nothing else, with a model that shows its reasoning as
// `reasoning_content`, as DeepSeek, GLM, Kimi and vLLM do.

import { checkOpenAiSchema } from './json_schema.mjs';
import { authorizeBearer, openAiError, unknownParameter, modelList } from './openai.mjs';
import { pieces, sideText } from './play.mjs';
import { demand, demandKnown, isObject } from './refusal.mjs';

const FIELDS = ['messages', 'model', 'frequency_penalty', 'logit_bias', 'logprobs',
  'max_completion_tokens', 'max_tokens', 'metadata', 'n', 'parallel_tool_calls',
  'presence_penalty', 'prompt_cache_key', 'reasoning_effort', 'response_format',
  'safety_identifier', 'seed', 'service_tier', 'stop', 'store', 'stream', 'stream_options',
  'temperature', 'tool_choice', 'tools', 'top_k', 'top_logprobs', 'top_p', 'user', 'verbosity'];
const MESSAGE_FIELDS = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'refusal', 'tool_calls', 'reasoning_content'],
  tool: ['role', 'content', 'tool_call_id'],
};
const PARTS = {
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
};

function checkContent(message, at) {
  const mayBeMissing = message.role === 'assistant' && message.tool_calls;
  if (mayBeMissing && (message.content === undefined || message.content === null)) return;
  if (typeof message.content === 'string') return;
  demand(Array.isArray(message.content), `Invalid value for 'content': expected a string, got `
    + `${message.content === null ? 'null' : typeof message.content}. (${at}.content)`);
  demand(message.content.length > 0, `Invalid '${at}.content': empty array.`);
  message.content.forEach((part, i) => {
    const known = PARTS[message.role] ?? ['text'];
    demand(known.includes(part.type), `Invalid value: '${part.type}'. Supported values are: `
      + `${known.join(', ')}. (${at}.content[${i}])`);
    demandKnown(part, ['type', part.type],
      (name) => unknownParameter(`${at}.content[${i}].${name}`));
  });
}

function checkCall(call, at) {
  demandKnown(call, ['id', 'type', 'function'], (name) => unknownParameter(`${at}.${name}`));
  demand(typeof call.id === 'string' && call.id.length <= 40,
    `Invalid '${at}.id': string too long. Expected a string with maximum length 40: ${call.id}`);
  demand(call.type === 'function', `Missing required parameter: '${at}.type'.`);
  demandKnown(call.function, ['name', 'arguments'],
    (name) => unknownParameter(`${at}.function.${name}`));
  demand(typeof call.function.arguments === 'string',
    `Invalid type for '${at}.function.arguments': expected a string.`);
}

function checkMessage(message, index) {
  const at = `messages[${index}]`;
  const known = MESSAGE_FIELDS[message.role];
  demand(known, `Invalid value: '${message.role}'. Supported values are: 'system', 'assistant', `
    + `'user', 'function', 'tool', and 'developer'. (${at}.role)`);
  demandKnown(message, known, (name) => unknownParameter(`${at}.${name}`));
  checkContent(message, at);
  if (message.role !== 'assistant') return;
  const calls = message.tool_calls ?? [];
  demand(message.tool_calls === undefined || calls.length > 0,
    `Invalid '${at}.tool_calls': empty array.`);
  calls.forEach((call, i) => checkCall(call, `${at}.tool_calls[${i}]`));
}

function checkTool(tool, index) {
  const at = `tools[${index}]`;
  demand(tool.type === 'function',
    `Invalid value: '${tool.type}'. Supported values are: 'function'. (${at}.type)`);
  demandKnown(tool, ['type', 'function'], (name) => unknownParameter(`${at}.${name}`));
  const told = tool.function;
  demand(isObject(told), `Missing required parameter: '${at}.function'.`);
  demandKnown(told, ['name', 'description', 'parameters', 'strict'],
    (name) => unknownParameter(`${at}.function.${name}`));
  demand(/^[a-zA-Z0-9_-]{1,64}$/.test(told.name ?? ''),
    `Invalid '${at}.function.name': string does not match pattern '^[a-zA-Z0-9_-]+$' or is longer `
    + `than 64: ${told.name}`);
  if (told.parameters === undefined) return;
  checkOpenAiSchema(told.parameters, `Invalid schema for function '${told.name}': `,
    told.strict === true);
}

function checkToolTurns(messages) {
  let open = [];
  const checkAnswered = () => demand(open.length === 0, "An assistant message with 'tool_calls' "
    + "must be followed by tool messages responding to each 'tool_call_id'. The following "
    + `tool_call_ids did not have response messages: ${open.join(', ')}`);
  messages.forEach((message, index) => {
    if (message.role !== 'tool') {
      checkAnswered();
      open = (message.tool_calls ?? []).map(({ id }) => id);
      return;
    }
    demand(open.includes(message.tool_call_id), "Invalid parameter: messages with role 'tool' must "
      + `be a response to a preceeding message with 'tool_calls'. (messages[${index}])`);
    open = open.filter((id) => id !== message.tool_call_id);
  });
  checkAnswered();
}

function check(body) {
  demandKnown(body, FIELDS, unknownParameter);
  demand(typeof body.model === 'string', 'you must provide a model parameter');
  demand(Array.isArray(body.messages) && body.messages.length > 0,
    "Missing required parameter: 'messages'.");
  body.messages.forEach(checkMessage);
  checkToolTurns(body.messages);
  demand(body.tools === undefined || body.tools.length > 0, "Invalid 'tools': empty array.");
  demand((body.tools ?? []).length <= 128, "Invalid 'tools': array too long.");
  (body.tools ?? []).forEach(checkTool);
  const names = (body.tools ?? []).map((tool) => tool.function.name);
  demand(new Set(names).size === names.length, 'Function names must be unique.');
  demand(body.tools || body.tool_choice === undefined,
    "'tool_choice' is only allowed when 'tools' are specified.");
  demand(body.tools || body.parallel_tool_calls === undefined,
    "'parallel_tool_calls' is only allowed when 'tools' are specified.");
  demand(!body.stream_options || body.stream,
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
  demand(body.max_tokens === undefined || body.max_completion_tokens === undefined,
    "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.");
  demand(body.temperature === undefined || (body.temperature >= 0 && body.temperature <= 2),
    "Invalid 'temperature': decimal above maximum value.");
}

function textOf(content) {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('');
}

function historyOf(body) {
  const steps = [];
  const words = [];
  for (const message of body.messages) {
    if (message.role === 'tool') {
      steps.at(-1).results.push({ id: message.tool_call_id, text: textOf(message.content) });
    } else if (message.tool_calls) {
      const calls = message.tool_calls.map(({ id, function: { name, arguments: args } }) => (
        { id, name, args: JSON.parse(args) }));
      steps.push({ signatures: [], calls, results: [] });
    } else if (message.role !== 'assistant') {
      words.push(textOf(message.content));
    }
  }
  const tools = (body.tools ?? []).map((tool) => tool.function.name);
  return { tools, words: words.join('\n'), steps };
}

function callsOf(turn) {
  return turn.calls.map(({ name, args }, i) => ({
    id: `call_Chat${turn.index}${i}aBcDeFgH`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
}

const USAGE = { prompt_tokens: 1200, completion_tokens: 40, total_tokens: 1240,
  completion_tokens_details: { reasoning_tokens: 12 } };

function frames(body, turn, calls) {
  const head = { id: 'chatcmpl-7', object: 'chat.completion.chunk', created: 1700000000,
    model: body.model };
  const frame = (json) => `data: ${JSON.stringify({ ...head, ...json })}\n\n`;
  const delta = (inner, reason = null) => frame(
    { choices: [{ index: 0, delta: inner, finish_reason: reason }] });
  return [
    delta({ role: 'assistant', content: '' }),
    ...pieces(turn.thought ?? '').map((piece) => delta({ reasoning_content: piece })),
    ...pieces(turn.text).map((piece) => delta({ content: piece })),
    ...calls.flatMap(({ id, type, function: { name, arguments: args } }, index) => [
      delta({ tool_calls: [{ index, id, type, function: { name, arguments: '' } }] }),
      ...pieces(args).map((piece) => (
        delta({ tool_calls: [{ index, function: { arguments: piece } }] }))),
    ]),
    delta({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    ...(body.stream_options?.include_usage ? [frame({ choices: [], usage: USAGE })] : []),
    'data: [DONE]\n\n',
  ];
}

function post(url, body, play) {
  demand(url.pathname === '/v1/chat/completions', `Unknown request URL: POST ${url.pathname}`, 404);
  check(body);
  const turn = play.next(historyOf(body));
  const schema = body.response_format?.json_schema?.schema;
  turn.text = turn.isSide ? sideText(turn.text, schema) : turn.text;
  const calls = callsOf(turn);
  if (body.stream) return { frames: frames(body, turn, calls), isTurn: !turn.isSide };
  const message = { role: 'assistant', content: turn.text, reasoning_content: turn.thought,
    ...(calls.length > 0 ? { tool_calls: calls } : {}) };
  const reason = calls.length > 0 ? 'tool_calls' : 'stop';
  const json = { id: 'chatcmpl-7', object: 'chat.completion', created: 1700000000,
    model: body.model, choices: [{ index: 0, message, finish_reason: reason }], usage: USAGE };
  return { json, isTurn: !turn.isSide };
}

export const chat = {
  name: 'openai-chat', model: 'glm-5', authorize: authorizeBearer, get: modelList, post,
  error: openAiError,
};
