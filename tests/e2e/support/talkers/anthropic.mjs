// @anthropic-ai/sdk as a partner in a conversation.

import * as anthropic0 from 'anthropic-sdk-0';
import * as anthropic1 from 'anthropic-sdk-1';

const STOPS = {
  end_turn: 'end', max_tokens: 'length', tool_use: 'tool', stop_sequence: 'sequence',
  refusal: 'refusal',
};
const CHOICES = { auto: 'auto', none: 'none', required: 'any' };

class AnthropicTalker {
  constructor(sdk, { baseUrl, key }, options) {
    this.client = new sdk.default({ baseURL: baseUrl, apiKey: key, maxRetries: 0 });
    this.options = options;
    this.messages = [];
  }

  say(parts, mode) {
    this.messages.push({ role: 'user', content: parts.map(AnthropicTalker.#block) });
    return this.#turn(mode);
  }

  giveResults(results, mode) {
    this.messages.push({ role: 'user', content: results.map(({ call, text, isError }) => (
      { type: 'tool_result', tool_use_id: call.id, content: text,
        ...(isError ? { is_error: true } : {}) })) });
    return this.#turn(mode);
  }

  async count() {
    const { model, text } = this.options;
    const { input_tokens: tokens } = await this.client.messages.countTokens(
      { model, messages: [{ role: 'user', content: text }] });
    return tokens;
  }

  static #block({ text, image, file }) {
    const source = ({ type, data }) => ({ type: 'base64', media_type: type, data });
    if (image) return { type: 'image', source: source(image) };
    if (file) return { type: 'document', title: file.name, source: source(file) };
    return { type: 'text', text };
  }

  #body() {
    const { model, system, tools, toolChoice, schema, stop, thinks, temperature } = this.options;
    const choice = toolChoice?.name ? { type: 'tool', name: toolChoice.name }
      : toolChoice && { type: CHOICES[toolChoice] };
    return {
      model,
      max_tokens: this.options.maxTokens ?? 8000,
      messages: this.messages,
      ...(system ? { system } : {}),
      ...(tools ? { tools: tools.map(({ name, description, parameters }) => (
        { name, description, input_schema: parameters })) } : {}),
      ...(choice ? { tool_choice: choice } : {}),
      ...(schema ? { output_config: { format: { type: 'json_schema', schema } } } : {}),
      ...(stop ? { stop_sequences: stop } : {}),
      ...(thinks ? { thinking: { type: 'enabled', budget_tokens: 2048 } } : {}),
      ...(temperature === undefined ? {} : { temperature }),
    };
  }

  async #turn(mode) {
    const message = mode === 'streamed'
      ? await this.client.messages.stream(this.#body()).finalMessage()
      : await this.client.messages.create(this.#body());
    this.messages.push({ role: 'assistant', content: message.content });
    const { usage } = message;
    const cached = usage.cache_read_input_tokens ?? 0;
    const written = usage.cache_creation_input_tokens ?? 0;
    return {
      text: message.content.map(({ text = '' }) => text).join(''),
      thinking: message.content.map(({ thinking = '' }) => thinking).join(''),
      calls: message.content.filter(({ type }) => type === 'tool_use')
        .map(({ id, name, input: args }) => ({ id, name, args })),
      stop: STOPS[message.stop_reason],
      sequence: message.stop_sequence,
      usage: {
        input: usage.input_tokens + cached + written,
        output: usage.output_tokens,
        cached,
        reasoning: usage.output_tokens_details?.thinking_tokens,
      },
    };
  }
}

function generation(sdk) {
  return class extends AnthropicTalker {
    static errorFacts(error) {
      return {
        isOwn: error instanceof sdk.APIError,
        className: error.constructor.name,
        status: error.status,
        type: error.error?.error?.type,
        requestId: error.requestID,
        retryAfter: error.headers?.get('retry-after'),
      };
    }

    constructor(place, options) {
      super(sdk, place, options);
    }
  };
}

export const Anthropic0Talker = generation(anthropic0);
export const Anthropic1Talker = generation(anthropic1);
