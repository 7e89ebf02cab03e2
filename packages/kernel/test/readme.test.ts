import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as kernelPackage from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = readme
  .split(/^## /m)
  .map((section) => ({
    title: section.slice(0, section.indexOf('\n')),
    code: /^```ts\n([\s\S]+?)^```$/m.exec(section)?.[1] ?? '',
  }))
  .filter(({ code }) => code !== '');

describe('README', () => {
  test('has an example for every task', () => {
    expect(examples.map(({ title }) => title)).toEqual([
      'Are two samples drawn from one distribution?',
      'Watch a stream against a frozen reference',
      'Summarise a column',
      'Add up parts',
      'Errors',
    ]);
  });

  test.each(examples)('$title: the example prints what it says', ({ code }) => {
    const printed: string[] = [];
    const log = (...values: readonly unknown[]): void => {
      printed.push(values.map(String).join(' '));
    };
    const body = code.replace(
      /import (\{[^}]+\}) from '@modelmeter\/kernel';/,
      'const $1 = imported;',
    );
    new Function('imported', 'console', body)(kernelPackage, { log });
    const said = [...code.matchAll(/console\.log\(.*\);(?: \/\/ |\s+\/\/ )(.+)$/gm)];
    expect(said.length).toBeGreaterThan(0);
    expect(printed).toEqual(said.map(([, text]) => text));
  });
});
