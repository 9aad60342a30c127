// The upstream families that every client is converted to, and an abv-host that has them all.
//
// Clients ask for `plain`, which answers, and for `thinker`, which thinks and insists on getting
// its thinking back. Both are names of abv-host only, so that no client guesses from a name what it
// may send.

import { hostConfig, PASS_REFUSALS } from './config.mjs';

export const FAMILIES = [
  {
    id: 'chat', name: 'openai-chat', vendor: 'openai',
    plain: 'oai-plain', thinker: 'oai-thinks',
  },
  {
    id: 'responses', name: 'openai-responses', vendor: 'openai',
    plain: 'resp-plain', thinker: 'resp-thinks', hasNoStopSequences: true,
  },
  {
    id: 'claude', name: 'claude-messages', vendor: 'claude',
    plain: 'cld-plain', thinker: 'cld-thinks', tellsStopSequence: true,
  },
  {
    id: 'gemini', name: 'gemini', vendor: 'gemini',
    plain: 'gem-plain', thinker: 'gem-thinks',
  },
];

// What the names stand for at the vendor.
export const MODELS = {
  'oai-plain': 'gpt-4.1-mini',
  'oai-thinks': 'deepseek-reasoner',
  'oai-effort': 'gpt-5',
  'resp-plain': 'gpt-4.1-mini',
  'resp-thinks': 'gpt-5',
  'cld-plain': 'claude-sonnet-4-6',
  'cld-thinks': 'claude-sonnet-4-6',
  'cld-new': 'claude-opus-5-5',
  'gem-plain': 'gemini-2.5-flash',
  'gem-thinks': 'gemini-3-pro-preview',
};
const PROVIDERS = { oai: 'chat', resp: 'responses', cld: 'claude', gem: 'gemini' };
const RULES = Object.entries(MODELS).map(([name, as]) => (
  { match: name, provider: PROVIDERS[name.split('-')[0]], as }));

// One server of OpenAI's is two providers: what is not in its `operations` is converted, although
// the dialect is the same.
export function conversionConfig({ upstreams: { openai, claude, gemini } }) {
  const of = (plugin, base_url, { key }) => (
    { plugin: `abv.${plugin}`, base_url, api_key: key, status_rules: PASS_REFUSALS });
  const ofOpenAi = of('openai', `${openai.url}/v1`, openai);
  return hostConfig({
    changes: {
      providers: {
        chat: { ...ofOpenAi, operations: ['chat'] },
        responses: { ...ofOpenAi, operations: ['responses', 'count_tokens'],
          convert_to: 'responses' },
        claude: of('claude', claude.url, claude),
        gemini: of('gemini', gemini.url, gemini),
      },
      routes: ['openai-chat', 'claude-messages', 'gemini']
        .map((dialect) => ({ name: dialect, dialect, models: RULES })),
    },
  });
}
