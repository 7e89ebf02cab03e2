import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ruleFiles } from '../src/rule-files.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const unitTests = readdirSync(`${folder}test`).filter((name) => name.endsWith('.test.yaml'));
const installed = spawnSync('promtool', ['--version']).error === undefined;

describe('promtool', () => {
  it('has a unit test of every rule file', () => {
    expect(unitTests.sort()).toEqual(
      ruleFiles()
        .map(({ name }) => `${name}.test.yaml`)
        .sort(),
    );
  });

  if (installed) {
    it.each(ruleFiles())('accepts the rules of $name.yaml', ({ name }) => {
      promtool('check', 'rules', `${name}.yaml`);
    });

    it.each(unitTests)('passes %s', (name) => {
      promtool('test', 'rules', `test/${name}`);
    });
  } else if (process.env.CI === 'true') {
    it('is installed where CI runs', () => {
      expect.fail(
        'promtool is not on PATH: install Prometheus, so that the alert rules are tested',
      );
    });
  } else {
    console.warn('promtool is not on PATH: the unit tests of the alert rules do NOT run');
    it.skip('passes the unit tests of the alert rules (skipped: promtool is not on PATH)', () => {});
  }
});

function promtool(...parameters: string[]): void {
  const result = spawnSync('promtool', parameters, { cwd: folder, encoding: 'utf8' });
  expect(result.status, `${result.stdout}${result.stderr}`).toBe(0);
}
