// What a request says that arrived at an upstream, whatever the vendor's words for it.
//
// A view is {family, system, turns, tools, toolChoice, schema, maxTokens, stop, temperature,
// thinks}. A turn is {role: 'user' | 'model', parts}, a part one of {text}, {image}, {file},
// {call}, {result}, {thinking}. Neighbours of one role, and pieces of one text, are joined; a
// result tells the call that it is for.

const fromDataUrl = (url) => {
  const [, type, data] = /^data:([^;]+);base64,(.*)$/s.exec(url) ?? [];
  return { type, data };
};

const asList = (content) => (typeof content === 'string' ? [{ type: 'text', text: content }]
  : content ?? []);

const textOf = (content) => asList(content).map(({ text = '' }) => text).join('');

function joined(turns) {
  const out = [];
  for (const { role, parts } of turns) {
    if (out.at(-1)?.role !== role) out.push({ role, parts: [] });
    for (const part of parts) push(out.at(-1).parts, part);
  }
  return out;
}

function push(parts, part) {
  const last = parts.at(-1);
  const isPlain = ({ text, thought }) => text !== undefined && !thought;
  if (part.text === '' && !part.thoughtSignature) return;
  if (last && isPlain(part) && isPlain(last)) last.text += part.text;
  else if ('thinking' in (last ?? {}) && 'thinking' in part) last.thinking += part.thinking;
  else parts.push({ ...part });
}

// Puts the call in the place of its id.
function paired(turns) {
  const calls = turns.flatMap(({ parts }) => parts).filter(({ call }) => call);
  const find = (id) => calls.findLast(({ call }) => call.id === id)?.call;
  const strip = ({ call, result, ...part }) => {
    if (call) return { call: { name: call.name, args: call.args } };
    if (!result) return part;
    const { name, args } = result.call ?? find(result.id) ?? {};
    return { result: { of: { name, args }, text: result.text } };
  };
  return turns.map(({ role, parts }) => ({ role, parts: parts.map(strip) }));
}

function readChat(body) {
  const isPrompt = ({ role }) => role === 'system' || role === 'developer';
  return {
    family: 'chat',
    system: body.messages.filter(isPrompt).map(({ content }) => textOf(content)).join('\n'),
    turns: paired(joined(body.messages.filter((each) => !isPrompt(each)).map(readChatMessage))),
    tools: (body.tools ?? []).map(({ function: { name, description, parameters } }) => (
      { name, description, parameters })),
    toolChoice: body.tool_choice?.function ?? body.tool_choice,
    schema: body.response_format?.json_schema?.schema,
    maxTokens: body.max_completion_tokens ?? body.max_tokens,
    stop: body.stop === undefined ? undefined : [body.stop].flat(),
    temperature: body.temperature,
    thinks: body.reasoning_effort !== undefined && body.reasoning_effort !== 'none',
  };
}

function readChatMessage(message) {
  if (message.role === 'tool') {
    const result = { id: message.tool_call_id, text: textOf(message.content) };
    return { role: 'user', parts: [{ result }] };
  }
  const parts = asList(message.content).map(({ text, refusal, image_url: image, file }) => {
    if (image) return { image: fromDataUrl(image.url) };
    if (file) return { file: fromDataUrl(file.file_data) };
    return { text: text ?? refusal };
  });
  const thinking = message.reasoning_content;
  const calls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) => (
    { call: { id, name, args: JSON.parse(args) } }));
  return {
    role: message.role === 'assistant' ? 'model' : 'user',
    parts: [...(thinking ? [{ thinking }] : []), ...parts, ...calls],
  };
}

function readResponses(body) {
  const input = typeof body.input === 'string' ? [{ role: 'user', content: body.input }]
    : body.input;
  const isPrompt = ({ role }) => role === 'system' || role === 'developer';
  const prompts = input.filter(isPrompt).map(({ content }) => textOf(content));
  const { format } = body.text ?? {};
  return {
    family: 'responses',
    system: [...(body.instructions ? [body.instructions] : []), ...prompts].join('\n'),
    turns: paired(joined(input.filter((each) => !isPrompt(each)).map(readItem))),
    tools: (body.tools ?? []).map(({ name, description, parameters }) => (
      { name, description, parameters })),
    toolChoice: body.tool_choice?.name ? { name: body.tool_choice.name } : body.tool_choice,
    schema: format?.schema,
    maxTokens: body.max_output_tokens,
    temperature: body.temperature,
    thinks: body.reasoning?.effort !== undefined && body.reasoning.effort !== 'none',
  };
}

function readItem(item) {
  const { type, call_id: id, name } = item;
  if (type === 'reasoning') {
    const thinking = item.summary.map(({ text }) => text).join('');
    return { role: 'model', parts: [{ thinking }] };
  }
  if (type === 'function_call') {
    return { role: 'model', parts: [{ call: { id, name, args: JSON.parse(item.arguments) } }] };
  }
  if (type === 'function_call_output') {
    return { role: 'user', parts: [{ result: { id, text: textOf(item.output) } }] };
  }
  const parts = asList(item.content).map(({ text, refusal, image_url: image, file_data: file }) => {
    if (image) return { image: fromDataUrl(image) };
    if (file) return { file: fromDataUrl(file) };
    return { text: text ?? refusal };
  });
  return { role: item.role === 'assistant' ? 'model' : 'user', parts };
}

const CLAUDE_CHOICES = { auto: 'auto', any: 'required', none: 'none' };

function readClaude(body) {
  const choice = body.tool_choice;
  return {
    family: 'claude',
    system: asList(body.system).map(({ text }) => text).join('\n'),
    turns: paired(joined(body.messages.map(({ role, content }) => (
      { role: role === 'assistant' ? 'model' : 'user', parts: asList(content).map(readBlock) })))),
    tools: (body.tools ?? []).map(({ name, description, input_schema: parameters }) => (
      { name, description, parameters })),
    toolChoice: choice?.type === 'tool' ? { name: choice.name } : CLAUDE_CHOICES[choice?.type],
    schema: body.output_config?.format?.schema,
    maxTokens: body.max_tokens,
    stop: body.stop_sequences,
    temperature: body.temperature,
    thinks: ['enabled', 'adaptive'].includes(body.thinking?.type),
  };
}

function readBlock(block) {
  const blob = ({ media_type: type, data }) => ({ type, data });
  const readers = {
    text: ({ text }) => ({ text }),
    image: ({ source }) => ({ image: blob(source) }),
    document: ({ source }) => ({ file: blob(source) }),
    tool_use: ({ id, name, input: args }) => ({ call: { id, name, args } }),
    tool_result: ({ tool_use_id: id, content }) => ({ result: { id, text: textOf(content) } }),
    thinking: ({ thinking }) => ({ thinking }),
    redacted_thinking: () => ({ thinking: '' }),
  };
  return readers[block.type](block);
}

const GEMINI_CHOICES = { AUTO: 'auto', ANY: 'required', NONE: 'none', VALIDATED: 'auto' };

function readGemini(body) {
  const { generationConfig: config = {}, systemInstruction: system } = body;
  const { mode, allowedFunctionNames: names } = body.toolConfig?.functionCallingConfig ?? {};
  let waiting = [];
  const turns = joined(body.contents).map(({ role, parts }) => {
    const read = parts.map((part) => readPart(part, waiting));
    waiting = read.filter(({ call }) => call).map(({ call }) => call);
    return { role: role === 'model' ? 'model' : 'user', parts: read };
  });
  return {
    family: 'gemini',
    system: (system?.parts ?? []).map(({ text }) => text).join('\n'),
    turns: paired(joined(turns)),
    tools: (body.tools ?? []).flatMap(({ functionDeclarations = [] }) => functionDeclarations)
      .map(({ name, description, parameters, parametersJsonSchema }) => (
        { name, description, parameters: lowerTypes(parameters) ?? parametersJsonSchema })),
    toolChoice: names?.length === 1 ? { name: names[0] } : GEMINI_CHOICES[mode],
    schema: config.responseJsonSchema ?? lowerTypes(config.responseSchema),
    maxTokens: config.maxOutputTokens,
    stop: config.stopSequences,
    temperature: config.temperature,
    thinks: (config.thinkingConfig?.thinkingBudget ?? -1) > 0
      || config.thinkingConfig?.thinkingLevel !== undefined,
  };
}

function lowerTypes(schema) {
  return schema && JSON.parse(JSON.stringify(schema, (key, value) => (
    key === 'type' && typeof value === 'string' ? value.toLowerCase() : value)));
}

function readPart(part, waiting) {
  const { text, thought, inlineData: blob, functionCall: call, functionResponse: response } = part;
  if (blob) {
    const data = { type: blob.mimeType, data: blob.data };
    return blob.mimeType.startsWith('image/') ? { image: data } : { file: data };
  }
  if (call) return { call };
  if (response) {
    const { output, result, error, content } = response.response;
    const words = output ?? result ?? error ?? content ?? response.response;
    const at = waiting.findIndex(({ id }) => response.id && id === response.id);
    const [of] = waiting.splice(Math.max(at, 0), 1);
    const text = typeof words === 'string' ? words : JSON.stringify(words);
    return { result: { call: of, text } };
  }
  return thought ? { thinking: text } : { text };
}

const READERS = [
  [/\/v1\/chat\/completions$/, readChat],
  [/\/v1\/responses(\/input_tokens)?$/, readResponses],
  [/\/v1\/messages(\/count_tokens)?$/, readClaude],
  [/:(streamG|g)enerateContent$/, readGemini],
];

export function viewOf(exchange) {
  const [, read] = READERS.find(([path]) => path.test(exchange.path));
  return read(exchange.json);
}
