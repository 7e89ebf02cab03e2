import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { damageChance } from '../damage-rules.mjs';
import { readStrikes } from '../strikes.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const samples = [...readme.matchAll(/```text\n([\s\S]+?)```/g)].map(([, sample]) => sample);

let strikes: Awaited<ReturnType<typeof readStrikes>>;

beforeAll(async () => {
  strikes = await readStrikes();
});

async function run(program: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], {
    cwd: folder,
  });
  expect(stderr).toBe('');
  return stdout;
}

/** The value of a series in what a program printed. */
function metric(printed: string, name: string): number {
  return Number(new RegExp(`^${name}{.+} (.+)$`, 'm').exec(printed)?.[1]);
}

describe('rules as a function', () => {
  it('print the output in the README', async () => {
    expect(await run('watch-function.mjs')).toBe(samples[0]);
  });

  it('have the precision and recall that counting by hand gives', async () => {
    const inspections = strikes.slice(2000).map((strike) => ({
      inspected: damageChance(strike) >= 0.15,
      damaged: strike.damaged,
    }));
    const found = inspections.filter(({ inspected, damaged }) => inspected && damaged).length;
    const printed = await run('watch-function.mjs');
    expect(metric(printed, 'model_recall_score')).toBeCloseTo(
      found / inspections.filter(({ damaged }) => damaged).length,
      12,
    );
    expect(metric(printed, 'model_precision_score')).toBeCloseTo(
      found / inspections.filter(({ inspected }) => inspected).length,
      12,
    );
  });

  it('report the share of missing speeds that counting by hand gives', async () => {
    const missing = (rows: typeof strikes): string =>
      ((100 * rows.filter(({ speed }) => speed === null).length) / rows.length).toFixed(1);
    const printed = await run('watch-function.mjs');
    expect(printed).toContain(
      `Missing values went from ${missing(strikes.slice(0, 2000))} % to ${missing(strikes.slice(3000, 4000))} % of the rows.`,
    );
  });
});

describe('rules as a class', () => {
  it('print the output in the README', async () => {
    expect(await run('watch-class.mjs')).toBe(samples[1]);
  });

  it('work as they do without a monitor', async () => {
    const due = strikes.filter((strike) => damageChance(strike) >= 0.15).length;
    expect(await run('watch-class.mjs')).toContain(`${due} inspections are due\n`);
  });
});
