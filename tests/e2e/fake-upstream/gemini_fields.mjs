// How Google names a field, and how it refuses one that it does not know.

import { Refusal, firstUnknown } from './refusal.mjs';

// Both spellings of a field are known, as in every Google API.
export function fields(...names) {
  const snake = names.map((name) => name.replace(/[A-Z]/g, (upper) => `_${upper.toLowerCase()}`));
  return new Set([...names, ...snake]);
}

export function invalid(message, details = []) {
  return new Refusal(400, 'INVALID_ARGUMENT', message, { details });
}

export function unknownName(name, at) {
  const place = at ? ` at '${at}'` : '';
  const description = `Invalid JSON payload received. Unknown name "${name}"${place}: `
    + 'Cannot find field.';
  return invalid(description, [{
    '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ description }],
  }]);
}

export function checkFields(object, known, at = '') {
  const unknown = firstUnknown(object, known);
  if (unknown) throw unknownName(unknown, at);
}
