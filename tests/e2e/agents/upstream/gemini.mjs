// Google's Gemini API, with a model of the third generation: it signs every turn with calls and
// wants the signature back.

import { checkGemini } from './gemini_rules.mjs';
import { pieces, sideText, signatureText } from './play.mjs';
import { demand } from './refusal.mjs';

function authorize(headers, key) {
  demand(headers['x-goog-api-key'] === key, 'API key not valid. Please pass a valid API key.');
}

function historyOf(body) {
  const steps = [];
  const words = [];
  for (const { role, parts } of [body.systemInstruction, ...body.contents].filter(Boolean)) {
    const calls = parts.filter((part) => part.functionCall);
    const results = parts.filter((part) => part.functionResponse);
    if (calls.length > 0) {
      steps.push({ signatures: calls.map((part) => part.thoughtSignature).filter(Boolean),
        calls: calls.map(({ functionCall: { name, args } }, id) => ({ id, name, args })),
        results: [] });
    }
    // The results stand in the order of the calls; where both have ids, these agree.
    results.forEach(({ functionResponse: { id, response } }, index) => {
      const call = body.contents[body.contents.findIndex((each) => each.parts === parts) - 1]
        .parts.filter((part) => part.functionCall)[index].functionCall;
      demand(id === undefined || call.id === undefined || id === call.id,
        `function response ${index + 1} has the id ${id}, its call ${call.id}`);
      const text = Object.values(response).map(String).join('\n');
      steps.at(-1).results.push({ id: index, text });
    });
    if (role !== 'model') words.push(...parts.map(({ text }) => text ?? ''));
  }
  const tools = (body.tools ?? []).flatMap(({ functionDeclarations = [] }) => (
    functionDeclarations.map(({ name }) => name)));
  return { tools, words: words.join('\n'), steps };
}

function partsOf(body, turn, play) {
  const parts = [];
  const signature = signatureText('gemini', turn.index ?? 9);
  if (turn.thought && body.generationConfig?.thinkingConfig?.includeThoughts) {
    parts.push({ text: turn.thought, thought: true });
  }
  parts.push(...pieces(turn.text).map((text) => ({ text })));
  turn.calls.forEach(({ name, args }, i) => parts.push({
    functionCall: { id: `gem${turn.index}${i}x`, name, args },
    ...(i === 0 ? { thoughtSignature: signature } : {}),
  }));
  if (turn.calls.length > 0) play.issue(turn.index, signature);
  return parts;
}

function post(url, body, play) {
  const [, model, method] = /^\/v1(?:beta)?\/models\/([^/:]+):(\w+)$/.exec(url.pathname) ?? [];
  if (method === 'countTokens') return { json: { totalTokens: 1200 } };
  demand(['generateContent', 'streamGenerateContent'].includes(method), 'Not found', 404);
  checkGemini(body);
  const turn = play.next(historyOf(body));
  const schema = body.generationConfig?.responseJsonSchema ?? body.generationConfig?.responseSchema;
  turn.text = turn.isSide ? sideText(turn.text, schema) : turn.text;
  const parts = partsOf(body, turn, play);
  const usageMetadata = { promptTokenCount: 1200, candidatesTokenCount: 28, thoughtsTokenCount: 12,
    totalTokenCount: 1240 };
  const chunk = (some, more = {}) => ({
    candidates: [{ content: { role: 'model', parts: some }, index: 0, ...more }],
    usageMetadata, modelVersion: model, responseId: `gemini-${turn.index ?? 9}`,
  });
  const isTurn = !turn.isSide;
  const last = { finishReason: 'STOP' };
  if (method === 'generateContent') return { json: chunk(parts, last), isTurn };
  demand(url.searchParams.get('alt') === 'sse', 'this fake streams with alt=sse only');
  const chunks = [...parts.map((part) => chunk([part])), chunk([{ text: '' }], last)];
  return { frames: chunks.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`), isTurn };
}

function get(url) {
  demand(/^\/v1(beta)?\/models$/.test(url.pathname), 'Not found', 404);
  return { json: { models: [{ name: 'models/gemini-3.1-pro-preview',
    supportedGenerationMethods: ['generateContent', 'countTokens'] }] } };
}

function error(refusal) {
  return { error: { code: refusal.status, message: refusal.message, status: 'INVALID_ARGUMENT' } };
}

export const gemini = {
  name: 'gemini', model: 'gemini-3.1-pro-preview', authorize, get, post, error,
};
