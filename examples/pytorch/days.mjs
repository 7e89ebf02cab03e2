import { readFile } from 'node:fs/promises';
import { Tensor } from 'onnxruntime-node';

/** Reads a CSV file whose fields are never quoted: an object of texts a day. */
export async function readDays(path) {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const [names, ...rows] = lines.map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index]])));
}

/** Days as the network takes them: one matrix, a row a day, the columns as the model names them. */
export function feedsOf(days, names) {
  const values = days.flatMap((day) => names.map((name) => Number(day[name])));
  return { features: new Tensor('float32', values, [days.length, names.length]) };
}
