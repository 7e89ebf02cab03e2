import { buildReference, createMonitor } from '@modelmeter/core';
import { monitorModel } from '@modelmeter/tfjs';
import * as tf from '@tensorflow/tfjs';
import { Registry } from 'prom-client';
import { toInputs, train } from './model.mjs';
import { measurements, readDays } from './weather.mjs';

const days = readDays();
const trainingDays = days.filter(({ date }) => date < '2014');
const features = measurements.map((name) => ({ name, type: 'numeric' }));

const bareModel = await train(trainingDays);
console.log(`Trained on ${trainingDays.length} days, 2012 and 2013`);

const monitor = createMonitor({
  model: { name: 'tomorrow', version: '1', runtime: 'tfjs' },
  features,
  outputs: { task: 'regression', value: 'tomorrow' },
  registry: new Registry(),
  reference: buildReference({
    modelName: 'tomorrow',
    modelVersion: '1',
    created: '2014-01-01T00:00:00.000Z',
    source: 'Seattle, 2012 and 2013 (vega-datasets, seattle-weather.csv)',
    features: [...features, { name: 'tomorrow', type: 'numeric' }],
    columns: {
      ...Object.fromEntries(
        measurements.map((name) => [name, trainingDays.map((day) => day[name])]),
      ),
      tomorrow: predict(bareModel, trainingDays),
    },
  }),
  // About a year: a winter is compared with whole years of reference, not with their summers.
  driftDetection: { windowRows: 360 },
});
const model = monitorModel(bareModel, monitor, { features: { measurements } });

console.log('\nDay by day through 2014 and 2015, which the model has not seen');
await watch(days.filter(({ date }) => date >= '2014'));
const { samples, scores } = monitor.quality();
console.log(`  quality of ${samples} predictions (°C)`);
for (const [name, score] of Object.entries(scores)) console.log(`    ${name} ${score.toFixed(2)}`);

console.log('\n2015 again, with an anemometer that has rusted fast');
await watch(days.filter(({ date }) => date >= '2015').map((day) => ({ ...day, wind: 1.2 })));
monitor.close();

/** Predicts one day after the other; the next morning brings the target. */
async function watch(rows) {
  for (const [index, day] of rows.entries()) {
    const predictionId = monitor.newPredictionId();
    monitor.withCall({ predictionIds: [predictionId] }, () => predict(model, [day]));
    monitor.recordTargets([{ predictionId, value: day.tomorrow }]);
    if ((index + 1) % 360 === 0) await showDrift(day.date);
  }
}

/** Tomorrow's maximum of some days, °C; leaves no tensor behind. */
function predict(anyModel, rows) {
  return tf.tidy(() => anyModel.predict(toInputs(rows)).dataSync());
}

async function showDrift(date) {
  const drift = await monitor.runDrift();
  console.log(`  drift run at ${date}: ${drift.state}`);
  for (const { name, state, statistic, scores: found, explanation, findings } of drift.features) {
    console.log(`    ${name.padEnd(14)} ${statistic} ${found[statistic].toFixed(3)}  ${state}`);
    if (state === 'drift') console.log(`      ${explanation}`);
    for (const { message } of findings) console.log(`      ${message}`);
  }
}
