// The openai SDK on a WebSocket of the responses API: one connection for a whole conversation.

import { ResponsesWS } from 'openai/resources/responses/ws';

import { ResponsesTalker } from './openai.mjs';

const ENDS = ['response.completed', 'response.incomplete', 'response.failed'];

// Sends a request and returns all messages of its answer, the last one included. An error message
// is thrown.
export async function exchange(socket, request) {
  const messages = [];
  const over = new Promise((resolve, reject) => {
    const onEvent = (message) => {
      messages.push(message);
      if (ENDS.includes(message.type)) done(resolve);
    };
    const onError = (error) => done(reject, error);
    const onClose = (code, reason) => done(reject, new Error(`closed with ${code} ${reason}`));
    const done = (settle, value) => {
      socket.off('event', onEvent);
      socket.off('error', onError);
      socket.off('close', onClose);
      settle(value);
    };
    socket.on('event', onEvent);
    socket.on('error', onError);
    socket.on('close', onClose);
  });
  socket.send({ type: 'response.create', ...request });
  await over;
  return messages;
}

export class SocketTalker extends ResponsesTalker {
  static errorFacts({ constructor, error }) {
    return {
      isOwn: constructor.name === 'WebSocketError',
      className: constructor.name,
      status: error?.status,
      type: error?.error?.type,
    };
  }

  async respond(body) {
    this.socket ??= new ResponsesWS(this.client);
    const last = (await exchange(this.socket, body)).at(-1);
    if (last.type === 'response.failed') throw new Error(last.response.error.message);
    return last.response;
  }
}
