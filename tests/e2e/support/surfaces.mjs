// Every way to talk to abv-host that an SDK offers.
//
// `family` is the upstream family that speaks the same: its bytes pass as they are. `cannot` lists
// what the surface has no words for. A surface that `forgetsThinking` does not look for it in its
// protocol. `modes` are the ways to answer that are tested, where not all are. `types` are the words
// that its dialect has for errors.

import { Anthropic0Talker, Anthropic1Talker } from './talkers/anthropic.mjs';
import { GenAi1Talker, GenAi3Talker } from './talkers/genai.mjs';
import { ChatTalker, CompletionsTalker, ResponsesTalker } from './talkers/openai.mjs';
import { SocketTalker } from './talkers/openai_socket.mjs';
import {
  VercelAnthropicTalker, VercelChatTalker, VercelCompatibleTalker, VercelGoogleTalker,
  VercelResponsesTalker,
} from './talkers/vercel.mjs';

const A_WORD = /^(?!undefined|null)\w+$/;
const OPENAI_TYPES = { 400: A_WORD, 401: A_WORD, 429: A_WORD, 500: A_WORD, 529: A_WORD };
const CLAUDE_TYPES = {
  400: /^invalid_request_error$/, 401: /^authentication_error$/, 429: /^rate_limit_error$/,
  500: /^api_error$/, 529: /^overloaded_error$/,
};
const GEMINI_TYPES = {
  400: /^INVALID_ARGUMENT$/, 401: /^UNAUTHENTICATED$/, 429: /^RESOURCE_EXHAUSTED$/,
  500: /^INTERNAL$/, 529: /^UNAVAILABLE$/,
};

const ONLY_TEXT = ['system', 'tools', 'files', 'schema', 'thinking'];

const openai = (name, Talker, more) => ({ name, Talker, types: OPENAI_TYPES, ...more });
const claude = (name, Talker) => (
  { name, Talker, family: 'claude', types: CLAUDE_TYPES, tellsStopSequence: true });
const gemini = (name, Talker, more) => (
  { name, Talker, family: 'gemini', types: GEMINI_TYPES, ...more });

export const SURFACES = {
  openai: [
    openai('chat', ChatTalker, { family: 'chat' }),
    openai('responses', ResponsesTalker, { family: 'responses', cannot: ['stop'] }),
    openai('completions', CompletionsTalker, { cannot: ONLY_TEXT }),
  ],
  // Its errors carry no headers.
  socket: [
    openai('responses by WebSocket', SocketTalker, { family: 'responses', cannot: ['stop'],
      modes: ['streamed'], hidesHeaders: true, isSocket: true }),
  ],
  anthropic: [
    claude('anthropic 1', Anthropic1Talker),
    claude('anthropic 0', Anthropic0Talker),
  ],
  // Google's SDK shows neither headers nor ids; the first generation skips errors in a stream.
  genai: [
    gemini('genai 3', GenAi3Talker, { hidesHeaders: true }),
    gemini('genai 1', GenAi1Talker, { hidesHeaders: true, isDeafInStreams: true }),
  ],
  // `ai` shows a stop sequence as an end, and words of refusal of none of OpenAI's protocols.
  vercel: [
    openai('@ai-sdk/openai', VercelResponsesTalker,
      { family: 'responses', cannot: ['stop', 'refusal'] }),
    openai('@ai-sdk/openai, chat', VercelChatTalker,
      { family: 'chat', cannot: ['refusal'], forgetsThinking: true, modes: ['whole'] }),
    openai('@ai-sdk/openai-compatible', VercelCompatibleTalker,
      { family: 'chat', cannot: ['refusal'], modes: ['streamed'] }),
    { ...claude('@ai-sdk/anthropic', VercelAnthropicTalker), tellsStopSequence: false },
    gemini('@ai-sdk/google', VercelGoogleTalker),
  ],
};

export function can(surface, what) {
  return !(surface.cannot ?? []).includes(what);
}
