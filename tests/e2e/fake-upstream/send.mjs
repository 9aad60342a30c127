// Puts an answer on the wire as the plan of the request says.

import { setTimeout as after } from 'node:timers/promises';
import { once } from 'node:events';
import { constants, createGzip, gzipSync } from 'node:zlib';

// Waits for something, but not longer than the client stays.
function orGone(wait, gone) {
  return Promise.race([wait, gone]);
}

export async function waitBeforeHead(plan, gone) {
  if (plan.hold) await orGone(plan.hold.opened, gone);
  if (plan.delayMs) await orGone(after(plan.delayMs), gone);
}

function mayCompress(exchange, plan) {
  return plan.gzip === true && exchange.header('accept-encoding').includes('gzip');
}

// Hands the bytes to the kernel before the connection goes, so that they arrive.
async function cut(response) {
  response.socket?.end();
  await once(response, 'close');
}

function write(response, bytes) {
  return new Promise((resolve) => { response.write(bytes, resolve); });
}

function chopped(frame, size) {
  const bytes = Buffer.from(frame);
  if (!size) return [bytes];
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

async function sendWhole(response, exchange, answer, plan, gone) {
  let bytes = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body);
  const headers = { ...answer.headers, 'content-type': answer.type };
  exchange.sent.push(bytes);
  if (mayCompress(exchange, plan)) {
    bytes = gzipSync(bytes);
    headers['content-encoding'] = 'gzip';
  }
  response.writeHead(answer.status, { ...headers, 'content-length': bytes.length });
  if (!plan.break) {
    response.end(bytes);
    return;
  }
  await write(response, bytes.subarray(0, bytes.length / 2));
  if (plan.break.how === 'silence') await gone;
  await cut(response);
}

async function sendStream(response, exchange, answer, plan, gone) {
  const headers = { ...answer.headers, 'content-type': answer.type };
  const gzip = mayCompress(exchange, plan) ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : null;
  if (gzip) headers['content-encoding'] = 'gzip';
  response.writeHead(answer.status, headers);
  response.flushHeaders();
  gzip?.pipe(response);
  const sink = gzip ?? response;

  for (const [index, frame] of answer.frames.entries()) {
    if (plan.pause?.after === index) await orGone(plan.pause.gate.opened, gone);
    if (plan.everyMs) await orGone(after(plan.everyMs), gone);
    if (response.destroyed) return;
    if (plan.break?.after === index) {
      await breakStream(response, sink, answer, plan, gone);
      return;
    }
    for (const piece of chopped(frame, plan.chop)) {
      exchange.sent.push(piece);
      await write(sink, piece);
    }
  }
  sink.end();
}

async function breakStream(response, sink, answer, plan, gone) {
  if (plan.break.how === 'error') {
    sink.end(answer.errorFrame);
    return;
  }
  if (plan.break.how === 'end') {
    sink.end();
    return;
  }
  if (plan.break.how === 'silence') await gone;
  await cut(response);
}

// Sends {status, headers, type, body} or {status, headers, type, frames, errorFrame}. `gone`
// settles when the client has left. Returns when the answer is over, whichever way.
export async function send(response, exchange, answer, plan, gone) {
  if (response.destroyed) return;
  if (answer.frames) {
    await sendStream(response, exchange, answer, plan, gone);
    return;
  }
  await sendWhole(response, exchange, answer, plan, gone);
}
