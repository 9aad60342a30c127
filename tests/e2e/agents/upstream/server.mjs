// A scripted upstream of one vendor on a port of its own. It refuses what the vendor refuses, plays
// its part otherwise, and writes everything down.

import { once } from 'node:events';
import { createServer } from 'node:http';

import { claude } from './claude.mjs';
import { gemini } from './gemini.mjs';
import { chat } from './openai_chat.mjs';
import { responses } from './openai_responses.mjs';
import { Play } from './play.mjs';
import { Refusal, demand, isObject } from './refusal.mjs';

export const FAMILIES = {
  'openai-chat': chat,
  'openai-responses': responses,
  'claude-messages': claude,
  gemini,
};

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export class ScriptedUpstream {
  #family;
  #server;

  // `script` is what the play needs of the agent; `foreign` texts are not to be seen here.
  static async start({ family, script, foreign = [] }) {
    const upstream = new ScriptedUpstream(FAMILIES[family], script, foreign);
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  constructor(family, script, foreign) {
    this.#family = family;
    this.key = `upstream-key-${family.name}`;
    this.play = new Play(script);
    this.foreign = foreign;
    this.requests = [];  // {method, target, headers, text, status, refused, answer}
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error) => {
        this.requests.push({ method: '', target: '', refused: `the fake broke: ${error.stack}` });
        response.destroy();
      });
    });
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  get refused() {
    return this.requests.filter(({ refused }) => refused);
  }

  // The requests of the task itself, without titles and other side calls.
  get turns() {
    return this.requests.filter(({ isTurn }) => isTurn);
  }

  async stop() {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request, response) {
    const { method, url: target, headers } = request;
    const entry = { method, target, headers, text: await readBody(request), isTurn: false };
    this.requests.push(entry);
    const answer = this.#judge(entry, new URL(target, 'http://upstream'));
    Object.assign(entry, { status: answer.status ?? 200, answer: answer.frames?.join('')
      ?? JSON.stringify(answer.json) });
    if (!answer.frames) {
      response.writeHead(entry.status, { 'content-type': 'application/json' });
      response.end(entry.answer);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.frames.forEach((frame) => response.write(frame));
    response.end();
  }

  #judge(entry, url) {
    try {
      this.#family.authorize(entry.headers, this.key);
      const seen = JSON.stringify(entry.headers) + entry.text;
      this.foreign.forEach((text) => demand(!seen.includes(text), `leaked upstream: ${text}`));
      if (entry.method === 'GET') return this.#family.get(url);
      const body = parsed(entry.text);
      demand(isObject(body), 'the body is no JSON object');
      const answer = this.#family.post(url, body, this.play, entry.headers);
      entry.isTurn = answer.isTurn === true;
      return answer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      entry.refused = error.message;
      return { status: error.status, json: this.#family.error(error) };
    }
  }
}
