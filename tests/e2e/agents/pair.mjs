// One agent, one abv-host, one upstream: starts them, runs the task, and judges what happened.

import assert from 'node:assert/strict';

import { AbvHost, pluginDirs } from '../harness.mjs';
import { runClient } from './run_client.mjs';
import { LAST_WORDS } from './upstream/play.mjs';
import { FAMILIES, ScriptedUpstream } from './upstream/server.mjs';

const CLIENT_KEY = 'client-key-0123456789abcdef';
// The dialect of a route has both of OpenAI's wire formats.
const ROUTE_DIALECTS = { 'openai-responses': 'openai-chat' };
const PLUGINS = { 'openai-chat': 'openai', 'openai-responses': 'openai',
  'claude-messages': 'claude', gemini: 'gemini' };
// Of the two wire formats of OpenAI an upstream here has only one.
const OPERATIONS = {
  'openai-chat': { operations: ['chat', 'models'] },
  'openai-responses': { operations: ['responses', 'models'], convert_to: 'responses' },
};
// Claude Code tells its version in the system prompt; that is nobody else's business.
const BILLING = 'x-anthropic-billing-header';

function hostConfig(client, family, upstream) {
  const plugin = PLUGINS[family];
  const isOpenAi = plugin === 'openai';
  const { model } = FAMILIES[family];
  const isSame = client.dialect === family;
  const models = [{ match: '*', provider: 'upstream', ...(isSame ? {} : { as: model }) }];
  return {
    version: 1,
    listen: { host: '127.0.0.1', port: 0 },
    data_dir: '${ABV_DATA_DIR:-./data}',
    plugins: {
      dirs: pluginDirs(),
      allow: ['request-id', 'auth', ...new Set(Object.values(PLUGINS))]
        .map((name) => ({ id: `abv.${name}` })),
    },
    providers: {
      upstream: {
        plugin: `abv.${plugin}`,
        base_url: isOpenAi ? `${upstream.url}/v1` : upstream.url,
        api_key: upstream.key,
        ...OPERATIONS[family],
      },
    },
    middlewares: [
      { name: 'request-id', plugin: 'abv.request-id' },
      { name: 'auth', plugin: 'abv.auth', mode: 'strict', api_key: CLIENT_KEY },
    ],
    routes: [{ name: 'agent', dialect: ROUTE_DIALECTS[client.dialect] ?? client.dialect, models }],
  };
}

function shortened(text, most = 4000) {
  if (text.length <= most) return text;
  return `${text.slice(0, most / 2)} … ${text.length - most} more … ${text.slice(-most / 2)}`;
}

function transcript({ run, upstream, logs }) {
  const requests = upstream.requests.map(({ method, target, status, refused, text, answer }, i) => (
    `--- request ${i + 1}: ${method} ${target} -> ${status}`
    + `${refused ? ` REFUSED: ${refused}` : ''}\n${shortened(text ?? '')}\n`
    + `--- answer\n${shortened(answer ?? '')}`));
  return ['', `exit: ${run.code}`, '--- printed', shortened(run.output), '--- printed as errors',
    shortened(run.errors), ...requests, '--- log of abv-host', ...logs].join('\n');
}

function judge({ run, upstream, logs }, { client, family, isSigned }) {
  const problems = [];
  const check = (isGood, problem) => { if (!isGood) problems.push(problem); };
  upstream.refused.forEach(({ refused }) => problems.push(`upstream refused: ${refused}`));
  check(run.code === 0, `the agent ended with ${run.code}`);
  check(run.answer === '42\n', `answer.txt holds ${JSON.stringify(run.answer)}`);
  check(run.output.includes(LAST_WORDS), 'the agent did not print the last words of the model');
  check(upstream.turns.length === 3, `${upstream.turns.length} requests of the task instead of 3`);
  const sideCalls = upstream.requests.length - upstream.turns.length - upstream.refused.length;
  check(sideCalls === (client.sideCalls ?? 0), `${sideCalls} requests beside those of the task`);
  check(upstream.play.isOver, 'the upstream never came to its last turn');
  check(upstream.play.signed === (isSigned ? 2 : 0),
    `${upstream.play.signed} turns came back signed instead of ${isSigned ? 2 : 0}`);
  // A line is: time, level, event, fields.
  const alarms = logs.filter((line) => !['trace', 'debug', 'info'].includes(line.split(' ')[1]));
  alarms.forEach((line) => problems.push(`abv-host complained: ${line}`));
  assert.equal(problems.length, 0, `${problems.join('\n')}\n(upstream: ${family})`);
}

// Runs the task and throws with all that is known when anything went wrong.
export async function performTask(client, family, { isSigned }) {
  const isForeign = family !== 'claude-messages';
  const upstream = await ScriptedUpstream.start({
    family, script: client, foreign: isForeign ? [CLIENT_KEY, BILLING] : [CLIENT_KEY],
  });
  let host;
  try {
    host = await AbvHost.start(hostConfig(client, family, upstream));
    const run = await runClient(client, { url: host.baseUrl, key: CLIENT_KEY });
    const seen = { run, upstream, logs: host.logs };
    if (process.env.ABV_E2E_TRANSCRIPTS) process.stderr.write(`${transcript(seen)}\n`);
    try {
      judge(seen, { client, family, isSigned });
    } catch (error) {
      error.message += `\n${transcript(seen)}`;
      throw error;
    }
  } finally {
    await host?.stop();
    await upstream.stop();
  }
}
