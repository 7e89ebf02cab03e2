import { writeFile } from 'node:fs/promises';
import { batchSchema } from '@modelmeter/config-file';
import { parseSettings } from '@modelmeter/core/settings';
import { createRandom } from '@modelmeter/kernel';
import { Float16, Table, tableFromArrays, tableToIPC, vectorFromArray } from 'apache-arrow';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  gridCommand,
  mergeCommand,
  profileCommand,
  referenceCommand,
} from '../../src/commands/profiles.js';
import type { DriftResult } from '../../src/compare/drift-result.js';
import { literal } from '../../src/read/sql.js';
import { copyTo, csv, runCompare, useFolder } from '../support.js';

const folder = useFolder();
vi.spyOn(process.stdout, 'write').mockReturnValue(true);

const random = createRandom(1);
const draw = (value: () => number): number[] => Array.from({ length: 4000 }, value);
/** Prices, thirds, and numbers without a pattern; of the last a float32 keeps half the digits. */
const columns = {
  price: draw(() => random.integer(12) + 0.99),
  third: draw(() => random.integer(20) / 3),
  any: draw(() => random.next() * 1e6),
};
const stored = ['double.csv', 'double.parquet', 'float.parquet', 'float.arrow'];
const pairs = stored.flatMap((reference) => stored.map((current) => [reference, current] as const));

const file = (name: string): string => folder.path(name);

beforeAll(async () => {
  await folder.write('double.csv', csv(columns));
  const typed = (type: string): string =>
    `SELECT CAST(COLUMNS(*) AS ${type}) FROM read_csv(${literal(file('double.csv'))})`;
  await copyTo(typed('DOUBLE'), file('double.parquet'));
  await copyTo(typed('FLOAT'), file('float.parquet'));
  const floats = Object.entries(columns).map(
    ([name, values]) => [name, Float32Array.from(values)] as const,
  );
  await writeFile(file('float.arrow'), tableToIPC(tableFromArrays(Object.fromEntries(floats))));
  for (const name of stored) {
    await referenceCommand({
      data: file(name),
      out: file(`${name}.json`),
      name: 'model',
      modelVersion: '1',
    });
  }
});

function expectNoShift({ features }: Pick<DriftResult, 'features'>): void {
  for (const { name, scores, state } of features) {
    expect({ name, state }).toEqual({ name, state: 'ok' });
    // Where doubles fall together as float32, a few rows change their bin. The merged side has
    // twice the rows, and pseudocounts move its PSI by less than this.
    expect(scores.psi, name).toBeLessThan(1e-6);
    expect(scores.ks_statistic, name).toBeLessThan(name === 'any' ? 1e-3 : 1e-12);
  }
}

describe('the same rows as float32 and as doubles', () => {
  it.each(pairs)('do not drift from %s to %s', async (reference, current) => {
    const rows = await runCompare({ reference: file(reference), current: file(current) });
    expectNoShift(rows);
    const profile = await runCompare({
      reference: file(`${reference}.json`),
      current: file(current),
    });
    expect(profile.features).toEqual(rows.features);
  });

  it.each(pairs)('do not drift from %s to chunks of %s', async (reference, current) => {
    const sameChunks = { current: file(current), chunkSize: 1000 };
    const { chunks } = await runCompare({ reference: file(reference), ...sameChunks });
    const { chunks: expected } = await runCompare({
      ...sameChunks,
      reference: file('double.parquet'),
      current: file('double.parquet'),
    });
    for (const [index, { features }] of chunks!.entries()) {
      for (const [column, { name, scores }] of features.entries()) {
        if (name === 'any') continue;
        expect(scores.psi).toBeCloseTo(expected![index]!.features[column]!.scores.psi!, 10);
      }
    }
  });

  it.each(pairs)('merge on the grid of %s with those of %s', async (grid, data) => {
    const profiles = ['double.csv', data].map((name, index) => ({
      data: file(name),
      out: file(`part-${index}.json`),
      grid: file(`${grid}.json`),
    }));
    for (const profile of profiles) await profileCommand(profile);
    await mergeCommand(
      profiles.map(({ out }) => out),
      file('merged.json'),
    );
    expectNoShift(
      await runCompare({ reference: file(`${grid}.json`), current: file('merged.json') }),
    );
  });

  it.each(pairs)('do not drift on the common grid of %s and %s', async (reference, current) => {
    await gridCommand([file(`${reference}.json`), file(`${current}.json`)], file('grid.json'));
    for (const [index, name] of [reference, current].entries()) {
      await profileCommand({
        grid: file('grid.json'),
        data: file(name),
        out: file(`side-${index}.json`),
      });
    }
    expectNoShift(
      await runCompare({ reference: file('side-0.json'), current: file('side-1.json') }),
    );
  });

  it.each(pairs)('are the same categories in %s and in %s', async (reference, current) => {
    const { driftDetection: drift, features } = parseSettings(batchSchema, {
      features: [{ name: 'price', type: 'categorical' }],
    });
    const settings = { drift, features, outputs: undefined, folder: '' };
    const { features: found } = await runCompare({
      reference: file(reference),
      current: file(current),
      settings,
    });
    expect(found[0]!.scores.psi).toBe(0);
    expect(found[0]!.bins.map(({ bin }) => bin)).toContain('9.99');
  });
});

it('reads float16 columns of Arrow files', async () => {
  const halves = draw(() => random.integer(40) / 4);
  const table = new Table({ x: vectorFromArray(halves, new Float16()) });
  await writeFile(file('half.arrow'), tableToIPC(table));
  await folder.write('halves.csv', csv({ x: halves }));
  const { features } = await runCompare({
    reference: file('halves.csv'),
    current: file('half.arrow'),
  });
  expect(features).toMatchObject([{ type: 'numeric', state: 'ok', scores: { psi: 0 } }]);
});

it('keeps doubles apart that are closer than the precision of float32 when no side is float32', async () => {
  const near = draw(() => 1 + random.integer(4) * 2 ** -40);
  const nearer = near.map((value) => value + 2 ** -42);
  await folder.write('near.csv', csv({ x: near }));
  await folder.write('nearer.csv', csv({ x: nearer }));
  const { state } = await runCompare({ reference: file('near.csv'), current: file('nearer.csv') });
  expect(state).toBe('drift');
});
