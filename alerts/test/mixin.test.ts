import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mixinTests } from './mixin.js';
import { expectPassed, promtoolMissing, run } from './promtool.js';

const folder = new URL('../../deploy/mixin/', import.meta.url);
const tests = mixinTests();

describe('the mixin', () => {
  it('has exactly the generated tests', () => {
    const committed = readdirSync(new URL('tests/', folder));
    expect(committed.sort()).toEqual(tests.map(({ file }) => file).sort());
  });

  it.each(tests)('$file is up to date', ({ file, text }) => {
    expect(readFileSync(new URL(`tests/${file}`, folder), 'utf8')).toBe(text);
  });

  it('imports every rule file and every dashboard', () => {
    const text = readFileSync(new URL('mixin.libsonnet', folder), 'utf8');
    const names = (path: string, ending: string): string[] =>
      readdirSync(new URL(path, folder)).filter((name) => name.endsWith(ending));
    const files = [
      ...names('../../alerts/', '.yaml').map((name) => `alerts/${name}`),
      ...names('../../dashboards/', '.json')
        .filter((name) => !/^(package|tsconfig)/.test(name))
        .map((name) => `dashboards/${name}`),
    ];
    const imported = [...text.matchAll(/'\.\.\/\.\.\/([^']+)'/g)].map(([, path]) => path);
    expect(imported.sort()).toEqual(files.sort());
  });

  it.skipIf(promtoolMissing !== undefined).concurrent.each(tests)(
    'passes $file with promtool alone',
    async ({ file }) => {
      expectPassed(await run(['test', 'rules', `tests/${file}`], fileURLToPath(folder)));
    },
  );
});
