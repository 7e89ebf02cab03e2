import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { getBackend } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { largestDifference } from './largest-difference.js';

const folder = new URL('..', import.meta.url);
const run = promisify(execFile);

it('the converted model predicts in plain JavaScript what Keras does', async () => {
  expect(await largestDifference()).toBeLessThan(1e-5);
  expect(getBackend()).toBe('cpu');
});

it('the program runs as its README says: fewer speeds over the years, then a feed in another unit', async () => {
  const { stdout, stderr } = await run(process.execPath, ['main.mjs'], {
    cwd: fileURLToPath(folder),
  });
  expect(stderr).toBe('');
  const [years, otherUnit] = stdout.split('\n\n');
  expect(years?.match(/drift run at .*/g)).toEqual([
    'drift run at 1999-03-05: insufficient_data',
    'drift run at 2000-04-07: investigate',
    'drift run at 2001-02-25: investigate',
    'drift run at 2001-12-22: investigate',
  ]);
  expect(years).toContain('quality of 4635 predictions');
  expect(otherUnit).toMatch(/speed +psi \d\.\d+ {2}drift\n +Drift: .*The median went from 140 to/);
  expect(otherUnit).toMatch(/phase_of_flight +psi \d\.\d+ {2}ok/);
  expect(stdout).toContain(
    'model_prediction_samples_total{model_name="bird-strikes",model_version="1"} 6635',
  );
});

it('the reference is the one that its script makes', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'modelmeter-keras-'));
  try {
    const file = join(scratch, 'reference.json');
    await run(process.execPath, ['make-reference.mjs', file], { cwd: fileURLToPath(folder) });
    expect(readFileSync(file, 'utf8')).toBe(
      readFileSync(new URL('reference.json', folder), 'utf8'),
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
