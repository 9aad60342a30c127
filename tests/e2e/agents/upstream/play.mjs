// The play that every upstream gives: which tool calls the model makes, and what has to come back.
//
// An upstream tells what it read out of a request as a history, in no vendor's form:
//
//   {tools: [name], words: text, steps: [{signatures: [text], calls: [{id, name, args}],
//    results: [{id, text}]}]}
//
// `words` is all that the user and the system said; a step is one turn of the model with its calls
// and the results behind it.

import { isDeepStrictEqual } from 'node:util';

import { demand } from './refusal.mjs';

export const PROMPT = 'Write the number 42 into the file answer.txt and check it. (task 7c41-é)';
const WORD = 'task 7c41-é';
export const LAST_WORDS = 'All done: answer.txt says 42.';

// The turns with calls. Of each call: the command, and what its result has to hold.
const TURNS = [
  {
    thought: 'The file does not exist yet. I write it first.',
    text: 'I write the file.',
    calls: [{
      command: 'echo 42 > answer.txt && echo "it is \\"written\\""', result: 'it is "written"',
    }],
  },
  {
    thought: 'Now I look at it, and count the lines of something else at the same time.',
    text: '',
    calls: [
      { command: 'cat answer.txt', result: '42' },
      { command: 'expr 600 + 66', result: '666' },
    ],
  },
];

// `shell` is the name of the agent's tool, `args` makes its arguments from a command. An agent with
// a tool for files may have the first turn's call replaced by `edit`: {name, args, result}.
export class Play {
  #shell;
  #args;
  #edit;
  #issued = [];

  constructor({ shell, args, edit }) {
    this.#shell = shell;
    this.#args = args;
    this.#edit = edit;
    this.isOver = false;
    this.signed = 0;  // signatures that came back, byte for byte
  }

  // The next turn: {thought, text, calls: [{name, args}], index}. A request without tools is a side
  // call (a title, a summary) and gets a line of text.
  next(history) {
    if (history.tools.length === 0) return { text: 'Forty-two in a file', calls: [], isSide: true };
    demand(history.words.includes(WORD), 'the play: the words of the user are missing');
    demand(history.tools.includes(this.#shell), `the play: the tool ${this.#shell} is not declared,`
      + ` only ${history.tools.join(', ')}`);
    demand(history.steps.length <= TURNS.length, 'the play: more turns than were played');
    this.signed = 0;
    history.steps.forEach((step, index) => this.#checkStep(step, index));
    const index = history.steps.length;
    this.isOver = index === TURNS.length;
    if (this.isOver) return { thought: 'It is there.', text: LAST_WORDS, calls: [], index };
    return { ...TURNS[index], calls: this.#calls(index), index };
  }

  // The upstream signed turn `index` with this text and will demand it back.
  issue(index, signature) {
    this.#issued[index] = signature;
  }

  // The calls of a turn: {name, args, result}; the result has to hold the text.
  #calls(index) {
    if (index === 0 && this.#edit) return [this.#edit];
    return TURNS[index].calls.map(({ command, result }) => (
      { name: this.#shell, args: this.#args(command), result }));
  }

  #checkStep({ signatures, calls, results }, index) {
    const at = `the play: turn ${index + 1}`;
    const expected = this.#calls(index);
    demand(calls.length === expected.length,
      `${at} made ${expected.length} calls, ${calls.length} came back`);
    expected.forEach(({ result, ...wanted }, i) => {
      const given = { name: calls[i].name, args: calls[i].args };
      demand(isDeepStrictEqual(given, wanted),
        `${at}: call ${i + 1} was ${JSON.stringify(wanted)}, is ${JSON.stringify(given)}`);
      const answer = results.find(({ id }) => id === calls[i].id)?.text;
      demand(answer?.includes(result),
        `${at}: the result of call ${i + 1} should hold ${result}, is ${JSON.stringify(answer)}`);
    });
    this.#checkSignature(signatures, index, at);
  }

  #checkSignature(signatures, index, at) {
    const issued = this.#issued[index];
    if (issued === undefined) {
      demand(signatures.length === 0, `${at} was not signed, but came back with a signature`);
      return;
    }
    demand(signatures.length > 0, `${at} was signed, but came back without the signature`);
    demand(signatures.every((each) => each === issued),
      `${at} came back with another signature: ${signatures.find((each) => each !== issued)}`);
    this.signed += 1;
  }
}

// What vendors' signatures begin with; the rest is base64 with all that base64 can have. Google's
// is bytes, so the plain alphabet; OpenAI's is a token in the alphabet of URLs.
const BEGINNINGS = { claude: 'EqoBCkgI', openai: 'gAAAAABo', gemini: 'CqYBAdHt' };

// The signature of a vendor, another for each turn.
export function signatureText(vendor, index) {
  const seed = vendor.charCodeAt(0) * 7 + index * 101;
  const bytes = Uint8Array.from({ length: 330 }, (_, i) => (i * 37 + seed) % 256);
  const encoding = vendor === 'openai' ? 'base64url' : 'base64';
  return BEGINNINGS[vendor] + Buffer.from(bytes).toString(encoding);
}

// The text in pieces, as a stream carries it; a piece may end within a word.
export function pieces(text, size = 13) {
  const letters = [...text];
  const count = Math.ceil(letters.length / size);
  return Array.from({ length: count }, (_, i) => letters.slice(i * size, (i + 1) * size).join(''));
}

// What a side call gets that asks for JSON: every required property of the schema, as a text.
export function sideText(text, schema) {
  if (!schema) return text;
  const names = schema.required ?? Object.keys(schema.properties ?? {});
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, text])));
}
