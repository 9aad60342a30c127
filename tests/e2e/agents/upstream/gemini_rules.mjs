// What generativelanguage.googleapis.com refuses. Both spellings of a field are known to it;
// clients and abv-host write the camel one, and only that is let through here.

import { checkGeminiSchema } from './json_schema.mjs';
import { demand, demandKnown, isObject } from './refusal.mjs';

const GENERATE = ['contents', 'tools', 'toolConfig', 'safetySettings', 'systemInstruction',
  'generationConfig', 'cachedContent', 'serviceTier', 'store', 'model'];
const GENERATION = ['stopSequences', 'responseMimeType', 'responseSchema', 'responseJsonSchema',
  'responseModalities', 'candidateCount', 'maxOutputTokens', 'temperature', 'topP', 'topK', 'seed',
  'presencePenalty', 'frequencyPenalty', 'responseLogprobs', 'logprobs', 'speechConfig',
  'thinkingConfig', 'imageConfig', 'mediaResolution', 'enableEnhancedCivicAnswers'];
const DATA = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse',
  'executableCode', 'codeExecutionResult'];
const PART = [...DATA, 'thought', 'thoughtSignature', 'videoMetadata', 'mediaResolution',
  'partMetadata'];
const DECLARATION = ['name', 'description', 'behavior', 'parameters', 'parametersJsonSchema',
  'response', 'responseJsonSchema'];
const SKIPPED = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'];

function checkKnown(object, known, at) {
  demandKnown(object, known, (name) => `Invalid JSON payload received. Unknown name "${name}" at `
    + `'${at}': Cannot find field.`);
}

function checkContent(content, at) {
  checkKnown(content, ['parts', 'role'], at);
  demand(Array.isArray(content.parts) && content.parts.length > 0,
    `* GenerateContentRequest.${at}.parts: contents.parts must not be empty.`);
  content.parts.forEach((part, index) => {
    const place = `${at}.parts[${index}]`;
    checkKnown(part, PART, place);
    const data = DATA.filter((name) => name in part);
    demand(data.length === 1, `* GenerateContentRequest.${place}.data: required oneof field 'data' `
      + `must have one initialized field, has ${data.length}`);
    if (part.functionCall) {
      checkKnown(part.functionCall, ['id', 'name', 'args'], `${place}.function_call`);
      demand(isObject(part.functionCall.args ?? {}),
        `Invalid value at '${place}.function_call.args'`);
    }
    if (part.functionResponse) {
      checkKnown(part.functionResponse,
        ['id', 'name', 'response', 'parts', 'willContinue', 'scheduling'],
        `${place}.function_response`);
      demand(isObject(part.functionResponse.response),
        `Invalid value at '${place}.function_response.response' (google.protobuf.Struct)`);
      demand(part.functionResponse.name,
        `* ${place}.function_response.name: Name cannot be empty.`);
    }
  });
}

function namesOf(content, field) {
  return (content?.parts ?? []).filter((part) => field in part).map((part) => part[field].name);
}

function checkTurns(contents) {
  contents.forEach((content, index) => {
    demand(['user', 'model'].includes(content.role ?? 'user'),
      'Please use a valid role: user, model.');
    const calls = namesOf(content, 'functionCall');
    const results = namesOf(content, 'functionResponse');
    if (results.length > 0) {
      const asked = namesOf(contents[index - 1], 'functionCall');
      demand(asked.length > 0, 'Please ensure that function response turn comes immediately after '
        + 'a function call turn.');
      demand(asked.length === results.length, 'Please ensure that the number of function response '
        + 'parts is equal to the number of function call parts of the function call turn.');
      demand(asked.every((name, i) => name === results[i]),
        `the names of the function responses are ${results}, of the calls ${asked}`);
    }
    if (calls.length === 0) return;
    demand(content.role === 'model', 'function calls belong to the model');
    demand(index > 0 && contents[index - 1].role !== 'model', 'Please ensure that function call '
      + 'turn comes immediately after a user turn or after a function response turn.');
    demand(namesOf(contents[index + 1], 'functionResponse').length === calls.length,
      'Please ensure that function call turn is followed by a function response turn with as many '
      + 'parts.');
    checkSigned(content, index);
  });
}

function checkSigned(content, index) {
  const [first, ...others] = content.parts.filter((part) => part.functionCall);
  demand(first.thoughtSignature, 'Function call is missing a thought_signature in functionCall '
    + `parts. (contents[${index}], ${first.functionCall.name})`);
  demand(!SKIPPED.includes(first.thoughtSignature),
    `the signature was lost on the way and replaced by ${first.thoughtSignature}`);
  demand(others.every((part) => !part.thoughtSignature),
    `Corrupted thought signature. (contents[${index}]: a call behind the first is signed)`);
}

function checkTool(tool, index) {
  const at = `tools[${index}]`;
  checkKnown(tool, ['functionDeclarations', 'googleSearch', 'codeExecution', 'urlContext'], at);
  (tool.functionDeclarations ?? []).forEach((each, i) => {
    const place = `${at}.function_declarations[${i}]`;
    checkKnown(each, DECLARATION, place);
    demand(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/.test(each.name ?? ''),
      `* GenerateContentRequest.${place}.name: Invalid function name: ${each.name}`);
    demand(!each.parameters || !each.parametersJsonSchema,
      `* ${place}: parameters and parameters_json_schema are mutually exclusive`);
    if (each.parameters) checkGeminiSchema(each.parameters, `${place}.parameters`);
    demand(each.parametersJsonSchema === undefined || isObject(each.parametersJsonSchema),
      `Invalid value at '${place}.parameters_json_schema'`);
  });
}

export function checkGemini(body) {
  checkKnown(body, GENERATE, '');
  const generation = body.generationConfig ?? {};
  checkKnown(generation, GENERATION, 'generation_config');
  const thinking = generation.thinkingConfig ?? {};
  checkKnown(thinking, ['includeThoughts', 'thinkingBudget', 'thinkingLevel'],
    'generation_config.thinking_config');
  demand(thinking.thinkingBudget === undefined || thinking.thinkingLevel === undefined,
    'You can only set only one of thinking budget and thinking level.');
  const level = thinking.thinkingLevel?.toUpperCase();
  demand([undefined, 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH'].includes(level),
    `Invalid value at 'thinking_level': ${thinking.thinkingLevel}`);
  demand((generation.stopSequences ?? []).length <= 5, 'too many stop_sequences');
  demand(Array.isArray(body.contents) && body.contents.length > 0,
    '* GenerateContentRequest.contents: contents is not specified');
  body.contents.forEach((content, index) => checkContent(content, `contents[${index}]`));
  if (body.systemInstruction) checkContent(body.systemInstruction, 'system_instruction');
  (body.tools ?? []).forEach(checkTool);
  const names = (body.tools ?? []).flatMap(({ functionDeclarations = [] }) => (
    functionDeclarations.map(({ name }) => name)));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  demand(!twice, `Duplicate function declaration found: ${twice}`);
  const hasOwn = (body.tools ?? []).some((tool) => !tool.functionDeclarations);
  demand(!hasOwn || names.length === 0 || body.toolConfig?.includeServerSideToolInvocations,
    'Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with '
    + 'Function calling.');
  const config = body.toolConfig?.functionCallingConfig ?? {};
  checkKnown(config, ['mode', 'allowedFunctionNames', 'streamFunctionCallArguments'],
    'tool_config.function_calling_config');
  demand(!config.allowedFunctionNames || ['ANY', 'VALIDATED'].includes(config.mode),
    'Function calling config: allowed_function_names is only allowed with mode ANY or VALIDATED.');
  checkTurns(body.contents);
}
