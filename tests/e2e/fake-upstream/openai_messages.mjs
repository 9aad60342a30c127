// What api.openai.com refuses in the messages of a chat.

import {
  checkFields, checkFileData, checkImageUrl, invalid, missing, oneOf,
} from './openai_fields.mjs';
import { isObject } from './refusal.mjs';

const FIELDS = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'audio', 'function_call', 'refusal', 'tool_calls',
    'annotations'],
  tool: ['role', 'content', 'tool_call_id'],
  function: ['role', 'content', 'name'],
};
const PARTS = {
  system: ['text'],
  developer: ['text'],
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
  tool: ['text'],
  function: [],
};
const PART_FIELDS = {
  text: ['type', 'text', 'prompt_cache_breakpoint'],
  image_url: ['type', 'image_url', 'prompt_cache_breakpoint'],
  input_audio: ['type', 'input_audio', 'prompt_cache_breakpoint'],
  file: ['type', 'file', 'prompt_cache_breakpoint'],
  refusal: ['type', 'refusal'],
};

export function checkMessages({ model, messages }) {
  const thinker = model === 'deepseek-reasoner';
  messages.forEach((message, index) => checkMessage(message, index, thinker));
  checkToolTurns(messages);
  if (thinker) checkThinkingIsBack(messages);
}

function checkMessage(message, index, thinker) {
  const at = `messages[${index}]`;
  if (!isObject(message) || message.role === undefined) throw missing(`${at}.role`);
  const { role } = message;
  oneOf(role, Object.keys(FIELDS), `${at}.role`);
  checkFields(message, new Set([...FIELDS[role], ...(thinker ? ['reasoning_content'] : [])]), at);
  if (role === 'tool' && message.tool_call_id === undefined) throw missing(`${at}.tool_call_id`);
  (message.tool_calls ?? []).forEach((call, i) => checkCall(call, `${at}.tool_calls[${i}]`));
  if (message.tool_calls?.length === 0) {
    throw invalid(`Invalid '${at}.tool_calls': empty array.`, `${at}.tool_calls`, 'empty_array');
  }
  checkContent(message, index, at);
}

function checkContent(message, index, at) {
  const { role, content } = message;
  const mayBeEmpty = role === 'assistant' && (message.tool_calls || message.refusal);
  if (Array.isArray(content)) {
    if (content.length === 0) {
      throw invalid(`Invalid '${at}.content': empty array.`, `${at}.content`, 'empty_array');
    }
    content.forEach((part, i) => checkPart(part, role, `${at}.content[${i}]`));
    return;
  }
  if (typeof content === 'string' || mayBeEmpty) return;
  throw invalid(`Invalid value for 'content': expected a string, got ${typeof content}.`,
    `messages.[${index}].content`);
}

function checkPart(part, role, at) {
  oneOf(part?.type, PARTS[role], `${at}.type`);
  checkFields(part, new Set(PART_FIELDS[part.type]), at);
  if (part.type === 'text' && typeof part.text !== 'string') throw missing(`${at}.text`);
  if (part.type === 'image_url') {
    checkFields(part.image_url ?? {}, new Set(['url', 'detail']), `${at}.image_url`);
    checkImageUrl(part.image_url?.url, `${at}.image_url.url`);
  }
  if (part.type !== 'file') return;
  if (!isObject(part.file)) throw missing(`${at}.file`);
  checkFields(part.file, new Set(['file_data', 'file_id', 'filename']), `${at}.file`);
  if (!part.file.file_id) checkFileData(part.file, `${at}.file`);
}

function checkCall(call, at) {
  if (call.type === 'custom') return;
  checkFields(call, new Set(['id', 'type', 'function']), at);
  if (!call.id) throw missing(`${at}.id`);
  if (call.id.length > 40) {
    throw invalid(`Invalid '${at}.id': string too long. Expected a string with maximum length 40, `
      + `but got a string with length ${call.id.length} instead.`, `${at}.id`,
    'string_above_max_length');
  }
  if (call.type !== 'function') throw missing(`${at}.type`);
  checkFields(call.function ?? {}, new Set(['name', 'arguments']), `${at}.function`);
  if (!call.function?.name) throw missing(`${at}.function.name`);
  if (typeof call.function.arguments !== 'string') throw missing(`${at}.function.arguments`);
}

// Every tool message answers a call of the assistant's message before it, and every call is
// answered.
function checkToolTurns(messages) {
  let open = new Set();
  messages.forEach((message, index) => {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) {
        throw invalid("Invalid parameter: messages with role 'tool' must be a response to a "
          + "preceeding message with 'tool_calls'.", `messages.[${index}].role`);
      }
      return;
    }
    checkAllAnswered(open, index);
    open = new Set((message.tool_calls ?? []).map((call) => call.id));
  });
  checkAllAnswered(open, messages.length);
}

function checkAllAnswered(open, index) {
  if (open.size === 0) return;
  throw invalid("An assistant message with 'tool_calls' must be followed by tool messages "
    + "responding to each 'tool_call_id'. The following tool_call_ids did not have response "
    + `messages: ${[...open].join(', ')}`, `messages.[${index}].role`);
}

// DeepSeek: while tools run, the thinking of the turn that called them has to come back.
function checkThinkingIsBack(messages) {
  const turn = messages.findLastIndex(({ role }) => role === 'user');
  messages.slice(turn + 1).forEach((message, index) => {
    if (message.role !== 'assistant' || !message.tool_calls || message.reasoning_content) return;
    throw invalid('Missing `reasoning_content` field in the assistant message at message index '
      + `${turn + 1 + index}.`);
  });
}
