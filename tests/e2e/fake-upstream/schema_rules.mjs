// What vendors refuse in a JSON Schema. Each rule gives a sentence, or undefined when all is well.

import { isObject } from './refusal.mjs';

// Every object within a schema that is itself a schema, with its place.
export function* subschemas(schema, at = '') {
  if (!isObject(schema)) return;
  yield [schema, at];
  for (const word of ['properties', '$defs', 'definitions', 'patternProperties']) {
    for (const [name, each] of Object.entries(schema[word] ?? {})) {
      yield* subschemas(each, `${at}.${word}.${name}`);
    }
  }
  for (const word of ['items', 'additionalProperties', 'not']) {
    yield* subschemas(schema[word], `${at}.${word}`);
  }
  for (const word of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
    for (const [index, each] of (schema[word] ?? []).entries()) {
      yield* subschemas(each, `${at}.${word}[${index}]`);
    }
  }
}

function isOfType(schema, type) {
  return schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type));
}

// OpenAI, for what is strict: every object is closed, and all of its properties are required.
export function openAiStrictFault(schema) {
  for (const [each, at] of subschemas(schema)) {
    const open = isOfType(each, 'object') && each.additionalProperties !== false;
    if (open) {
      return `In context=(${at}), 'additionalProperties' is required to be supplied and to be `
        + 'false.';
    }
    const missing = Object.keys(each.properties ?? {})
      .find((name) => !(each.required ?? []).includes(name));
    if (missing) {
      return `In context=(${at}), 'required' is required to be supplied and to be an array `
        + `including every key in properties. Missing '${missing}'.`;
    }
    const illegal = ['allOf', 'not', 'oneOf', 'if', 'dependentRequired', 'patternProperties']
      .find((word) => word in each);
    if (illegal) return `In context=(${at}), '${illegal}' is not permitted.`;
  }
  return undefined;
}

// OpenAI, for the parameters of any function.
export function openAiSchemaFault(schema) {
  if (schema.type !== 'object') {
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${schema.type}"'.`;
  }
  for (const [each, at] of subschemas(schema)) {
    if (each.type === 'array' && each.items === undefined) {
      return `In context=(${at}), array schema missing items.`;
    }
  }
  return schema.properties === undefined ? 'In context=(), object schema missing properties.'
    : undefined;
}

const CLAUDE_ILLEGAL = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf',
  'minLength', 'maxLength', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties',
  'patternProperties', 'oneOf', 'not', 'prefixItems'];

// Anthropic, for output_config.format and strict tools.
export function claudeStrictFault(schema) {
  for (const [each] of subschemas(schema)) {
    if (isOfType(each, 'object') && each.additionalProperties !== false) {
      return "For 'object' type, 'additionalProperties' must be explicitly set to false";
    }
    const illegal = CLAUDE_ILLEGAL.find((word) => word in each);
    if (illegal) return `For '${each.type}' type, property '${illegal}' is not supported`;
  }
  return undefined;
}

const GEMINI_SCHEMA = new Set(['anyOf', 'default', 'description', 'enum', 'example', 'format',
  'items', 'maxItems', 'maxLength', 'maxProperties', 'maximum', 'minItems', 'minLength',
  'minProperties', 'minimum', 'nullable', 'pattern', 'properties', 'propertyOrdering', 'required',
  'title', 'type']);
const GEMINI_TYPES = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL'];

// Google, for the fields `parameters` and `responseSchema`, which are no JSON Schema: {unknown} is
// the name of a field that its Schema has not, {message} another fault.
export function geminiSchemaFault(schema) {
  for (const [each, at] of subschemas(schema)) {
    const unknown = Object.keys(each).find((word) => !GEMINI_SCHEMA.has(word));
    if (unknown) return { unknown, at };
    if (each.type !== undefined && !GEMINI_TYPES.includes(String(each.type).toUpperCase())) {
      return { message: `Invalid value at '${at}.type' (TYPE_ENUM), "${each.type}"` };
    }
    const isText = String(each.type).toUpperCase() === 'STRING';
    if (each.enum && !isText) {
      return { message: `${at}.enum: only allowed for STRING type` };
    }
    if (isText && each.format && !['enum', 'date-time'].includes(each.format)) {
      return { message: `${at}.format: only 'enum' and 'date-time' are supported for STRING type` };
    }
    const lost = (each.required ?? []).find((name) => !(name in (each.properties ?? {})));
    if (lost) return { message: `${at}.required[0]: property is not defined: ${lost}` };
    if (String(each.type).toUpperCase() === 'ARRAY' && each.items === undefined) {
      return { message: `${at}.items: missing field.` };
    }
  }
  return undefined;
}
