// A fake upstream: one vendor's service on a port of its own, over HTTP or TLS.

import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { EventEmitter, once } from 'node:events';

import { claude } from './claude.mjs';
import { Exchange, readBody } from './exchange.mjs';
import { gemini } from './gemini.mjs';
import { findLeaks } from './leaks.mjs';
import { openai } from './openai.mjs';
import { completePlan } from './plan.mjs';
import { Refusal } from './refusal.mjs';
import { send, waitBeforeHead } from './send.mjs';

const VENDORS = { openai, claude, gemini };

export class FakeUpstream {
  #vendor;
  #server;
  #plans = [];
  #events = new EventEmitter();

  // `secrets` are texts of the client that must never arrive here.
  static async start({ vendor, key = `upstream-key-of-${vendor}`, tls, secrets = [] }) {
    const upstream = new FakeUpstream(VENDORS[vendor], key, tls, secrets);
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  constructor(vendor, key, tls, secrets) {
    this.#vendor = vendor;
    this.key = key;
    this.secrets = secrets;
    this.requests = [];  // every Exchange, in the order of arrival
    this.leaks = [];     // what should not have come along; empty when all is well
    this.faults = [];    // errors of the fake itself; empty when all is well
    const answer = (request, response) => {
      this.#answer(request, response).catch((error) => {
        this.faults.push(error);
        response.destroy();
      });
    };
    this.#server = tls ? createHttps({ key: tls.key, cert: tls.cert }, answer) : createHttp(answer);
    this.scheme = tls ? 'https' : 'http';
  }

  get host() {
    return `127.0.0.1:${this.#server.address().port}`;
  }

  get url() {
    return `${this.scheme}://${this.host}`;
  }

  get last() {
    return this.requests.at(-1);
  }

  // The plans of the next requests, one each.
  plan(...plans) {
    this.#plans.push(...plans.map(completePlan));
  }

  // Forgets what was recorded and planned.
  reset() {
    this.requests = [];
    this.leaks = [];
    this.faults = [];
    this.#plans = [];
  }

  // The next request that arrives after this call.
  async nextRequest() {
    const [exchange] = await once(this.#events, 'request');
    return exchange;
  }

  async stop() {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request, response) {
    response.socket?.setNoDelay(true);  // null: the client has left already
    const gone = once(response, 'close');
    const exchange = new Exchange(request, await readBody(request));
    // Settles with true when the whole answer was sent, with false when the client left before.
    exchange.completed = gone.then(() => response.writableFinished);
    this.requests.push(exchange);
    this.leaks.push(...findLeaks(exchange, {
      allowed: this.#vendor.keyHeaders, host: this.host, secrets: this.secrets,
    }));
    const plan = this.#plans.shift() ?? completePlan();
    this.#events.emit('request', exchange);
    await waitBeforeHead(plan, gone);
    await send(response, exchange, this.#judge(exchange, plan), plan, gone);
  }

  #judge(exchange, plan) {
    try {
      this.#vendor.authorize(exchange, this.key);
      const answer = this.#vendor.answer(exchange, plan);
      if (plan.error) throw this.#vendor.failure(plan.error.status);
      return answer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const answer = this.#vendor.refuse(error);
      if (plan.error?.retryAfter) answer.headers['retry-after'] = String(plan.error.retryAfter);
      return answer;
    }
  }
}
