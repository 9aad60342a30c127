// How OpenAI refuses a field.

import { Refusal, firstUnknown } from './refusal.mjs';

export function invalid(message, param = null, code = null) {
  return new Refusal(400, 'invalid_request_error', message, { param, code });
}

export function missing(param) {
  return invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
}

export function checkFields(object, known, at = '') {
  const unknown = firstUnknown(object, known);
  if (!unknown) return;
  const name = at ? `${at}.${unknown}` : unknown;
  throw invalid(`Unknown parameter: '${name}'.`, name, 'unknown_parameter');
}

export function oneOf(value, values, at) {
  if (values.includes(value)) return;
  throw invalid(`Invalid value: '${value}'. Supported values are: `
    + `${values.map((each) => `'${each}'`).join(', ')}.`, at, 'invalid_value');
}

// A picture: a URL, or data of a type that is read.
export function checkImageUrl(url, at) {
  if (/^https?:\/\/\S+$/.test(url ?? '')) return;
  if (/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/.test(url ?? '')) return;
  throw invalid(`Invalid '${at}'. Expected a base64-encoded data URL with an image MIME type (e.g. `
    + "'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without it.", at,
  'invalid_value');
}

// A document: data with its type and a name.
export function checkFileData({ file_data: data, filename }, at) {
  if (!/^data:application\/pdf;base64,[A-Za-z0-9+/]+={0,2}$/.test(data ?? '')) {
    throw invalid(`Invalid '${at}.file_data'. Expected a base64-encoded data URL with an `
      + "application MIME type (e.g. 'data:application/pdf;base64,...').", `${at}.file_data`,
    'invalid_value');
  }
  if (!filename) throw missing(`${at}.filename`);
}
