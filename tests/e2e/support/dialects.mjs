// The form of an error in each vendor's protocol, as its SDKs read it.

import assert from 'node:assert/strict';

const CHECKS = {
  openai: ({ error }) => {
    assert.equal(typeof error.type, 'string');
    assert.ok('param' in error && 'code' in error);
    return error.message;
  },
  claude: ({ type, error }) => {
    assert.equal(type, 'error');
    assert.equal(typeof error.type, 'string');
    return error.message;
  },
  gemini: ({ error }, status) => {
    assert.equal(error.code, status);
    assert.match(error.status, /^[A-Z_]+$/);
    return error.message;
  },
};

// Fails unless the answer (of raw()) is an error in the vendor's form. Returns its message.
export function errorMessage(vendor, { status, headers, json }) {
  assert.match(headers['content-type'] ?? '', /^application\/json/);
  const message = CHECKS[vendor](json, status);
  assert.equal(typeof message, 'string');
  assert.notEqual(message, '');
  return message;
}
