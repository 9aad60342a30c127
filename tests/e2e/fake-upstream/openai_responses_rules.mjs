// What api.openai.com refuses in a request to /v1/responses.

import {
  checkFields, checkFileData, checkImageUrl, invalid, missing, oneOf,
} from './openai_fields.mjs';
import { checkFunction, checkJsonSchema, checkModel } from './openai_rules.mjs';
import { isObject } from './refusal.mjs';
import { unseal } from './seal.mjs';

const COUNT_FIELDS = ['conversation', 'input', 'instructions', 'model', 'parallel_tool_calls',
  'personality', 'previous_response_id', 'reasoning', 'text', 'tool_choice', 'tools', 'truncation'];
const FIELDS = [...COUNT_FIELDS, 'access_programs', 'background', 'context_management', 'include',
  'max_output_tokens', 'max_tool_calls', 'metadata', 'moderation', 'prompt', 'prompt_cache_key',
  'prompt_cache_options', 'prompt_cache_retention', 'safety_identifier', 'service_tier', 'store',
  'stream', 'stream_options', 'temperature', 'top_logprobs', 'top_p', 'user'];
const ITEM_FIELDS = {
  message: ['type', 'id', 'role', 'content', 'status', 'phase'],
  function_call: ['type', 'id', 'call_id', 'name', 'arguments', 'status', 'namespace', 'caller'],
  function_call_output: ['type', 'id', 'call_id', 'output', 'status', 'name', 'caller'],
  custom_tool_call: ['type', 'id', 'call_id', 'name', 'input', 'namespace', 'status'],
  custom_tool_call_output: ['type', 'id', 'call_id', 'output', 'status'],
  reasoning: ['type', 'id', 'summary', 'content', 'encrypted_content', 'status'],
};
const ID_BEGINS = {
  message: 'msg', function_call: 'fc', function_call_output: 'fc', reasoning: 'rs',
  custom_tool_call: 'ctc', custom_tool_call_output: 'ctc',
};
const INPUT_PARTS = ['input_text', 'input_image', 'input_file'];
const OUTPUT_PARTS = ['output_text', 'refusal'];
const PART_FIELDS = {
  input_text: ['type', 'text', 'prompt_cache_breakpoint'],
  input_image: ['type', 'image_url', 'file_id', 'detail', 'prompt_cache_breakpoint'],
  input_file: ['type', 'file_data', 'file_id', 'file_url', 'filename', 'detail',
    'prompt_cache_breakpoint'],
  output_text: ['type', 'text', 'annotations', 'logprobs'],
  refusal: ['type', 'refusal'],
};
const TOOL_FIELDS = ['type', 'name', 'description', 'parameters', 'strict', 'defer_loading',
  'allowed_callers', 'output_schema'];

export function checkResponse(body) {
  checkFields(body, new Set(FIELDS));
  checkModel(body.model, 'chat');
  checkInput(body);
  checkOptions(body);
  checkTools(body);
  checkText(body.text ?? {});
  if (body.stream_options && !body.stream) {
    throw invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options');
  }
}

export function checkCountInput(body) {
  checkFields(body, new Set(COUNT_FIELDS));
  checkModel(body.model, 'chat');
  checkInput(body);
  checkTools(body);
}

// Models that think take no sampling, others no reasoning.
function checkOptions(body) {
  const unsupported = (name) => invalid(
    `Unsupported parameter: '${name}' is not supported with this model.`, name,
    'unsupported_parameter');
  const thinks = body.model === 'gpt-5';
  const given = ['temperature', 'top_p'].find((name) => thinks && (body[name] ?? null) !== null);
  if (given) throw unsupported(given);
  if (!thinks && body.reasoning?.effort) throw unsupported('reasoning.effort');
  if (!thinks && body.reasoning?.summary) throw unsupported('reasoning.summary');
  if (!thinks && (body.include ?? []).includes('reasoning.encrypted_content')) {
    throw invalid('Encrypted content is not supported with this model.', 'include');
  }
  checkFields(body.reasoning ?? {}, new Set(['effort', 'summary', 'generate_summary', 'mode',
    'context']), 'reasoning');
  const most = body.max_output_tokens;
  if (typeof most === 'number' && most < 16) {
    throw invalid("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= "
      + `16, but got ${most} instead.`, 'max_output_tokens', 'integer_below_min_value');
  }
  if (typeof body.temperature === 'number' && (body.temperature < 0 || body.temperature > 2)) {
    throw invalid("Invalid 'temperature'", 'temperature', 'decimal_above_max_value');
  }
}

function checkInput(body) {
  const { input } = body;
  if (input === undefined) throw missing('input');
  if (typeof input === 'string') return;
  if (!Array.isArray(input) || input.length === 0) {
    throw invalid("Invalid 'input': empty array.", 'input', 'empty_array');
  }
  input.forEach(checkItem);
  checkToolTurns(input);
  checkReasoningLeads(input);
}

function checkItem(item, index) {
  const at = `input[${index}]`;
  const type = item.type ?? 'message';
  if (type === 'item_reference') {
    throw invalid(`Item with id '${item.id}' not found. Items are not persisted when \`store\` is `
      + 'set to false. Try again with `store` set to true, or remove this item from your input.',
    'input');
  }
  oneOf(type, Object.keys(ITEM_FIELDS), `${at}.type`);
  checkFields(item, new Set(ITEM_FIELDS[type]), at);
  if (item.id !== undefined && !String(item.id).startsWith(ID_BEGINS[type])) {
    throw invalid(`Invalid '${at}.id': '${item.id}'. Expected an ID that begins with `
      + `'${ID_BEGINS[type]}'.`, `${at}.id`, 'invalid_value');
  }
  ITEM_CHECKS[type]?.(item, at);
}

function checkMessage({ role, content }, at) {
  oneOf(role, ['assistant', 'system', 'developer', 'user'], `${at}.role`);
  if (typeof content === 'string') return;
  if (!Array.isArray(content)) throw missing(`${at}.content`);
  const allowed = role === 'assistant' ? OUTPUT_PARTS : INPUT_PARTS;
  content.forEach((part, i) => checkPart(part, allowed, `${at}.content[${i}]`));
}

function checkPart(part, allowed, at) {
  oneOf(part?.type, allowed, at);
  checkFields(part, new Set(PART_FIELDS[part.type]), at);
  if (part.type.endsWith('_text') && typeof part.text !== 'string') throw missing(`${at}.text`);
  if (part.type === 'input_image' && !part.file_id) {
    checkImageUrl(part.image_url, `${at}.image_url`);
  }
  if (part.type === 'input_file' && !part.file_id && !part.file_url) checkFileData(part, at);
}

function checkCall({ call_id: id, name, arguments: args }, at) {
  if (!id) throw missing(`${at}.call_id`);
  if (id.length > 64) {
    throw invalid(`Invalid '${at}.call_id': string too long. Expected a string with maximum length `
      + `64, but got a string with length ${id.length} instead.`, `${at}.call_id`,
    'string_above_max_length');
  }
  if (!/^[a-zA-Z0-9_-]+$/.test(name ?? '')) {
    throw invalid(`Invalid '${at}.name': string does not match pattern.`, `${at}.name`);
  }
  if (typeof args !== 'string') throw missing(`${at}.arguments`);
}

function checkOutput({ call_id: id, output }, at) {
  if (!id) throw missing(`${at}.call_id`);
  if (typeof output === 'string') return;
  if (!Array.isArray(output)) throw missing(`${at}.output`);
  output.forEach((part, i) => checkPart(part, INPUT_PARTS, `${at}.output[${i}]`));
}

// Without the encrypted content the item would have to be stored, which it is not.
function checkReasoning({ id, summary, encrypted_content: secret }, at) {
  if (!Array.isArray(summary)) throw missing(`${at}.summary`);
  if (secret === undefined || secret === null) {
    throw invalid(`Item with id '${id}' not found. Items are not persisted when \`store\` is set `
      + 'to false. Try again with `store` set to true, or remove this item from your input.',
    'input');
  }
  const sealed = unseal('openai', secret);
  if (sealed !== undefined && (id === undefined || id === sealed)) return;
  throw invalid(`The encrypted content for item ${id ?? '?'} could not be verified. Reason: `
    + 'Encrypted content could not be decrypted or parsed.', null, 'invalid_encrypted_content');
}

const ITEM_CHECKS = {
  message: checkMessage,
  function_call: checkCall,
  function_call_output: checkOutput,
  reasoning: checkReasoning,
};

function checkToolTurns(input) {
  const called = new Set();
  const answered = new Set();
  input.forEach(({ type, call_id: id }) => {
    if (type === 'function_call') called.add(id);
    if (type !== 'function_call_output') return;
    answered.add(id);
    if (called.has(id)) return;
    throw invalid(`No tool call found for function call output with call_id ${id}.`, 'input');
  });
  const lost = [...called].find((id) => !answered.has(id));
  if (lost) throw invalid(`No tool output found for function call ${lost}.`, 'input');
}

function checkReasoningLeads(input) {
  input.forEach((item, index) => {
    if (item.type !== 'reasoning') return;
    const next = input.slice(index + 1).find(({ type }) => type !== 'reasoning');
    const isOfModel = next && (next.role === 'assistant' || next.type === 'function_call');
    if (isOfModel) return;
    throw invalid(`Item '${item.id}' of type 'reasoning' was provided without its required `
      + 'following item.', 'input');
  });
}

function checkTools({ tools = [], tool_choice: choice }) {
  tools.forEach((tool, index) => {
    if (tool.type !== 'function') return;
    const at = `tools[${index}]`;
    if (!tool.name) throw missing(`${at}.name`);
    checkFields(tool, new Set(TOOL_FIELDS), at);
    checkFunction(tool, at);
  });
  if (typeof choice === 'string') oneOf(choice, ['none', 'auto', 'required'], 'tool_choice');
  const isKnown = tools.some(({ name }) => name === choice?.name);
  if (choice?.type === 'function' && !isKnown) {
    throw invalid("Tool choice 'function' not found in 'tools' parameter.", 'tool_choice');
  }
}

function checkText(text) {
  checkFields(text, new Set(['format', 'verbosity']), 'text');
  const { format } = text;
  if (!isObject(format)) return;
  oneOf(format.type, ['text', 'json_object', 'json_schema'], 'text.format.type');
  if (format.type !== 'json_schema') return;
  if (!format.name) throw missing('text.format.name');
  checkFields(format, new Set(['type', 'name', 'description', 'schema', 'strict']), 'text.format');
  checkJsonSchema(format, 'text.format');
}
