// The openai SDK as a partner in a conversation: chat, responses and the old completions.

import OpenAI, { APIError } from 'openai';

function connect({ baseUrl, key }) {
  return new OpenAI({ baseURL: `${baseUrl}/v1`, apiKey: key, maxRetries: 0 });
}

const dataUrl = ({ type, data }) => `data:${type};base64,${data}`;

const isStrict = (schema) => schema.additionalProperties === false;

function errorFacts(error) {
  return {
    isOwn: error instanceof APIError,
    className: error.constructor.name,
    status: error.status,
    type: error.type,
    requestId: error.requestID,
    retryAfter: error.headers?.get('retry-after'),
  };
}

const CHAT_STOPS = {
  stop: 'end', length: 'length', tool_calls: 'tool', content_filter: 'refusal',
};

export class ChatTalker {
  static errorFacts = errorFacts;

  constructor(place, options) {
    this.client = connect(place);
    this.options = options;
    this.messages = options.system ? [{ role: 'system', content: options.system }] : [];
  }

  say(parts, mode) {
    this.messages.push({ role: 'user', content: parts.map(ChatTalker.#part) });
    return this.#turn(mode);
  }

  giveResults(results, mode) {
    for (const { call, text } of results) {
      this.messages.push({ role: 'tool', tool_call_id: call.id, content: text });
    }
    return this.#turn(mode);
  }

  static #part({ text, image, file }) {
    if (image) return { type: 'image_url', image_url: { url: dataUrl(image) } };
    if (file) return { type: 'file', file: { filename: file.name, file_data: dataUrl(file) } };
    return { type: 'text', text };
  }

  #body() {
    const { model, tools, toolChoice, schema, maxTokens, stop, thinks, temperature } = this.options;
    const choice = toolChoice?.name ? { type: 'function', function: { name: toolChoice.name } }
      : toolChoice;
    return {
      model,
      messages: this.messages,
      ...(tools ? { tools: tools.map((each) => ({ type: 'function', function: each })) } : {}),
      ...(choice ? { tool_choice: choice } : {}),
      ...(schema ? { response_format: { type: 'json_schema', json_schema: {
        name: 'answer', schema, strict: isStrict(schema) } } } : {}),
      ...(maxTokens ? { max_completion_tokens: maxTokens } : {}),
      ...(stop ? { stop } : {}),
      ...(thinks ? { reasoning_effort: 'medium' } : {}),
      ...(temperature === undefined ? {} : { temperature }),
    };
  }

  async #turn(mode) {
    let thinking = '';
    const completion = mode === 'streamed' ? await this.#stream((piece) => { thinking += piece; })
      : await this.client.chat.completions.create(this.#body());
    const [{ message, finish_reason: reason }] = completion.choices;
    thinking ||= message.reasoning_content ?? '';
    this.#remember(message, thinking);
    return {
      text: message.refusal ?? message.content ?? '',
      thinking,
      calls: (message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) => (
        { id, name, args: JSON.parse(args) })),
      stop: message.refusal ? 'refusal' : CHAT_STOPS[reason],
      usage: {
        input: completion.usage.prompt_tokens,
        output: completion.usage.completion_tokens,
        cached: completion.usage.prompt_tokens_details?.cached_tokens,
        reasoning: completion.usage.completion_tokens_details?.reasoning_tokens,
      },
    };
  }

  async #stream(onThinking) {
    const stream = this.client.chat.completions.stream(
      { ...this.#body(), stream_options: { include_usage: true } });
    stream.on('chunk', ({ choices: [choice] }) => {
      onThinking(choice?.delta.reasoning_content ?? '');
    });
    return stream.finalChatCompletion();
  }

  // As agents do: with the thinking, which has no signature here, unless told to forget it.
  #remember({ content, refusal, tool_calls: calls }, thinking) {
    this.messages.push({
      role: 'assistant',
      content,
      ...(refusal ? { refusal } : {}),
      ...(calls?.length ? { tool_calls: calls.map(({ id, type, function: f }) => (
        { id, type, function: { name: f.name, arguments: f.arguments } })) } : {}),
      ...(thinking && !this.options.forgets ? { reasoning_content: thinking } : {}),
    });
  }
}

function responsesStop({ status, incomplete_details: details, output }) {
  if (status === 'incomplete') return details.reason === 'max_output_tokens' ? 'length' : 'refusal';
  const parts = output.flatMap(({ content = [] }) => content ?? []);
  if (parts.some(({ type }) => type === 'refusal')) return 'refusal';
  return output.some(({ type }) => type === 'function_call') ? 'tool' : 'end';
}

export class ResponsesTalker {
  static errorFacts = errorFacts;

  constructor(place, options) {
    this.client = connect(place);
    this.options = options;
    this.input = [];
  }

  say(parts, mode) {
    this.input.push({ role: 'user', content: parts.map(ResponsesTalker.#part) });
    return this.#turn(mode);
  }

  giveResults(results, mode) {
    for (const { call, text } of results) {
      this.input.push({ type: 'function_call_output', call_id: call.id, output: text });
    }
    return this.#turn(mode);
  }

  static #part({ text, image, file }) {
    if (image) return { type: 'input_image', image_url: dataUrl(image), detail: 'auto' };
    if (file) return { type: 'input_file', filename: file.name, file_data: dataUrl(file) };
    return { type: 'input_text', text };
  }

  #body() {
    const { model, system, tools, toolChoice, schema, maxTokens, thinks, temperature } =
      this.options;
    return {
      model,
      input: this.input,
      store: false,
      ...(system ? { instructions: system } : {}),
      ...(tools ? { tools: tools.map((each) => ({ type: 'function', ...each })) } : {}),
      ...(toolChoice ? { tool_choice: toolChoice.name
        ? { type: 'function', name: toolChoice.name } : toolChoice } : {}),
      ...(schema ? { text: { format: {
        type: 'json_schema', name: 'answer', schema, strict: isStrict(schema) } } } : {}),
      ...(maxTokens ? { max_output_tokens: maxTokens } : {}),
      ...(thinks ? { reasoning: { effort: 'medium', summary: 'auto' },
        include: ['reasoning.encrypted_content'] } : {}),
      ...(temperature === undefined ? {} : { temperature }),
    };
  }

  respond(body, mode) {
    return mode === 'streamed' ? this.client.responses.stream(body).finalResponse()
      : this.client.responses.create(body);
  }

  async #turn(mode) {
    const response = await this.respond(this.#body(), mode);
    this.input.push(...response.output.map(ResponsesTalker.#asInput));
    const parts = response.output.flatMap(({ content }) => content ?? []);
    return {
      text: parts.map(({ text, refusal }) => text ?? refusal).join(''),
      thinking: response.output.filter(({ type }) => type === 'reasoning')
        .flatMap(({ summary }) => summary).map(({ text }) => text).join(''),
      calls: response.output.filter(({ type }) => type === 'function_call')
        .map(({ call_id: id, name, arguments: args }) => ({ id, name, args: JSON.parse(args) })),
      stop: responsesStop(response),
      usage: {
        input: response.usage.input_tokens,
        output: response.usage.output_tokens,
        cached: response.usage.input_tokens_details?.cached_tokens,
        reasoning: response.usage.output_tokens_details?.reasoning_tokens,
      },
    };
  }

  // What the stream helper adds to an item is not the API's.
  static #asInput({ parsed_arguments: _, ...item }) {
    if (item.type !== 'message') return item;
    return { ...item, content: item.content.map(({ parsed: __, ...part }) => part) };
  }
}

// One prompt, one answer.
export class CompletionsTalker {
  static errorFacts = errorFacts;

  constructor(place, options) {
    this.client = connect(place);
    this.options = options;
  }

  async say([{ text: prompt }], mode) {
    const { model, maxTokens, stop, temperature } = this.options;
    const body = {
      model,
      prompt,
      ...(maxTokens ? { max_tokens: maxTokens } : {}),
      ...(stop ? { stop } : {}),
      ...(temperature === undefined ? {} : { temperature }),
    };
    const chunks = mode === 'streamed' ? await this.#stream(body)
      : [await this.client.completions.create(body)];
    const choices = chunks.flatMap((chunk) => chunk.choices);
    const { usage } = chunks.findLast((chunk) => chunk.usage) ?? {};
    return {
      text: choices.map(({ text }) => text).join(''),
      thinking: '',
      calls: [],
      stop: CHAT_STOPS[choices.findLast((choice) => choice.finish_reason)?.finish_reason],
      usage: {
        input: usage?.prompt_tokens,
        output: usage?.completion_tokens,
        cached: usage?.prompt_tokens_details?.cached_tokens,
        reasoning: usage?.completion_tokens_details?.reasoning_tokens,
      },
    };
  }

  async #stream(body) {
    const chunks = [];
    const stream = await this.client.completions.create(
      { ...body, stream: true, stream_options: { include_usage: true } });
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  }
}
