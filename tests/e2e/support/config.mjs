// The configuration of an abv-host under test.

import { pluginDirs } from '../harness.mjs';
import { WORDS } from './sdks.mjs';

// The key that clients show to abv-host. No upstream may ever see it.
export const CLIENT_KEY = 'client-key-0123456789abcdef';

// The name of a model that only abv-host knows; it stands for the model in WORDS.
export const ALIAS = 'fast';

const DIALECTS = { openai: 'openai-chat', claude: 'claude-messages', gemini: 'gemini' };

// For tests of what clients see of a refusal: it is theirs at once, and no account rests after it.
export const PASS_REFUSALS = [
  { status: '4xx', action: 'pass', scope: 'request' },
  { status: '5xx', action: 'pass', scope: 'request' },
];

function provider(vendor, { url, key }, caFile) {
  return {
    plugin: `abv.${vendor}`,
    base_url: vendor === 'openai' ? `${url}/v1` : url,
    api_key: key,
    status_rules: PASS_REFUSALS,
    ...(caFile ? { ca_file: caFile } : {}),
  };
}

function route(vendor, hasUpstream) {
  const toUpstream = [
    { match: ALIAS, provider: vendor, as: WORDS[vendor].model },
    { match: '*', provider: vendor },
  ];
  return {
    name: vendor,
    dialect: DIALECTS[vendor],
    models: [{ match: 'echo*', provider: 'echo' }, ...(hasUpstream ? toUpstream : [])],
  };
}

function authentication(mode) {
  const key = mode === 'off' ? {} : { api_key: CLIENT_KEY };
  return { name: 'auth', plugin: 'abv.auth', mode, ...key };
}

// `upstreams` maps a vendor to {url, key}. Models named echo* are answered by abv.echo; the alias
// and every other model go to the vendor's upstream, if there is one. `changes` replaces whole
// top-level sections.
export function hostConfig({ upstreams = {}, caFile, auth = 'strict', changes = {} } = {}) {
  const vendors = Object.keys(DIALECTS);
  const used = vendors.filter((vendor) => upstreams[vendor]);
  const plugins = ['echo', 'request-id', 'auth', ...vendors];
  return {
    version: 1,
    listen: { host: '127.0.0.1', port: 0 },
    data_dir: '${ABV_DATA_DIR:-./data}',
    plugins: { dirs: pluginDirs(), allow: plugins.map((name) => ({ id: `abv.${name}` })) },
    // A connection that breaks is not tried again.
    accounts: { tries: 1 },
    providers: {
      echo: { plugin: 'abv.echo' },
      ...Object.fromEntries(used.map((vendor) => (
        [vendor, provider(vendor, upstreams[vendor], caFile)]))),
    },
    middlewares: [{ name: 'request-id', plugin: 'abv.request-id' }, authentication(auth)],
    routes: vendors.map((vendor) => route(vendor, used.includes(vendor))),
    ...changes,
  };
}
