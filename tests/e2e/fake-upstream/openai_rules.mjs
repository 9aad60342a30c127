// What api.openai.com refuses, in its words.

import { Refusal, firstUnknown, isObject } from './refusal.mjs';

const INVALID = 'invalid_request_error';

export const MODELS = {
  chat: ['gpt-4.1-mini', 'gpt-4.1', 'gpt-5'],
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
const ROLES = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];

export function invalid(message, param = null, code = null) {
  return new Refusal(400, INVALID, message, { param, code });
}

function missing(param) {
  return invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
}

export function checkKey(exchange, key) {
  const given = /^Bearer (.+)$/.exec(exchange.header('authorization'))?.[1];
  if (given === undefined) {
    throw new Refusal(401, INVALID, "You didn't provide an API key. You need to provide your API "
      + 'key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).',
    { param: null, code: null });
  }
  if (given !== key) {
    throw new Refusal(401, INVALID, `Incorrect API key provided: ${given.slice(0, 4)}****. You can `
      + 'find your API key at https://platform.openai.com/account/api-keys.',
    { param: null, code: 'invalid_api_key' });
  }
}

export function checkModel(model, kind) {
  if (model === undefined) throw invalid('you must provide a model parameter');
  if (!MODELS[kind].includes(model)) throw unknownModel(model);
}

export function unknownModel(model) {
  return new Refusal(404, INVALID,
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

function checkFields(body, known) {
  const unknown = firstUnknown(body, known);
  if (unknown) throw invalid(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
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
  if (body.model === 'gpt-5' && body.max_tokens !== undefined) {
    throw invalid("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
      + "'max_completion_tokens' instead.", 'max_tokens', 'unsupported_parameter');
  }
  body.messages.forEach(checkMessage);
  checkToolTurns(body.messages);
  (body.tools ?? []).forEach(checkTool);
}

function checkMessage(message, index) {
  const at = `messages[${index}]`;
  if (!isObject(message) || message.role === undefined) throw missing(`${at}.role`);
  if (!ROLES.includes(message.role)) {
    throw invalid(`Invalid value: '${message.role}'. Supported values are: `
      + `${ROLES.map((role) => `'${role}'`).join(', ')}.`, `${at}.role`, 'invalid_value');
  }
  if (message.role === 'tool' && message.tool_call_id === undefined) {
    throw missing(`${at}.tool_call_id`);
  }
  const mayBeEmpty = message.role === 'assistant' && message.tool_calls;
  if (!mayBeEmpty && typeof message.content !== 'string' && !Array.isArray(message.content)) {
    throw invalid(`Invalid value for 'content': expected a string, got ${typeof message.content}.`,
      `messages.[${index}].content`);
  }
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

function checkTool(tool, index) {
  if (tool.type === undefined) throw missing(`tools[${index}].type`);
  if (tool.type === 'function' && !tool.function?.name) {
    throw missing(`tools[${index}].function.name`);
  }
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
