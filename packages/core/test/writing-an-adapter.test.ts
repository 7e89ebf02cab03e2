import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as adapter from '../src/adapter.js';
import * as testing from '../src/testing/index.js';

const guide = readFileSync(new URL('../../../docs/writing-an-adapter.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/^```ts\n([\s\S]+?)^```$/gm)].map(([, code]) => code!);

/** The runtime that the guide leaves to its reader: the mean of each row. */
class MeanScorer {
  readonly name = 'mean';
  async score(rows: Float32Array, columns: number): Promise<Float32Array> {
    if (rows.length % columns !== 0) throw new RangeError('incomplete rows');
    return Float32Array.from({ length: rows.length / columns }, (_, row) => {
      const values = rows.subarray(row * columns, (row + 1) * columns);
      return values.reduce((sum, value) => sum + value, 0) / columns;
    });
  }
}

/** The checks that the guide's own code runs against the guide's own adapter. */
function checksOfGuide(): readonly { readonly name: string; readonly run: () => Promise<void> }[] {
  const code = transformSync(blocks.join('\n'), {
    loader: 'ts',
    format: 'esm',
    target: 'es2022',
  }).code;
  const body = code
    .replace(/import (\{[^}]+\}) from "@modelmeter\/core\/testing";/, 'const $1 = testing;')
    .replace(/import (\{[^}]+\}) from "@modelmeter\/core\/adapter";/, 'const $1 = adapter;')
    .replace(/import \{[^}]+\} from "vitest";/, '')
    .replace(/^export \{[^}]*\};$/m, '');
  const checks: { name: string; run: () => Promise<void> }[] = [];
  const parameters = {
    adapter,
    testing,
    MeanScorer,
    describe: (_title: string, register: () => void) => register(),
    it: (name: string, run: () => Promise<void>) => checks.push({ name, run }),
  };
  new Function(...Object.keys(parameters), body)(...Object.values(parameters));
  return checks;
}

describe('the adapter of the guide', () => {
  it.each(checksOfGuide())('$name', ({ run }) => run());

  it('passes every conformance check', () => {
    expect(checksOfGuide().map(({ name }) => name)).toEqual(
      testing.adapterConformance.map(({ name }) => name),
    );
  });
});

it('the table of the guide has a row for each conformance check, in order', () => {
  const rows = [...guide.matchAll(/^\| ([a-z][^|]+?) +\|/gm)].map(([, name]) => name!);
  const names = testing.adapterConformance.map(({ name }) => name);
  expect(rows.slice(1)).toHaveLength(names.length);
  for (const [index, name] of names.entries()) {
    const words = rows[index + 1]!;
    expect(name.startsWith(words), `row ${index + 1} of the table says "${words}"`).toBe(true);
  }
});
