import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import * as compatibility from '../src/compatibility/index.js';
import * as distributions from '../src/distributions/index.js';
import * as root from '../src/index.js';
import * as profiles from '../src/profiles/index.js';
import * as statistics from '../src/statistics/index.js';
import * as worker from '../src/worker/index.js';

const entryPoints: Readonly<Record<string, object>> = {
  '@modelmeter/kernel': root,
  '@modelmeter/kernel/statistics': statistics,
  '@modelmeter/kernel/distributions': distributions,
  '@modelmeter/kernel/profiles': profiles,
  '@modelmeter/kernel/compatibility': compatibility,
  '@modelmeter/kernel/worker': worker,
};

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = readme.split(/^## /m).flatMap((section) => {
  const title = section.slice(0, section.indexOf('\n'));
  return [...section.matchAll(/^```ts\n([\s\S]+?)^```$/gm)].map(([, code]) => ({
    title,
    code: code!,
  }));
});

const repository = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const [, ofRepository] = /^```ts\n(import [^\n]+ '@modelmeter\/kernel';\n[\s\S]+?)^```$/m.exec(
  repository,
)!;

/** A function body that reads what it imports from the parameter `entryPoints`. */
function bodyOf(code: string): string {
  const { code: plain } = transformSync(code, { loader: 'ts', format: 'esm', target: 'es2022' });
  return plain.replace(/import (\{[^}]+\}) from ("[^"]+");/g, 'const $1 = entryPoints[$2];');
}

describe('README', () => {
  test('has an example for every task', () => {
    expect([...new Set(examples.map(({ title }) => title))]).toEqual([
      'Are two samples drawn from one distribution?',
      'Did the categories change?',
      'Is it one feature, or many looked at?',
      'When did it begin?',
      'Do many features move together?',
      'Watch a stream against a frozen reference',
      'Summarise a column',
      'Follow latencies without keeping them',
      'Follow the rows of a model',
      'Keep the event loop free',
      'Write a statistic of your own',
      'Add up parts',
      'Errors',
    ]);
  });

  test.each([...examples, { title: 'The README of the repository', code: ofRepository! }])(
    '$title: the example prints what it says',
    async ({ code }) => {
      const printed: string[] = [];
      const log = (...values: readonly unknown[]): void => {
        printed.push(values.map(String).join(' '));
      };
      const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
      const run = new AsyncFunction('entryPoints', 'console', bodyOf(code));
      await run(entryPoints, { log });
      const said = [...code.matchAll(/console\.log\(.*\);(?: \/\/ |\s+\/\/ )(.+)$/gm)];
      expect(said.length).toBeGreaterThan(0);
      expect(printed).toEqual(said.map(([, text]) => text));
    },
  );

  test('the table of tasks names functions that exist', () => {
    const table = readme.slice(readme.indexOf('| task'), readme.indexOf('```sh'));
    const names = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    const known = Object.assign({}, root.createKernel(), ...Object.values(entryPoints));
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !(name in known))).toEqual([]);
  });
});
