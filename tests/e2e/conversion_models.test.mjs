// What a single model takes or refuses beyond its family, and counts of tokens across families.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { hostBench } from './support/bench.mjs';
import { FAMILIES, conversionConfig } from './support/families.mjs';
import { Scene } from './support/conversion.mjs';
import { MODES, TOOLS, USER } from './support/script.mjs';
import { SURFACES, can } from './support/surfaces.mjs';
import { test } from './support/test.mjs';

const [chat, claude] = ['chat', 'claude']
  .map((id) => FAMILIES.find((family) => family.id === id));
const ALL = Object.values(SURFACES).flat();
const talkers = (family) => ALL.filter((surface) => (
  surface.family !== family.id && can(surface, 'thinking')));

describe('models with rules of their own', () => {
  const bench = hostBench({ configure: conversionConfig });

  for (const surface of talkers(claude)) {
    const scene = new Scene(bench, surface, claude);
    for (const mode of MODES) {
      test(`${surface.name}: a Claude without sampling is not asked for a temperature, ${mode}`,
        async () => {
          await scene.open({ model: 'cld-new', temperature: 0.5 }).say(USER, mode);
          assert.equal(scene.told.temperature, undefined);
        });

      test(`${surface.name}: a Claude that thinks as it likes is asked to, ${mode}`, async () => {
        scene.plan({ thinking: 'Hm.', text: 'So.' });
        await scene.open({ model: 'cld-new', thinks: true }).say(USER, mode);
        assert.equal(scene.upstream.last.json.thinking.type, 'adaptive');
      });
    }

    test(`${surface.name}: thinking and temperature do not meet at Claude`, async () => {
      const options = { model: claude.thinker, thinks: true, temperature: 0.5, maxTokens: 4000 };
      await scene.open(options).say(USER, 'whole');
    });

    test(`${surface.name}: thinking and a forced tool do not meet at Claude`, async () => {
      scene.plan({ calls: [{ name: 'local_time', args: { zone: 'UTC' } }] });
      await scene.open({
        model: claude.thinker, thinks: true, tools: TOOLS, toolChoice: { name: 'local_time' },
      }).say(USER, 'whole');
    });

    test(`${surface.name}: a limit below the least budget does not break thinking at Claude`,
      async () => {
        await scene.open({ model: claude.thinker, thinks: true, maxTokens: 1000 })
          .say(USER, 'whole');
        assert.ok(scene.told.maxTokens >= 1000, `${scene.told.maxTokens}`);
      });
  }

  for (const surface of talkers(claude)) {
    test(`${surface.name}: a temperature over 1 is one that Claude takes`, async () => {
      const scene = new Scene(bench, surface, claude);
      await scene.open({ temperature: 1.5 }).say(USER, 'whole');
      assert.equal(scene.told.temperature, 1);
    });
  }

  for (const surface of talkers(chat)) {
    const scene = new Scene(bench, surface, chat);
    test(`${surface.name}: a thinking model of OpenAI's gets effort, no sampling`, async () => {
      await scene.open({ model: 'oai-effort', thinks: true, temperature: 0.5, maxTokens: 4000 })
        .say(USER, 'whole');
      const { json } = scene.upstream.last;
      // `ai` puts the budget on top.
      assert.ok(json.max_completion_tokens >= 4000, `${json.max_completion_tokens}`);
      assert.equal(json.temperature, undefined);
      assert.match(json.reasoning_effort, /^(low|medium|high)$/);
    });
  }

  for (const surface of ALL.filter(({ Talker }) => Talker.prototype.count)) {
    for (const family of FAMILIES) {
      test(`${surface.name} counts the tokens of ${family.name}`, async () => {
        const scene = new Scene(bench, surface, family);
        scene.plan({ usage: { input: 4711, output: 1 } });
        const counted = await scene.open({ text: 'How many tokens are there?' }).count();
        // A chat service cannot count, so abv-host estimates, corrected by up to four times from what
        // earlier answers of the model told.
        if (family.id === 'chat') assert.ok(counted > 2 && counted < 120, `${counted}`);
        else assert.equal(counted, 4711);
      });
    }
  }
});
