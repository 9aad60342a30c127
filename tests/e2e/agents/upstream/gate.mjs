// Stands before a scripted upstream and makes its accounts behave as accounts do: every turn begins
// with refusals for going too fast, access tokens are over after some requests, and each refresh
// token holds for one use.

import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

const JSON_TYPE = { 'content-type': 'application/json' };

async function readBody(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export class Gate {
  #upstream;
  #server;
  #accounts = new Map();  // by name: {name, access, refresh, generation, uses}
  #storm;
  #uses;
  #left;

  // `refusals` come before each turn, and a token is good for `uses` requests (0: for ever).
  static async start({ upstream, refusals, uses = 0 }) {
    const gate = new Gate(upstream, refusals, uses);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  constructor(upstream, refusals, uses) {
    this.#upstream = upstream;
    this.#storm = refusals;
    this.#left = refusals;
    this.#uses = uses;
    this.counts = { refused: 0, expired: 0, refreshed: 0, reused: 0 };
    this.served = [];  // names of the accounts, by request
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  get refreshTokens() {
    return [...this.#accounts.values()].map(({ refresh }) => refresh);
  }

  account(name) {
    const account = { name, access: `at-${name}-1`, refresh: `rt-${name}-1`, generation: 1,
      uses: 0 };
    this.#accounts.set(name, account);
    return account;
  }

  async stop() {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request, response) {
    const body = await readBody(request);
    if (request.url === '/oauth/token') {
      this.#refresh(JSON.parse(body), response);
      return;
    }
    const token = request.headers['x-api-key']
      ?? /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const account = [...this.#accounts.values()].find(({ access }) => access === token);
    if (!account || (this.#uses > 0 && account.uses >= this.#uses)) {
      this.counts.expired += 1;
      response.writeHead(401, JSON_TYPE).end('{"detail":"token expired"}');
      return;
    }
    if (request.method === 'POST' && this.#left > 0) {
      this.#left -= 1;
      this.counts.refused += 1;
      response.writeHead(429, { ...JSON_TYPE, 'retry-after': '1' })
        .end('{"type":"error","error":{"type":"rate_limit_error","message":"too fast"}}');
      return;
    }
    if (request.method === 'POST') {
      this.#left = this.#storm;
      account.uses += 1;
      this.served.push(account.name);
    }
    this.#passOn(request, body, response);
  }

  #refresh({ refresh_token: given }, response) {
    const account = [...this.#accounts.values()].find(({ refresh }) => refresh === given);
    if (!account) {
      this.counts.reused += 1;
      response.writeHead(401, JSON_TYPE).end('{"error":{"code":"refresh_token_reused"}}');
      return;
    }
    this.counts.refreshed += 1;
    account.generation += 1;
    account.uses = 0;
    account.access = `at-${account.name}-${account.generation}`;
    account.refresh = `rt-${account.name}-${account.generation}`;
    response.writeHead(200, JSON_TYPE).end(JSON.stringify({ access_token: account.access,
      refresh_token: account.refresh, expires_in: 3600 }));
  }

  #passOn(request, body, response) {
    const headers = { ...request.headers, 'content-length': body.length };
    if (headers['x-api-key']) headers['x-api-key'] = this.#upstream.key;
    if (headers.authorization) headers.authorization = `Bearer ${this.#upstream.key}`;
    delete headers['transfer-encoding'];
    const path = request.url.replace(/^\/codex\//, '/v1/');
    const onward = send(this.#upstream.url + path, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }
}
