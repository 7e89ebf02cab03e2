import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Reference, referenceFromJson } from '@modelmeter/core';
import { describe, expect, it } from 'vitest';
import type { ChunkQuality, QualityResult } from '../src/quality/quality-result.js';
import { repository, useCommand, useFolder } from './support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);

interface Month {
  readonly month: string;
  readonly isReference: boolean;
  readonly rows: readonly (readonly [score: number, negatives: number, positives: number])[];
  readonly estimated: Readonly<Record<string, number>>;
  readonly realised: Readonly<Record<string, number>>;
}

async function californiaMonths(): Promise<Month[]> {
  const path = join(repository, 'packages/core/test/fixtures/california.json');
  return JSON.parse(await readFile(path, 'utf8')).months;
}

/** The rows of some months as CSV; `targets` is the share of the rows that have one. */
async function writeMonths(name: string, months: readonly Month[], targets = 1): Promise<string> {
  const lines = ['timestamp,score,target'];
  for (const { month, rows } of months) {
    const outcomes = rows.flatMap(([score, negatives, positives]) => [
      ...new Array(negatives).fill([score, 0]),
      ...new Array(positives).fill([score, 1]),
    ]);
    for (const [row, [score, target]] of outcomes.entries()) {
      const day = String(1 + Math.floor((28 * row) / outcomes.length)).padStart(2, '0');
      const known = row < targets * outcomes.length ? target : '';
      lines.push(`${month}-${day}T00:00:00Z,${score},${known}`);
    }
  }
  return folder.write(name, `${lines.join('\n')}\n`);
}

async function quality(...args: string[]): Promise<QualityResult> {
  const { stdout } = await succeed(['quality', ...args, '--format', 'json']);
  return JSON.parse(stdout);
}

const columns = ['--score', 'score', '--decision-threshold', '0.8', '--target', 'target'];

describe('modelmeter quality', () => {
  it('gives the table of NannyML, estimated and realised scores by month', async () => {
    const months = await californiaMonths();
    const reference = await writeMonths(
      'reference.csv',
      months.filter(({ isReference }) => isReference),
    );
    const current = await writeMonths(
      'current.csv',
      months.filter(({ isReference }) => !isReference),
    );
    const sides = ['--reference', reference, '--current', current];
    const result = await quality(...sides, ...columns, '--chunk-by', 'month:timestamp');
    expect(result.chunks.map(({ key }) => key)).toEqual(months.map(({ month }) => month));
    for (const [index, { estimated, realised }] of result.chunks.entries()) {
      for (const name of ['accuracy', 'recall', 'f1', 'specificity', 'roc_auc']) {
        const expected = months[index]!;
        expect(estimated[name]!.estimate).toBeCloseTo(expected.estimated[name]!, 6);
        if (expected.realised[name] !== undefined) {
          expect(realised[name]).toBeCloseTo(expected.realised[name], 9);
        }
      }
    }
    expect(result.bands.roc_auc).toEqual({ chunks: 12, held: 11 });
    expect(result.bands.accuracy).toEqual({ chunks: 12, held: 12 });
    expect(result.reference.samples).toBe(5832);
  });

  it('estimates rows without targets from a reference file, and says what came true of the others', async () => {
    const months = await californiaMonths();
    const data = await writeMonths('train.csv', months.slice(0, 8));
    const partial = await writeMonths('partial.csv', months.slice(8, 9), 0.5);
    await succeed(
      ['reference', '--data', data, '--out', 'reference.json', ...columns].concat(
        '--time-column',
        'timestamp',
      ),
    );
    const [chunk, ...others] = (
      await quality('--reference', 'reference.json', '--current', partial, ...columns)
    ).chunks as [ChunkQuality, ...ChunkQuality[]];
    expect(others).toEqual([]);
    expect(chunk.rows).toBe(720);
    expect(chunk.targets).toBe(360);
    expect(chunk.estimated.roc_auc!.estimate).toBeCloseTo(months[8]!.estimated.roc_auc!, 6);
    expect(chunk.realised.accuracy).toBeGreaterThan(0);
  });

  it('writes the quality of the model into a reference, by weeks of its time', async () => {
    const months = await californiaMonths();
    const data = await writeMonths('weeks.csv', months.slice(0, 8));
    await succeed(
      ['reference', '--data', data, '--out', 'weeks.json', ...columns].concat(
        '--time-column',
        'timestamp',
      ),
    );
    const reference: Reference = referenceFromJson(
      JSON.parse(await readFile(folder.path('weeks.json'), 'utf8')),
      'weeks.json',
    );
    expect(reference.quality?.samples).toBe(5832);
    expect(reference.quality?.scores.accuracy).toBeCloseTo(0.6703, 3);
    expect(reference.quality?.estimator?.chunks.length).toBeGreaterThan(30);
  });

  it('withdraws an estimate of rows that the reference does not have', async () => {
    const rows = (from: number, count: number): string =>
      Array.from({ length: count }, (_, row) => {
        const score = ((row * 7) % 100) / 100;
        return `${from + (row % 10)},${score},${(row * 13) % 100 < 100 * score ? 1 : 0}`;
      }).join('\n');
    const reference = await folder.write('known.csv', `x,score,target\n${rows(0, 500)}\n`);
    const same = await folder.write('same.csv', `x,score,target\n${rows(0, 200)}\n`);
    const far = await folder.write('far.csv', `x,score,target\n${rows(100, 200)}\n`);
    const of = (current: string, ...more: string[]) =>
      quality('--reference', reference, '--current', current, ...columns, ...more);
    expect((await of(same)).chunks[0]!.withdrawn).toBeUndefined();
    expect((await of(far)).chunks[0]!.withdrawn).toEqual({
      reason: 'outside_support',
      message:
        '100 % of the rows have values of "x" that the reference does not have; if it is not a feature, leave it out with --exclude',
    });
    expect((await of(far, '--exclude', 'x')).chunks[0]!.withdrawn).toBeUndefined();
    const { stdout } = await succeed(
      ['quality', '--reference', reference, '--current', far].concat(columns),
    );
    expect(stdout).toContain('* estimates that do not hold');
  });

  it('estimates the errors of a regression', async () => {
    const rows = (count: number): string =>
      Array.from(
        { length: count },
        (_, row) => `${row % 50},${(row % 50) + ((row * 7) % 5) - 2}`,
      ).join('\n');
    const reference = await folder.write('values.csv', `y,target\n${rows(1000)}\n`);
    const current = await folder.write('new-values.csv', `y,target\n${rows(300)}\n`);
    const { chunks } = await quality(
      ...['--reference', reference, '--current', current, '--value', 'y', '--target', 'target'],
    );
    expect(chunks[0]!.estimated.mean_absolute_error!.estimate).toBeCloseTo(1.2, 2);
    expect(chunks[0]!.realised.mean_absolute_error).toBeCloseTo(1.2, 2);
  });

  it.each([
    [['--target', 'target'], 'Name the column of the probabilities'],
    [['--target', 'target', '--score', 'y', '--value', 'y'], 'Name one of them'],
    [['--value', 'y'], 'need targets'],
    [['--value', 'y', '--target', 'other'], 'has no column "other"'],
    [['--score', 'y', '--decision-threshold', '2'], 'between 0 and 1'],
  ])('refuses %j and says what to name', async (args, message) => {
    const data = await folder.write('refused.csv', 'y,target\n1,2\n3,4\n');
    const { code, stderr } = await run([
      'quality',
      '--reference',
      data,
      '--current',
      data,
      ...args,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it('refuses a reference without quality, and one of another task', async () => {
    const data = await folder.write('plain.csv', 'y,target\n1,2\n3,4\n');
    await succeed(['reference', '--data', data, '--out', 'plain.json']);
    const of = (reference: string, ...args: string[]) =>
      run(['quality', '--reference', reference, '--current', data, ...args]);
    expect((await of('plain.json', '--value', 'y')).stderr).toContain('has no quality');
    const values = ['--value', 'y', '--target', 'target'];
    await succeed(['reference', '--data', data, '--out', 'values.json', ...values]);
    expect((await of('values.json', '--score', 'y')).stderr).toContain(
      'cannot estimate a binary model',
    );
  });
});
