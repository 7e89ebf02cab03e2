import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

interface Report {
  readonly reference: { readonly date: string; readonly rows: number };
  readonly current: { readonly date: string; readonly rows: number };
  readonly columns: readonly {
    readonly name: string;
    readonly psi: number;
    readonly size: { readonly estimate: number; readonly low: number; readonly high: number };
    readonly pValue: number;
    readonly adjustedPValue: number;
    readonly state: string;
  }[];
}

const folder = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'batch-job-'));
const flights: { date: string; delay: number }[] = JSON.parse(
  readFileSync(new URL('../data/flights-20k.json', import.meta.resolve('vega-datasets')), 'utf8'),
);

afterAll(() => rmSync(scratch, { recursive: true }));

async function run(...options: string[]): Promise<{ stdout: string; report: Report }> {
  const out = join(scratch, 'drift.json');
  const args = ['drift.mjs', ...options, '--out', out];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  return { stdout, report: JSON.parse(readFileSync(out, 'utf8')) };
}

function delays(date: string): number[] {
  return flights
    .filter((flight) => flight.date.startsWith(date))
    .map(({ delay }) => delay)
    .sort((a, b) => a - b);
}

describe('the batch job', () => {
  it('prints what its README says', async () => {
    const { stdout } = await run();
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(stdout).toBe(/```text\n([\s\S]+?)```/.exec(readme)?.[1]);
  });

  it('finds drift on a stormy day, and takes off what chance adds to the other features', async () => {
    const { report } = await run();
    expect(report.reference).toEqual({ date: '2001/01', rows: delays('2001/01').length });
    expect(report.current).toEqual({ date: '2001/02/16', rows: delays('2001/02/16').length });
    const byName = new Map(report.columns.map((column) => [column.name, column]));
    expect(byName.get('delay')?.state).toBe('drift');
    const origin = byName.get('origin');
    expect(origin?.state).toBe('ok');
    expect(origin?.psi).toBeGreaterThan(0.1);
    expect(origin?.size).toMatchObject({ estimate: 0, low: 0 });
  });

  it('scores the delays as counting them by hand does', async () => {
    const { report } = await run();
    const before = delays('2001/01');
    const now = delays('2001/02/16');
    const edges = Array.from(
      { length: 9 },
      (_, bin) => before[Math.ceil(((bin + 1) * before.length) / 10) - 1]!,
    );
    const shares = [before, now].map((sample) => {
      const added = Math.max(0.5, sample.length / 1000);
      const counts = new Array<number>(10).fill(added);
      for (const delay of sample) counts[edges.filter((edge) => delay > edge).length]! += 1;
      return counts.map((count) => count / (sample.length + 10 * added));
    });
    const psi = shares[0]!.reduce((sum, p, bin) => {
      const q = shares[1]![bin]!;
      return sum + (p - q) * Math.log(p / q);
    }, 0);
    expect(report.columns.find(({ name }) => name === 'delay')?.psi).toBeCloseTo(psi, 12);
  });

  it('finds nothing between a month and itself', async () => {
    const { report } = await run('--current', '2001/01');
    for (const column of report.columns) {
      expect(column).toMatchObject({ psi: 0, pValue: 1, adjustedPValue: 1, state: 'ok' });
    }
  });

  it('says what to pass in place of a date without flights', async () => {
    await expect(run('--current', '2002')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--current 2002: no flight has this date; give a month'),
    });
  });
});
