// What api.openai.com refuses, in its words.

import { checkFields, invalid, missing } from './openai_fields.mjs';
import { checkMessages } from './openai_messages.mjs';
import { Refusal, firstUnknown, isObject } from './refusal.mjs';
import { openAiSchemaFault, openAiStrictFault } from './schema_rules.mjs';

export const MODELS = {
  chat: ['gpt-4.1-mini', 'gpt-4.1', 'gpt-5', 'deepseek-reasoner'],
  embedding: ['text-embedding-3-small'],
  transcription: ['whisper-1', 'gpt-4o-transcribe'],
  image: ['gpt-image-1'],
};

const CHAT_FIELDS = new Set(['messages', 'model', 'audio', 'frequency_penalty', 'function_call',
  'functions', 'logit_bias', 'logprobs', 'max_completion_tokens', 'max_tokens', 'metadata',
  'modalities', 'moderation', 'n', 'parallel_tool_calls', 'prediction', 'presence_penalty',
  'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention', 'reasoning_effort',
  'response_format', 'safety_identifier', 'seed', 'service_tier', 'stop', 'store', 'stream',
  'stream_options', 'temperature', 'tool_choice', 'tools', 'top_logprobs', 'top_p', 'user',
  'verbosity', 'web_search_options']);
const EMBEDDING_FIELDS = new Set(['input', 'model', 'dimensions', 'encoding_format', 'user']);
const IMAGE_FIELDS = new Set(['prompt', 'background', 'model', 'moderation', 'n',
  'output_compression', 'output_format', 'partial_images', 'quality', 'response_format', 'size',
  'stream', 'style', 'user']);
const TRANSCRIPTION_FIELDS = new Set(['file', 'model', 'chunking_strategy', 'include', 'include[]',
  'language', 'prompt', 'response_format', 'stream', 'temperature', 'timestamp_granularities[]']);

export { invalid };

export function checkKey(exchange, key) {
  const refused = (message, code) => (
    new Refusal(401, 'invalid_request_error', message, { param: null, code }));
  const given = /^Bearer (.+)$/.exec(exchange.header('authorization'))?.[1];
  if (given === undefined) {
    throw refused("You didn't provide an API key. You need to provide your API key in an "
      + 'Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).', null);
  }
  if (given !== key) {
    throw refused(`Incorrect API key provided: ${given.slice(0, 4)}****. You can find your API key `
      + 'at https://platform.openai.com/account/api-keys.', 'invalid_api_key');
  }
}

export function checkModel(model, kind) {
  if (model === undefined) throw invalid('you must provide a model parameter');
  if (!MODELS[kind].includes(model)) throw unknownModel(model);
}

export function unknownModel(model) {
  return new Refusal(404, 'invalid_request_error',
    `The model \`${model}\` does not exist or you do not have access to it.`,
    { param: null, code: 'model_not_found' });
}

export function jsonBody(exchange) {
  const body = exchange.json;
  const isJson = exchange.header('content-type').startsWith('application/json');
  if (isJson && isObject(body)) return body;
  throw invalid('We could not parse the JSON body of your request. (HINT: This likely means you '
    + "aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what "
    + 'was sent was not valid JSON.)');
}

export function checkChat(body) {
  checkFields(body, CHAT_FIELDS);
  checkModel(body.model, 'chat');
  if (body.messages === undefined) throw missing('messages');
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    throw invalid("Invalid 'messages': empty array. Expected an array with minimum length 1, but "
      + 'got an empty array instead.', 'messages', 'empty_array');
  }
  if (body.stream_options && !body.stream) {
    throw invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options');
  }
  if (body.metadata && !body.store) {
    throw invalid("The 'metadata' parameter is only allowed when 'store' is enabled.", 'metadata');
  }
  checkOptions(body);
  checkMessages(body);
  checkTools(body);
  checkFormat(body.response_format);
}

// Models that think take no sampling, no stop sequences and no max_tokens; others no effort.
function checkOptions(body) {
  const thinks = body.model === 'gpt-5';
  const unsupported = (name, words) => invalid(
    `Unsupported parameter: '${name}' is not supported with this model.${words}`, name,
    'unsupported_parameter');
  if (thinks && body.max_tokens !== undefined) {
    throw unsupported('max_tokens', " Use 'max_completion_tokens' instead.");
  }
  const banned = thinks ? ['temperature', 'top_p', 'stop', 'presence_penalty', 'frequency_penalty',
    'logprobs', 'logit_bias'] : ['reasoning_effort', 'verbosity'];
  const given = banned.find((name) => body[name] !== undefined && body[name] !== null);
  if (given && body.model !== 'deepseek-reasoner') throw unsupported(given, '');
  const { temperature, stop, n } = body;
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 2)) {
    throw invalid(`Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but `
      + `got ${temperature} instead.`, 'temperature', 'decimal_above_max_value');
  }
  if (Array.isArray(stop) && stop.length > 4) {
    throw invalid("Invalid 'stop': array too long. Expected an array with maximum length 4, but "
      + `got an array with length ${stop.length} instead.`, 'stop', 'array_above_max_length');
  }
  if (n !== undefined && n !== null && n < 1) throw invalid("Invalid 'n'", 'n');
}

function checkTools({ tools, tool_choice: choice, parallel_tool_calls: parallel }) {
  for (const [name, value] of [['tool_choice', choice], ['parallel_tool_calls', parallel]]) {
    if (value !== undefined && value !== null && !tools) {
      throw invalid(`Invalid value for '${name}': '${name}' is only allowed when 'tools' are `
        + 'specified.', name);
    }
  }
  if (tools === undefined) return;
  if (tools.length === 0) throw invalid("Invalid 'tools': empty array.", 'tools', 'empty_array');
  tools.forEach(checkTool);
  const isKnown = choice?.function && tools.some((tool) => (
    tool.function?.name === choice.function.name));
  if (choice?.type === 'function' && !isKnown) {
    throw invalid(`Tool choice 'function' not found in 'tools' parameter.`, 'tool_choice');
  }
  if (typeof choice === 'string' && !['auto', 'none', 'required'].includes(choice)) {
    throw invalid(`Invalid value: '${choice}'.`, 'tool_choice', 'invalid_value');
  }
}

const TOOL_FIELDS = new Set(['type', 'function', 'custom']);
const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters', 'strict']);

function checkTool(tool, index) {
  const at = `tools[${index}]`;
  if (tool.type === undefined) throw missing(`${at}.type`);
  checkFields(tool, TOOL_FIELDS, at);
  if (tool.type === 'custom') return;
  if (tool.type !== 'function') {
    throw invalid(`Invalid value: '${tool.type}'. Supported values are: 'function' and 'custom'.`,
      `${at}.type`, 'invalid_value');
  }
  if (!tool.function?.name) throw missing(`${at}.function.name`);
  checkFields(tool.function, FUNCTION_FIELDS, `${at}.function`);
  checkFunction(tool.function, `${at}.function`);
}

// The same for chat and responses.
export function checkFunction({ name, parameters, strict }, at) {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw invalid(`Invalid '${at}.name': string does not match pattern. Expected a string that `
      + "matches the pattern '^[a-zA-Z0-9_-]+$'.", `${at}.name`, 'invalid_value');
  }
  if (parameters === undefined || parameters === null) return;
  const fault = openAiSchemaFault(parameters)
    ?? (strict ? openAiStrictFault(parameters) : undefined);
  if (fault) {
    throw invalid(`Invalid schema for function '${name}': ${fault}`, `${at}.parameters`,
      'invalid_function_parameters');
  }
}

function checkFormat(format) {
  if (!format || format.type === 'text' || format.type === 'json_object') return;
  if (format.type !== 'json_schema') {
    throw invalid(`Invalid value: '${format.type}'.`, 'response_format.type', 'invalid_value');
  }
  if (!format.json_schema?.name) throw missing('response_format.json_schema.name');
  checkFields(format.json_schema, new Set(['name', 'description', 'schema', 'strict']),
    'response_format.json_schema');
  checkJsonSchema(format.json_schema, 'response_format');
}

// The same for chat and responses.
export function checkJsonSchema({ name, schema, strict }, at) {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw invalid(`Invalid '${at}.name': string does not match pattern.`, `${at}.name`,
      'invalid_value');
  }
  if (!isObject(schema)) throw missing(`${at}.schema`);
  const fault = strict ? openAiStrictFault(schema) : undefined;
  if (!fault) return;
  throw invalid(`Invalid schema for response_format '${name}': ${fault}`, at,
    'invalid_json_schema');
}

export function checkEmbedding(body) {
  checkFields(body, EMBEDDING_FIELDS);
  checkModel(body.model, 'embedding');
  if (body.input === undefined) throw missing('input');
}

export function checkImage(body) {
  checkFields(body, IMAGE_FIELDS);
  if (body.prompt === undefined) throw missing('prompt');
  checkModel(body.model, 'image');
}

export function checkTranscription(parts) {
  if (parts === undefined) {
    throw invalid('Could not parse multipart form', null, null);
  }
  const fields = Object.fromEntries(parts.map((part) => [part.name, part]));
  checkFields(fields, TRANSCRIPTION_FIELDS);
  if (!fields.file?.filename) throw missing('file');
  if (!fields.model) throw missing('model');
  checkModel(fields.model.data.toString(), 'transcription');
  return fields;
}
