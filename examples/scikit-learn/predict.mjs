import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMonitor, referenceFromJson } from '@modelmeter/core';
import { monitorSession } from '@modelmeter/onnx';
import { InferenceSession } from 'onnxruntime-node';
import { Registry } from 'prom-client';
import { features, feedsOf, readReports } from './reports.mjs';

const file = process.argv[2] ?? 'data/held-out.csv';
const folder = import.meta.dirname;
const reference = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8'));

const registry = new Registry();
const monitor = createMonitor({
  model: { name: 'bird-strikes', version: '1', runtime: 'onnxruntime-node' },
  features,
  // One strike in ten does damage: a look at the aircraft is worth it from a chance of one in five.
  outputs: { task: 'binary', score: 'probabilities', decisionThreshold: 0.2 },
  reference: referenceFromJson(reference, 'reference.json'),
  // The rows of a file have no time of their own. A service leaves this out and gets 24 hours.
  driftDetection: { windowRows: 600 },
  registry,
});

const session = monitorSession(await InferenceSession.create(join(folder, 'model.onnx')), monitor);

const reports = await readReports(file);
for (const [index, report] of reports.entries()) {
  const predictionIds = [`report-${index}`];
  await monitor.withCall({ predictionIds }, () => session.run(feedsOf(report)));
}

// What happened is known later, and comes under the ids that the predictions were given.
const targets = reports.map(({ damaged }, index) => ({
  predictionId: `report-${index}`,
  value: damaged === '1',
}));
const { matched } = monitor.recordTargets(targets);
const { scores } = monitor.quality();
const drift = await monitor.runDrift();

console.log(`${reports.length} predictions, ${matched} targets`);
for (const [name, score] of Object.entries(scores)) console.log(`${name} ${score.toFixed(3)}`);
console.log(`\nstate ${drift.state}`);
for (const { name, state, explanation } of drift.features) {
  console.log(`${name.padEnd(16)} ${state.padEnd(11)} ${explanation}`);
}

console.log('\nsome of the metrics');
const shown = /^model_(predictions_total.*success|recall|feature_missing_total.*speed|drifted)/;
for (const line of (await registry.metrics()).split('\n')) if (shown.test(line)) console.log(line);
