// What api.anthropic.com refuses, in its words.

import { Refusal, firstUnknown, isObject } from './refusal.mjs';

export const MODELS = ['claude-sonnet-4-6', 'claude-haiku-4-5', 'claude-opus-5-5'];

const VERSIONS = ['2023-01-01', '2023-06-01', '2026-10-21'];
const COUNT_FIELDS = ['messages', 'model', 'cache_control', 'output_config', 'speed', 'system',
  'thinking', 'tool_choice', 'tools', 'user_profile_id', 'workspace_id'];
const MESSAGE_FIELDS = [...COUNT_FIELDS, 'max_tokens', 'container', 'diagnostics', 'inference_geo',
  'metadata', 'service_tier', 'stop_sequences', 'stream', 'temperature', 'top_k', 'top_p'];
// Known only to a request that opts in with anthropic-beta.
const BETA_FIELDS = ['compaction', 'context_management', 'fallbacks', 'fallback_credit_token',
  'mcp_servers', 'output_format', 'safeguards', 'billing_policy', 'thread'];
const BLOCKS = new Set(['text', 'image', 'document', 'search_result', 'thinking',
  'redacted_thinking', 'tool_use', 'tool_result', 'server_tool_use', 'web_search_tool_result',
  'container_upload']);

export function invalid(message) {
  return new Refusal(400, 'invalid_request_error', message);
}

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
}

export function checkCount(exchange, body) {
  checkFields(exchange, body, COUNT_FIELDS);
  checkConversation(body);
}

function checkConversation(body) {
  if (body.messages === undefined) throw invalid('messages: Field required');
  if (!Array.isArray(body.messages)) throw invalid('messages: Input should be a valid list');
  if (body.messages.length === 0) throw invalid('messages: at least one message is required');
  body.messages.forEach(checkMessage);
  checkToolTurns(body.messages);
  (body.tools ?? []).forEach(checkTool);
  checkModel(body.model);
}

// A system message is allowed in the middle of a conversation, not at its start: agents do that.
function checkMessage(message, index) {
  const at = `messages.${index}`;
  if (!isObject(message) || message.role === undefined) throw invalid(`${at}.role: Field required`);
  const roles = index === 0 ? ['user', 'assistant'] : ['user', 'assistant', 'system'];
  if (!roles.includes(message.role)) {
    throw invalid(`${at}.role: Input should be 'user' or 'assistant'`);
  }
  if (message.content === undefined) throw invalid(`${at}.content: Field required`);
  if (index === 0 && message.role !== 'user') {
    throw invalid('messages: first message must use the "user" role');
  }
  blocksOf(message).forEach((block, i) => checkBlock(block, `${at}.content.${i}`));
}

function blocksOf(message) {
  return Array.isArray(message.content) ? message.content
    : [{ type: 'text', text: message.content }];
}

function checkBlock(block, at) {
  if (!BLOCKS.has(block.type)) {
    throw invalid(`${at}: Input tag '${block.type}' found using 'type' does not match any of the `
      + 'expected tags');
  }
  if (block.type === 'text' && !block.text) {
    throw invalid('messages: text content blocks must be non-empty');
  }
  if (block.type === 'thinking' && block.signature === undefined) {
    throw invalid(`${at}.thinking.signature: Field required`);
  }
  if (block.type === 'tool_use' && !isObject(block.input)) {
    throw invalid(`${at}.tool_use.input: Input should be a valid dictionary`);
  }
}

// A result needs its call in the message before, a call needs its result in the message behind.
function checkToolTurns(messages) {
  let open = new Set();
  messages.filter(({ role }) => role !== 'system').forEach((message, index) => {
    const blocks = blocksOf(message);
    const results = blocks.filter(({ type }) => type === 'tool_result');
    results.forEach((result, i) => {
      if (open.delete(result.tool_use_id)) return;
      throw invalid(`messages.${index}.content.${i}: unexpected \`tool_use_id\` found in `
        + `\`tool_result\` blocks: ${result.tool_use_id}. Each \`tool_result\` block must have a `
        + 'corresponding `tool_use` block in the previous message.');
    });
    checkAllAnswered(open, index - 1);
    open = new Set(blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id));
  });
  checkAllAnswered(open, messages.length - 1);
}

function checkAllAnswered(open, index) {
  if (open.size === 0) return;
  throw invalid(`messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks `
    + `immediately after: ${[...open].join(', ')}. Each \`tool_use\` block must have a `
    + 'corresponding `tool_result` block in the next message.');
}

function checkTool(tool, index) {
  const isCustom = tool.type === undefined || tool.type === 'custom' || tool.type === null;
  if (!tool.name) throw invalid(`tools.${index}.name: Field required`);
  if (isCustom && !isObject(tool.input_schema)) {
    throw invalid(`tools.${index}.custom.input_schema: Field required`);
  }
}
