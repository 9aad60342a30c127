// What is said in the conversations: by the user, the model, and the tools.

import { PIXEL } from '../fake-upstream/openai.mjs';

export const TOOLS = [
  {
    name: 'weather',
    description: 'Tells the weather of "today" & later.',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string', description: 'Name\nof the city' },
        days: { type: 'integer' },
      },
      required: ['city', 'days'],
      additionalProperties: false,
    },
  },
  {
    name: 'local_time',
    description: 'Tells the time.',
    parameters: {
      type: 'object',
      properties: { zone: { type: 'string', enum: ['Europe/Berlin', 'UTC'] } },
      required: ['zone'],
      additionalProperties: false,
    },
  },
];
export const SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['name', 'tags'],
  additionalProperties: false,
};
// With words of JSON Schema that one vendor or another does not take.
export const RICH_TOOL = {
  name: 'search',
  description: 'Searches.',
  parameters: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      query: { type: 'string', minLength: 1, maxLength: 200, pattern: '^\\S', examples: ['x'] },
      kind: { const: 'all' },
      limit: { type: ['integer', 'null'], exclusiveMinimum: 0, maximum: 50, default: 10 },
      since: { type: 'string', format: 'date' },
      filter: { oneOf: [{ type: 'string' }, { $ref: '#/$defs/range' }] },
      rest: { type: 'object', additionalProperties: { type: 'string' } },
      pair: { type: 'array', items: { anyOf: [{ type: 'number' }, { type: 'boolean' }] },
        uniqueItems: true, minItems: 2 },
    },
    required: ['query'],
    $defs: { range: {
      type: 'object', properties: { from: { type: 'number' }, to: { type: 'number' } },
      required: ['from'],
    } },
  },
};
// Open, with an optional property and with bounds: not strict.
export const LOOSE_SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    size: { type: 'integer', minimum: 0, maximum: 9 },
    notes: { type: 'array', items: { type: 'string' }, maxItems: 3 },
  },
  required: ['name'],
};
export const CALLS = [
  { name: 'weather', args: { city: 'Köln "am Rhein"', days: 3 } },
  { name: 'local_time', args: { zone: 'UTC' } },
  { name: 'weather', args: { city: 'Paris', days: 1 } },
];
export const RESULTS = ['rain', '12:30', 'sun \u{1F31E} & "wind"'];
export const PICTURE = { type: 'image/png', data: PIXEL };
export const PAPER = {
  type: 'application/pdf', name: 'paper.pdf',
  data: Buffer.from('%PDF-1.4\n% a paper without pages\n%%EOF\n').toString('base64'),
};

export const USER = [{ text: 'Grüße 👋\n"quoted" \\ text' }];

export const MODES = ['whole', 'streamed'];
