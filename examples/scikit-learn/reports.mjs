import { readFile } from 'node:fs/promises';
import { Tensor } from 'onnxruntime-node';

/** The columns of a report: the inputs of the model, and the features that are watched. */
export const features = [
  { name: 'operator', type: 'categorical' },
  { name: 'phase', type: 'categorical' },
  { name: 'wildlife_size', type: 'categorical' },
  { name: 'wildlife_species', type: 'categorical' },
  { name: 'time_of_day', type: 'categorical' },
  { name: 'speed_knots', type: 'numeric' },
  { name: 'month', type: 'numeric' },
];

/** Reads a CSV file whose fields are never quoted: one object of texts per report. */
export async function readReports(path) {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const [names, ...rows] = lines.map((line) => line.split(','));
  return rows.map((fields) =>
    Object.fromEntries(names.map((name, index) => [name, fields[index]])),
  );
}

/** The inputs of the model: one tensor with one row per column. */
export function feedsOf(report) {
  const tensors = features.map(({ name, type }) => [
    name,
    type === 'categorical'
      ? new Tensor('string', [report[name]], [1, 1])
      : new Tensor('float32', [toNumber(report[name])], [1, 1]),
  ]);
  return Object.fromEntries(tensors);
}

/** A number that nobody reported is NaN, to the model as to the monitor; 0 would be a guess. */
function toNumber(text) {
  return text === '' ? Number.NaN : Number(text);
}
