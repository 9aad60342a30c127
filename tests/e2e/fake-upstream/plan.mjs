// What the next answer of a fake upstream is to look like.
//
// A test hands plans to `upstream.plan(...)`; each request takes one, in order, and a request that
// finds none gets the default answer. Every field is optional:
//
//   text       the answer; streamed in pieces of about a word
//   thinking   the thinking before it, signed by the vendor where vendors sign
//   calls      [{name, args}]: tool calls, instead of text or behind it
//   call       {name, args}: the same for one
//   images     pictures in base64, of a model that makes them; by default one
//   drafts     pictures that it thinks of before
//   turns      [{text, speakerLabel, words}]: a transcript, of a model made for it
//   stop       'length': the answer says that it ran into the token limit
//              'sequence': it met the stop sequence in `sequence`
//              'refusal': the model refuses, in the words of `text`
//   usage      {input, output, cached, written, reasoning}: the token counts that are reported;
//              `input` includes cached and written ones, `output` includes reasoning
//   hold       a Gate: nothing, not even the head, is sent before it opens
//   delayMs    the head is sent this much later
//   everyMs    a stream rests this long between two of its frames
//   pause      {after, gate}: a stream stops after so many frames until the gate opens
//   error      {status, retryAfter}: refused with the vendor's own error of that status
//   break      {after, how}: what happens after so many frames (of a whole answer: in the middle)
//                'cut'      the connection is closed
//                'error'    the vendor's own error in the grammar of its stream, then the end
//                'end'      the answer ends there, as if that were all (of a stream only)
//                'silence'  nothing more, for ever
//   chop       a stream is written in pieces of so many bytes, whatever they split
//   gzip       the answer is compressed, if the request said that it may be

import { randomUUID } from 'node:crypto';

const KNOWN = new Set(['text', 'thinking', 'images', 'drafts', 'turns', 'call', 'calls', 'stop',
  'sequence', 'usage', 'hold', 'delayMs', 'everyMs', 'pause', 'error', 'break', 'chop', 'gzip']);

export const DEFAULT_TEXT = 'Grüße from the fake upstream: 1 + 1 = 2, "quoted" \\ and 🚀.\n'
  + 'Second line.';
export const DEFAULT_USAGE = Object.freeze({ input: 11, output: 7 });

// A door that a test opens when it has seen enough.
export class Gate {
  constructor() {
    this.opened = new Promise((resolve) => { this.open = resolve; });
  }
}

// Fills in the defaults. Throws on a field that no plan has: a misspelt plan would test nothing.
export function completePlan(plan = {}) {
  for (const field of Object.keys(plan)) {
    if (!KNOWN.has(field)) throw new Error(`no plan has a field named "${field}"`);
  }
  const { call, ...rest } = plan;
  const calls = call ? [call] : [];
  const text = call || plan.calls ? '' : DEFAULT_TEXT;
  return {
    text, thinking: '', drafts: [], turns: [], calls, ...rest,
    usage: { cached: 0, written: 0, reasoning: 0, ...(plan.usage ?? DEFAULT_USAGE) },
  };
}

// The text in the pieces in which it is streamed: a word and the white space behind it.
export function piecesOf(text) {
  return text.match(/\s*\S+\s*/gu) ?? [text];
}

// An identifier in the style of the vendors, never the same twice.
export function freshId(prefix) {
  return prefix + randomUUID().replaceAll('-', '').slice(0, 24);
}
