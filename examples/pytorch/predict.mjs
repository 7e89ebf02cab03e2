import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMonitor, referenceFromJson } from '@modelmeter/core';
import { featureNamesOf, monitorSession } from '@modelmeter/onnx';
import { InferenceSession } from 'onnxruntime-node';
import { Registry } from 'prom-client';
import { feedsOf, readDays } from './days.mjs';

const file = process.argv[2] ?? 'data/held-out.csv';
const folder = import.meta.dirname;
const model = await readFile(join(folder, 'model.onnx'));
const reference = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8'));

// The script that trained the model wrote the order of the columns into its metadata.
const names = featureNamesOf(model);

const registry = new Registry();
const monitor = createMonitor({
  model: { name: 'weather', version: '1', runtime: 'onnxruntime-node' },
  features: names.map((name) => ({ name, type: 'numeric' })),
  outputs: {
    task: 'multiclass',
    class: 'weather',
    classes: ['drizzle', 'fog', 'rain', 'snow', 'sun'],
  },
  reference: referenceFromJson(reference, 'reference.json'),
  // Evaluates the rows of a file as a whole. A service omits this; the default is 24 hours.
  driftDetection: { windowRows: 360 },
  registry,
});

const session = monitorSession(await InferenceSession.create(model), monitor);

const days = await readDays(file);
const daysPerCall = 12;
for (let from = 0; from < days.length; from += daysPerCall) {
  const batch = days.slice(from, from + daysPerCall);
  const predictionIds = batch.map(({ date }) => date);
  await monitor.withCall({ predictionIds }, () => session.run(feedsOf(batch, names)));
}

// Targets arrive later, under the ids of their predictions.
const targets = days.map(({ date, observed }) => ({ predictionId: date, value: observed }));
const { matched } = monitor.recordTargets(targets);
const { scores } = monitor.quality();
const drift = await monitor.runDrift();

console.log(`${days.length} predictions, ${matched} targets`);
for (const [name, score] of Object.entries(scores)) console.log(`${name} ${score.toFixed(3)}`);
console.log(`\nstate ${drift.state}`);
for (const { name, state, explanation } of drift.features) {
  console.log(`${name.padEnd(13)} ${state.padEnd(11)} ${explanation}`);
}
for (const { name, findings } of drift.features) {
  for (const { kind, message } of findings) console.log(`${name.padEnd(13)} ${kind}: ${message}`);
}

console.log('\nsome of the metrics');
const shown = /^model_(predictions_total.*success|prediction_samples|accuracy|class.*fog|drifted)/;
for (const line of (await registry.metrics()).split('\n')) if (shown.test(line)) console.log(line);
