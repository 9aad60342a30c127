// generativelanguage.googleapis.com as far as the tests need it, as /v1beta and as /v1.

import {
  MODELS, checkBatch, checkCount, checkEmbed, checkGenerate, checkKey, checkModel, invalid,
  jsonBody,
} from './gemini_rules.mjs';
import { checkPredict, makesImages, transcribes } from './gemini_media_rules.mjs';
import { freshId, piecesOf } from './plan.mjs';
import { PIXEL, vectorOf } from './openai.mjs';
import { Refusal } from './refusal.mjs';
import { canonical, seal } from './seal.mjs';

const JSON_TYPE = 'application/json; charset=UTF-8';
const STOPS = { length: 'MAX_TOKENS', refusal: 'SAFETY' };

const FAILURES = {
  400: ['INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  401: ['UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  429: ['RESOURCE_EXHAUSTED', 'You exceeded your current quota. Please retry in 7s.'],
  500: ['INTERNAL', 'An internal error has occurred. Please retry.'],
  529: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
};

function headers() {
  return { 'server-timing': 'gfet4t7; dur=12', vary: 'Origin' };
}

function json(value) {
  return { status: 200, headers: headers(), type: JSON_TYPE, body: JSON.stringify(value, null, 2) };
}

function errorBody({ status, kind, message, extra }) {
  const details = extra.details?.length ? { details: extra.details } : {};
  return { error: { code: status, message, status: kind, ...details } };
}

function failure(status) {
  const [kind, message] = FAILURES[status];
  return new Refusal(status, kind, message);
}

// Google counts thoughts beside the candidates.
function usageOf({ usage: { input, output, cached, reasoning } }) {
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    totalTokenCount: input + output,
    ...(cached ? { cachedContentTokenCount: cached } : {}),
    ...(reasoning ? { thoughtsTokenCount: reasoning } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
  };
}

// Of parallel calls only the first is signed, without a call the end of the text. Models from 3 on
// sign in any case and give calls an id. A blocked answer has no parts.
function partsOf(plan, model, inPieces) {
  if (plan.stop === 'refusal') return [];
  if (makesImages(model)) return imageParts(plan);
  if (transcribes(model)) return turnParts(plan);
  const { thinking, text, calls } = plan;
  const isNew = model.startsWith('gemini-3');
  const thoughts = thinking
    ? inPieces(thinking).map((each) => ({ text: each, thought: true })) : [];
  const texts = text ? inPieces(text).map((each) => ({ text: each })) : [];
  const signed = calls.map(({ name, args }, index) => ({
    functionCall: { ...(isNew ? { id: freshId('') } : {}), name, args },
    ...((thinking || isNew) && index === 0 ? { thoughtSignature: signatureOf(name, args) } : {}),
  }));
  if (thinking && calls.length === 0) {
    texts.push({ text: '', thoughtSignature: seal('gemini', 'text') });
  }
  return [...thoughts, ...texts, ...signed];
}

function picture(data, more) {
  return { inlineData: { mimeType: 'image/png', data }, ...more };
}

// Models that think show what they tried, and sign the image.
function imageParts({ drafts, images }) {
  return [
    ...drafts.map((each) => picture(each, { thought: true })),
    ...(images ?? [PIXEL]).map((each) => picture(each, { thoughtSignature: seal('gemini', 'text') })),
  ];
}

// A part is one turn of one speaker; its words have times.
function turnParts({ text, turns }) {
  return turns.length === 0 ? [{ audioTranscription: { text } }]
    : turns.map((each) => ({ audioTranscription: each }));
}

export function signatureOf(name, args) {
  return seal('gemini', `call ${name} ${canonical(args)}`);
}

function chunk(model, responseId, plan, parts, finishReason) {
  const finish = finishReason ? { finishReason } : {};
  return {
    candidates: [{ ...(parts.length ? { content: { parts, role: 'model' } } : {}), ...finish,
      index: 0 }],
    usageMetadata: usageOf(plan),
    modelVersion: model,
    responseId,
  };
}

function generate({ exchange, plan, model }) {
  checkGenerate(jsonBody(exchange), model);
  const parts = partsOf(plan, model, (text) => [text]);
  return json(chunk(model, freshId(''), plan, parts, STOPS[plan.stop] ?? 'STOP'));
}

// With alt=sse frames of data, without it one JSON array that grows.
function generateStream({ exchange, plan, model }) {
  checkGenerate(jsonBody(exchange), model);
  const id = freshId('');
  const parts = partsOf(plan, model, piecesOf);
  const chunks = parts.map((part, index) => chunk(model, id, plan, [part],
    index === parts.length - 1 ? (STOPS[plan.stop] ?? 'STOP') : undefined));
  if (parts.length === 0) chunks.push(chunk(model, id, plan, [], STOPS[plan.stop]));
  const isSse = exchange.query.get('alt') === 'sse';
  const error = JSON.stringify(errorBody(failure(529)));
  return {
    status: 200,
    headers: headers(),
    type: isSse ? 'text/event-stream' : JSON_TYPE,
    frames: isSse ? sseFrames(chunks) : arrayFrames(chunks),
    errorFrame: isSse ? `data: ${error}\r\n\r\n` : `,\r\n${error}\n]`,
  };
}

function sseFrames(chunks) {
  return chunks.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`);
}

function arrayFrames(chunks) {
  const texts = chunks.map((each, index) => (
    (index ? ',\r\n' : '[') + JSON.stringify(each, null, 2)));
  return [...texts, '\n]'];
}

function count({ exchange, plan, model }) {
  checkCount(jsonBody(exchange), model);
  return json({
    totalTokens: plan.usage.input,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: plan.usage.input }],
  });
}

function embeddingOf({ content, outputDimensionality }) {
  return { values: vectorOf(content.parts.map(({ text }) => text).join(''), outputDimensionality) };
}

function embed({ exchange }) {
  const body = jsonBody(exchange);
  checkEmbed(body);
  return json({ embedding: embeddingOf(body) });
}

function batchEmbed({ exchange, model }) {
  const body = jsonBody(exchange);
  checkBatch(body, model);
  return json({ embeddings: body.requests.map(embeddingOf) });
}

// Imagen answers in a form of its own, which tells neither counts nor its model.
function predict({ exchange, plan }) {
  const body = jsonBody(exchange);
  checkPredict(body);
  if (plan.stop === 'refusal') return json({});
  const { sampleCount = 1, outputOptions } = body.parameters ?? {};
  return json({
    predictions: Array.from({ length: sampleCount }, () => ({
      mimeType: outputOptions?.mimeType ?? 'image/png', bytesBase64Encoded: PIXEL,
    })),
  });
}

const METHODS = {
  generateContent: generate,
  streamGenerateContent: generateStream,
  countTokens: count,
  embedContent: embed,
  batchEmbedContents: batchEmbed,
  predict,
};

function modelObject(id) {
  return {
    name: `models/${id}`,
    version: '001',
    displayName: `Fake ${id}`,
    description: 'A model that does not exist',
    inputTokenLimit: 1048576,
    outputTokenLimit: 65536,
    supportedGenerationMethods: MODELS[id],
  };
}

function retrieve(id, version) {
  if (MODELS[id]) return json(modelObject(id));
  throw new Refusal(404, 'NOT_FOUND',
    `Model is not found: models/${id} for api version ${version}`);
}

function read(exchange, version, rest) {
  if (rest === 'models') return json({ models: Object.keys(MODELS).map(modelObject) });
  const id = /^models\/([^/:]+)$/.exec(rest)?.[1];
  if (!id) throw notFound();
  return retrieve(decodeURIComponent(id), version);
}

function notFound() {
  return new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
}

export const gemini = {
  keyHeaders: ['x-goog-api-key'],
  authorize: checkKey,
  failure,

  answer(exchange, plan) {
    const [, version, rest] = /^\/(v1|v1beta)\/(.+)$/.exec(exchange.path) ?? [];
    if (!version) throw notFound();
    if (exchange.method === 'GET') return read(exchange, version, rest);
    const [, model, method] = /^models\/([^/:]+):(\w+)$/.exec(rest) ?? [];
    if (exchange.method !== 'POST' || !METHODS[method]) throw notFound();
    checkModel(decodeURIComponent(model), method, version);
    if (!exchange.header('content-type').startsWith('application/json')) {
      throw invalid('Invalid content type: expected application/json');
    }
    return METHODS[method]({ exchange, plan, model: decodeURIComponent(model) });
  },

  refuse(refusal) {
    return {
      status: refusal.status,
      headers: headers(),
      type: JSON_TYPE,
      body: JSON.stringify(errorBody(refusal), null, 2),
    };
  },
};
