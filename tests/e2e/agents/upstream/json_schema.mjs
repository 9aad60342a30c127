// What vendors refuse in the schemas of tools.

import { demand, demandKnown, isObject } from './refusal.mjs';

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
const NESTED = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];

// Calls look(schema, path) for the schema and all schemas within.
function walk(schema, look, path = '') {
  if (!isObject(schema)) return;
  look(schema, path);
  for (const holder of ['properties', '$defs', 'definitions', 'patternProperties']) {
    for (const [name, inner] of Object.entries(schema[holder] ?? {})) {
      walk(inner, look, `${path}.${holder}.${name}`);
    }
  }
  for (const holder of NESTED) {
    (schema[holder] ?? []).forEach((inner, i) => walk(inner, look, `${path}.${holder}.${i}`));
  }
  for (const holder of ['items', 'additionalProperties', 'propertyNames', 'not']) {
    walk(schema[holder], look, `${path}.${holder}`);
  }
}

function typesOf(schema) {
  return schema.type === undefined ? [] : [schema.type].flat();
}

// JSON Schema draft 2020-12, as Anthropic and OpenAI check it: `at` is the place in the request.
export function checkJsonSchema(schema, at) {
  demand(isObject(schema), `${at}: is not an object`);
  demand(schema.type === 'object',
    `${at}: schema must be a JSON Schema of 'type: "object"', got 'type: ${schema.type}'`);
  walk(schema, (inner, path) => {
    typesOf(inner).forEach((type) => demand(TYPES.includes(type),
      `${at}${path}: '${type}' is not valid under any of the given schemas`));
    demand(inner.required === undefined || Array.isArray(inner.required),
      `${at}${path}.required: is not an array`);
    demand(inner.nullable === undefined || typeof inner.nullable === 'boolean',
      `${at}${path}.nullable: is not a boolean`);
    demand(typeof inner.exclusiveMinimum !== 'boolean',
      `${at}${path}.exclusiveMinimum: true is not of type 'number'`);
    demand(!Array.isArray(inner.items),
      `${at}${path}.items: JSON Schema draft 2020-12 has no list`);
  });
}

// In addition to the above, OpenAI wants to know what an array holds.
export function checkOpenAiSchema(schema, at, isStrict) {
  checkJsonSchema(schema, at);
  walk(schema, (inner, path) => {
    const isOpenArray = typesOf(inner).includes('array') && inner.items === undefined
      && inner.prefixItems === undefined;
    demand(!isOpenArray, `${at}${path}: array schema missing items`);
    if (!isStrict || !typesOf(inner).includes('object')) return;
    demand(inner.additionalProperties === false, `${at}${path}: 'additionalProperties' is required `
      + 'to be supplied and to be false');
    const names = Object.keys(inner.properties ?? {});
    demand(names.every((name) => inner.required?.includes(name)), `${at}${path}: 'required' is `
      + 'required to be supplied and to be an array including every key in properties');
  });
}

const GEMINI_WORDS = ['type', 'format', 'title', 'description', 'nullable', 'enum', 'maxItems',
  'minItems', 'properties', 'required', 'minProperties', 'maxProperties', 'minLength', 'maxLength',
  'pattern', 'example', 'anyOf', 'propertyOrdering', 'default', 'items', 'minimum', 'maximum'];
const GEMINI_TYPES = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL'];

// The subset of OpenAPI that `parameters` of Gemini is.
export function checkGeminiSchema(schema, at) {
  demand(isObject(schema), `Invalid value at '${at}' (type.googleapis.com/Schema)`);
  demandKnown(schema, GEMINI_WORDS, (word) => 'Invalid JSON payload received. Unknown name '
    + `"${word}" at '${at}': Cannot find field.`);
  const type = typeof schema.type === 'string' ? schema.type.toUpperCase() : schema.type;
  demand(type === undefined || GEMINI_TYPES.includes(type),
    `Invalid value at '${at}.type' (type.googleapis.com/Type), ${JSON.stringify(schema.type)}`);
  demand(type !== undefined || schema.anyOf, `* ${at}.type: must be specified`);
  demand(type !== 'ARRAY' || schema.items, `* ${at}.items: missing field.`);
  demand(schema.enum === undefined || type === 'STRING', `* ${at}.enum: only allowed for STRING`);
  demand((schema.enum ?? []).every((each) => typeof each === 'string' && each !== ''),
    `* ${at}.enum: cannot be empty, and holds texts only`);
  demand(type !== 'STRING' || [undefined, 'enum', 'date-time'].includes(schema.format),
    `* ${at}.format: only 'enum' and 'date-time' are supported for STRING type`);
  demand(type !== 'OBJECT' || Object.keys(schema.properties ?? {}).length > 0,
    `* ${at}.properties: should be non-empty for OBJECT type`);
  (schema.required ?? []).forEach((name, i) => demand(schema.properties?.[name],
    `* ${at}.required[${i}]: property is not defined`));
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    checkGeminiSchema(inner, `${at}.properties[${name}]`);
  }
  if (schema.items) checkGeminiSchema(schema.items, `${at}.items`);
  (schema.anyOf ?? []).forEach((inner, i) => checkGeminiSchema(inner, `${at}.any_of[${i}]`));
}
