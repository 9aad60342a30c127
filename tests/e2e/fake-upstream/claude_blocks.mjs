// What api.anthropic.com refuses in the blocks of a message.

import { firstUnknown, invalid, isObject } from './refusal.mjs';
import { digestOf, unseal } from './seal.mjs';

const FIELDS = {
  text: ['text', 'citations', 'cache_control'],
  image: ['source', 'cache_control'],
  document: ['source', 'title', 'context', 'citations', 'cache_control'],
  search_result: ['source', 'title', 'content', 'citations', 'cache_control'],
  thinking: ['thinking', 'signature'],
  redacted_thinking: ['data'],
  tool_use: ['id', 'name', 'input', 'caller', 'cache_control'],
  tool_result: ['tool_use_id', 'content', 'is_error', 'cache_control'],
  server_tool_use: ['id', 'name', 'input', 'caller', 'cache_control'],
  web_search_tool_result: ['tool_use_id', 'content', 'caller', 'cache_control'],
  container_upload: ['file_id', 'cache_control'],
};
const OF_USER = ['text', 'image', 'document', 'search_result', 'tool_result', 'container_upload'];
const OF_ASSISTANT = ['text', 'thinking', 'redacted_thinking', 'tool_use', 'server_tool_use',
  'web_search_tool_result'];
const OF_RESULT = ['text', 'image', 'document', 'search_result', 'tool_reference'];
const IMAGES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const TOOL_ID = /^[a-zA-Z0-9_-]+$/;
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/;

export function blocksOf({ content }) {
  return Array.isArray(content) ? content : [{ type: 'text', text: content }];
}

export function checkBlocks(message, at) {
  const allowed = message.role === 'assistant' ? OF_ASSISTANT : OF_USER;
  const blocks = blocksOf(message);
  blocks.forEach((block, i) => {
    const place = `${at}.content.${i}`;
    checkBlock(block, place);
    if (allowed.includes(block.type)) return;
    throw invalid(`${at}: \`${block.type}\` blocks can only be in `
      + `\`${message.role === 'assistant' ? 'user' : 'assistant'}\` messages`);
  });
  const firstResult = blocks.findLastIndex(({ type }) => type === 'tool_result');
  const before = blocks.findIndex(({ type }) => type !== 'tool_result');
  if (firstResult >= 0 && before >= 0 && before < firstResult) {
    throw invalid(`${at}: \`tool_result\` blocks must come before all other blocks of the message`);
  }
}

function checkBlock(block, at) {
  if (!isObject(block) || !(block.type in FIELDS)) {
    throw invalid(`${at}: Input tag '${block?.type}' found using 'type' does not match any of the `
      + 'expected tags');
  }
  const place = `${at}.${block.type}`;
  const unknown = firstUnknown(block, new Set([...FIELDS[block.type], 'type']));
  if (unknown) throw invalid(`${place}.${unknown}: Extra inputs are not permitted`);
  CHECKS[block.type]?.(block, place);
}

function checkText({ text }) {
  if (typeof text !== 'string' || text === '') {
    throw invalid('messages: text content blocks must be non-empty');
  }
  if (text.trim() === '') {
    throw invalid('messages: text content blocks must contain non-whitespace text');
  }
}

function checkImage({ source }, at) {
  if (!['base64', 'url', 'file'].includes(source?.type)) {
    throw invalid(`${at}.source: Input tag '${source?.type}' found using 'type' does not match any `
      + 'of the expected tags');
  }
  if (source.type !== 'base64') return;
  checkBase64(source, at);
  if (!IMAGES.includes(source.media_type)) {
    throw invalid(`${at}.source.base64.media_type: Input should be ${IMAGES.join(', ')}`);
  }
}

function checkDocument({ source }, at) {
  if (!['base64', 'text', 'content', 'url', 'file'].includes(source?.type)) {
    throw invalid(`${at}.source: Input tag '${source?.type}' found using 'type' does not match any `
      + 'of the expected tags');
  }
  if (source.type !== 'base64') return;
  checkBase64(source, at);
  if (source.media_type !== 'application/pdf') {
    throw invalid(`${at}.source.base64.media_type: Input should be 'application/pdf'`);
  }
}

function checkBase64({ data }, at) {
  if (typeof data === 'string' && data !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(data)) return;
  throw invalid(`${at}.source.base64.data: Invalid base64 data`);
}

function checkThinking({ thinking, signature }, at) {
  if (typeof thinking !== 'string') throw invalid(`${at}.thinking: Field required`);
  if (signature === undefined) throw invalid(`${at}.signature: Field required`);
  if (unseal('claude', signature) !== digestOf(thinking)) {
    throw invalid(`${at.replace(/\.thinking$/, '')}: Invalid \`signature\` in \`thinking\` block`);
  }
}

function checkRedacted({ data }, at) {
  if (unseal('claude', data) === undefined) {
    throw invalid(`${at}: Invalid \`data\` in \`redacted_thinking\` block`);
  }
}

function checkToolUse({ id, name, input }, at) {
  if (!TOOL_ID.test(id ?? '')) {
    throw invalid(`${at}.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
  }
  if (!TOOL_NAME.test(name ?? '')) {
    throw invalid(`${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  }
  if (!isObject(input)) throw invalid(`${at}.input: Input should be a valid dictionary`);
}

function checkToolResult(block, at) {
  if (!TOOL_ID.test(block.tool_use_id ?? '')) {
    throw invalid(`${at}.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
  }
  if (block.content === undefined || typeof block.content === 'string') return;
  if (!Array.isArray(block.content)) throw invalid(`${at}.content: Input should be a valid list`);
  block.content.forEach((each, i) => {
    if (!OF_RESULT.includes(each?.type)) {
      throw invalid(`${at}.content.${i}: Input tag '${each?.type}' found using 'type' does not `
        + 'match any of the expected tags');
    }
    checkBlock(each, `${at}.content.${i}`);
  });
}

const CHECKS = {
  text: checkText,
  image: checkImage,
  document: checkDocument,
  thinking: checkThinking,
  redacted_thinking: checkRedacted,
  tool_use: checkToolUse,
  tool_result: checkToolResult,
};

// A result needs its call in the message before, a call needs its result in the message behind.
export function checkToolTurns(messages) {
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
    open = idsOf(blocks.filter(({ type }) => type === 'tool_use'));
  });
  checkAllAnswered(open, messages.length - 1);
}

function idsOf(uses) {
  const ids = new Set(uses.map(({ id }) => id));
  if (ids.size < uses.length) throw invalid('messages: `tool_use` ids must be unique');
  return ids;
}

function checkAllAnswered(open, index) {
  if (open.size === 0) return;
  throw invalid(`messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks `
    + `immediately after: ${[...open].join(', ')}. Each \`tool_use\` block must have a `
    + 'corresponding `tool_result` block in the next message.');
}

// Cache marks: four at most, and each of a form that exists.
export function checkCacheMarks(body) {
  const marks = [];
  JSON.stringify(body, (key, value) => {
    if (key === 'cache_control' && isObject(value)) marks.push(value);
    return value;
  });
  if (marks.length > 4) {
    throw invalid('A maximum of 4 blocks with cache_control may be provided. Found '
      + `${marks.length}.`);
  }
  const isGood = ({ type, ttl }) => type === 'ephemeral' && [undefined, '5m', '1h'].includes(ttl);
  if (marks.every(isGood)) return;
  throw invalid('cache_control: Input should be ephemeral, with 5m or 1h');
}
