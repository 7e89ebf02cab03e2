import { readFile } from 'node:fs/promises';
import { batchSchema } from '@modelmeter/config-file';
import { buildReference, referenceFromJson } from '@modelmeter/core';
import { parseSettings } from '@modelmeter/core/settings';
import { embeddingProfile } from '@modelmeter/kernel/profiles';
import { embeddingDiscrepancy } from '@modelmeter/kernel/statistics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { profileCommand, referenceCommand } from '../src/commands/profiles.js';
import { compareByMethod } from '../src/method/compare-by-method.js';
import { createProgress } from '../src/progress.js';
import { createReader } from '../src/read/reader.js';
import { renderReport } from '../src/report/render-report.js';
import { csv, normals, runCompare, useFolder, withDatabase } from './support.js';

const folder = useFolder();
const rows = 3000;
const names = ['a', 'b', 'c'];

/** Normal columns, of which the first two have a correlation; one value is missing. */
function tableOf(seed: number, correlation: number): Record<string, ArrayLike<unknown>> {
  const [a, second, c] = [0, 1, 2].map((column) => normals(rows, 10 * seed + column));
  const rest = Math.sqrt(1 - correlation ** 2);
  const b: (number | null)[] = Array.from(
    a!,
    (value, row) => correlation * value + rest * second![row]!,
  );
  b[7] = null;
  return { a: a!, b, name: Array.from(a!, (_, row) => `n${row % 3}`), c: c! };
}

function vectorsOf(table: Record<string, ArrayLike<unknown>>): Float64Array {
  return Float64Array.from({ length: 3 * rows }, (_, at) => {
    const value = table[names[at % 3]!]![Math.floor(at / 3)];
    return value === null ? Number.NaN : (value as number);
  });
}

const before = tableOf(1, 0);
const after = tableOf(2, 0.8);
const quiet = tableOf(3, 0);

async function writeTables(): Promise<Record<'before' | 'after' | 'quiet', string>> {
  return {
    before: await folder.write('before.csv', csv(before)),
    after: await folder.write('after.csv', csv(after)),
    quiet: await folder.write('quiet.csv', csv(quiet)),
  };
}

/** Makes a reference file of the rows before. */
async function writeReference(options: { multivariate?: boolean } = {}): Promise<string> {
  const out = folder.path(`reference-${options.multivariate ?? false}.json`);
  const data = (await writeTables()).before;
  await referenceCommand({ data, out, name: 'a', modelVersion: '1', ...options });
  return out;
}

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the numeric features together', () => {
  it('show a changed relation that no single feature shows, as the kernel measures it', async () => {
    const { before: reference, after: current } = await writeTables();
    const result = await runCompare({ reference, current, multivariate: true });
    const found = result.features.at(-1)!;
    const expected = embeddingProfile(vectorsOf(before), { columns: names });
    const counted = embeddingProfile(vectorsOf(after), { basis: expected.basis });
    const { score, pValue } = embeddingDiscrepancy(expected, counted);
    expect(found).toMatchObject({ name: 'multivariate', significant: true, currentRows: rows });
    expect(found.scores.mmd).toBe(score);
    expect(found.pValue).toBe(pValue);
    expect(pValue).toBeLessThan(1e-6);
    expect(found.findings.map(({ kind, state }) => [kind, state])).toEqual([
      ['correlation_changed', 'investigate'],
    ]);
    expect(found.findings[0]!.message).toMatch(/^The correlation of "a" and "b" went from /);
    const made = { generated: new Date('2026-02-03T04:05:06Z'), version: '1.2.3' };
    expect(renderReport(result, made)).toContain('changed correlation');
    expect(result.features.slice(0, -1).map(({ state }) => state)).toEqual(Array(4).fill('ok'));
    expect(result.undecided).toEqual([]);
  });

  it('are compared where the configuration says so, without the output of the model', async () => {
    const { before: reference, quiet: current } = await writeTables();
    const { driftDetection: drift } = parseSettings(batchSchema, {
      driftDetection: { multivariate: true },
    });
    const features = ['a', 'b'].map((name) => ({ name, type: 'numeric' as const }));
    const outputs = { task: 'regression', value: 'c' } as const;
    const settings = { drift, features, outputs, folder: '.' };
    const result = await runCompare({ reference, current, settings });
    const found = result.features.find(({ name }) => name === 'multivariate')!;
    const pairs = (table: typeof before) => vectorsOf(table).filter((_, at) => at % 3 < 2);
    const expected = embeddingProfile(pairs(before), { columns: ['a', 'b'] });
    const counted = embeddingProfile(pairs(quiet), { basis: expected.basis });
    expect(found.pValue).toBe(embeddingDiscrepancy(expected, counted).pValue);
    expect(found.state).toBe('ok');
  });

  it('are in a reference file, and fit what the library builds', async () => {
    const path = await writeReference({ multivariate: true });
    const made = referenceFromJson(JSON.parse(await readFile(path, 'utf8')), path);
    const numeric = names.map((name) => ({ name, type: 'numeric' as const }));
    const { features } = buildReference({
      modelName: 'a',
      modelVersion: '1',
      created: made.created,
      source: 'rows of a test',
      features: numeric,
      columns: {
        a: before.a as Float64Array,
        b: before.b as number[],
        c: before.c as Float64Array,
      },
      multivariate: true,
    });
    expect(made.features.get('multivariate')).toEqual(features.get('multivariate'));
    const { after: current } = await writeTables();
    const result = await runCompare({ reference: path, current, multivariate: true });
    expect(result.features.at(-1)).toMatchObject({ name: 'multivariate', significant: true });
  });

  it('are counted by a profile on the grid of that file', async () => {
    const reference = await writeReference({ multivariate: true });
    const out = folder.path('after.json');
    const { after: current } = await writeTables();
    await profileCommand({ grid: reference, data: current, out });
    const fromProfile = await runCompare({ reference, current: out, multivariate: true });
    const fromRows = await runCompare({ reference, current, multivariate: true });
    expect(fromProfile.features.at(-1)).toEqual(fromRows.features.at(-1));
  });

  it('are named in a warning where a reference file has them and they are not asked for', async () => {
    const reference = await writeReference({ multivariate: true });
    const { quiet: current } = await writeTables();
    const warnings: string[] = [];
    const onWarning = (text: string) => warnings.push(text);
    const { features } = await runCompare({ reference, current, onWarning });
    expect(features.map(({ name }) => name)).not.toContain('multivariate');
    expect(warnings).toEqual([
      `${reference} also holds the numeric features together; compare them with --multivariate.`,
    ]);
  });

  it('stay comparable where the current data lack one of the columns', async () => {
    const { before: reference } = await writeTables();
    const { a, name } = quiet;
    const current = await folder.write('lacking.csv', csv({ a: a!, name: name! }));
    const result = await runCompare({
      reference,
      current,
      columns: ['a', 'b'],
      multivariate: true,
    });
    expect(result.current.missingColumns).toEqual(['b']);
    expect(result.features.at(-1)).toMatchObject({ name: 'multivariate', currentRows: rows });
    const none = await folder.write('none.csv', csv({ other: a! }));
    const nothing = await runCompare({ reference, current: none, multivariate: true });
    expect(nothing.undecided).toEqual([`${none} has none of the columns of ${reference}.`]);
  });

  it.each([
    ['a reference file without them', { columns: undefined }, /holds no numeric features together/],
    ['no numeric feature', { columns: ['name'] }, /has no numeric feature/],
  ])('are refused with %s', async (_, options, message) => {
    const { before: data, quiet: current } = await writeTables();
    const reference = options.columns === undefined ? await writeReference() : data;
    const { columns } = options;
    const compared = runCompare({
      reference,
      current,
      multivariate: true,
      ...(columns === undefined ? {} : { columns }),
    });
    await expect(compared).rejects.toThrow(message);
  });

  it('are refused where the file holds others together, or a column has their name', async () => {
    const reference = await writeReference({ multivariate: true });
    const { quiet: current } = await writeTables();
    await expect(
      runCompare({ reference, current, multivariate: true, exclude: ['c'] }),
    ).rejects.toThrow(/holds a, b, c together, and a, b are to be compared together/);
    const named = await folder.write('named.csv', csv({ a: quiet.a!, multivariate: quiet.c! }));
    await expect(
      runCompare({ reference: named, current: named, multivariate: true }),
    ).rejects.toThrow(/has a column "multivariate"/);
  });

  it('are not for the method of another package', async () => {
    const { before: reference, quiet: current } = await writeTables();
    const compared = withDatabase((database) =>
      compareByMethod(createReader(database, createProgress()), 'evidently', {
        reference,
        current,
        multivariate: true,
      }),
    );
    await expect(compared).rejects.toThrow(/no --multivariate/);
  });
});
