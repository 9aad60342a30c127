// The scripted upstreams refuse what they should; without this, the tests of the agents prove
// little.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { playWith } from './upstream/conversations.mjs';
import { PROMPT } from './upstream/play.mjs';

const SIGNED = { 'openai-chat': 0, 'openai-responses': 2, 'claude-messages': 2, gemini: 2 };

for (const [family, signed] of Object.entries(SIGNED)) {
  test(`${family} plays with a client that does all right`, async () => {
    const { status, refused, ...end } = await playWith(family, PROMPT, () => {});
    assert.deepEqual({ status, refused, ...end },
      { status: 200, refused: '', isOver: true, signed });
  });
}

// Of each family: what a client does wrong with its last request, and how that is called.
const FAULTS = {
  'openai-chat': [
    [/Unknown parameter: 'thinking'/, (body) => { body.thinking = {}; }],
    [/Unknown parameter: 'messages\[0\].cache_control'/, ({ messages }) => {
      messages[0].cache_control = {};
    }],
    [/did not have response messages: call_Chat11/, ({ messages }) => { messages.pop(); }],
    [/must be a response to a preceeding/, ({ messages }) => { messages[2].tool_call_id = 'x'; }],
    [/'input_text'/, ({ messages }) => {
      messages[0].content = [{ type: 'input_text', text: '' }];
    }],
    [/maximum length 40/, ({ messages }) => { messages[1].tool_calls[0].id = 'x'.repeat(41); }],
    [/'tools\[0\].function'/, ({ tools }) => { delete tools[0].function; }],
    [/got 'type: undefined'/, ({ tools }) => { tools[0].function.parameters = {}; }],
    [/array schema missing items/, ({ tools }) => {
      tools[0].function.parameters.properties.a = { type: 'array' };
    }],
    [/the result of call 1 should hold 42/, ({ messages }) => { messages.at(-2).content = '666'; }],
    [/call 1 was .* is /, ({ messages }) => {
      messages[1].tool_calls[0].function.arguments = '{}';
    }],
  ],
  'openai-responses': [
    [/Unknown parameter: 'messages'/, (body) => { body.messages = []; }],
    [/'output_text'/, ({ input }) => { input[0].content = [{ type: 'output_text', text: '' }]; }],
    [/begins with 'fc'/, ({ input }) => { input[3].id = 'call_1'; }],
    [/No tool output found for function call call_Resp11/, ({ input }) => { input.pop(); }],
    [/No tool call found/, ({ input }) => { input.splice(3, 1); }],
    [/required following item/, ({ input }) => { input.splice(2, 0, input[0]); }],
    [/not found. Items are not persisted/, ({ input }) => { delete input[1].encrypted_content; }],
    [/without the signature/, ({ input }) => { input.splice(1, 1); }],
    [/another signature/, ({ input }) => { input[1].encrypted_content += 'A'; }],
    [/'tools\[0\].function'/, ({ tools }) => { tools[0] = { type: 'function', function: {} }; }],
    [/'additionalProperties' is required/, ({ tools }) => { tools[0].strict = true; }],
  ],
  'claude-messages': [
    [/max_tokens: Field required/, (body) => { delete body.max_tokens; }],
    [/reasoning_effort: Extra inputs/, (body) => { body.reasoning_effort = 'low'; }],
    [/messages.0.role/, ({ messages }) => { messages[0].role = 'system'; }],
    [/without `tool_result`/, ({ messages }) => { messages.at(-1).content.pop(); }],
    [/unexpected `tool_use_id`/, ({ messages }) => { messages[2].content[0].tool_use_id = 'x'; }],
    [/without `tool_result` blocks immediately/, ({ messages }) => {
      messages[2].content.unshift({ type: 'text', text: 'a' });
    }],
    [/signature: Field required/, ({ messages }) => { delete messages[1].content[0].signature; }],
    [/another signature/, ({ messages }) => { messages[1].content[0].signature = 'Eqo='; }],
    [/but found `tool_use`/, ({ messages }) => { messages[3].content.shift(); }],
    [/non-whitespace/, ({ messages }) => { messages[1].content[1].text = ' '; }],
    [/`top_k` must be unset/, (body) => { body.top_k = 64; }],
    [/cannot both be specified/, (body) => {
      Object.assign(body, { temperature: 1, top_p: 0.95 });
    }],
    [/prefill/, ({ messages }) => { messages.push({ role: 'assistant', content: 'So' }); }],
    [/at the top level/, ({ tools }) => { tools[0].input_schema.anyOf = []; }],
    [/String should match pattern/, ({ tools }) => { tools[0].name = 'mcp.sh'; }],
    [/'STRING' is not valid/, ({ tools }) => {
      tools[0].input_schema.properties.command.type = 'STRING';
    }],
  ],
  gemini: [
    [/Unknown name "messages"/, (body) => { body.messages = []; }],
    [/Unknown name "additionalProperties"/, ({ tools }) => {
      tools[0].functionDeclarations[0].parameters.additionalProperties = false;
    }],
    [/enum: only allowed for STRING/, ({ tools }) => {
      tools[0].functionDeclarations[0].parameters.properties.n = { type: 'integer', enum: ['1'] };
    }],
    [/should be non-empty for OBJECT/, ({ tools }) => {
      tools[0].functionDeclarations[0].parameters.properties = {};
    }],
    [/valid role/, ({ contents }) => { contents[0].role = 'system'; }],
    [/with as many parts/, ({ contents }) => { contents.at(-1).parts.pop(); }],
    [/comes immediately after a function call turn/, ({ contents }) => { contents.splice(1, 1); }],
    [/missing a thought_signature/, ({ contents }) => {
      contents[3].parts.forEach((part) => { delete part.thoughtSignature; });
    }],
    [/another signature/, ({ contents }) => {
      contents[3].parts.find((part) => part.functionCall).thoughtSignature = 'CqYB';
    }],
    [/a call behind the first is signed/, ({ contents }) => {
      contents[3].parts.at(-1).thoughtSignature = 'CqYB';
    }],
    [/required oneof field 'data'/, ({ contents }) => { contents[0].parts.push({}); }],
    [/has the id gem11x, its call gem10x/, ({ contents }) => { contents.at(-1).parts.reverse(); }],
  ],
};

for (const [family, faults] of Object.entries(FAULTS)) {
  for (const [words, change] of faults) {
    test(`${family} refuses: ${words.source}`, async () => {
      const { status, refused } = await playWith(family, PROMPT, change);
      assert.match(refused, words);
      assert.ok([400, 404].includes(status));
    });
  }
}
