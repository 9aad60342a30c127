// What chat and responses have in common.

import { demand } from './refusal.mjs';

export function authorizeBearer(headers, key) {
  demand(headers.authorization === `Bearer ${key}`,
    `Incorrect API key provided: ${headers.authorization}`, 401);
}

export function unknownParameter(name) {
  return `Unknown parameter: '${name}'.`;
}

export function openAiError(refusal) {
  return { error: { message: refusal.message, type: 'invalid_request_error', param: null,
    code: null } };
}

export function modelList(url) {
  demand(url.pathname === '/v1/models', `Unknown request URL: GET ${url.pathname}`, 404);
  return { json: { object: 'list', data: [
    { id: 'gpt-5.5', object: 'model', created: 1700000000, owned_by: 'openai' }] } };
}
