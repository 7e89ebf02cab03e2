import { readFile } from 'node:fs/promises';
import { Tensor } from 'onnxruntime-node';

/** Reads a CSV file whose fields are never quoted: one object of texts per day. */
export async function readDays(path) {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const [names, ...rows] = lines.map((line) => line.split(','));
  return rows.map((fields) =>
    Object.fromEntries(names.map((name, index) => [name, fields[index]])),
  );
}

/** The input of the network: one matrix with a row per day, in the order of the model's columns. */
export function feedsOf(days, names) {
  const values = days.flatMap((day) => names.map((name) => Number(day[name])));
  return { features: new Tensor('float32', values, [days.length, names.length]) };
}
