import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildReference, referenceToJson } from '@modelmeter/core';
import { loadModel, predict } from './model.mjs';
import { features, firstLaterDate, readStrikes } from './strikes.mjs';

/** Profiles the rows that the model was trained on, and what it predicts for them. */
const file = process.argv[2] ?? fileURLToPath(new URL('./reference.json', import.meta.url));
const model = await loadModel(new URL('./model/', import.meta.url));
const strikes = readStrikes().filter(({ date }) => date < firstLaterDate);
const columns = Object.fromEntries(
  features.map(({ name }) => [name, strikes.map((strike) => strike[name])]),
);
const reference = buildReference({
  modelName: 'bird-strikes',
  modelVersion: '1',
  created: '1998-01-01T00:00:00.000Z',
  source: 'bird strikes from 1990 to 1997 (vega-datasets, birdstrikes.csv)',
  features: [...features, { name: 'probability', type: 'numeric' }],
  columns: { ...columns, probability: await predict(model, strikes) },
});
writeFileSync(file, `${JSON.stringify(referenceToJson(reference))}\n`);
console.log(`${file}: ${reference.rows} rows, id ${reference.id}`);
