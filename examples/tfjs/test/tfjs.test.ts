import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

it('the program runs as its README says, and says the same every time', async () => {
  const run = () => promisify(execFile)(process.execPath, ['main.mjs'], { cwd: folder });
  const [first, second] = await Promise.all([run(), run()]);
  expect(second.stdout).toBe(first.stdout);
  expect(first.stderr).toBe('');
  const [training, years, stuck] = first.stdout.split('\n\n');
  expect(training).toBe('Trained on 731 days, 2012 and 2013');
  expect(years?.match(/drift run at .*/g)).toEqual([
    'drift run at 2014-12-26: ok',
    'drift run at 2015-12-21: ok',
  ]);
  expect(years).toContain('quality of 729 predictions');
  // Foretelling today's temperature for tomorrow is wrong by 2.26 °C on these days.
  expect(Number(years?.match(/mean_absolute_error (.*)/)?.[1])).toBeLessThan(2.26);
  expect(stuck).toMatch(/wind +psi \d\.\d+ {2}drift\n.*\n +97\.5 % of the values are 1\.2/);
  expect(stuck?.match(/ {2}drift$/gm)).toHaveLength(1);
});
