// Vercel's `ai` with one of its providers as a partner in a conversation.

import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, Output, generateText, jsonSchema, streamText, tool } from 'ai';

// The warnings say what a provider leaves out for a model whose name it does not know.
globalThis.AI_SDK_LOG_WARNINGS = false;

const STOPS = {
  stop: 'end', length: 'length', 'tool-calls': 'tool', 'content-filter': 'refusal',
};

class VercelTalker {
  static errorFacts(error) {
    const { error: inner } = error.data ?? {};
    return {
      isOwn: APICallError.isInstance(error),
      className: error.constructor.name,
      status: error.statusCode,
      type: inner?.type ?? inner?.status,
      requestId: error.responseHeaders?.['x-request-id'] ?? error.responseHeaders?.['request-id'],
      retryAfter: error.responseHeaders?.['retry-after'],
    };
  }

  constructor(makeModel, providerOptions, options) {
    this.makeModel = makeModel;
    this.providerOptions = providerOptions;
    this.options = options;
    this.messages = [];
  }

  say(parts, mode) {
    this.messages.push({ role: 'user', content: parts.map(VercelTalker.#part) });
    return this.#turn(mode);
  }

  giveResults(results, mode) {
    this.messages.push({ role: 'tool', content: results.map(({ call, text, isError }) => ({
      type: 'tool-result', toolCallId: call.id, toolName: call.name,
      output: { type: isError ? 'error-text' : 'text', value: text } })) });
    return this.#turn(mode);
  }

  static #part({ text, image, file }) {
    if (image) return { type: 'file', data: image.data, mediaType: image.type };
    if (file) {
      return { type: 'file', data: file.data, mediaType: file.type, filename: file.name };
    }
    return { type: 'text', text };
  }

  #request() {
    const { system, tools = [], toolChoice, schema, maxTokens, stop, temperature } = this.options;
    const named = tools.map(({ name, description, parameters }) => (
      [name, tool({ description, inputSchema: jsonSchema(parameters) })]));
    return {
      model: this.makeModel(this.options.model),
      messages: this.messages,
      maxRetries: 0,
      providerOptions: this.providerOptions,
      ...(system ? { instructions: system } : {}),
      ...(named.length ? { tools: Object.fromEntries(named) } : {}),
      ...(toolChoice ? { toolChoice: toolChoice.name
        ? { type: 'tool', toolName: toolChoice.name } : toolChoice } : {}),
      ...(schema ? { output: Output.object({ schema: jsonSchema(schema), name: 'answer' }) } : {}),
      ...(maxTokens ? { maxOutputTokens: maxTokens } : {}),
      ...(stop ? { stopSequences: stop } : {}),
      ...(temperature === undefined ? {} : { temperature }),
    };
  }

  async #turn(mode) {
    const result = mode === 'streamed' ? await this.#stream() : await generateText(this.#request());
    this.messages.push(...await result.responseMessages);
    const usage = await result.usage;
    return {
      text: await result.text,
      thinking: await result.reasoningText ?? '',
      calls: (await result.toolCalls).map(({ toolCallId: id, toolName: name, input: args }) => (
        { id, name, args })),
      stop: STOPS[await result.finishReason],
      usage: {
        input: usage.inputTokens,
        output: usage.outputTokens,
        cached: usage.inputTokenDetails.cacheReadTokens,
        reasoning: usage.outputTokenDetails.reasoningTokens,
      },
    };
  }

  // Errors come as parts of the stream.
  async #stream() {
    const result = streamText({ ...this.#request(), onError: () => {} });
    for await (const part of result.fullStream) {
      if (part.type === 'error') throw part.error;
    }
    return result;
  }
}

// `makeModel` gets {baseURL, apiKey} and the model's name; `think` are the provider's options for
// a model that is to think.
function withProvider(makeModel, { always = {}, think = {} } = {}) {
  return (version) => class extends VercelTalker {
    constructor({ baseUrl, key }, options) {
      const place = { baseURL: `${baseUrl}/${version}`, apiKey: key };
      super((model) => makeModel(place, model), options.thinks ? merge(always, think) : always,
        options);
    }
  };
}

function merge(a, b) {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(names.map((name) => [name, { ...a[name], ...b[name] }]));
}

export const VercelResponsesTalker = withProvider(
  (place, model) => createOpenAI(place)(model),
  {
    always: { openai: { store: false, strictJsonSchema: false } },
    think: { openai: {
      forceReasoning: true, reasoningEffort: 'medium', reasoningSummary: 'auto' } },
  },
)('v1');

export const VercelChatTalker = withProvider(
  (place, model) => createOpenAI(place).chat(model),
  {
    always: { openai: { strictJsonSchema: false } },
    think: { openai: { forceReasoning: true, reasoningEffort: 'medium' } },
  },
)('v1');

export const VercelCompatibleTalker = withProvider(
  (place, model) => createOpenAICompatible({
    ...place, name: 'abv', includeUsage: true, supportsStructuredOutputs: true,
  })(model),
  {
    always: { abv: { strictJsonSchema: false } },
    think: { abv: { reasoningEffort: 'medium' } },
  },
)('v1');

export const VercelAnthropicTalker = withProvider(
  (place, model) => createAnthropic(place)(model),
  {
    always: { anthropic: { structuredOutputMode: 'outputFormat' } },
    think: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 } } },
  },
)('v1');

export const VercelGoogleTalker = withProvider(
  (place, model) => createGoogle(place)(model),
  { think: { google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } } },
)('v1beta');
