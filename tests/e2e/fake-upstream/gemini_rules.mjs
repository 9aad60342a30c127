// What generativelanguage.googleapis.com refuses, in its words.

import { Refusal, firstUnknown, isObject } from './refusal.mjs';

export const MODELS = {
  'gemini-2.5-flash': ['generateContent', 'countTokens'],
  'gemini-2.5-pro': ['generateContent', 'countTokens'],
  'gemini-embedding-001': ['embedContent', 'countTokens'],
};

// Both spellings of a field are known, as in every Google API.
function fields(...names) {
  const snake = names.map((name) => name.replace(/[A-Z]/g, (upper) => `_${upper.toLowerCase()}`));
  return new Set([...names, ...snake]);
}

const GENERATE = fields('model', 'contents', 'tools', 'toolConfig', 'safetySettings',
  'systemInstruction', 'generationConfig', 'cachedContent', 'serviceTier', 'store');
const GENERATION = fields('stopSequences', 'responseMimeType', 'responseSchema',
  'responseJsonSchema', 'responseModalities', 'candidateCount', 'maxOutputTokens', 'temperature',
  'topP', 'topK', 'seed', 'presencePenalty', 'frequencyPenalty', 'responseLogprobs', 'logprobs',
  'enableEnhancedCivicAnswers', 'speechConfig', 'thinkingConfig', 'imageConfig',
  'mediaResolution');
const COUNT = fields('model', 'contents', 'generateContentRequest');
const EMBED = fields('model', 'content', 'taskType', 'title', 'outputDimensionality');
const BATCH = fields('model', 'requests');
const CONTENT = fields('parts', 'role');
const PART = fields('text', 'inlineData', 'fileData', 'functionCall', 'functionResponse',
  'executableCode', 'codeExecutionResult', 'thought', 'thoughtSignature', 'videoMetadata',
  'mediaResolution', 'partMetadata');
const PART_DATA = ['text', 'inlineData', 'inline_data', 'fileData', 'file_data', 'functionCall',
  'function_call', 'functionResponse', 'function_response', 'executableCode',
  'codeExecutionResult'];

export function invalid(message, details = []) {
  return new Refusal(400, 'INVALID_ARGUMENT', message, { details });
}

function unknownName(name, at) {
  const place = at ? ` at '${at}'` : '';
  const description = `Invalid JSON payload received. Unknown name "${name}"${place}: `
    + 'Cannot find field.';
  return invalid(description, [{
    '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ description }],
  }]);
}

function checkFields(object, known, at = '') {
  const unknown = firstUnknown(object, known);
  if (unknown) throw unknownName(unknown, at);
}

// The key may also come as ?key=; the record of leaks tells such a request from a good one.
export function checkKey(exchange, key) {
  const given = exchange.header('x-goog-api-key') || exchange.query.get('key');
  if (!given) {
    throw new Refusal(403, 'PERMISSION_DENIED', "Method doesn't allow unregistered callers "
      + '(callers without established identity). Please use API Key or other form of API consumer '
      + 'identity to call this API.');
  }
  if (given !== key) {
    throw invalid('API key not valid. Please pass a valid API key.', [{
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    }]);
  }
}

export function checkModel(model, method, version) {
  const serves = MODELS[model] ?? [];
  const wanted = { streamGenerateContent: 'generateContent', batchEmbedContents: 'embedContent' };
  if (serves.includes(wanted[method] ?? method)) return;
  throw new Refusal(404, 'NOT_FOUND', `models/${model} is not found for API version ${version}, or `
    + `is not supported for ${method}. Call ListModels to see the list of available models and `
    + 'their supported methods.');
}

export function jsonBody(exchange) {
  const body = exchange.json;
  if (isObject(body)) return body;
  throw invalid('Invalid JSON payload received. Unexpected end of string. Expected a value.');
}

export function checkGenerate(body) {
  checkFields(body, GENERATE);
  checkFields(body.generationConfig ?? body.generation_config ?? {}, GENERATION,
    'generation_config');
  checkContents(body.contents, 'GenerateContentRequest');
  const system = body.systemInstruction ?? body.system_instruction;
  if (system) checkContent(system, 'system_instruction');
  (body.tools ?? []).forEach(checkTool);
}

export function checkCount(body) {
  checkFields(body, COUNT);
  const inner = body.generateContentRequest ?? body.generate_content_request;
  if (!inner) {
    checkContents(body.contents, 'CountTokensRequest');
    return;
  }
  checkGenerate(inner);
}

export function checkEmbed(body, at = '') {
  checkFields(body, EMBED, at);
  if (!body.content) throw invalid('* EmbedContentRequest.content: contents is not specified\n');
  checkContent(body.content, `${at}content`);
}

export function checkBatch(body, model) {
  checkFields(body, BATCH);
  if (!Array.isArray(body.requests) || body.requests.length === 0) {
    throw invalid('* BatchEmbedContentsRequest.requests: contents is not specified\n');
  }
  body.requests.forEach((request, index) => {
    checkEmbed(request, `requests[${index}].`);
    if (request.model === `models/${model}`) return;
    throw invalid(`* BatchEmbedContentsRequest.requests[${index}].model: model name in request `
      + 'must match the model name in the url\n');
  });
}

function checkContents(contents, message) {
  if (!Array.isArray(contents) || contents.length === 0) {
    throw invalid(`* ${message}.contents: contents is not specified\n`);
  }
  contents.forEach((content, index) => {
    checkContent(content, `contents[${index}]`);
    if (content.role !== undefined && !['user', 'model', 'function'].includes(content.role)) {
      throw invalid('Please use a valid role: user, model.');
    }
  });
  checkToolTurns(contents);
}

function checkContent(content, at) {
  if (!isObject(content)) throw invalid(`Invalid value at '${at}'`);
  checkFields(content, CONTENT, at);
  (content.parts ?? []).forEach((part, index) => {
    const place = `${at}.parts[${index}]`;
    checkFields(part, PART, place);
    if (PART_DATA.some((name) => name in part)) return;
    throw invalid(`* GenerateContentRequest.${place}.data: required oneof field 'data' must have `
      + 'one initialized field\n');
  });
}

function namesOf(content, field) {
  return (content?.parts ?? []).filter((part) => field in part).map((part) => part[field].name);
}

// A turn of responses stands behind a turn with as many calls, and behind no other.
function checkToolTurns(contents) {
  contents.forEach((content, index) => {
    const responses = namesOf(content, 'functionResponse');
    if (responses.length === 0) return;
    const calls = namesOf(contents[index - 1], 'functionCall');
    if (calls.length === 0) {
      throw invalid('Please ensure that function response turn comes immediately after a function '
        + 'call turn.');
    }
    if (calls.length !== responses.length) {
      throw invalid('Please ensure that the number of function response parts is equal to the '
        + 'number of function call parts of the function call turn.');
    }
  });
}

function checkTool(tool, index) {
  const declarations = tool.functionDeclarations ?? tool.function_declarations ?? [];
  declarations.forEach((each, i) => {
    if (/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(each.name ?? '')) return;
    throw invalid(`* GenerateContentRequest.tools[${index}].function_declarations[${i}].name: `
      + 'Invalid function name. Must start with a letter or an underscore.\n');
  });
}
