// What OpenAI refuses in the items and tools of a responses request.

import { checkOpenAiSchema } from './json_schema.mjs';
import { unknownParameter } from './openai.mjs';
import { demand, demandKnown, isObject } from './refusal.mjs';

const ITEMS = {
  message: { id: 'msg', fields: ['role', 'content', 'phase'] },
  reasoning: { id: 'rs', fields: ['summary', 'encrypted_content', 'content'] },
  function_call: { id: 'fc', fields: ['call_id', 'name', 'arguments', 'namespace'] },
  function_call_output: { id: 'fc', fields: ['call_id', 'output'] },
  custom_tool_call: { id: 'ctc', fields: ['call_id', 'name', 'input', 'namespace'] },
  custom_tool_call_output: { id: 'ctc', fields: ['call_id', 'output'] },
};
const PARTS = {
  assistant: { output_text: ['text', 'annotations', 'logprobs'], refusal: ['refusal'] },
  other: { input_text: ['text'], input_image: ['image_url', 'detail', 'file_id'],
    input_file: ['file_data', 'file_id', 'file_url', 'filename', 'detail'] },
};
const TOOLS = {
  function: ['name', 'description', 'parameters', 'strict', 'defer_loading'],
  custom: ['name', 'description', 'format', 'defer_loading'],
  namespace: ['name', 'description', 'tools'],
  tool_search: ['execution', 'description', 'parameters'],
  web_search: ['external_web_access', 'filters', 'search_context_size', 'user_location',
    'search_content_types'],
};

function checkParts(content, known, at) {
  if (typeof content === 'string') return;
  demand(Array.isArray(content), `Invalid type for '${at}': expected a string or an array.`);
  content.forEach((part, i) => {
    const fields = known[part.type];
    demand(fields, `Invalid value: '${part.type}'. Supported values are: `
      + `${Object.keys(known).join(', ')}. (${at}[${i}])`);
    demandKnown(part, ['type', ...fields], (name) => unknownParameter(`${at}[${i}].${name}`));
  });
}

function checkItem(item, index) {
  const at = `input[${index}]`;
  const type = item.type ?? 'message';
  const rule = ITEMS[type];
  demand(rule, `Invalid value: '${type}'. Supported values are: ${Object.keys(ITEMS).join(', ')}. `
    + `(${at})`);
  demandKnown(item, ['type', 'id', 'status', ...rule.fields],
    (name) => unknownParameter(`${at}.${name}`));
  demand(item.id === undefined || item.id === null || item.id.startsWith(rule.id),
    `Invalid '${at}.id': '${item.id}'. Expected an ID that begins with '${rule.id}'.`);
  demand(item.call_id === undefined || item.call_id.length <= 64,
    `Invalid '${at}.call_id': string too long. Expected a string with maximum length 64.`);
  if (type === 'message') {
    demand(['user', 'assistant', 'system', 'developer'].includes(item.role),
      `Invalid value: '${item.role}'. (${at}.role)`);
    checkParts(item.content, PARTS[item.role] ?? PARTS.other, `${at}.content`);
  }
  if (type === 'reasoning') {
    demand(Array.isArray(item.summary), `Missing required parameter: '${at}.summary'.`);
    demand(item.encrypted_content, `Item with id '${item.id}' not found. Items are not persisted `
      + 'when `store` is set to false.', 404);
  }
  if (type === 'function_call') {
    demand(typeof item.arguments === 'string' && item.name && item.call_id,
      `Missing required parameter: '${at}.arguments', '${at}.name' or '${at}.call_id'.`);
  }
  if (type === 'function_call_output') checkParts(item.output, PARTS.other, `${at}.output`);
}

export function checkResponsesInput({ input }) {
  demand(input !== undefined, "Missing required parameter: 'input'.");
  if (typeof input === 'string') return;
  demand(Array.isArray(input) && input.length > 0, "Invalid 'input': empty array.");
  input.forEach(checkItem);
  const ids = input.map(({ id }) => id).filter(Boolean);
  demand(new Set(ids).size === ids.length,
    `Duplicate item found with id ${ids.find((id, i) => ids.indexOf(id) !== i)}.`);
  const open = new Set();
  input.forEach((item, index) => {
    if (['function_call', 'custom_tool_call'].includes(item.type)) open.add(item.call_id);
    if (['function_call_output', 'custom_tool_call_output'].includes(item.type)) {
      demand(open.delete(item.call_id),
        `No tool call found for function call output with call_id ${item.call_id}.`);
    }
    const next = input[index + 1];
    const isFollowed = ['reasoning', 'function_call', 'custom_tool_call'].includes(next?.type)
      || next?.role === 'assistant';
    demand(item.type !== 'reasoning' || isFollowed, `Item '${item.id}' of type 'reasoning' was `
      + 'provided without its required following item.');
  });
  demand(open.size === 0, `No tool output found for function call ${[...open].join(', ')}.`);
}

function checkTool(tool, at) {
  const fields = TOOLS[tool.type];
  demand(fields, `Invalid value: '${tool.type}'. Supported values are: `
    + `${Object.keys(TOOLS).join(', ')}. (${at}.type)`);
  demandKnown(tool, ['type', ...fields], (name) => unknownParameter(`${at}.${name}`));
  if (fields.includes('name')) {
    demand(tool.name, `Missing required parameter: '${at}.name'.`);
    demand(/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name), `Invalid '${at}.name': string does not match `
      + `pattern '^[a-zA-Z0-9_-]+$': ${tool.name}`);
  }
  if (tool.type === 'function' && tool.parameters) {
    checkOpenAiSchema(tool.parameters, `Invalid schema for function '${tool.name}': `,
      tool.strict === true);
  }
  if (tool.type === 'custom' && tool.format) {
    demandKnown(tool.format, ['type', 'syntax', 'definition'],
      (name) => unknownParameter(`${at}.format.${name}`));
  }
  (tool.tools ?? []).forEach((inner, i) => checkTool(inner, `${at}.tools[${i}]`));
}

export function checkResponsesTools({ tools = [], tool_choice: choice }) {
  demand(Array.isArray(tools), "Invalid type for 'tools': expected an array.");
  tools.forEach((tool, index) => checkTool(tool, `tools[${index}]`));
  demand(choice === undefined || ['none', 'auto', 'required'].includes(choice)
    || (isObject(choice) && ['function', 'custom', 'allowed_tools'].includes(choice.type)
      && !('function' in choice)), `Invalid value for 'tool_choice': ${JSON.stringify(choice)}`);
}
