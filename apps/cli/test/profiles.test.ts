import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import {
  gridCommand,
  mergeCommand,
  profileCommand,
  referenceCommand,
} from '../src/commands/profiles.js';
import { copyTo, runCompare, useFolder } from './support.js';

const folder = useFolder();
vi.spyOn(process.stdout, 'write').mockReturnValue(true);

/** Rows from..to of one large table: a number, a skewed one with gaps, and a category. */
function rows(from: number, to: number, shift = 0): string {
  return `SELECT (hash(i) % 100003) / 7.0 + ${shift} AS x,
    CASE WHEN i % 9 = 0 THEN NULL ELSE exp((hash(i + 7) % 997) / 200.0) END AS y,
    'c' || (hash(i + 3) % 5) AS c FROM range(${from}, ${to}) AS t(i)`;
}

const file = (name: string): string => folder.path(name);

async function reference(data: string, out: string): Promise<string> {
  await referenceCommand({ data, out, name: 'model', modelVersion: '1' });
  return out;
}

async function profile(grid: string, data: string, out: string): Promise<string> {
  await profileCommand({ grid, data, out });
  return out;
}

describe('profiles of the parts of a data set', () => {
  it('merged give the drift of the whole', async () => {
    const before = await copyTo(rows(0, 9000), file('before.parquet'));
    const parts = [
      await copyTo(rows(9000, 11_000, 3000), file('part-0.parquet')),
      await copyTo(rows(11_000, 16_000, 3000), file('part-1.parquet')),
    ];
    const grid = await reference(before, file('reference.json'));
    const profiles = [
      await profile(grid, parts[0]!, file('profile-0.json')),
      await profile(grid, parts[1]!, file('profile-1.json')),
    ];
    await mergeCommand(profiles, file('merged.json'));
    const merged = await runCompare({ reference: grid, current: file('merged.json') });
    const whole = await runCompare({ reference: before, current: file('part-*.parquet') });
    expect(merged.current.rows).toBe(7000);
    for (const [index, feature] of whole.features.entries()) {
      const { scores, pValue, state, explanation } = merged.features[index]!;
      expect({ pValue, state, explanation }).toEqual({
        pValue: feature.pValue,
        state: feature.state,
        explanation: feature.explanation,
      });
      for (const [name, score] of Object.entries(feature.scores)) {
        expect(scores[name]).toBeCloseTo(score, 10);
      }
    }
    expect(merged.driftedFeatures).toEqual(['x']);
  });

  it('of a reference in shards meet on a common grid, in two passes', async () => {
    const shards = [
      await copyTo(rows(0, 30_000), file('shard-0.parquet')),
      await copyTo(rows(30_000, 40_000, 20_000), file('shard-1.parquet')),
    ];
    const own = [
      await reference(shards[0]!, file('own-0.json')),
      await reference(shards[1]!, file('own-1.json')),
    ];
    await expect(mergeCommand(own, file('wrong.json'))).rejects.toThrow(
      /"x" of .*own-1\.json and of .*own-0\.json were counted on different grids\. Make a common one/,
    );
    await gridCommand(own, file('grid.json'));
    const counted = [
      await profile(file('grid.json'), shards[0]!, file('counted-0.json')),
      await profile(file('grid.json'), shards[1]!, file('counted-1.json')),
    ];
    await mergeCommand(counted, file('sharded.json'));
    const current = await copyTo(rows(40_000, 60_000), file('current.parquet'));
    const sharded = await runCompare({ reference: file('sharded.json'), current });
    const whole = await runCompare({ reference: file('shard-*.parquet'), current });
    expect(sharded.reference.rows).toBe(40_000);
    for (const [index, feature] of whole.features.entries()) {
      // Another grid of as many points: its bins differ by a thousandth of the rows.
      expect(sharded.features[index]).toMatchObject({ state: feature.state });
      expect(sharded.features[index]!.scores.psi).toBeCloseTo(feature.scores.psi!, 2);
    }
  });

  it('carry the segments that they were made with', async () => {
    const before = await copyTo(rows(0, 9000), file('by-c.parquet'));
    const shifted = '+ CASE WHEN hash(i + 3) % 5 = 2 THEN 9000 ELSE 0 END AS x';
    const current = await copyTo(
      rows(9000, 18_000).replace('AS x', shifted),
      file('by-c-now.parquet'),
    );
    await referenceCommand({
      data: before,
      out: file('by-c.json'),
      name: 'model',
      modelVersion: '1',
      segment: 'c',
      maximumSegments: 5,
    });
    const options = { current, segment: 'c', columns: ['x', 'y'], maximumSegments: 4 };
    const fromFile = await runCompare({ reference: file('by-c.json'), ...options });
    const fromRows = await runCompare({ reference: before, ...options });
    for (const [index, { features, ...segment }] of fromRows.segments!.values.entries()) {
      expect(fromFile.segments?.values[index]).toMatchObject(segment);
      const pValues = fromFile.segments?.values[index]?.features.map(({ pValue }) => pValue);
      expect(pValues).toEqual(features.map(({ pValue }) => pValue));
    }
    expect([fromFile, fromRows].map(({ segments }) => segments?.leftOut.segments)).toEqual([1, 1]);
    for (const { value, driftedFeatures } of fromRows.segments!.values) {
      expect([value, driftedFeatures]).toEqual([value, value === 'c2' ? ['x'] : []]);
    }
    const all = await runCompare({ reference: before, ...options, maximumSegments: 5 });
    expect(all.segments?.values.filter(({ state }) => state === 'drift')).toMatchObject([
      { value: 'c2' },
    ]);
  });

  it('do not hold the rows that an explanation needs', async () => {
    const data = await copyTo(rows(0, 3000), file('explained.parquet'));
    const out = file('explained.json');
    await referenceCommand({ data, out, name: 'model', modelVersion: '1', maximumSegments: 1 });
    await expect(
      runCompare({ reference: out, current: data, explain: true }),
    ).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('--explain needs rows'),
    });
  });

  it('hold a column as what it is where the configuration does not declare it', async () => {
    const data = await copyTo(rows(0, 500), file('declared.parquet'));
    const config = await folder.write('declared.yaml', 'features: [{ name: x, type: numeric }]\n');
    const out = file('declared.json');
    await referenceCommand({
      data,
      out,
      config,
      columns: ['x', 'c'],
      name: 'm',
      modelVersion: '1',
    });
    const { features } = JSON.parse(await readFile(out, 'utf8'));
    expect([features.x.type, features.c.type]).toEqual(['numeric', 'categorical']);
  });

  it('carry what a reference file promises', async () => {
    const data = await copyTo(rows(0, 500), file('small.parquet'));
    const document: Record<string, unknown> = JSON.parse(
      await readFile(await reference(data, file('small.json')), 'utf8'),
    );
    expect(document).toMatchObject({
      format: 'modelmeter-reference',
      version: 1,
      rows: 500,
      source: data,
      model: { name: 'model', version: '1' },
    });
    expect(Object.keys(document.features as object)).toEqual(['x', 'y', 'c']);
  });
});

describe('a profile that cannot serve', () => {
  it('is refused on another grid, or where rows are asked for', async () => {
    const a = await copyTo(rows(0, 5000), file('a.parquet'));
    const b = await copyTo(rows(5000, 9000, 1), file('b.parquet'));
    const current = await reference(b, file('b.json'));
    await expect(runCompare({ reference: a, current })).rejects.toThrow(
      /"x" in .*b\.json is not on the grid of the reference/,
    );
    for (const options of [{ chunkSize: 5 }, { segment: 'c' }, { key: 'c' }]) {
      await expect(runCompare({ reference: current, current, ...options })).rejects.toThrow(
        /needs? rows, and .*b\.json is a profile/,
      );
    }
    await expect(runCompare({ reference: current, current: b, segment: 'c' })).rejects.toThrow(
      /--segment c needs a reference with that segment, and .*b\.json has none/,
    );
    await expect(reference(current, file('twice.json'))).rejects.toThrow(/is a profile already/);
  });

  it('is refused when it is damaged', async () => {
    const data = await copyTo(rows(0, 500), file('whole.parquet'));
    const text = await readFile(await reference(data, file('whole.json')), 'utf8');
    const damaged = await folder.write('damaged.json', text.replace('"rows":500', '"rows":"500"'));
    await expect(runCompare({ reference: damaged, current: data })).rejects.toThrow(
      /damaged\.json is damaged/,
    );
    const cut = await folder.write('cut.json', text.slice(0, 300));
    await expect(runCompare({ reference: cut, current: data })).rejects.toThrow(
      /cut\.json cannot be read/,
    );
  });
});
