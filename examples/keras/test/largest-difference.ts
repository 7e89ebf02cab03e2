import { readFileSync } from 'node:fs';
import { loadModel, predict } from '../model.mjs';
import { firstLaterDate, readStrikes } from '../strikes.mjs';

/** How far the predictions of the converted model are from those of Keras, at most. */
export async function largestDifference(): Promise<number> {
  const expected: number[] = JSON.parse(
    readFileSync(new URL('../expected.json', import.meta.url), 'utf8'),
  );
  const strikes = readStrikes()
    .filter(({ date }: { date: string }) => date >= firstLaterDate)
    .slice(0, expected.length);
  const model = await loadModel(new URL('../model/', import.meta.url));
  const predicted = await predict(model, strikes);
  return Math.max(...expected.map((value, row) => Math.abs(value - predicted[row])));
}
