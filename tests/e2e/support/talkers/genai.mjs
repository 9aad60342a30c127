// @google/genai as a partner in a conversation. Its own Chat keeps the history: of a stream it
// keeps every piece, and nothing at all when one of them is not what it takes for whole.

import * as genai1 from 'genai-1';
import * as genai3 from 'genai-3';

const STOPS = { STOP: 'end', MAX_TOKENS: 'length', SAFETY: 'refusal' };
const CHOICES = { auto: 'AUTO', none: 'NONE', required: 'ANY' };

class GenAiTalker {
  constructor(sdk, { baseUrl, key }, options) {
    this.client = new sdk.GoogleGenAI({ apiKey: key, httpOptions: { baseUrl } });
    this.options = options;
    this.history = [];
  }

  say(parts, mode) {
    return this.#turn(parts.map(GenAiTalker.#part), mode);
  }

  giveResults(results, mode) {
    return this.#turn(results.map(({ call, text, isError }) => ({
      functionResponse: {
        ...(call.id ? { id: call.id } : {}),
        name: call.name,
        response: isError ? { error: text } : { output: text },
      } })), mode);
  }

  async count() {
    const { model, text } = this.options;
    return (await this.client.models.countTokens({ model, contents: text })).totalTokens;
  }

  static #part({ text, image, file }) {
    const blob = image ?? file;
    return blob ? { inlineData: { mimeType: blob.type, data: blob.data } } : { text };
  }

  #config() {
    const { system, tools, toolChoice, schema, maxTokens, stop, thinks, temperature } =
      this.options;
    return {
      ...(system ? { systemInstruction: system } : {}),
      ...(tools ? { tools: [{ functionDeclarations: tools.map(
        ({ name, description, parameters: parametersJsonSchema }) => (
          { name, description, parametersJsonSchema })) }] } : {}),
      ...(toolChoice ? { toolConfig: { functionCallingConfig: toolChoice.name
        ? { mode: 'ANY', allowedFunctionNames: [toolChoice.name] }
        : { mode: CHOICES[toolChoice] } } } : {}),
      ...(schema ? { responseMimeType: 'application/json', responseJsonSchema: schema } : {}),
      ...(maxTokens ? { maxOutputTokens: maxTokens } : {}),
      ...(stop ? { stopSequences: stop } : {}),
      ...(thinks ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } : {}),
      ...(temperature === undefined ? {} : { temperature }),
    };
  }

  async #turn(message, mode) {
    const chat = this.client.chats.create({
      model: this.options.model, config: this.#config(), history: this.history,
    });
    const chunks = [];
    if (mode === 'streamed') {
      for await (const chunk of await chat.sendMessageStream({ message })) chunks.push(chunk);
    } else {
      chunks.push(await chat.sendMessage({ message }));
    }
    this.history = chat.getHistory();
    const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
    const usage = chunks.findLast(({ usageMetadata }) => usageMetadata)?.usageMetadata;
    const reason = chunks.findLast(({ candidates }) => candidates?.[0]?.finishReason)
      ?.candidates[0].finishReason;
    const calls = parts.filter(({ functionCall }) => functionCall)
      .map(({ functionCall: { id, name, args } }) => ({ id, name, args }));
    return {
      text: parts.map(({ text = '', thought }) => (thought ? '' : text)).join(''),
      thinking: parts.map(({ text = '', thought }) => (thought ? text : '')).join(''),
      calls,
      stop: reason === 'STOP' && calls.length > 0 ? 'tool' : STOPS[reason],
      usage: {
        input: usage?.promptTokenCount,
        output: (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0),
        cached: usage?.cachedContentTokenCount,
        reasoning: usage?.thoughtsTokenCount,
      },
    };
  }
}

// The body of the answer is in the error's message; its headers are nowhere.
function generation(sdk) {
  return class extends GenAiTalker {
    static errorFacts(error) {
      const body = /\{.*\}/s.exec(error.message)?.[0];
      return {
        isOwn: error instanceof sdk.ApiError,
        className: error.constructor.name,
        status: error.status,
        type: body && JSON.parse(body).error?.status,
      };
    }

    constructor(place, options) {
      super(sdk, place, options);
    }
  };
}

export const GenAi1Talker = generation(genai1);
export const GenAi3Talker = generation(genai3);
