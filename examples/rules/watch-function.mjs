import { buildReference, createMonitor } from '@modelmeter/core';
import { monitorFunction } from '@modelmeter/function';
import { Registry } from 'prom-client';
import { damageChance } from './damage-rules.mjs';
import { features, readStrikes } from './strikes.mjs';

const strikes = await readStrikes();
const [known, reported] = [strikes.slice(0, 2000), strikes.slice(2000)];

const registry = new Registry();
const monitor = createMonitor({
  model: { name: 'strike-damage', version: '1', runtime: 'rules' },
  features,
  outputs: { task: 'binary', score: 'damage_chance', decisionThreshold: 0.15 },
  registry,
  reference: buildReference({
    modelName: 'strike-damage',
    modelVersion: '1',
    created: `${known.at(-1)?.date}T00:00:00Z`,
    source: 'the first 2000 strikes of birdstrikes.csv',
    features,
    columns: {
      size: known.map(({ size }) => size),
      phase: known.map(({ phase }) => phase),
      speed: known.map(({ speed }) => speed),
    },
  }),
  driftDetection: { windowRows: 1000 },
  validation: 'reject',
  hooks: {
    onDrift({ features }) {
      for (const { name, state, explanation } of features) {
        if (state !== 'ok') console.log(`  ${name}: ${state}. ${explanation}`);
      }
    },
  },
});

const predict = monitorFunction(damageChance, monitor, {
  predictionIds: ([strike]) => [strike.id],
});

for (const [index, strike] of reported.entries()) {
  predict(strike);
  monitor.recordTargets([{ predictionId: strike.id, value: strike.damaged }]);
  if ((index + 1) % 2000 === 0) {
    console.log(`${index + 1} strikes, the last on ${strike.date}`);
    await monitor.runDrift();
  }
}

try {
  predict({ id: 'mistyped', size: 'Medium', phase: 'Climb', speed: /** @type {any} */ ('140 kt') });
} catch (error) {
  console.log(`rejected: ${error instanceof Error ? error.message : error}`);
}

const metrics = (await registry.metrics()).split('\n');
const shown =
  /^model_(predictions_total|prediction_errors_total.+invalid|precision_score|recall_score)/;
console.log(metrics.filter((line) => shown.test(line)).join('\n'));
