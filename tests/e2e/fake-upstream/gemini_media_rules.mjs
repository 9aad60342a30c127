// What generativelanguage.googleapis.com refuses in requests for images and transcripts.

import { checkFields, fields, invalid } from './gemini_fields.mjs';

const RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
// The sizes that a model can be asked for; a model that is not here makes no images.
const IMAGE_SIZES = {
  'gemini-2.5-flash-image': [],
  'gemini-3-pro-image-preview': ['1K', '2K', '4K'],
};
const IMAGEN_RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9'];
// Types of sounds that the documentation names.
const SOUNDS = /^audio\/(wav|mp3|aiff|aac|ogg|flac|mp4|webm)$/;

const IMAGE_CONFIG = fields('aspectRatio', 'imageSize');
const TRANSCRIPTION = fields('languageCodes', 'customVocabulary', 'wordTimestamp', 'diarization',
  'mode');
const PREDICT = fields('instances', 'parameters');
const INSTANCE = fields('prompt');
const PARAMETERS = fields('sampleCount', 'aspectRatio', 'sampleImageSize', 'outputOptions',
  'personGeneration', 'safetySetting', 'includeRaiReason', 'language', 'guidanceScale');
const OUTPUT = fields('mimeType', 'compressionQuality');

export const makesImages = (model) => model in IMAGE_SIZES;
export const transcribes = (model) => model.includes('transcribe');

export function checkMedia(body, model) {
  const config = body.generationConfig ?? body.generation_config ?? {};
  checkModalities(config.responseModalities ?? ['TEXT'], config, model);
  checkImageConfig(config.imageConfig, model);
  checkTranscription(config.audioTranscriptionConfig, body, model);
  for (const { parts = [] } of body.contents ?? []) {
    for (const { inlineData } of parts) {
      const type = inlineData?.mimeType ?? '';
      if (type.startsWith('audio/') && !SOUNDS.test(type)) {
        throw invalid(`Unsupported MIME type: ${type}`);
      }
    }
  }
}

function checkModalities(modalities, config, model) {
  if (modalities.some((each) => !['TEXT', 'IMAGE', 'AUDIO'].includes(each))) {
    throw invalid("Invalid value at 'generation_config.response_modalities'");
  }
  if (modalities.includes('IMAGE') && !makesImages(model)) {
    throw invalid(`Model does not support the requested response modalities: ${modalities}`
      .toLowerCase());
  }
  if (makesImages(model) && (config.candidateCount ?? 1) > 1) {
    throw invalid('Multiple candidates is not enabled for this model');
  }
  if (makesImages(model) && (config.responseSchema || config.responseMimeType)) {
    throw invalid('JSON mode is not enabled for this model');
  }
}

function checkImageConfig(config, model) {
  if (config === undefined) return;
  checkFields(config, IMAGE_CONFIG, 'generation_config.image_config');
  const { aspectRatio, imageSize } = config;
  if (aspectRatio !== undefined && !RATIOS.includes(aspectRatio)) {
    throw invalid('aspect_ratio must be one of ' + RATIOS.join(', '));
  }
  if (imageSize !== undefined && !(IMAGE_SIZES[model] ?? []).includes(imageSize)) {
    throw invalid(`image_size ${imageSize} is not supported by this model`);
  }
}

// Other models would pass over it and chat about the sound.
function checkTranscription(config, body, model) {
  if (config !== undefined) {
    checkFields(config, TRANSCRIPTION, 'generation_config.audio_transcription_config');
    if (!transcribes(model)) throw invalid('Audio transcription is not enabled for this model');
    if (config.customVocabulary && (config.wordTimestamp || config.diarization)) {
      throw invalid('custom_vocabulary cannot be combined with word_timestamp or diarization');
    }
  }
  if (!transcribes(model)) return;
  const parts = body.contents.flatMap((content) => content.parts);
  if (parts.length !== 1 || !parts[0].inlineData?.mimeType.startsWith('audio/')) {
    throw invalid('This model takes one audio part and nothing else.');
  }
}

export function checkPredict(body) {
  checkFields(body, PREDICT);
  const { instances, parameters = {} } = body;
  if (!Array.isArray(instances) || instances.length !== 1) {
    throw invalid('Exactly one instance is expected.');
  }
  checkFields(instances[0], INSTANCE, 'instances[0]');
  if (!instances[0].prompt) throw invalid('The prompt is empty.');
  checkFields(parameters, PARAMETERS, 'parameters');
  const { sampleCount = 1, aspectRatio = '1:1', sampleImageSize = '1K' } = parameters;
  if (sampleCount < 1 || sampleCount > 4) throw invalid('sampleCount must be between 1 and 4');
  if (!IMAGEN_RATIOS.includes(aspectRatio)) throw invalid(`Invalid aspect ratio ${aspectRatio}`);
  if (!['1K', '2K'].includes(sampleImageSize)) {
    throw invalid(`Invalid image size ${sampleImageSize}`);
  }
  if (parameters.outputOptions) {
    checkFields(parameters.outputOptions, OUTPUT, 'parameters.outputOptions');
  }
}
