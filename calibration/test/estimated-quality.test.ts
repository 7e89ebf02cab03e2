import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { estimatedQualityRows, readCalifornia } from '../src/checks/estimated-quality.js';
import { missed } from './condensed-checks.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

it('estimates California’s months as NannyML does, in bands that hold', async () => {
  const rows = estimatedQualityRows(await readCalifornia(repository));
  expect(missed(rows)).toEqual([]);
  expect(rows).toHaveLength(7);
});

it('misses its goal when the reference says nothing of the months', async () => {
  const { decisionThreshold, months } = await readCalifornia(repository);
  const turned = months.map((month) =>
    month.isReference
      ? { ...month, rows: month.rows.map(([at, no, yes]) => [at, yes, no] as const) }
      : month,
  );
  expect(missed(estimatedQualityRows({ decisionThreshold, months: turned }))).not.toEqual([]);
});
