// The real SDKs behind one face.
//
// A driver takes {model, text, tool, maxTokens} and gives {text, stop, usage, call}; the stop
// reason stays in the vendor's own word. Nothing is tried twice: a test wants the first answer.

import * as anthropic0 from 'anthropic-sdk-0';
import * as anthropic1 from 'anthropic-sdk-1';
import * as genai1 from 'genai-1';
import * as genai3 from 'genai-3';
import OpenAI, { APIError as OpenAIError, toFile } from 'openai';

const PARAMETERS = {
  type: 'object', properties: { city: { type: 'string' } }, required: ['city'],
};

// The names of things in each vendor's protocol.
export const WORDS = {
  openai: { model: 'gpt-4.1-mini', end: 'stop', length: 'length', tool: 'tool_calls' },
  claude: { model: 'claude-sonnet-4-6', end: 'end_turn', length: 'max_tokens', tool: 'tool_use' },
  gemini: { model: 'gemini-2.5-flash', end: 'STOP', length: 'MAX_TOKENS', tool: 'STOP' },
};

class OpenAiDriver {
  constructor({ baseUrl, key, headers }) {
    this.client = new OpenAI({
      baseURL: `${baseUrl}/v1`, apiKey: key, maxRetries: 0, defaultHeaders: headers,
    });
    this.ErrorClass = OpenAIError;
  }

  #body({ model, text, tool, maxTokens }) {
    return {
      model,
      messages: [{ role: 'user', content: text }],
      ...(maxTokens ? { max_completion_tokens: maxTokens } : {}),
      ...(tool ? { tools: [{ type: 'function', function: { name: tool, parameters: PARAMETERS } }] }
        : {}),
    };
  }

  #answer({ choices: [{ message, finish_reason: stop }], usage }) {
    const call = message.tool_calls?.[0]?.function;
    return {
      text: message.content ?? '',
      stop,
      usage: { input: usage.prompt_tokens, output: usage.completion_tokens },
      call: call && { name: call.name, args: JSON.parse(call.arguments) },
    };
  }

  async ask(request, options) {
    return this.#answer(await this.client.chat.completions.create(this.#body(request), options));
  }

  async stream(request, { onPiece = () => {}, ...options } = {}) {
    const stream = this.client.chat.completions.stream(
      { ...this.#body(request), stream_options: { include_usage: true } }, options);
    stream.on('content', onPiece);
    return this.#answer(await stream.finalChatCompletion());
  }

  async models() {
    const ids = [];
    for await (const { id } of this.client.models.list()) ids.push(id);
    return ids;
  }

  async embed(model, texts) {
    const { data } = await this.client.embeddings.create({ model, input: texts });
    return data.map(({ embedding }) => embedding);
  }

  unknownRoute() {
    return this.client.post('/nonsense', { body: {} });
  }
}

class ClaudeDriver {
  constructor(sdk, { baseUrl, key, headers }) {
    this.client = new sdk.default({
      baseURL: baseUrl, apiKey: key, maxRetries: 0, defaultHeaders: headers,
    });
    this.ErrorClass = sdk.APIError;
  }

  #body({ model, text, tool, maxTokens = 1024 }) {
    return {
      model,
      max_tokens: maxTokens,
      messages: [{ role: 'user', content: text }],
      ...(tool ? { tools: [{ name: tool, input_schema: PARAMETERS }] } : {}),
    };
  }

  #answer({ content, stop_reason: stop, usage }) {
    const call = content.find(({ type }) => type === 'tool_use');
    return {
      text: content.map(({ text = '' }) => text).join(''),
      stop,
      usage: { input: usage.input_tokens, output: usage.output_tokens },
      call: call && { name: call.name, args: call.input },
    };
  }

  async ask(request, options) {
    return this.#answer(await this.client.messages.create(this.#body(request), options));
  }

  async stream(request, { onPiece = () => {}, ...options } = {}) {
    const stream = this.client.messages.stream(this.#body(request), options);
    stream.on('text', onPiece);
    return this.#answer(await stream.finalMessage());
  }

  async models() {
    const ids = [];
    for await (const { id } of this.client.models.list()) ids.push(id);
    return ids;
  }

  async count(model, text) {
    const counted = await this.client.messages.countTokens(
      { model, messages: [{ role: 'user', content: text }] });
    return counted.input_tokens;
  }

  unknownRoute() {
    return this.client.post('/v1/nonsense', { body: {} });
  }
}

class GeminiDriver {
  constructor(sdk, { baseUrl, key, headers }) {
    this.client = new sdk.GoogleGenAI({ apiKey: key, httpOptions: { baseUrl, headers } });
    this.ErrorClass = sdk.ApiError;
  }

  #body({ model, text, tool, maxTokens }, { signal } = {}) {
    return {
      model,
      contents: text,
      config: {
        abortSignal: signal,
        ...(maxTokens ? { maxOutputTokens: maxTokens } : {}),
        ...(tool ? { tools: [{ functionDeclarations: [
          { name: tool, parametersJsonSchema: PARAMETERS }] }] } : {}),
      },
    };
  }

  #answer(chunks) {
    const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
    const call = parts.find(({ functionCall }) => functionCall)?.functionCall;
    const usage = chunks.findLast(({ usageMetadata }) => usageMetadata)?.usageMetadata;
    return {
      text: parts.map(({ text = '' }) => text).join(''),
      stop: chunks.findLast(({ candidates }) => candidates?.[0]?.finishReason)
        ?.candidates[0].finishReason,
      usage: { input: usage?.promptTokenCount, output: usage?.candidatesTokenCount },
      call: call && { name: call.name, args: call.args },
    };
  }

  async ask(request, options) {
    return this.#answer([await this.client.models.generateContent(this.#body(request, options))]);
  }

  async stream(request, { onPiece = () => {}, ...options } = {}) {
    const chunks = [];
    const stream = await this.client.models.generateContentStream(this.#body(request, options));
    for await (const chunk of stream) {
      chunks.push(chunk);
      onPiece(chunk.candidates?.[0]?.content?.parts?.[0]?.text);
    }
    return this.#answer(chunks);
  }

  async models() {
    const ids = [];
    for await (const { name } of await this.client.models.list()) {
      ids.push(name.replace(/^models\//, ''));
    }
    return ids;
  }

  async count(model, text) {
    return (await this.client.models.countTokens({ model, contents: text })).totalTokens;
  }

  async embed(model, texts) {
    const { embeddings } = await this.client.models.embedContent({ model, contents: texts });
    return embeddings.map(({ values }) => values);
  }
}

const claude = (sdk) => (options) => new ClaudeDriver(sdk, options);
const gemini = (sdk) => (options) => new GeminiDriver(sdk, options);

// `hearsStreamErrors`: an error within a stream throws. genai 1 skips it in silence; its callers
// learn of it by the finish reason that never comes.
export const SDKS = [
  {
    name: 'openai 7',
    vendor: 'openai',
    hearsStreamErrors: true,
    connect: (options) => new OpenAiDriver(options),
  },
  { name: 'anthropic 1', vendor: 'claude', hearsStreamErrors: true, connect: claude(anthropic1) },
  { name: 'anthropic 0', vendor: 'claude', hearsStreamErrors: true, connect: claude(anthropic0) },
  { name: 'genai 3', vendor: 'gemini', hearsStreamErrors: true, connect: gemini(genai3) },
  { name: 'genai 1', vendor: 'gemini', hearsStreamErrors: false, connect: gemini(genai1) },
];

export { toFile };
