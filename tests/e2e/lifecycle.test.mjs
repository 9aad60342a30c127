// Start, reload, end: none of it may hurt a stream that runs.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe } from 'node:test';

import { DEFAULT_TEXT, Gate } from './fake-upstream/plan.mjs';
import { FakeUpstream } from './fake-upstream/server.mjs';
import { AbvHost } from './harness.mjs';
import { CLIENT_KEY, hostConfig } from './support/config.mjs';
import { raw } from './support/raw.mjs';
import { SDKS, WORDS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

const [sdk] = SDKS;
const { model } = WORDS.openai;

describe('the life of abv-host', () => {
  let upstream;
  let host;
  before(async () => {
    upstream = await FakeUpstream.start({ vendor: 'openai', secrets: [CLIENT_KEY] });
  });
  after(() => upstream.stop());
  afterEach(async () => {
    upstream.reset();
    await host?.stop();
    host = undefined;
  });

  const config = (changes) => hostConfig({ upstreams: { openai: upstream }, changes });
  const start = async () => { host = await AbvHost.start(config()); };
  const ask = (name) => sdk.connect({ baseUrl: host.baseUrl, key: CLIENT_KEY })
    .ask({ model: name, text: 'hi' });

  // A stream that has begun and is held by the upstream: {finish: opens it, answer: its end}.
  async function startStream() {
    const gate = new Gate();
    upstream.plan({ pause: { after: 6, gate } });
    let answer;
    await new Promise((begun, failed) => {
      answer = sdk.connect({ baseUrl: host.baseUrl, key: CLIENT_KEY })
        .stream({ model, text: 'hi' }, { onPiece: begun });
      answer.catch(failed);
    });
    return { finish: gate.open, answer };
  }

  // The configuration with one more name for the upstream's model.
  function withAlias(name) {
    const changed = config();
    changed.routes[0].models.unshift({ match: name, provider: 'openai', as: model });
    return changed;
  }

  test('a reload while a stream runs does not break it', async () => {
    await start();
    const { finish, answer } = await startStream();
    assert.equal(await host.reload(withAlias('new-name')), 'live');
    assert.equal((await ask('new-name')).text, DEFAULT_TEXT);
    finish();
    assert.equal((await answer).text, DEFAULT_TEXT);
  });

  test('a reload takes a name away from those who come later', async () => {
    await start();
    assert.equal((await ask('fast')).text, DEFAULT_TEXT);
    const changed = config();
    changed.routes[0].models = [{ match: 'echo*', provider: 'echo' }];
    assert.equal(await host.reload(changed), 'live');
    await assert.rejects(ask('fast'), { status: 404 });
  });

  test('many reloads under load lose no call', async () => {
    await start();
    let isReloading = true;
    const callUntilDone = async (count = 0) => {
      if (!isReloading) return count;
      assert.equal((await ask(model)).text, DEFAULT_TEXT);
      return callUntilDone(count + 1);
    };
    const callers = Promise.all([callUntilDone(), callUntilDone(), callUntilDone()]);
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      assert.equal(await host.reload(withAlias(name)), 'live');
    }
    isReloading = false;
    const counts = await callers;
    assert.ok(Math.min(...counts) > 0, counts.join(' '));
  });

  const BROKEN = {
    'text that is not YAML': () => 'version: [1',
    'a route to a provider that does not exist': () => {
      const changed = config();
      changed.routes[0].models = [{ match: '*', provider: 'nobody' }];
      return changed;
    },
    'a plugin that does not exist': () => config({
      providers: { echo: { plugin: 'abv.nothing' } },
    }),
  };
  for (const [what, broken] of Object.entries(BROKEN)) {
    test(`a reload of ${what} fails and the old configuration goes on`, async () => {
      await start();
      const { finish, answer } = await startStream();
      assert.equal(await host.reload(broken()), 'failed');
      assert.equal((await ask('fast')).text, DEFAULT_TEXT);
      finish();
      assert.equal((await answer).text, DEFAULT_TEXT);
      assert.equal(await host.reload(withAlias('repaired')), 'live');
      assert.equal((await ask('repaired')).text, DEFAULT_TEXT);
    });

    test(`a start with ${what} fails`, async () => {
      await assert.rejects(AbvHost.start(broken()), /ended and never logged/);
    });
  }

  test('SIGTERM lets a running stream end', async () => {
    await start();
    const { finish, answer } = await startStream();
    const from = host.logs.length;
    host.terminate();
    await host.waitForLog(/drain|stop|shut|term/i, from);
    finish();
    assert.equal((await answer).text, DEFAULT_TEXT);
    const { baseUrl } = host;
    await host.stop();
    host = undefined;
    await assert.rejects(raw(`${baseUrl}/health`), { code: 'ECONNREFUSED' });
  });

  test('SIGTERM without any call ends at once and cleanly', async () => {
    await start();
    await host.stop();  // fails unless the exit code is 0
    host = undefined;
  });

  test('it runs with no plugin at all', async () => {
    host = await AbvHost.start({ version: 1, listen: { host: '127.0.0.1', port: 0 } });
    assert.equal((await raw(`${host.baseUrl}/health`)).status, 200);
  });
});
