// The things on the table of a test file: three fake upstreams, and perhaps an abv-host before
// them.

import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';

import { FakeUpstream } from '../fake-upstream/server.mjs';
import { makeCertificates } from '../fake-upstream/tls.mjs';
import { AbvHost } from '../harness.mjs';
import { CLIENT_KEY, hostConfig } from './config.mjs';

export const VENDORS = ['openai', 'claude', 'gemini'];

async function startUpstreams(bench, { tls = false, secrets = [] }) {
  bench.certificates = tls ? makeCertificates() : undefined;
  bench.upstreams = {};
  for (const vendor of VENDORS) {
    bench.upstreams[vendor] = await FakeUpstream.start({
      vendor, tls: bench.certificates, secrets,
    });
  }
}

async function stopUpstreams(bench) {
  await Promise.all(Object.values(bench.upstreams).map((upstream) => upstream.stop()));
  bench.certificates?.remove();
}

// Whatever a test was about: nothing may have leaked to an upstream.
function checkUpstreams(bench) {
  const upstreams = Object.values(bench.upstreams);
  const leaks = upstreams.flatMap((upstream) => upstream.leaks);
  const faults = upstreams.flatMap((upstream) => upstream.faults);
  upstreams.forEach((upstream) => upstream.reset());
  assert.deepEqual(leaks, []);
  assert.deepEqual(faults, []);
}

// Keys are secrets: the log of a host has none of them.
function checkLogs({ host, upstreams }) {
  const keys = [CLIENT_KEY, ...Object.values(upstreams).map(({ key }) => key)];
  const told = host?.logs.filter((line) => keys.some((key) => line.includes(key)));
  assert.deepEqual(told ?? [], []);
}

// The SDKs talk to the fake upstreams themselves.
export function directBench() {
  const bench = {
    connect: (sdk, options) => sdk.connect({
      baseUrl: bench.upstreams[sdk.vendor].url, key: bench.upstreams[sdk.vendor].key, ...options,
    }),
    urlOf: (vendor) => bench.upstreams[vendor].url,
    keyOf: (vendor) => bench.upstreams[vendor].key,
  };
  before(() => startUpstreams(bench, {}));
  afterEach(() => checkUpstreams(bench));
  after(() => stopUpstreams(bench));
  return bench;
}

// The SDKs talk to an abv-host, which talks to the fake upstreams. `configure` gets {upstreams,
// caFile} and returns the configuration.
export function hostBench({ tls = false, configure = hostConfig } = {}) {
  const bench = {
    connect: (sdk, options) => sdk.connect({
      baseUrl: bench.host.baseUrl, key: CLIENT_KEY, ...options,
    }),
    urlOf: () => bench.host.baseUrl,
    keyOf: () => CLIENT_KEY,
  };
  before(async () => {
    await startUpstreams(bench, { tls, secrets: [CLIENT_KEY] });
    bench.host = await AbvHost.start(configure({
      upstreams: bench.upstreams, caFile: bench.certificates?.caFile,
    }));
  });
  afterEach(() => checkUpstreams(bench));
  after(async () => {
    await stopUpstreams(bench);  // first: a test that failed may have left a stream behind
    await bench.host?.stop();
    checkLogs(bench);
  });
  return bench;
}
