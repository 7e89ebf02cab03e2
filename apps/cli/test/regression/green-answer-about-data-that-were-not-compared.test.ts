import { batchSchema } from '@modelmeter/config-file';
import { parseSettings } from '@modelmeter/core/settings';
import { describe, expect, it } from 'vitest';
import { copyTo, csv, normals, runCommand, runCompare, useFolder } from '../support.js';

const folder = useFolder();
const rows = 600;
const amounts = [...normals(rows, 1)];
const others = [...normals(rows, 2)];

const drift = (reference: string, current: string, ...rest: string[]) =>
  runCommand(folder.path('.'), [
    'drift',
    ...['--reference', reference, '--current', current, '--format', 'json', ...rest],
  ]);

const alternate = <Value>(...values: readonly Value[]): Value[] =>
  amounts.map((_, row) => values[row % values.length]!);

describe('a column of the reference that the current data lack', () => {
  it('is a finding of that column and does not stop the run', async () => {
    const reference = await folder.write('both.csv', csv({ x: amounts, y: amounts }));
    const current = await folder.write('one.csv', csv({ y: others, z: others }));
    const result = await runCompare({ reference, current });
    expect(result.current.missingColumns).toEqual(['x']);
    expect(result.current.leftOut).toEqual([{ column: 'z', reason: 'is not in the reference' }]);
    const [x, y] = result.features;
    expect(x).toMatchObject({ state: 'drift', missingRatio: { current: 1 } });
    expect(x!.findings).toEqual([expect.objectContaining({ kind: 'column_missing', ratio: 1 })]);
    expect(y!.state).toBe('ok');
    expect(result.undecided).toEqual([]);
  });

  it('makes the run undecided when it was declared or named', async () => {
    const reference = await folder.write('declared.csv', csv({ x: amounts, y: amounts }));
    const current = await folder.write('lacks.csv', csv({ y: others }));
    const { driftDetection, features } = parseSettings(batchSchema, {
      features: ['x', 'y'].map((name) => ({ name, type: 'numeric' })),
    });
    const settings = { drift: driftDetection, features, outputs: undefined, folder: '.' };
    const declared = await runCompare({ reference, current, settings });
    const named = await runCompare({ reference, current, columns: ['x', 'y'] });
    for (const { undecided } of [declared, named]) {
      expect(undecided).toEqual([expect.stringMatching(/has no column "x", which was asked for/)]);
    }
  });
});

describe('the exit code', () => {
  it('is 3 when nothing could be compared, and the reason comes first', async () => {
    const full = await folder.write('full.csv', csv({ x: amounts }));
    const header = await folder.write('header.csv', 'x\n');
    const foreign = await folder.write('foreign.csv', csv({ other: others }));
    for (const [reference, current] of [
      [full, header],
      [header, full],
      [full, foreign],
    ] as const) {
      const { code, stderr } = await drift(reference, current, '--fail-on', 'investigate');
      expect([0, 1]).not.toContain(code);
      expect(stderr).toMatch(/has no rows|has none of the columns/);
    }
    const table = await runCommand(folder.path('.'), [
      ...['drift', '--reference', full, '--current', header],
    ]);
    expect(table.code).toBe(3);
    expect(table.stdout).toMatch(/^UNDECIDED: .*header\.csv has no rows\./);
  });

  it('is 2 for --fail-on undecided when too few rows came', async () => {
    const full = await folder.write('many.csv', csv({ x: amounts }));
    const few = await folder.write('few.csv', csv({ x: others.slice(0, 12) }));
    expect((await drift(full, few)).code).toBe(0);
    expect((await drift(full, few, '--fail-on', 'drift')).code).toBe(0);
    expect((await drift(full, few, '--fail-on', 'drift,undecided')).code).toBe(2);
    expect((await drift(full, full, '--fail-on', 'undecided')).code).toBe(0);
  });
});

describe('one value that is written in two ways', () => {
  it.each([
    ['booleans and digits', alternate('true', 'false'), alternate(1, 0)],
    ['digits and booleans', alternate(1, 0), alternate('True', 'False')],
    ['words of two languages', alternate('TRUE', 'FALSE'), alternate('true', 'false')],
    ['the last bits', alternate(0.3, 0.5), alternate(0.1 + 0.2, 0.5)],
    ['float32', alternate(0.1, 9.99), alternate(Math.fround(0.1), Math.fround(9.99))],
    ['a constant', alternate(0.1), alternate(0.1 + 1e-15)],
  ])('is one: %s', async (_, before, after) => {
    const reference = await folder.write('before.csv', csv({ x: before }));
    const current = await folder.write('after.csv', csv({ x: after }));
    const [x] = (await runCompare({ reference, current })).features;
    expect(x).toMatchObject({ scores: { psi: 0 }, pValue: 1, findings: [] });
  });

  it('stays two when it is two: yes and no with an unknown, and long integers', async () => {
    const words = await folder.write('yes.csv', csv({ x: ['unknown', ...alternate('yes', 'no')] }));
    const [x] = (await runCompare({ reference: words, current: words })).features;
    expect(x!.bins.map(({ bin }) => bin)).toEqual(expect.arrayContaining(['yes', 'no']));
    const long = (from: bigint): Promise<string> =>
      folder.write(`${from}.csv`, csv({ x: amounts.map((_, row) => from + BigInt(4 * row)) }));
    const reference = await long(9_007_199_254_740_994n);
    const same = await runCompare({ reference, current: reference });
    expect(same.features[0]).toMatchObject({ scores: { psi: 0 }, pValue: 1 });
    expect(same.reference.notes).toEqual([expect.stringContaining('above 2^53')]);
  });
});

describe('segments', () => {
  it('keep the drift of their own column, and count those that are new or missing', async () => {
    const reference = await folder.write(
      'seg.csv',
      csv({ x: amounts, seg: alternate('true', 'false') }),
    );
    const current = await folder.write(
      'seg-now.csv',
      csv({ x: others, seg: alternate('True', 'new', null) }),
    );
    const result = await runCompare({ reference, current, segment: 'seg' });
    expect(result.driftedFeatures).toEqual(['seg']);
    expect(
      result.segments!.values.map((one) => [one.value, one.referenceRows, one.currentRows]),
    ).toEqual([
      ['false', 300, 0],
      ['true', 300, 200],
      ['new', 0, 200],
    ]);
    expect(result.segments).toMatchObject({ added: { segments: 1, rows: 200 }, missing: 200 });
    expect(result.segments!.values[2]!.state).toBe('insufficient_data');
  });
});

describe('chunks', () => {
  const day = (row: number): Date => new Date(Date.UTC(2024, 3, 1) + row * 3600e3 * 3.6);
  it.each([
    ['seconds since 1970', (time: Date) => time.getTime() / 1000],
    ['milliseconds since 1970', (time: Date) => time.getTime()],
    ['compact dates', (time: Date) => time.toISOString().slice(0, 10).replaceAll('-', '')],
    ['RFC 1123', (time: Date) => time.toUTCString()],
    ['ISO 8601', (time: Date) => time.toISOString()],
    ['month first', (time: Date) => time.toLocaleDateString('en-US')],
    ['day first', (time: Date) => time.toISOString().slice(0, 10).split('-').reverse().join('.')],
  ])('read %s', async (_, written) => {
    const current = await folder.write(
      'times.csv',
      csv({ x: others, when: amounts.map((__, row) => written(day(row))) }),
    );
    const { chunks } = await runCompare({ reference: current, current, chunkBy: 'month:when' });
    expect(chunks!.map(({ key, rows: count }) => [key, count])).toEqual([
      ['2024-04', 200],
      ['2024-05', 207],
      ['2024-06', 193],
    ]);
  });

  it('fail with count and example on other values, and on dates that can be read in two ways', async () => {
    const words = await folder.write(
      'words.csv',
      csv({ x: others, when: alternate('soon', '2024-01-01') }),
    );
    await expect(
      runCompare({ reference: words, current: words, chunkBy: 'day:when' }),
    ).rejects.toThrow(/300 of 600 values in column "when" .* cannot be read as times .*"soon"/);
    await expect(
      runCompare({ reference: words, current: words, chunkBy: 'day:x' }),
    ).rejects.toMatchObject({ code: 'TIME_UNREADABLE' });
    const either = await folder.write(
      'either.csv',
      csv({ x: others, when: alternate('03/04/2024') }),
    );
    const options = { reference: either, current: either, chunkBy: 'month:when' };
    await expect(runCompare(options)).rejects.toThrow(/can be read as .*--time-format/);
    const { chunks } = await runCompare({ ...options, timeFormat: '%d/%m/%Y' });
    expect(chunks!.map(({ key }) => key)).toEqual(['2024-04']);
  });
});

describe('columns that are not compared', () => {
  it('are listed with the reason on both sides', async () => {
    const reference = await copyTo(
      `SELECT i AS x, [i] AS l, {'a': i} AS s, INTERVAL 1 DAY AS d, TIME '10:00' AS t, DATE '2024-01-01' AS day FROM range(100) AS r(i)`,
      folder.path('types.parquet'),
    );
    const result = await runCompare({ reference, current: reference, exclude: [] });
    expect(result.features.map(({ name }) => name)).toEqual(['x']);
    expect(result.reference.leftOut.map(({ column }) => column)).toEqual([
      'l',
      's',
      'd',
      't',
      'day',
    ]);
    expect(result.current.leftOut).toEqual(result.reference.leftOut);
  });
});
