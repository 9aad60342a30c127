// Claude Code and Codex go on working while accounts are refused, rotated and refreshed under them:
// they see no error, only answers.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { AbvHost, pluginDirs } from '../harness.mjs';
import { AGENTS } from './clients.mjs';
import { runClient } from './run_client.mjs';
import { Gate } from './upstream/gate.mjs';
import { LAST_WORDS } from './upstream/play.mjs';
import { FAMILIES, ScriptedUpstream } from './upstream/server.mjs';

const CLIENT_KEY = 'client-key-0123456789abcdef';
const NAMES = ['a', 'b', 'c'];
const DIALECTS = { 'openai-responses': 'openai-chat' };

const agent = (name) => AGENTS.find((one) => one.name === name);

// ChatGPT accounts, whose tokens are refreshed.
const CHATGPT = {
  family: 'openai-responses',
  plugins: ['openai', 'codex', 'claude'],
  uses: 1,
  provider: (gate) => ({ plugin: 'abv.codex', base_url: `${gate.url}/codex`,
    api_base_url: `${gate.url}/v1`, token_url: `${gate.url}/oauth/token` }),
  folder: 'codex',
  file: ({ access, refresh, name }) => ({ version: 1, provider: 'upstream', kind: 'codex',
    attributes: { account_id: name }, secrets: { access_token: access, refresh_token: refresh } }),
};

// Keys, which have nothing to refresh.
const KEYS = {
  family: 'claude-messages',
  plugins: ['claude', 'openai'],
  uses: 0,
  provider: (gate) => ({ plugin: 'abv.claude', base_url: gate.url }),
  folder: 'accounts',
  file: ({ access }) => ({ version: 1, provider: 'upstream', kind: 'api_key',
    secrets: { api_key: access } }),
};

function config(client, vendor, gate) {
  return {
    version: 1,
    listen: { host: '127.0.0.1', port: 0 },
    data_dir: '${ABV_DATA_DIR:-./data}',
    plugins: {
      dirs: pluginDirs(),
      allow: ['request-id', 'auth', ...vendor.plugins].map((name) => ({ id: `abv.${name}` })),
    },
    providers: { upstream: vendor.provider(gate) },
    middlewares: [
      { name: 'request-id', plugin: 'abv.request-id' },
      { name: 'auth', plugin: 'abv.auth', mode: 'strict', api_key: CLIENT_KEY },
    ],
    routes: [{ name: 'agent', dialect: DIALECTS[client.dialect] ?? client.dialect,
      models: [{ match: '*', provider: 'upstream',
        ...(client.dialect === vendor.family ? {} : { as: FAMILIES[vendor.family].model }) }] }],
  };
}

function putAccounts(data, vendor, gate) {
  mkdirSync(join(data, vendor.folder), { recursive: true });
  for (const name of NAMES) {
    writeFileSync(join(data, vendor.folder, `${name}.json`),
      JSON.stringify(vendor.file(gate.account(name))));
  }
}

function onDisk(data, vendor) {
  return NAMES.map((name) => JSON.parse(
    readFileSync(join(data, vendor.folder, `${name}.json`), 'utf8')).secrets.refresh_token);
}

function check({ run, upstream, gate, logs, vendor, kept, issued }) {
  const calls = logs.filter((line) => / call /.test(line));
  const failed = calls.filter((line) => !/ status=200 /.test(line));
  assert.deepEqual(upstream.refused.map(({ refused }) => refused), []);
  assert.equal(run.code, 0, 'the exit code of the agent');
  assert.equal(run.answer, '42\n', 'answer.txt');
  assert.ok(run.output.includes(LAST_WORDS), 'the agent did not print the last words');
  assert.doesNotMatch(run.output + run.errors, /rate.?limit|too fast|token expired|turn\.failed/i);
  assert.ok(calls.length >= 3, 'calls of the agent');
  assert.deepEqual(failed, [], 'calls that the agent saw fail');
  assert.ok(gate.counts.refused >= 6, `${gate.counts.refused} refusals`);
  assert.ok(new Set(gate.served).size >= 2, `accounts that served: ${gate.served}`);
  assert.equal(gate.counts.reused, 0, 'refresh tokens that were used twice');
  if (vendor === CHATGPT) {
    assert.ok(gate.counts.refreshed >= 1, 'nothing was refreshed');
    assert.deepEqual(kept, issued, 'refresh tokens on disk');
  }
}

async function perform(client, vendor) {
  const data = mkdtempSync(join(tmpdir(), 'abv-e2e-accounts-'));
  const upstream = await ScriptedUpstream.start({ family: vendor.family, script: client,
    foreign: [CLIENT_KEY] });
  const gate = await Gate.start({ upstream, refusals: 2, uses: vendor.uses });
  let host;
  try {
    putAccounts(data, vendor, gate);
    host = await AbvHost.start(config(client, vendor, gate), { data });
    const run = await runClient(client, { url: host.baseUrl, key: CLIENT_KEY });
    const issued = vendor === CHATGPT ? gate.refreshTokens : [];
    const kept = vendor === CHATGPT ? onDisk(data, vendor) : [];
    try {
      check({ run, upstream, gate, logs: host.logs, vendor, kept, issued });
    } catch (error) {
      throw new Error([error.message, JSON.stringify(gate.counts), run.output, run.errors,
        ...host.logs].join('\n'), { cause: error });
    }
  } finally {
    await host?.stop();
    await gate.stop();
    await upstream.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

describe('agents in a storm', { concurrency: 2 }, () => {
  test('Claude Code sees nothing of refused and rotated keys', () => (
    perform(agent('Claude Code'), KEYS)));
  test('Claude Code sees nothing of refused, rotated and refreshed ChatGPT accounts', () => (
    perform(agent('Claude Code'), CHATGPT)));
  test('Codex CLI sees nothing of refused, rotated and refreshed ChatGPT accounts', () => (
    perform(agent('Codex CLI'), CHATGPT)));
});
