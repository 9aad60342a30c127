// What generativelanguage.googleapis.com refuses in the turns of a conversation.

import { checkFields, fields, invalid } from './gemini_fields.mjs';
import { isObject } from './refusal.mjs';
import { canonical, unseal } from './seal.mjs';

const CONTENT = fields('parts', 'role');
const PART = fields('text', 'inlineData', 'fileData', 'functionCall', 'functionResponse',
  'executableCode', 'codeExecutionResult', 'thought', 'thoughtSignature', 'videoMetadata',
  'mediaResolution', 'partMetadata', 'toolCall', 'toolResponse');
const PART_DATA = ['text', 'inlineData', 'inline_data', 'fileData', 'file_data', 'functionCall',
  'function_call', 'functionResponse', 'function_response', 'executableCode',
  'codeExecutionResult'];
const BLOB = fields('mimeType', 'data');
const FILE = fields('mimeType', 'fileUri');
const CALL = fields('id', 'name', 'args');
const RESPONSE = fields('id', 'name', 'response', 'willContinue', 'scheduling', 'parts');
const TYPES = /^(image\/(png|jpeg|webp|heic|heif)|application\/pdf|text\/[\w-]+|audio\/|video\/)/;

// Google's own word for "this call is not mine, don't look for a signature".
const SKIP = 'skip_thought_signature_validator';

export function checkContents(contents, message, model) {
  if (!Array.isArray(contents) || contents.length === 0) {
    throw invalid(`* ${message}.contents: contents is not specified\n`);
  }
  contents.forEach((content, index) => {
    checkContent(content, `contents[${index}]`);
    if (content.role !== undefined && !['user', 'model', 'function'].includes(content.role)) {
      throw invalid('Please use a valid role: user, model.');
    }
    if (contents.length > 1 && (content.parts ?? []).length === 0) {
      throw invalid(`* ${message}.contents[${index}].parts: contents.parts must not be empty.\n`);
    }
  });
  checkToolTurns(contents);
  if (model.startsWith('gemini-3')) checkCallsAreSigned(contents);
}

export function checkContent(content, at) {
  if (!isObject(content)) throw invalid(`Invalid value at '${at}'`);
  checkFields(content, CONTENT, at);
  (content.parts ?? []).forEach((part, index) => checkPart(part, `${at}.parts[${index}]`));
}

function checkPart(part, at) {
  checkFields(part, PART, at);
  const data = PART_DATA.filter((name) => name in part);
  if (data.length === 0) {
    throw invalid(`* GenerateContentRequest.${at}.data: required oneof field 'data' must have `
      + 'one initialized field\n');
  }
  if (data.length > 1) {
    throw invalid(`Invalid value at '${at}' (oneof), oneof field 'data' is already set. Cannot set `
      + `'${data[1]}'`);
  }
  checkBlob(part.inlineData ?? part.inline_data, at);
  if (part.fileData) checkFields(part.fileData, FILE, `${at}.file_data`);
  if (part.functionCall) checkCall(part.functionCall, at);
  if (part.functionResponse) checkResponse(part.functionResponse, at);
  checkSignature(part, at);
}

function checkBlob(blob, at) {
  if (blob === undefined) return;
  checkFields(blob, BLOB, `${at}.inline_data`);
  const type = blob.mimeType ?? blob.mime_type;
  if (!TYPES.test(type ?? '')) throw invalid(`Unsupported MIME type: ${type}`);
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(blob.data ?? '')) return;
  throw invalid(`Invalid value at '${at}.inline_data.data' (TYPE_BYTES), Base64 decoding failed`);
}

function checkCall(call, at) {
  checkFields(call, CALL, `${at}.function_call`);
  if (!call.name) {
    throw invalid(`* GenerateContentRequest.${at}.function_call.name: cannot be empty`);
  }
  if (call.args !== undefined && !isObject(call.args)) {
    throw invalid(`Invalid value at '${at}.function_call.args' (type.googleapis.com/`
      + `google.protobuf.Struct), ${JSON.stringify(call.args)}`);
  }
}

function checkResponse(response, at) {
  checkFields(response, RESPONSE, `${at}.function_response`);
  if (!response.name) {
    throw invalid(`* GenerateContentRequest.${at}.function_response.name: Name cannot be empty.\n`);
  }
  if (!isObject(response.response)) {
    throw invalid(`Invalid value at '${at}.function_response.response' (type.googleapis.com/`
      + `google.protobuf.Struct), ${JSON.stringify(response.response)}`);
  }
}

function checkSignature(part, at) {
  const signature = part.thoughtSignature ?? part.thought_signature;
  if (signature === undefined || signature === SKIP) return;
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(signature)) {
    throw invalid(`Invalid value at '${at}.thought_signature' (TYPE_BYTES), Base64 decoding failed `
      + `for "${signature}"`);
  }
  const expected = part.functionCall
    ? `call ${part.functionCall.name} ${canonical(part.functionCall.args)}` : 'text';
  if (unseal('gemini', signature) !== expected) throw invalid('Corrupted thought signature.');
}

// Within the current turn (behind the last words of the user) the first call of each step is
// signed, from generation 3 on.
function checkCallsAreSigned(contents) {
  const isOfUser = ({ role, parts }) => role !== 'model'
    && parts.every((part) => !('functionResponse' in part));
  const turns = turnsOf(contents);
  turns.slice(turns.findLastIndex(isOfUser) + 1).forEach(({ parts }, index) => {
    const first = parts.find((part) => 'functionCall' in part);
    if (!first || first.thoughtSignature || first.thought_signature) return;
    throw invalid('Function call is missing a thought_signature in functionCall parts. This is '
      + 'required for tools to work correctly, and missing thought_signature may lead to degraded '
      + `model performance. Additional data, function call \`default_api:${first.functionCall.name}`
      + `\` , position ${index + 1}.`);
  });
}

function dataOf(content, field) {
  return (content?.parts ?? []).filter((part) => field in part).map((part) => part[field]);
}

// Neighbours of one role are one turn: Google's SDK sends a streamed answer back in its pieces.
function turnsOf(contents) {
  const turns = [];
  for (const { role, parts } of contents) {
    const side = role === 'model' ? 'model' : 'user';
    if (turns.at(-1)?.role === side) turns.at(-1).parts.push(...parts);
    else turns.push({ role: side, parts: [...(parts ?? [])] });
  }
  return turns;
}

// A turn of calls stands behind one of the user; a turn of as many responses stands behind it, and
// behind no other. Each response has the name of its call, in order, and its id if there is one.
function checkToolTurns(contents) {
  const turns = turnsOf(contents);
  if (dataOf(turns[0], 'functionCall').length > 0) {
    throw invalid('Please ensure that function call turn comes immediately after a user turn or '
      + 'after a function response turn.');
  }
  turns.forEach((turn, index) => {
    const responses = dataOf(turn, 'functionResponse');
    const calls = dataOf(turns[index - 1], 'functionCall');
    if (responses.length > 0 && calls.length === 0) {
      throw invalid('Please ensure that function response turn comes immediately after a function '
        + 'call turn.');
    }
    if (calls.length !== responses.length) {
      throw invalid('Please ensure that the number of function response parts is equal to the '
        + 'number of function call parts of the function call turn.');
    }
    checkPairs(calls, responses);
  });
  if (dataOf(turns.at(-1), 'functionCall').length > 0) {
    throw invalid('Please ensure that function call turn is followed by a function response turn.');
  }
}

function checkPairs(calls, responses) {
  responses.forEach((response, i) => {
    const call = response.id ? calls.find(({ id }) => id === response.id) : calls[i];
    if (call?.name === response.name) return;
    throw invalid(`Please ensure that function response ${i} ("${response.name}") answers a `
      + `function call of the turn before it ("${call?.name ?? response.id}").`);
  });
}
