// What generativelanguage.googleapis.com refuses, in its words.

import { checkContents, checkContent } from './gemini_contents.mjs';
import {
  checkFields, fields, invalid, unknownName,
} from './gemini_fields.mjs';
import { checkMedia } from './gemini_media_rules.mjs';
import { Refusal, isObject } from './refusal.mjs';
import { geminiSchemaFault } from './schema_rules.mjs';

export const MODELS = {
  'gemini-2.5-flash': ['generateContent', 'countTokens'],
  'gemini-2.5-pro': ['generateContent', 'countTokens'],
  'gemini-3-pro-preview': ['generateContent', 'countTokens'],
  'gemini-2.5-flash-image': ['generateContent', 'countTokens'],
  'gemini-3-pro-image-preview': ['generateContent', 'countTokens'],
  'gemini-3.5-transcribe': ['generateContent'],
  'imagen-4.0-generate-001': ['predict'],
  'gemini-embedding-001': ['embedContent', 'countTokens'],
};

const GENERATE = fields('model', 'contents', 'tools', 'toolConfig', 'safetySettings',
  'systemInstruction', 'generationConfig', 'cachedContent', 'serviceTier', 'store');
const GENERATION = fields('stopSequences', 'responseMimeType', 'responseSchema',
  'responseJsonSchema', 'responseModalities', 'candidateCount', 'maxOutputTokens', 'temperature',
  'topP', 'topK', 'seed', 'presencePenalty', 'frequencyPenalty', 'responseLogprobs', 'logprobs',
  'enableEnhancedCivicAnswers', 'speechConfig', 'thinkingConfig', 'imageConfig',
  'mediaResolution', 'audioTranscriptionConfig');
const COUNT = fields('model', 'contents', 'generateContentRequest');
const EMBED = fields('model', 'content', 'taskType', 'title', 'outputDimensionality');
const BATCH = fields('model', 'requests');
const TASKS = ['RETRIEVAL_QUERY', 'RETRIEVAL_DOCUMENT', 'SEMANTIC_SIMILARITY', 'CLASSIFICATION',
  'CLUSTERING', 'QUESTION_ANSWERING', 'FACT_VERIFICATION', 'CODE_RETRIEVAL_QUERY'];
const THINKING = fields('includeThoughts', 'thinkingBudget', 'thinkingLevel');
const TOOL = fields('functionDeclarations', 'googleSearch', 'googleSearchRetrieval',
  'codeExecution', 'urlContext', 'computerUse', 'fileSearch', 'googleMaps');
const DECLARATION = fields('name', 'description', 'parameters', 'parametersJsonSchema', 'response',
  'responseJsonSchema', 'behavior');
const CALLING = fields('mode', 'allowedFunctionNames');
// The range of a budget, and whether thinking can be off.
const BUDGETS = { 'gemini-2.5-flash': [1, 24576, true], 'gemini-2.5-pro': [128, 32768, false] };

export { invalid };

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

export function checkGenerate(body, model) {
  checkFields(body, GENERATE);
  checkConfig(body.generationConfig ?? body.generation_config ?? {}, model);
  checkContents(body.contents, 'GenerateContentRequest', model);
  checkMedia(body, model);
  const system = body.systemInstruction ?? body.system_instruction;
  if (system) checkContent(system, 'system_instruction');
  (body.tools ?? []).forEach(checkTool);
  checkToolConfig(body);
}

function checkConfig(config, model) {
  checkFields(config, GENERATION, 'generation_config');
  const { temperature, topP, candidateCount, stopSequences = [], maxOutputTokens } = config;
  if (temperature !== undefined && (temperature < 0 || temperature > 2)) {
    throw invalid(`Unable to submit request because it has a temperature value of ${temperature} `
      + 'but the supported range is from 0 (inclusive) to 2.0 (inclusive).');
  }
  if (topP !== undefined && (topP < 0 || topP > 1)) throw invalid('topP must be between 0 and 1');
  if (candidateCount !== undefined && (candidateCount < 1 || candidateCount > 8)) {
    throw invalid('candidate_count must be between 1 and 8');
  }
  if (stopSequences.length > 5) throw invalid('stop_sequences must not exceed 5');
  if (maxOutputTokens !== undefined && (maxOutputTokens < 1 || maxOutputTokens > 65536)) {
    throw invalid('max_output_tokens must be in the range from 1 (inclusive) to 65537 (exclusive)');
  }
  checkOutput(config);
  checkThinkingConfig(config.thinkingConfig ?? config.thinking_config, model);
}

function checkOutput(config) {
  const schema = config.responseSchema ?? config.response_schema;
  const jsonSchema = config.responseJsonSchema ?? config.response_json_schema;
  const type = config.responseMimeType ?? config.response_mime_type;
  if (schema && jsonSchema) {
    throw invalid('Only one of response_schema and response_json_schema may be set');
  }
  if ((schema || jsonSchema) && type !== 'application/json' && type !== 'text/x.enum') {
    throw invalid('Function calling with a response mime type: response_mime_type must be '
      + "'application/json' when a response schema is set");
  }
  checkSchema(schema, 'generation_config.response_schema');
}

function checkSchema(schema, at) {
  const fault = schema && geminiSchemaFault(schema);
  if (fault?.unknown) throw unknownName(fault.unknown, at + fault.at);
  if (fault) throw invalid(`* GenerateContentRequest.${at}${fault.message}\n`);
}

function checkThinkingConfig(config, model) {
  if (config === undefined) return;
  checkFields(config, THINKING, 'generation_config.thinking_config');
  const { thinkingBudget: budget, thinkingLevel: level } = config;
  if (budget !== undefined && level !== undefined) {
    throw invalid('You can only set only one of thinking budget and thinking level.');
  }
  const [least, most, canBeOff] = BUDGETS[model] ?? [1, 32768, false];
  if (level !== undefined && BUDGETS[model]) {
    throw invalid('Thinking level is not supported for this model.');
  }
  if (level !== undefined && !['LOW', 'HIGH'].includes(String(level).toUpperCase())) {
    throw invalid(`Thinking level ${level} is not supported for this model.`);
  }
  if (budget === undefined || budget === -1 || (budget === 0 && canBeOff)) return;
  if (budget < least || budget > most) {
    throw invalid(`The thinking budget ${budget} is invalid. Please choose a value between `
      + `${least} and ${most}.`);
  }
}

export function checkCount(body, model) {
  checkFields(body, COUNT);
  const inner = body.generateContentRequest ?? body.generate_content_request;
  if (!inner) {
    checkContents(body.contents, 'CountTokensRequest', model);
    return;
  }
  if (inner.model !== `models/${model}`) {
    throw invalid('* CountTokensRequest.generate_content_request.model: model name in request must '
      + 'match the model name in the url\n');
  }
  checkGenerate(inner, model);
}

export function checkEmbed(body, at = '') {
  checkFields(body, EMBED, at);
  const { taskType, title, outputDimensionality: size } = body;
  if (taskType !== undefined && !TASKS.includes(taskType)) {
    throw invalid(`Invalid value at '${at}task_type', "${taskType}"`);
  }
  if (title !== undefined && taskType !== 'RETRIEVAL_DOCUMENT') {
    throw invalid('title is only applicable when the task type is RETRIEVAL_DOCUMENT');
  }
  if (size !== undefined && (!Number.isInteger(size) || size < 1 || size > 3072)) {
    throw invalid(`Invalid value at '${at}output_dimensionality'`);
  }
  if (!body.content) throw invalid('* EmbedContentRequest.content: contents is not specified\n');
  checkContent(body.content, `${at}content`);
}

export function checkBatch(body, model) {
  checkFields(body, BATCH);
  if (!Array.isArray(body.requests) || body.requests.length === 0) {
    throw invalid('* BatchEmbedContentsRequest.requests: contents is not specified\n');
  }
  if (body.requests.length > 100) {
    throw invalid('* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch\n');
  }
  body.requests.forEach((request, index) => {
    checkEmbed(request, `requests[${index}].`);
    if (request.model === `models/${model}`) return;
    throw invalid(`* BatchEmbedContentsRequest.requests[${index}].model: model name in request `
      + 'must match the model name in the url\n');
  });
}

function checkTool(tool, index) {
  checkFields(tool, TOOL, `tools[${index}]`);
  const declarations = tool.functionDeclarations ?? tool.function_declarations ?? [];
  declarations.forEach((each, i) => {
    const at = `tools[${index}].function_declarations[${i}]`;
    checkFields(each, DECLARATION, at);
    if (!/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(each.name ?? '')) {
      throw invalid(`* GenerateContentRequest.${at}.name: Invalid function name. Must start with a `
        + 'letter or an underscore.\n');
    }
    if (declarations.findIndex(({ name }) => name === each.name) !== i) {
      throw invalid(`Duplicate function declaration found: ${each.name}`);
    }
    const jsonSchema = each.parametersJsonSchema ?? each.parameters_json_schema;
    if (each.parameters && jsonSchema) {
      throw invalid(`${at}: only one of parameters and parameters_json_schema may be set`);
    }
    checkSchema(each.parameters, `${at}.parameters`);
  });
}

function checkToolConfig(body) {
  const config = body.toolConfig ?? body.tool_config;
  const calling = config?.functionCallingConfig ?? config?.function_calling_config;
  if (!calling) return;
  checkFields(calling, CALLING, 'tool_config.function_calling_config');
  if (!(body.tools ?? []).some((tool) => tool.functionDeclarations ?? tool.function_declarations)) {
    throw invalid('Function calling config is set without function_declarations.');
  }
  if (!['AUTO', 'ANY', 'NONE', 'VALIDATED'].includes(calling.mode)) {
    throw invalid(`Invalid value at 'tool_config.function_calling_config.mode', "${calling.mode}"`);
  }
  if (calling.allowedFunctionNames?.length && !['ANY', 'VALIDATED'].includes(calling.mode)) {
    throw invalid('allowed_function_names should be set only when the calling mode is ANY.');
  }
}
