// What api.anthropic.com refuses, in its words.

import { blocksOf, checkBlocks, checkCacheMarks, checkToolTurns } from './claude_blocks.mjs';
import { Refusal, firstUnknown, invalid, isObject } from './refusal.mjs';
import { claudeStrictFault } from './schema_rules.mjs';

export const MODELS = ['claude-sonnet-4-6', 'claude-haiku-4-5', 'claude-opus-5-5'];

// The one with adaptive thinking only, and without sampling.
const NEW_MODEL = 'claude-opus-5-5';

const VERSIONS = ['2023-01-01', '2023-06-01', '2026-10-21'];
const COUNT_FIELDS = ['messages', 'model', 'cache_control', 'output_config', 'speed', 'system',
  'thinking', 'tool_choice', 'tools', 'user_profile_id', 'workspace_id'];
const MESSAGE_FIELDS = [...COUNT_FIELDS, 'max_tokens', 'container', 'diagnostics', 'inference_geo',
  'metadata', 'service_tier', 'stop_sequences', 'stream', 'temperature', 'top_k', 'top_p'];
// Known only to a request that opts in with anthropic-beta.
const BETA_FIELDS = ['compaction', 'context_management', 'fallbacks', 'fallback_credit_token',
  'mcp_servers', 'output_format', 'safeguards', 'billing_policy', 'thread'];
const MESSAGE_KEYS = {
  user: new Set(['role', 'content']),
  assistant: new Set(['role', 'content']),
  system: new Set(['role', 'content', 'cache_control', 'output_config']),
};
const TOOL_FIELDS = new Set(['name', 'description', 'input_schema', 'cache_control', 'type',
  'strict', 'eager_input_streaming', 'input_examples', 'defer_loading', 'allowed_callers']);

export function checkKey(exchange, key) {
  const plain = exchange.header('x-api-key');
  const bearer = /^Bearer (.+)$/.exec(exchange.header('authorization'))?.[1];
  const refused = (message) => new Refusal(401, 'authentication_error', message);
  if (!plain && !bearer) throw refused('x-api-key header is required');
  if (plain && plain !== key) throw refused('invalid x-api-key');
  if (bearer && bearer !== key) throw refused('Invalid bearer token');
}

export function checkVersion(exchange) {
  const version = exchange.header('anthropic-version');
  if (!version) throw invalid('anthropic-version: header is required');
  if (!VERSIONS.includes(version)) {
    throw invalid(`anthropic-version: "${version}" is not a valid version`);
  }
}

export function jsonBody(exchange) {
  const body = exchange.json;
  if (exchange.header('content-type').startsWith('application/json') && isObject(body)) return body;
  throw invalid('The request body is not valid JSON');
}

function checkFields(exchange, body, fields) {
  const hasBeta = exchange.header('anthropic-beta') !== '';
  const unknown = firstUnknown(body, new Set(hasBeta ? [...fields, ...BETA_FIELDS] : fields));
  if (unknown) throw invalid(`${unknown}: Extra inputs are not permitted`);
}

function checkModel(model) {
  if (model === undefined) throw invalid('model: Field required');
  if (!MODELS.includes(model)) throw new Refusal(404, 'not_found_error', `model: ${model}`);
}

export function checkMessages(exchange, body) {
  checkFields(exchange, body, MESSAGE_FIELDS);
  if (body.max_tokens === undefined) throw invalid('max_tokens: Field required');
  if (!Number.isInteger(body.max_tokens) || body.max_tokens < 1) {
    throw invalid('max_tokens: Input should be greater than or equal to 1');
  }
  checkConversation(body);
  checkSampling(body);
  checkThinking(body);
  (body.stop_sequences ?? []).forEach((sequence, i) => {
    if (sequence.trim() !== '') return;
    throw invalid(`stop_sequences: each stop sequence must contain non-whitespace (${i})`);
  });
  const extra = firstUnknown(body.metadata ?? {}, new Set(['user_id']));
  if (extra) throw invalid(`metadata.${extra}: Extra inputs are not permitted`);
}

export function checkCount(exchange, body) {
  checkFields(exchange, body, COUNT_FIELDS);
  checkConversation(body);
}

function checkConversation(body) {
  if (body.messages === undefined) throw invalid('messages: Field required');
  if (!Array.isArray(body.messages)) throw invalid('messages: Input should be a valid list');
  if (body.messages.length === 0) throw invalid('messages: at least one message is required');
  body.messages.forEach((message, index) => checkMessage(message, index, body.messages.length));
  checkToolTurns(body.messages);
  checkSystem(body.system);
  (body.tools ?? []).forEach(checkTool);
  checkToolChoice(body);
  checkCacheMarks(body);
  checkFormat(body.output_config);
  checkModel(body.model);
}

// A system message is allowed in the middle of a conversation, not at its start: agents do that.
function checkMessage(message, index, count) {
  const at = `messages.${index}`;
  if (!isObject(message) || message.role === undefined) throw invalid(`${at}.role: Field required`);
  const roles = index === 0 ? ['user', 'assistant'] : ['user', 'assistant', 'system'];
  if (!roles.includes(message.role)) {
    throw invalid(`${at}.role: Input should be 'user' or 'assistant'`);
  }
  const unknown = firstUnknown(message, MESSAGE_KEYS[message.role]);
  if (unknown) throw invalid(`${at}.${unknown}: Extra inputs are not permitted`);
  if (message.content === undefined) throw invalid(`${at}.content: Field required`);
  if (index === 0 && message.role !== 'user') {
    throw invalid('messages: first message must use the "user" role');
  }
  if (blocksOf(message).length === 0 && !(message.role === 'assistant' && index === count - 1)) {
    throw invalid(`${at}: all messages must have non-empty content except for the optional final `
      + 'assistant message');
  }
  checkBlocks(message, at);
}

function checkSystem(system) {
  if (system === undefined || typeof system === 'string') return;
  if (!Array.isArray(system)) throw invalid('system: Input should be a valid list');
  system.forEach((block, i) => {
    if (block.type !== 'text') throw invalid(`system.${i}.type: Input should be 'text'`);
    if (!block.text) throw invalid('system: text content blocks must be non-empty');
    const unknown = firstUnknown(block, new Set(['type', 'text', 'cache_control', 'citations']));
    if (unknown) throw invalid(`system.${i}.${unknown}: Extra inputs are not permitted`);
  });
}

function checkTool(tool, index, tools) {
  const isCustom = tool.type === undefined || tool.type === 'custom' || tool.type === null;
  if (!tool.name) throw invalid(`tools.${index}.name: Field required`);
  if (tools.findIndex(({ name }) => name === tool.name) !== index) {
    throw invalid('tools: Tool names must be unique.');
  }
  if (!isCustom) return;
  const at = `tools.${index}.custom`;
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) {
    throw invalid(`${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  }
  const schema = tool.input_schema;
  if (!isObject(schema)) throw invalid(`${at}.input_schema: Field required`);
  const unknown = firstUnknown(tool, TOOL_FIELDS);
  if (unknown) throw invalid(`${at}.${unknown}: Extra inputs are not permitted`);
  if (schema.type !== 'object') {
    throw invalid(`${at}.input_schema.type: Input should be 'object'`);
  }
  if (['oneOf', 'allOf', 'anyOf'].some((word) => word in schema)) {
    throw invalid(`${at}.input_schema: input_schema does not support oneOf, allOf, or anyOf at the `
      + 'top level');
  }
  const fault = tool.strict ? claudeStrictFault(schema) : undefined;
  if (fault) throw invalid(`${at}.input_schema: ${fault}`);
}

function checkToolChoice({ tool_choice: choice, tools = [], thinking }) {
  if (choice === undefined) return;
  if (!['auto', 'any', 'tool', 'none'].includes(choice.type)) {
    throw invalid(`tool_choice: Input tag '${choice.type}' found using 'type' does not match any `
      + "of the expected tags: 'auto', 'any', 'tool', 'none'");
  }
  if (tools.length === 0) {
    throw invalid('tool_choice may only be specified while providing tools');
  }
  if (choice.type === 'tool' && !tools.some(({ name }) => name === choice.name)) {
    throw invalid(`Tool '${choice.name}' not found in provided tools`);
  }
  const known = new Set(choice.type === 'tool' ? ['type', 'name', 'disable_parallel_tool_use']
    : choice.type === 'none' ? ['type'] : ['type', 'disable_parallel_tool_use']);
  const unknown = firstUnknown(choice, known);
  if (unknown) {
    throw invalid(`tool_choice.${choice.type}.${unknown}: Extra inputs are not permitted`);
  }
  const thinks = thinking && thinking.type !== 'disabled';
  if (thinks && ['any', 'tool'].includes(choice.type)) {
    throw invalid('Thinking may not be enabled when tool_choice forces tool use.');
  }
}

function checkFormat(config = {}) {
  const unknown = firstUnknown(config, new Set(['effort', 'format', 'task_budget']));
  if (unknown) throw invalid(`output_config.${unknown}: Extra inputs are not permitted`);
  if (!config.format) return;
  if (config.format.type !== 'json_schema') {
    throw invalid("output_config.format.type: Input should be 'json_schema'");
  }
  const extra = firstUnknown(config.format, new Set(['type', 'schema']));
  if (extra) throw invalid(`output_config.format.${extra}: Extra inputs are not permitted`);
  if (!isObject(config.format.schema)) throw invalid('output_config.format.schema: Field required');
  const fault = claudeStrictFault(config.format.schema);
  if (fault) throw invalid(`output_config.format.schema: ${fault}`);
}

// Old models take a budget and sampling, new ones neither.
function isNew(model) {
  return model === NEW_MODEL;
}

function checkSampling({ model, temperature, top_p: topP, top_k: topK }) {
  const given = Object.entries({ temperature, top_p: topP, top_k: topK })
    .find(([, value]) => value !== undefined);
  if (given && isNew(model)) {
    throw invalid(`\`${given[0]}\` is deprecated for this model.`);
  }
  if (temperature !== undefined && (temperature < 0 || temperature > 1)) {
    throw invalid('temperature: range: 0..1');
  }
  if (temperature !== undefined && topP !== undefined) {
    throw invalid('`temperature` and `top_p` cannot both be specified for this model. Please use '
      + 'only one.');
  }
}

function checkThinking(body) {
  const { thinking, model, messages } = body;
  if (thinking === undefined || thinking.type === 'disabled') return;
  const fields = { enabled: ['budget_tokens', 'display'], adaptive: ['display'] }[thinking.type];
  if (!fields) {
    throw invalid(`thinking: Input tag '${thinking.type}' found using 'type' does not match any of `
      + "the expected tags: 'adaptive', 'disabled', 'enabled'");
  }
  const unknown = firstUnknown(thinking, new Set(['type', ...fields]));
  if (unknown) {
    throw invalid(`thinking.${thinking.type}.${unknown}: Extra inputs are not permitted`);
  }
  checkSamplingWithThinking(body);
  if (thinking.type === 'adaptive') return;
  if (isNew(model)) {
    throw invalid('"thinking.type.enabled" is not supported for this model. Use '
      + '"thinking.type.adaptive" and "output_config.effort" to control thinking behavior.');
  }
  checkBudget(body);
  checkLastTurnThinks(messages);
}

function checkSamplingWithThinking({ temperature, top_p: topP, top_k: topK }) {
  if (temperature !== undefined && temperature !== 1) {
    throw invalid('`temperature` may only be set to 1 when thinking is enabled.');
  }
  if (topK !== undefined) throw invalid('`top_k` must be unset when thinking is enabled.');
  if (topP !== undefined && topP < 0.95) {
    throw invalid('`top_p` must be greater than or equal to 0.95 or unset when thinking is '
      + 'enabled.');
  }
}

function checkBudget({ thinking, max_tokens: maxTokens }) {
  if (!Number.isInteger(thinking.budget_tokens)) {
    throw invalid('thinking.enabled.budget_tokens: Field required');
  }
  if (thinking.budget_tokens < 1024) {
    throw invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  }
  if (maxTokens <= thinking.budget_tokens) {
    throw invalid('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
}

// While tools run, the turn that called them has to begin with its thinking.
function checkLastTurnThinks(messages) {
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  if (last < 0 || !blocksOf(messages[last]).some(({ type }) => type === 'tool_use')) return;
  const turnEnds = messages.slice(last + 1)
    .some((message) => blocksOf(message).every(({ type }) => type !== 'tool_result'));
  const [first] = blocksOf(messages[last]);
  if (turnEnds || ['thinking', 'redacted_thinking'].includes(first.type)) return;
  throw invalid(`messages.${last}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, `
    + `but found \`${first.type}\`. When \`thinking\` is enabled, a final \`assistant\` message `
    + 'must start with a thinking block (preceeding the lastmost set of `tool_use` and '
    + '`tool_result` blocks).');
}
