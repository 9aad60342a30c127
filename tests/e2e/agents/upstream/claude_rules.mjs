// What api.anthropic.com refuses.

import { checkJsonSchema } from './json_schema.mjs';
import { demand, demandKnown, isObject } from './refusal.mjs';

const FIELDS = ['messages', 'model', 'cache_control', 'output_config', 'system', 'thinking',
  'tool_choice', 'tools', 'max_tokens', 'container', 'inference_geo', 'metadata', 'service_tier',
  'stop_sequences', 'stream', 'temperature', 'top_k', 'top_p'];
const BETA_FIELDS = ['context_management', 'mcp_servers', 'output_format', 'safeguards', 'speed'];
const BLOCKS = {
  text: ['text', 'citations'],
  image: ['source'],
  document: ['source', 'title', 'context', 'citations'],
  thinking: ['thinking', 'signature'],
  redacted_thinking: ['data'],
  tool_use: ['id', 'name', 'input', 'caller'],
  tool_result: ['tool_use_id', 'content', 'is_error'],
};
const UNCACHEABLE = ['thinking', 'redacted_thinking'];
const TOOL_FIELDS = ['type', 'name', 'description', 'input_schema', 'cache_control', 'strict',
  'defer_loading', 'eager_input_streaming', 'allowed_callers', 'input_examples'];
const SEARCH_FIELDS = ['type', 'name', 'max_uses', 'allowed_domains', 'blocked_domains',
  'user_location', 'cache_control'];
const RESULT_BLOCKS = ['text', 'image', 'document', 'search_result', 'tool_reference'];

export function blocksOf({ content }) {
  return Array.isArray(content) ? content : [{ type: 'text', text: content }];
}

function extra(at) {
  return (name) => `${at}${name}: Extra inputs are not permitted`;
}

function checkText(block, at) {
  demand(typeof block.text === 'string' && block.text.trim() !== '',
    `${at}: text content blocks must contain non-whitespace text`);
}

function checkBlock(block, at) {
  const fields = BLOCKS[block.type];
  demand(fields, `${at}: Input tag '${block.type}' found using 'type' does not match any of the `
    + 'expected tags');
  const cache = UNCACHEABLE.includes(block.type) ? [] : ['cache_control'];
  demandKnown(block, ['type', ...cache, ...fields], extra(`${at}.${block.type}.`));
  if (block.type === 'text') checkText(block, at);
  if (block.type === 'thinking') {
    demand(block.signature, `${at}.thinking.signature: Field required`);
    demand(typeof block.thinking === 'string', `${at}.thinking.thinking: Field required`);
  }
  if (block.type === 'tool_use') {
    demand(/^[a-zA-Z0-9_-]+$/.test(block.id ?? ''),
      `${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$': ${block.id}`);
    demand(isObject(block.input), `${at}.tool_use.input: Input should be a valid dictionary`);
  }
  if (block.type === 'tool_result' && Array.isArray(block.content)) {
    block.content.forEach((inner, i) => {
      demand(RESULT_BLOCKS.includes(inner.type), `${at}.tool_result.content.${i}: Input tag `
        + `'${inner.type}' does not match any of the expected tags`);
      if (inner.type === 'text') checkText(inner, `${at}.tool_result.content.${i}`);
    });
  }
}

function checkMessage(message, index) {
  const at = `messages.${index}`;
  demandKnown(message, ['role', 'content', ...(message.role === 'system' ? ['output_config'] : [])],
    extra(`${at}.`));
  const roles = index === 0 ? ['user'] : ['user', 'assistant', 'system'];
  demand(roles.includes(message.role), `${at}.role: Input should be ${roles.join(' or ')}, is `
    + `${message.role}`);
  demand(typeof message.content === 'string' || Array.isArray(message.content),
    `${at}.content: Input should be a valid list`);
  const blocks = blocksOf(message);
  demand(blocks.length > 0, `${at}: all messages must have non-empty content`);
  blocks.forEach((block, i) => checkBlock(block, `${at}.content.${i}`));
  const allowed = message.role === 'assistant'
    ? ['text', 'thinking', 'redacted_thinking', 'tool_use']
    : ['text', 'image', 'document', 'tool_result'];
  const stranger = blocks.find(({ type }) => !allowed.includes(type));
  demand(!stranger,
    `${at}: \`${stranger?.type}\` blocks are not allowed in ${message.role} messages`);
}

// Results stand first in the message behind their calls, and all of them are there.
function checkToolTurns(messages) {
  let open = [];
  messages.filter(({ role }) => role !== 'system').forEach((message, index) => {
    const blocks = blocksOf(message);
    const firstOther = blocks.findIndex(({ type }) => type !== 'tool_result');
    const results = blocks.filter(({ type }) => type === 'tool_result');
    results.forEach(({ tool_use_id: id }) => {
      demand(open.includes(id), `messages.${index}: unexpected \`tool_use_id\` found in `
        + `\`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding `
        + '`tool_use` block in the previous message.');
      open = open.filter((each) => each !== id);
    });
    demand(open.length === 0 && (firstOther === -1 || firstOther >= results.length),
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately `
      + `after: ${open.join(', ')}`);
    open = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
  });
  demand(open.length === 0,
    `\`tool_use\` ids were found without \`tool_result\`: ${open.join(', ')}`);
}

function checkThinking(body) {
  const { thinking } = body;
  if (thinking === undefined) return;
  demandKnown(thinking, { enabled: ['type', 'budget_tokens', 'display'],
    adaptive: ['type', 'display'], disabled: ['type'] }[thinking.type] ?? [], extra('thinking.'));
  if (thinking.type === 'disabled') return;
  if (thinking.type === 'enabled') {
    demand(thinking.budget_tokens >= 1024,
      'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
    demand(body.max_tokens > thinking.budget_tokens,
      '`max_tokens` must be greater than `thinking.budget_tokens`');
  }
  demand(body.temperature === undefined || body.temperature === 1,
    '`temperature` may only be set to 1 when thinking is enabled');
  demand(body.top_k === undefined, '`top_k` must be unset when thinking is enabled');
  demand(body.top_p === undefined || body.top_p >= 0.95,
    '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled');
  demand(['auto', 'none', undefined].includes(body.tool_choice?.type),
    'Thinking may not be enabled when tool_choice forces tool use.');
  const last = body.messages.findLast(({ role }) => role === 'assistant');
  const first = last && blocksOf(last)[0].type;
  demand(!last || thinking.type === 'adaptive' || first.includes('thinking'),
    `Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is `
    + 'enabled, a final `assistant` message must start with a thinking block.');
}

function checkTool(tool, index) {
  const at = `tools.${index}.`;
  if (tool.type === 'web_search_20250305') {
    demandKnown(tool, SEARCH_FIELDS, extra(`${at}${tool.type}.`));
    demand(tool.name === 'web_search', `${at}${tool.type}.name: Input should be 'web_search'`);
    return;
  }
  demand(tool.type === undefined || tool.type === 'custom',
    `${at}: Input tag '${tool.type}' found using 'type' does not match any of the expected tags`);
  demandKnown(tool, TOOL_FIELDS, extra(`${at}custom.`));
  demand(/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name ?? ''),
    `${at}custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$': ${tool.name}`);
  checkJsonSchema(tool.input_schema, `${at}custom.input_schema`);
  const top = ['oneOf', 'allOf', 'anyOf'].find((word) => word in tool.input_schema);
  demand(!top, `${at}custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at `
    + 'the top level');
}

function checkSampling(body) {
  demand(body.temperature === undefined || (body.temperature >= 0 && body.temperature <= 1),
    'temperature: range: 0..1');
  demand(body.temperature === undefined || body.top_p === undefined,
    '`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  demand(Number.isInteger(body.max_tokens) && body.max_tokens > 0, 'max_tokens: Field required');
  demand(body.max_tokens <= 128000, `max_tokens: ${body.max_tokens} > 128000, which is the maximum `
    + 'allowed number of output tokens');
}

export function checkClaude(body, headers) {
  demandKnown(body, headers['anthropic-beta'] ? [...FIELDS, ...BETA_FIELDS] : FIELDS, extra(''));
  demand(typeof body.model === 'string', 'model: Field required');
  demand(Array.isArray(body.messages) && body.messages.length > 0,
    'messages: at least one message is required');
  checkSampling(body);
  if (Array.isArray(body.system)) {
    body.system.forEach((block, i) => {
      demand(block.type === 'text', `system.${i}.type: Input should be 'text'`);
      checkBlock(block, `system.${i}`);
    });
  }
  body.messages.forEach(checkMessage);
  checkToolTurns(body.messages);
  demand(body.messages.at(-1).role !== 'assistant', 'This model does not support assistant message '
    + 'prefill. The conversation must end with a user message.');
  (body.tools ?? []).forEach(checkTool);
  const names = (body.tools ?? []).map(({ name }) => name);
  demand(new Set(names).size === names.length, 'tools: Tool names must be unique.');
  demand(body.tool_choice === undefined || isObject(body.tool_choice),
    'tool_choice: Input should be a valid dictionary or object');
  demandKnown(body.tool_choice ?? {}, ['type', 'name', 'disable_parallel_tool_use'],
    extra('tool_choice.'));
  demandKnown(body.metadata ?? {}, ['user_id'], extra('metadata.'));
  demandKnown(body.output_config ?? {}, ['effort', 'format', 'task_budget'],
    extra('output_config.'));
  demand((JSON.stringify(body).match(/"cache_control":\{/g) ?? []).length <= 4,
    'A maximum of 4 blocks with cache_control may be provided.');
  checkThinking(body);
}
