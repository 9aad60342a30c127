// Plain HTTP, for what no SDK would send or show: any header, any body, every byte of the answer.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';

import { WORDS } from './sdks.mjs';

// Returns {status, headers, body: Buffer, text, json}. A header that is undefined is not sent.
// `options` go to node's request().
export async function raw(url, { method = 'GET', headers = {}, body, ...options } = {}) {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  const request = send(url, {
    method, headers: Object.fromEntries(present), agent: false, ...options,
  });
  request.end(body);
  const [response] = await once(request, 'response');
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: bytes,
    get text() { return bytes.toString('utf8'); },
    get json() { return JSON.parse(bytes.toString('utf8')); },
  };
}

// A chat request of each vendor's protocol as plain HTTP: [path, options] for raw().
const CHATS = {
  openai: (key, model, text, stream) => ['/v1/chat/completions', {
    headers: { authorization: `Bearer ${key}` },
    body: { model, messages: [{ role: 'user', content: text }], ...(stream ? { stream } : {}) },
  }],
  claude: (key, model, text, stream) => ['/v1/messages', {
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    body: {
      model, max_tokens: 64, messages: [{ role: 'user', content: text }],
      ...(stream ? { stream } : {}),
    },
  }],
  gemini: (key, model, text, stream) => [
    `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`, {
      headers: { 'x-goog-api-key': key },
      body: { contents: [{ role: 'user', parts: [{ text }] }] },
    }],
};

// Sends a chat request without an SDK.
export function rawChat(vendor, baseUrl, { key, model, text = 'hi', stream = false, ...options }) {
  const [path, chat] = CHATS[vendor](key, model ?? WORDS[vendor].model, text, stream);
  return raw(baseUrl + path, {
    method: 'POST',
    body: JSON.stringify(chat.body),
    ...options,
    headers: { 'content-type': 'application/json', ...chat.headers, ...options.headers },
  });
}
