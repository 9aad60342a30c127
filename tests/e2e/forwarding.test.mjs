// What abv-host passes on, what it replaces, and that everything else is the same to the byte.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { hostBench } from './support/bench.mjs';
import { ALIAS, CLIENT_KEY } from './support/config.mjs';
import { raw, rawChat } from './support/raw.mjs';
import { SDKS, WORDS } from './support/sdks.mjs';
import { test } from './support/test.mjs';

const JSON_TYPE = { 'content-type': 'application/json' };

// A body that no JSON library would write: odd white space, escapes, number forms, and the words
// "model" and "fast" in places that are not the model.
const ODD = {
  openai: (model) => '{ "metadata":{"model":"fast"},\r\n\t"store" : true,"temperature" : 1.0e0,\n'
    + ` "model"  :  "${model}" ,`
    + '"messages":[{"content":"fast \\u00fc\\/ü \\"model\\":\\"fast\\"","role":"user"}] ,'
    + '"seed":10000000000000000 }\n',
  claude: (model) => '{"metadata":{"user_id":"fast"}, "max_tokens" : 1.6e1,\t'
    + '"messages":[{"role":"user",'
    + `"content":"\\"model\\": \\"fast\\" \\u00e9"}],\n"model":\t"${model}" }`,
};
const CREDENTIALS = {
  openai: { authorization: `Bearer ${CLIENT_KEY}` },
  claude: { 'x-api-key': CLIENT_KEY, 'anthropic-version': '2023-06-01' },
  gemini: { 'x-goog-api-key': CLIENT_KEY },
};
const PATHS = { openai: '/v1/chat/completions', claude: '/v1/messages' };

describe('forwarding', () => {
  const bench = hostBench();
  const last = (vendor) => bench.upstreams[vendor].last;
  const post = (path, headers, body) => raw(bench.host.baseUrl + path, {
    method: 'POST', headers: { ...JSON_TYPE, ...headers }, body,
  });

  describe('credentials', () => {
    for (const sdk of SDKS) {
      test(`${sdk.name}: the client's key is replaced by the provider's`, async () => {
        await bench.connect(sdk).ask({ model: WORDS[sdk.vendor].model, text: 'hi' });
        const { headers } = last(sdk.vendor);
        const given = headers['x-goog-api-key'] ?? headers['x-api-key']
          ?? headers.authorization.replace(/^Bearer /, '');
        assert.equal(given, bench.upstreams[sdk.vendor].key);
      });
    }

    test('a key in the query is taken and not passed on, other parameters are', async () => {
      const { status } = await post(
        `/v1beta/models/gemini-2.5-flash:generateContent?key=${CLIENT_KEY}&alt=json`, {},
        '{"contents":[{"parts":[{"text":"hi"}]}]}');
      assert.equal(status, 200);
      assert.equal(last('gemini').query.has('key'), false);
      assert.equal(last('gemini').query.get('alt'), 'json');
    });

    test('credentials of other vendors and cookies are not passed on', async () => {
      const { status } = await rawChat('openai', bench.host.baseUrl, {
        key: CLIENT_KEY,
        headers: { 'x-api-key': 'other', 'x-goog-api-key': 'other', cookie: 'session=1' },
      });
      assert.equal(status, 200);  // what leaks is found behind every test
    });
  });

  describe('headers', () => {
    for (const sdk of SDKS.filter(({ vendor }) => vendor === 'claude')) {
      test(`${sdk.name}: anthropic-beta and anthropic-version are passed on`, async () => {
        const beta = 'context-management-2025-06-27,fine-grained-tool-streaming-2025-05-14';
        const driver = bench.connect(sdk, { headers: { 'anthropic-beta': beta } });
        await driver.stream({ model: 'claude-haiku-4-5', text: 'hi' });
        const { headers } = last('claude');
        assert.equal(headers['anthropic-beta'], beta);
        assert.equal(headers['anthropic-version'],
          sdk.name === 'anthropic 1' ? '2026-10-21' : '2023-06-01');
      });
    }

    test('openai-organization and openai-project are passed on', async () => {
      const names = { 'openai-organization': 'org-1', 'openai-project': 'proj-1' };
      await rawChat('openai', bench.host.baseUrl, { key: CLIENT_KEY, headers: names });
      const { 'openai-organization': org, 'openai-project': project } = last('openai').headers;
      assert.deepEqual([org, project], ['org-1', 'proj-1']);
    });

    test("the upstream's request-id arrives in the SDK", async () => {
      const sdk = SDKS.find(({ vendor }) => vendor === 'claude');
      const message = await bench.connect(sdk).client.messages.create({
        model: 'claude-haiku-4-5', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }],
      });
      assert.match(message._request_id, /^req_[0-9a-f]{24}$/);
    });

    test('headers of one connection end there', async () => {
      const { status } = await rawChat('openai', bench.host.baseUrl, {
        key: CLIENT_KEY,
        headers: {
          te: 'trailers', 'keep-alive': 'timeout=5', connection: 'close, x-hop', 'x-hop': '1',
        },
      });
      assert.equal(status, 200);
      assert.equal(last('openai').headers['x-hop'], undefined);
    });
  });

  describe('bytes', () => {
    for (const [vendor, body] of Object.entries(ODD)) {
      const { model } = WORDS[vendor];

      test(`${vendor}: a request is passed on to the byte`, async () => {
        const { status, text } = await post(PATHS[vendor], CREDENTIALS[vendor], body(model));
        assert.equal(status, 200, text);
        assert.equal(last(vendor).text, body(model));
      });

      test(`${vendor}: an alias is replaced, and not a byte beside it`, async () => {
        const { status, text } = await post(PATHS[vendor], CREDENTIALS[vendor], body(ALIAS));
        assert.equal(status, 200, text);
        assert.equal(last(vendor).text, body(model));
      });
    }

    test('gemini: an alias is replaced in the path, not a byte in the body', async () => {
      const body = ' {"contents" : [{"parts":[{"text":"fast \\u00fc"}]} ] }\r\n';
      const { status } = await post(`/v1beta/models/${ALIAS}:generateContent`, CREDENTIALS.gemini,
        body);
      assert.equal(status, 200);
      assert.equal(last('gemini').path, '/v1beta/models/gemini-2.5-flash:generateContent');
      assert.equal(last('gemini').text, body);
    });

    test('gemini: a stream that is not of events is passed on as an array', async () => {
      const { json } = await post('/v1/models/gemini-2.5-pro:streamGenerateContent',
        CREDENTIALS.gemini, '{"contents":[{"parts":[{"text":"hi"}]}]}');
      assert.ok(Array.isArray(json));
      assert.equal(json.at(-1).candidates[0].finishReason, 'STOP');
    });

    for (const vendor of Object.keys(WORDS)) {
      for (const [mode, stream] of [['whole', false], ['streamed', true]]) {
        test(`${vendor}: an answer comes back to the byte, ${mode}`, async () => {
          const { status, text } = await rawChat(vendor, bench.host.baseUrl, {
            key: CLIENT_KEY, stream,
          });
          assert.equal(status, 200);
          assert.equal(text, last(vendor).answer.toString());
        });
      }
    }
  });

  describe('aliases', () => {
    for (const sdk of SDKS) {
      test(`${sdk.name} uses a model by its alias, whole and streamed`, async () => {
        const driver = bench.connect(sdk);
        const whole = await driver.ask({ model: ALIAS, text: 'hi' });
        const streamed = await driver.stream({ model: ALIAS, text: 'hi' });
        assert.equal(whole.text, streamed.text);
        assert.equal(bench.upstreams[sdk.vendor].requests.length, 2);
      });
    }
  });
});
