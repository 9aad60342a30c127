// The lists of fields that tests/cases converts (tests/cases/fields), and the documents that they
// stand for, as field_list.cpp makes them.

import { readFileSync } from 'node:fs';

const FIELDS = new URL('../../cases/fields/', import.meta.url);

export const LISTS = [
  'requests/openai-chat',
  'requests/openai-completions',
  'requests/openai-responses',
  'requests/claude-messages',
  'requests/gemini',
  'answers/openai-chat',
  'answers/openai-responses',
  'answers/claude-messages',
  'answers/gemini',
  'media/audio-transcriptions',
  'media/audio-translations',
  'media/embeddings-gemini',
  'media/embeddings-openai',
  'media/images-edits',
  'media/images-generations',
  'media/images-variations',
];

export function readList(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FIELDS), 'utf8'));
}

// The names that lead from a document to a field: "tools.1" in "/a/0" is ["a", "0", "tools", "1"].
export function stepsTo(at, field = '') {
  return [...at.split('/').slice(1), ...field.split('.').filter((name) => name !== '')];
}

function put(document, steps, value) {
  if (steps.length === 0) return value;
  const [name, ...rest] = steps;
  const owner = Array.isArray(document) || (typeof document === 'object' && document !== null) ? document : {};
  owner[name] = put(owner[name], rest, value);
  return owner;
}

// The document of a row that has the field.
export function documentOf(list, group, row) {
  let document = {};
  for (const changes of [list.base, group.base, row.base]) {
    for (const [pointer, value] of Object.entries(structuredClone(changes ?? {}))) {
      document = put(document, pointer.split('/').slice(1), value);
    }
  }
  if ('value' in row) document = put(document, stepsTo(group.at, row.field), row.value);
  return document;
}
