import { batchSchema } from '@modelmeter/config-file';
import { createDriftPolicy, evaluateDrift } from '@modelmeter/core/drift';
import { parseSettings } from '@modelmeter/core/settings';
import { categoricalProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import { driftTable } from '../src/report/drift-table.js';
import { copyTo, csv, normals, runCompare, useFolder } from './support.js';

const folder = useFolder();
const settings = (drift: object) => {
  const { driftDetection, features } = parseSettings(batchSchema, { driftDetection: drift });
  return { drift: driftDetection, features, outputs: undefined, folder: folder.path('.') };
};

describe('a comparison of two files', () => {
  it('finds what the engine finds in the same values', async () => {
    const before = {
      x: normals(3000, 1),
      c: Array.from({ length: 3000 }, (_, i) => 'abc'[i % 3]!),
    };
    const after = {
      x: normals(2000, 2, 0.3),
      c: Array.from({ length: 2000 }, (_, i) => 'abcd'[i % 4]!),
    };
    const result = await runCompare({
      reference: await folder.write('before.csv', csv(before)),
      current: await folder.write('after.csv', csv(after)),
    });
    const x = numericProfile(before.x);
    const c = categoricalProfile(before.c);
    const features = [
      { name: 'x', type: 'numeric' },
      { name: 'c', type: 'categorical' },
    ] as const;
    const { driftDetection } = parseSettings(batchSchema, {});
    const expected = evaluateDrift(
      [
        {
          feature: features[0],
          reference: x,
          current: numericProfile(after.x, { grid: x.grid }),
          invalid: 0,
        },
        {
          feature: features[1],
          reference: c,
          current: categoricalProfile(after.c, { categories: c.categories }),
          invalid: 0,
        },
      ],
      createDriftPolicy(driftDetection, features),
    );
    expect(result.features).toEqual(expected);
    expect(result).toMatchObject({
      reference: { rows: 3000 },
      current: { rows: 2000 },
      driftedFeatures: ['c'],
      state: 'drift',
    });
  });

  it('counts every row of a file that no sample holds', async () => {
    const query = (seed: number): string =>
      `SELECT CASE WHEN i % 10 = 0 THEN NULL ELSE (hash(i + ${seed}) % 1000003) / 1000.0 END AS x,
       'k' || (hash(i) % 7) AS k FROM range(150000) AS t(i)`;
    const reference = await copyTo(query(0), folder.path('large.parquet'));
    const result = await runCompare({ reference, current: reference });
    const [x, k] = result.features;
    expect(x).toMatchObject({
      currentRows: 150_000,
      missingRatio: { reference: 0.1, current: 0.1 },
      pValue: 1,
      scores: { psi: 0, ks_statistic: 0 },
    });
    expect(k).toMatchObject({ type: 'categorical', scores: { psi: 0 } });
    const other = await copyTo(query(1_000_000), folder.path('large-other.parquet'));
    const [again] = (await runCompare({ reference, current: other })).features;
    expect(again?.state).toBe('ok');
    expect(again?.scores.psi).toBeLessThan(0.001);
    expect(again?.scores.psi).toBeGreaterThan(0);
  });

  it.each(['a.csv', 'a.csv.gz', 'a.ndjson', 'a.jsonl.gz', 'a.parquet'])(
    'reads %s as every other format',
    async (name) => {
      const query = `SELECT i % 40 AS whole, (hash(i) % 1000) / 7.0 AS x, i % 3 = 0 AS flag,
        CASE WHEN i % 5 = 0 THEN NULL ELSE 'c' || (i % 4) END AS c, TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE AS t
        FROM range(4000) AS r(i)`;
      const reference = await copyTo(query, folder.path('as.parquet'));
      const current = await copyTo(query, folder.path(name));
      const result = await runCompare({ reference, current });
      expect(result.features.map(({ name: feature, type }) => [feature, type])).toEqual([
        ['whole', 'numeric'],
        ['x', 'numeric'],
        ['flag', 'categorical'],
        ['c', 'categorical'],
      ]);
      for (const feature of result.features) {
        expect(feature).toMatchObject({ currentRows: 4000, pValue: 1, findings: [] });
        expect(feature.scores.psi).toBeLessThan(1e-12);
      }
      expect(result.features[3]?.missingRatio).toEqual({ reference: 0.2, current: 0.2 });
    },
  );

  it('takes several files of one name pattern as one data set', async () => {
    const shard = (from: number): string =>
      `SELECT i AS x FROM range(${from}, ${from + 500}) AS t(i)`;
    await copyTo(shard(0), folder.path('shard-0.parquet'));
    await copyTo(shard(500), folder.path('shard-1.parquet'));
    const whole = await copyTo(
      'SELECT i AS x FROM range(1000) AS t(i)',
      folder.path('whole.parquet'),
    );
    const result = await runCompare({ reference: whole, current: folder.path('shard-*.parquet') });
    expect(result.features[0]).toMatchObject({ currentRows: 1000, pValue: 1, scores: { psi: 0 } });
  });

  it('counts text among numbers, and says so', async () => {
    const values = Array.from(normals(2000, 3));
    const reference = await folder.write('clean.csv', csv({ x: values }));
    const current = await folder.write(
      'dirty.csv',
      csv({
        x: values.map((value, row) => (row % 10 === 0 ? 'n/a?' : row % 25 === 1 ? 'NA' : value)),
      }),
    );
    const [x] = (await runCompare({ reference, current })).features;
    expect(x?.type).toBe('numeric');
    expect(x?.missingRatio.current).toBeCloseTo(0.1 + 0.04, 12);
    expect(x?.findings.map(({ kind, ratio }) => [kind, ratio])).toEqual([
      ['type_changed', 0.1],
      ['missing_increased', 0.14],
    ]);
  });

  it('takes names as they are, quotes, spaces and all', async () => {
    const name = `it's "a", column;--`;
    const values = Array.from(normals(500, 4), (value) => (value > 0 ? `o'n` : '"off"'));
    const reference = await folder.write('names.csv', csv({ [name]: values }));
    const result = await runCompare({ reference, current: reference, columns: [name] });
    expect(result.features).toMatchObject([{ name, type: 'categorical', pValue: 1 }]);
  });

  it('says that an empty file has too few rows', async () => {
    const reference = await folder.write(
      'full.csv',
      csv({ x: normals(500, 5), c: normals(500, 5) }),
    );
    const current = await folder.write('empty.csv', 'x,c\n');
    const result = await runCompare({ reference, current });
    expect(result).toMatchObject({ current: { rows: 0 }, state: 'insufficient_data' });
    expect(result.features[0]?.reason).toMatch(/has no rows/);
  });
});

describe('rows that move together', () => {
  it('count as one by their key', async () => {
    const users = normals(200, 6);
    const rows = { user: [] as number[], x: [] as number[] };
    for (const [user, value] of users.entries()) {
      for (let row = 0; row < 20; row += 1) {
        rows.user.push(user);
        rows.x.push(value + row / 1e6);
      }
    }
    const reference = await folder.write('reference-users.csv', csv({ x: normals(4000, 7) }));
    const referenceUsers = await folder.write(
      'reference-users.csv',
      csv({ user: Array.from({ length: 4000 }, (_, row) => row), x: normals(4000, 7) }),
    );
    expect(referenceUsers).toBe(reference);
    const current = await folder.write('users.csv', csv(rows));
    const columns = ['x'];
    const naive = await runCompare({ reference, current, columns });
    const keyed = await runCompare({ reference, current, columns, key: 'user' });
    expect(naive.features[0]?.pValue).toBeLessThan(0.05);
    expect(keyed.features[0]?.pValue).toBeGreaterThan(0.05);
    expect(keyed.features[0]?.noiseFloor.psi).toBeGreaterThan(
      5 * naive.features[0]!.noiseFloor.psi!,
    );
  });
});

describe('chunks', () => {
  const rows = 24 * 60;
  const timed = (): Promise<string> =>
    copyTo(
      `SELECT TIMESTAMP '2024-02-26' + INTERVAL (i) HOUR AS t, (hash(i) % 1000) / 10.0 + CASE WHEN i >= 1000 THEN 60 ELSE 0 END AS x
       FROM range(${rows}) AS r(i) UNION ALL SELECT NULL, 1`,
      folder.path('timed.parquet'),
    );

  it.each([
    ['month:t', ['2024-02', '2024-03', '2024-04'], [96, 744, 600]],
    ['week:t', ['2024-W09', '2024-W10'], [168, 168]],
    ['day:t', ['2024-02-26', '2024-02-27'], [24, 24]],
    ['hour:t', ['2024-02-26T00', '2024-02-26T01'], [1, 1]],
  ])('by %s are named by the calendar', async (chunkBy, keys, sizes) => {
    const current = await timed();
    const { chunks, features } = await runCompare({ reference: current, current, chunkBy });
    expect(chunks!.slice(0, keys.length).map(({ key }) => key)).toEqual(keys);
    expect(chunks!.slice(0, sizes.length).map(({ rows: count }) => count)).toEqual(sizes);
    // The row without a time is in no chunk.
    expect(chunks!.reduce((sum, { rows: count }) => sum + count, 0)).toBe(rows);
    expect(features.map(({ name }) => name)).toEqual(['x']);
  });

  it('by size follow the order of the rows', async () => {
    const current = await timed();
    const { chunks } = await runCompare({ reference: current, current, chunkSize: 500 });
    expect(chunks!.map(({ key, rows: count }) => [key, count])).toEqual([
      ['1-500', 500],
      ['501-1000', 500],
      ['1001-1441', 441],
    ]);
    expect(chunks!.map(({ features: [x] }) => x?.currentRows)).toEqual([500, 500, 441]);
    expect(chunks!.map(({ state }) => state)).toEqual(['drift', 'drift', 'drift']);
  });

  it('say in which of them the score of a feature changed', async () => {
    const reference = await copyTo(
      'SELECT (hash(i) % 1000) / 10.0 AS x, (hash(i + 7) % 1000) / 10.0 AS y FROM range(5000) AS t(i)',
      folder.path('before-the-change.parquet'),
    );
    const current = await copyTo(
      `SELECT (hash(i + 9000) % 1000) / 10.0 + CASE WHEN i < 5000 THEN 0 ELSE 30 END AS x,
         (hash(i + 90000) % 1000) / 10.0 AS y
       FROM range(10000) AS t(i)`,
      folder.path('with-a-change.parquet'),
    );
    const { changes, features } = await runCompare({ reference, current, chunkSize: 500 });
    const { statistic } = features[0]!;
    expect(changes).toEqual([{ feature: 'x', statistic, chunks: ['5001-5500'] }]);
    expect(await runCompare({ reference, current })).not.toHaveProperty('changes');
  });

  it('drift only after as many in a row as are asked for', async () => {
    const reference = await copyTo(
      'SELECT (hash(i) % 1000) / 10.0 AS x FROM range(5000) AS t(i)',
      folder.path('steady.parquet'),
    );
    const current = await copyTo(
      `SELECT (hash(i + 9000) % 1000) / 10.0 + CASE WHEN i // 500 IN (1, 3, 4, 5) THEN 60 ELSE 0 END AS x
       FROM range(4000) AS t(i)`,
      folder.path('unsteady.parquet'),
    );
    const { chunks } = await runCompare({
      reference,
      current,
      chunkSize: 500,
      settings: settings({ consecutiveRuns: 2 }),
    });
    expect(chunks!.map(({ state }) => state)).toEqual([
      'ok',
      'investigate',
      'ok',
      'investigate',
      'drift',
      'drift',
      'ok',
      'ok',
    ]);
  });
});

describe('segments', () => {
  it('are compared one by one, the largest first, all in one run', async () => {
    const reference = await copyTo(
      `SELECT 's' || (i % 4 // (1 + i % 2)) AS s, (hash(i) % 1000) / 10.0 AS x FROM range(12000) AS t(i)`,
      folder.path('segments.parquet'),
    );
    const current = await copyTo(
      `SELECT 's' || (i % 4 // (1 + i % 2)) AS s, (hash(i + 50000) % 1000) / 10.0 + CASE WHEN i % 4 = 2 THEN 70 ELSE 0 END AS x FROM range(12000) AS t(i)`,
      folder.path('segments-now.parquet'),
    );
    const result = await runCompare({ reference, current, segment: 's', maximumSegments: 2 });
    expect(result.features.map(({ name }) => name)).toEqual(['s', 'x']);
    expect(result.segments).toMatchObject({
      column: 's',
      values: [
        { value: 's0', referenceRows: 6000, currentRows: 6000, state: 'ok' },
        { value: 's1', referenceRows: 3000, state: 'ok' },
      ],
      leftOut: { segments: 1, rows: 3000 },
    });
    const all = await runCompare({ reference, current, segment: 's' });
    expect(all.segments?.values.map(({ value, state }) => [value, state])).toEqual([
      ['s0', 'ok'],
      ['s1', 'ok'],
      ['s2', 'drift'],
    ]);
  });
});

describe('the segments of a shift', () => {
  const table = (seed: number, x: string, rows = 12_000): string =>
    `SELECT 's' || (hash(i + ${seed}) % 5) AS s, (hash(i + ${seed} + 1000000) % 1000) / 10.0 AS z, (hash(i + ${seed} + 2000000) % 1000) / 10.0 + ${x} AS x FROM range(${rows}) AS t(i)`;
  const hashOf = (seed: number, divisor: string): string => `hash(i + ${seed}) % ${divisor}`;

  it('are the values of a category and the range of a number whose rows moved', async () => {
    const reference = await copyTo(table(1, '0'), folder.path('explain.parquet'));
    const ofCategory = `CASE WHEN ${hashOf(50_001, '5')} = 3 THEN 300 ELSE 0 END`;
    const found = await runCompare({
      reference,
      current: await copyTo(table(50_001, ofCategory), folder.path('explain-category.parquet')),
      explain: true,
    });
    expect(found.shiftedSegments).toHaveLength(1);
    const [segment] = found.shiftedSegments!;
    expect(segment).toMatchObject({ feature: 'x', conditions: [{ column: 's', value: 's3' }] });
    expect(segment!.rowRatio).toBeCloseTo(0.2, 1);
    expect(segment!.shiftRatio).toBeGreaterThan(0.9);
    expect(segment!.inside).toBeGreaterThan(0.85);
    expect(Math.abs(segment!.outside)).toBeLessThan(0.03);
    expect(segment!.explanation).toMatch(
      /^The \d+\.\d % of the rows with s s3 hold .* % of the shift: \d+\.\d points of them moved, of the others -?\d\.\d\.$/,
    );
    expect(driftTable(found)).toContain(`\nwhere the shifts are\nx  ${segment!.explanation}\n`);
    const ofNumber = `CASE WHEN ${hashOf(1_050_001, '1000')} >= 800 THEN 300 ELSE 0 END`;
    const ranges = await runCompare({
      reference,
      current: await copyTo(table(50_001, ofNumber), folder.path('explain-number.parquet')),
      explain: true,
    });
    expect(ranges.shiftedSegments!.map(({ conditions }) => conditions)).toEqual([
      [{ column: 'z', value: expect.stringMatching(/^> (79|80)/) }],
    ]);
  });

  it('are none when every row moved, and when nothing did', async () => {
    const reference = await copyTo(table(1, '0'), folder.path('even.parquet'));
    for (const [shift, state] of [
      ['300', 'drift'],
      ['20', 'drift'],
      ['0', 'ok'],
    ] as const) {
      const current = await copyTo(table(50_001, shift), folder.path(`even-${shift}.parquet`));
      const found = await runCompare({ reference, current, explain: true });
      expect([shift, found.features.find(({ name }) => name === 'x')?.state]).toEqual([
        shift,
        state,
      ]);
      expect(found.shiftedSegments).toEqual([]);
      expect(driftTable(found)).toContain('no shift is concentrated in a segment');
    }
  });

  it('are two values together where only rows with both moved, although a third moved more', async () => {
    const moved = (seed: number): string => `CASE
      WHEN ${hashOf(seed, '5')} = 3 AND ${hashOf(seed + 1_000_000, '1000')} >= 800 THEN 300
      WHEN ${hashOf(seed, '5')} = 1 AND ${hashOf(seed + 3_000_000, '100')} < 24 THEN 300 ELSE 0 END`;
    const found = await runCompare({
      reference: await copyTo(table(1, '0'), folder.path('pair.parquet')),
      current: await copyTo(table(50_001, moved(50_001)), folder.path('pair-current.parquet')),
      explain: true,
    });
    expect(found.shiftedSegments!.map(({ conditions }) => conditions)).toEqual([
      [
        { column: 's', value: 's3' },
        { column: 'z', value: expect.stringMatching(/^> (79|80)/) },
      ],
      [{ column: 'z', value: expect.stringMatching(/^> (79|80)/) }],
      [{ column: 's', value: 's1' }],
    ]);
    expect(driftTable(found)).toMatch(
      /\nx {2}The 4\.\d % of the rows with s s3 and z > \S+ hold 4\d\.\d % of the shift: \d+\.\d points of them moved, of the others at most \d\.\d\.\n/,
    );
  });

  it('are two values together in at most 5 % of tables in which any row may have moved', async () => {
    const trials = 40;
    let named = 0;
    for (let trial = 1; trial <= trials; trial += 1) {
      const seed = trial * 10_000_000;
      const any = `CASE WHEN ${hashOf(seed + 3_000_000, '10')} < 3 THEN 300 ELSE 0 END`;
      const { shiftedSegments } = await runCompare({
        reference: await copyTo(table(seed + 5_000_000, '0', 3000), folder.path('any.parquet')),
        current: await copyTo(table(seed, any, 3000), folder.path('any-current.parquet')),
        explain: true,
      });
      if (shiftedSegments!.some(({ conditions }) => conditions.length === 2)) named += 1;
    }
    expect(named / trials).toBeLessThanOrEqual(0.05);
  }, 120_000);

  it('are not looked for unless asked for', async () => {
    const data = await copyTo(table(1, '0'), folder.path('plain.parquet'));
    const found = await runCompare({ reference: data, current: data });
    expect(found).not.toHaveProperty('shiftedSegments');
  });
});
