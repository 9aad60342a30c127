// The last request of the play as a well-behaved client of each family sends it, made by playing.

import { ScriptedUpstream } from './server.mjs';

const SCHEMA = {
  type: 'object', properties: { command: { type: 'string' } }, required: ['command'],
};
const RESULTS = { 'cat answer.txt': '42\n', 'expr 600 + 66': '666\n' };
const resultOf = ({ command }) => RESULTS[command] ?? 'it is "written"\n';

export const SCRIPT = { shell: 'sh', args: (command) => ({ command }) };

const chat = {
  path: '/v1/chat/completions',
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  first: (prompt) => ({
    model: 'glm-5',
    messages: [{ role: 'user', content: prompt }],
    tools: [{ type: 'function', function: { name: 'sh', parameters: SCHEMA } }],
  }),
  next(body, { choices: [{ message }] }) {
    body.messages.push(message, ...message.tool_calls.map((call) => ({ role: 'tool',
      tool_call_id: call.id, content: resultOf(JSON.parse(call.function.arguments)) })));
  },
};

const responses = {
  path: '/v1/responses',
  headers: chat.headers,
  first: (prompt) => ({
    model: 'gpt-5.5',
    store: false,
    include: ['reasoning.encrypted_content'],
    input: [{ role: 'user', content: prompt }],
    tools: [{ type: 'function', name: 'sh', parameters: SCHEMA }],
  }),
  next(body, { output }) {
    const calls = output.filter(({ type }) => type === 'function_call');
    body.input.push(...output, ...calls.map((call) => ({ type: 'function_call_output',
      call_id: call.call_id, output: resultOf(JSON.parse(call.arguments)) })));
  },
};

const claude = {
  path: '/v1/messages',
  headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  first: (prompt) => ({
    model: 'claude-sonnet-4-6',
    max_tokens: 8000,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    messages: [{ role: 'user', content: prompt }],
    tools: [{ name: 'sh', input_schema: SCHEMA }],
  }),
  next(body, { content }) {
    const calls = content.filter(({ type }) => type === 'tool_use');
    body.messages.push({ role: 'assistant', content }, { role: 'user',
      content: calls.map(({ id, input }) => (
        { type: 'tool_result', tool_use_id: id, content: resultOf(input) })) });
  },
};

const gemini = {
  path: '/v1beta/models/gemini-3.1-pro-preview:generateContent',
  headers: (key) => ({ 'x-goog-api-key': key }),
  first: (prompt) => ({
    contents: [{ role: 'user', parts: [{ text: prompt }] }],
    tools: [{ functionDeclarations: [{ name: 'sh', parameters: SCHEMA }] }],
  }),
  next(body, { candidates: [{ content }] }) {
    const calls = content.parts.map(({ functionCall }) => functionCall).filter(Boolean);
    body.contents.push(content, { role: 'user', parts: calls.map(({ id, name, args }) => (
      { functionResponse: { id, name, response: { output: resultOf(args) } } })) });
  },
};

const FAMILIES = {
  'openai-chat': chat, 'openai-responses': responses, 'claude-messages': claude, gemini,
};

async function post(upstream, { path, headers }, body) {
  const response = await fetch(`${upstream.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers(upstream.key) },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

// Plays up to the last request, lets `change` have it, sends it. Returns {status, refused}.
export async function playWith(family, prompt, change) {
  const client = FAMILIES[family];
  const upstream = await ScriptedUpstream.start({ family, script: SCRIPT });
  try {
    const body = structuredClone(client.first(prompt));
    client.next(body, (await post(upstream, client, body)).json);
    client.next(body, (await post(upstream, client, body)).json);
    change(body);
    const { status } = await post(upstream, client, body);
    return { status, refused: upstream.refused.map(({ refused }) => refused).join('\n'),
      isOver: upstream.play.isOver, signed: upstream.play.signed };
  } finally {
    await upstream.stop();
  }
}
