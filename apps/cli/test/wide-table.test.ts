import { describe, expect, it } from 'vitest';
import { csv, normals, useCommand, useFolder } from './support.js';

const folder = useFolder();
const { run } = useCommand(folder);

interface Result {
  readonly segments: {
    readonly values: readonly {
      readonly value: string;
      readonly features: readonly { readonly currentRows: number; readonly state: string }[];
    }[];
  };
}

describe('a table that is staged in several parts', () => {
  it('keeps the rows of a feature with those of a segment from another part', async () => {
    const names = Array.from({ length: 140 }, (_, index) => `x${index}`);
    const table = (shift: number): string => {
      const rows = 300;
      const region = Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 'north' : 'south'));
      const first = normals(rows, 1).map((value, row) => value + (row % 3 === 0 ? shift : 0));
      const others = Object.fromEntries(names.slice(1).map((name) => [name, normals(rows, 2)]));
      return csv({ x0: first, ...others, region });
    };
    const reference = await folder.write('reference.csv', table(0));
    const current = await folder.write('current.csv', table(5));
    const { stdout } = await run([
      ...['drift', '--reference', reference, '--current', current, '--segment', 'region'],
      ...['--columns', 'x0', '--format', 'json'],
    ]);
    const { segments } = JSON.parse(stdout) as Result;
    const found = segments.values.map(({ value, features: [x] }) => [
      value,
      x!.currentRows,
      x!.state,
    ]);
    expect(found.sort()).toEqual([
      ['north', 100, 'drift'],
      ['south', 200, 'ok'],
    ]);
  });
});
