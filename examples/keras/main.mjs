import { readFileSync } from 'node:fs';
import { createMonitor, referenceFromJson } from '@modelmeter/core';
import { monitorModel } from '@modelmeter/tfjs';
import { Registry } from 'prom-client';
import { loadModel, predict } from './model.mjs';
import { features, firstLaterDate, outputs, readStrikes } from './strikes.mjs';

const rowsPerCall = 25;
const rowsPerDriftRun = 1000;
const kilometresPerNauticalMile = 1.852;

const registry = new Registry();
const monitor = createMonitor({
  model: { name: 'bird-strikes', version: '1', runtime: 'tfjs' },
  features,
  outputs,
  registry,
  reference: referenceFromJson(
    JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8')),
  ),
  // Reports come a few a day: the last 2000 of them are compared, not those of the last hours.
  driftDetection: { windowRows: 2000 },
});
const model = monitorModel(await loadModel(new URL('./model/', import.meta.url)), monitor);

const strikes = readStrikes().filter(({ date }) => date >= firstLaterDate);
console.log(`Strikes from ${firstLaterDate} on, which the model has not seen`);
await predictAll(strikes);
const { samples, scores } = monitor.quality();
console.log(`  quality of ${samples} predictions whose damage is known`);
for (const [name, score] of Object.entries(scores)) console.log(`    ${name} ${score.toFixed(3)}`);

console.log('\nThe last 2000 again, from a feed that gives speeds in km/h');
await predictAll(
  strikes
    .slice(-2000)
    .map((strike) => ({ ...strike, speed: strike.speed * kilometresPerNauticalMile })),
);

console.log('\nWhat Prometheus scrapes, in part');
for (const line of (await registry.metrics()).split('\n')) {
  if (/^model_(prediction_samples|outcomes)_total/.test(line)) console.log(`  ${line}`);
}
monitor.close();

async function predictAll(rows) {
  for (let first = 0; first < rows.length; first += rowsPerCall) {
    const batch = rows.slice(first, first + rowsPerCall);
    const predictionIds = batch.map(() => monitor.newPredictionId());
    await monitor.withCall({ predictionIds }, () => predict(model, batch));
    // In production targets come days later; the id is what joins them.
    monitor.recordTargets(
      batch.map(({ damage }, row) => ({ predictionId: predictionIds[row], value: damage })),
    );
    if ((first + rowsPerCall) % rowsPerDriftRun === 0) await showDrift(batch.at(-1).date);
  }
}

async function showDrift(date) {
  const drift = await monitor.runDrift();
  console.log(`  drift run at ${date}: ${drift.state}`);
  for (const { name, state, statistic, scores, explanation } of drift.features) {
    console.log(`    ${name.padEnd(16)} ${statistic} ${scores[statistic].toFixed(3)}  ${state}`);
    if (state === 'drift') console.log(`      ${explanation}`);
  }
}
