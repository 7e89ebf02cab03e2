import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CompareOptions } from '../src/compare/comparison.js';
import { compareByMethod } from '../src/method/compare-by-method.js';
import type { MethodName, MethodResult } from '../src/method/method-result.js';
import { createProgress } from '../src/progress.js';
import { createReader } from '../src/read/reader.js';
import { renderMethodReport } from '../src/report/method-report.js';
import { methodTable } from '../src/report/method-table.js';
import evidently from './methods/evidently.json' with { type: 'json' };
import nannyml from './methods/nannyml.json' with { type: 'json' };
import { csv, useCommand, useFolder, withDatabase } from './support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);
const fileOf = (name: string) => fileURLToPath(new URL(`methods/${name}.csv`, import.meta.url));
const pair = (name: string) => ({
  reference: fileOf(`${name}-reference`),
  current: fileOf(`${name}-current`),
});

function runMethod(method: MethodName, options: CompareOptions): Promise<MethodResult> {
  return withDatabase((database) =>
    compareByMethod(createReader(database, createProgress()), method, options),
  );
}

const names: Readonly<Record<string, string>> = {
  'K-S p_value': 'ks',
  'chi-square p_value': 'chisquare',
  'Z-test p_value': 'z',
  'Wasserstein distance (normed)': 'wasserstein',
  'Jensen-Shannon distance': 'jensenshannon',
};

describe('--method evidently', () => {
  it.each(Object.entries(evidently.pairs))(
    'says of %s tables what Evidently says',
    async (name, of) => {
      const { features, driftedFeatures } = await runMethod('evidently', pair(name));
      expect(features.map((feature) => feature.name).sort()).toEqual(Object.keys(of).sort());
      for (const { name: column, score, ...found } of features) {
        const expected = of[column as keyof typeof of];
        expect(found).toMatchObject({
          statistic: names[expected.method],
          threshold: expected.threshold,
          drifted: expected.drifted,
          state: expected.drifted ? 'drift' : 'ok',
        });
        expect(Math.abs(score! - expected.score)).toBeLessThan(1e-9);
      }
      const drifted = Object.entries(of).filter(([, column]) => column.drifted);
      expect([...driftedFeatures].sort()).toEqual(drifted.map(([column]) => column).sort());
    },
  );
});

describe('--method nannyml', () => {
  it.each(Object.entries(nannyml.pairs))(
    'says of %s tables what NannyML says',
    async (name, of) => {
      const { features } = await runMethod('nannyml', pair(name));
      expect(features).toHaveLength(Object.keys(of).length);
      for (const { name: column, threshold, chunks, state } of features) {
        const expected = of[column as keyof typeof of];
        expect(Math.abs(threshold! - expected.threshold)).toBeLessThan(3e-8);
        expect(chunks!.map(({ drifted }) => drifted)).toEqual(
          expected.chunks.map(({ drifted }) => drifted),
        );
        for (const [index, { score }] of expected.chunks.entries()) {
          expect(Math.abs(chunks![index]!.score! - score)).toBeLessThan(3e-8);
        }
        expect(state === 'drift').toBe(expected.chunks.some(({ drifted }) => drifted));
      }
    },
  );

  it('decides nothing about fewer than ten rows, or infinite values in the reference', async () => {
    const few = await folder.write('few.csv', csv({ x: [1, 2, 3] }));
    const many = await folder.write(
      'many.csv',
      csv({ x: Array.from({ length: 50 }, (_, i) => i) }),
    );
    const infinite = await folder.write(
      'infinite.csv',
      csv({ x: Array.from({ length: 50 }, (_, i) => (i === 7 ? 'inf' : i + 0.5)) }),
    );
    for (const reference of [few, infinite]) {
      const { features, state } = await runMethod('nannyml', { reference, current: many });
      expect(features).toMatchObject([
        { state: 'insufficient_data', reason: expect.stringContaining('NannyML') },
      ]);
      expect(state).toBe('insufficient_data');
    }
  });
});

describe('a comparison by a method', () => {
  it('has a column that is missing as undecided', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => i);
    const reference = await folder.write('both.csv', csv({ x: rows, y: rows }));
    const current = await folder.write('one.csv', csv({ x: rows }));
    const result = await runMethod('evidently', { reference, current });
    expect(result.undecidedFeatures).toEqual(['y']);
    expect(result.current.missingColumns).toEqual(['y']);
    expect(methodTable(result)).toMatch(/^y +insufficient_data .* One side has no values\.$/m);
  });

  it('names the method in table and report', async () => {
    const result = await runMethod('nannyml', pair('small'));
    const page = renderMethodReport(result, { generated: new Date(0), version: '1' });
    for (const text of [methodTable(result), page]) {
      expect(text).toContain(
        'NannyML 0.13 at its defaults; the decision of Modelmeter is not applied',
      );
      expect(text).toContain('jensen_shannon');
      expect(text).toMatch(/\d+ of 10 chunks drift/);
    }
    const { name } = result.features.find(({ state }) => state === 'drift')!;
    expect(methodTable(result)).toMatch(new RegExp(`^${name} +drift +jensen_shannon`, 'm'));
  });

  it('refuses options that the method does not have, and profiles', async () => {
    const options = { ...pair('small'), chunkSize: 10 };
    await expect(runMethod('evidently', options)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('--chunk-size'),
    });
    const { reference, current } = pair('small');
    await succeed(['reference', '--data', reference, '--out', 'profile.json']);
    const profile = folder.path('profile.json');
    await expect(runMethod('evidently', { reference: profile, current })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('--method evidently needs rows'),
    });
  });

  it('prints JSON, writes a report and fails on drift, as a command', async () => {
    const { reference, current } = pair('small');
    const sides = ['drift', '--reference', reference, '--current', current];
    const method = ['--method', 'evidently', '--format', 'json', '--report', 'method.html'];
    const { code, stdout } = await run([...sides, ...method, '--fail-on', 'drift']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      method: { name: 'evidently', version: '0.7' },
      state: 'drift',
    });
    const unknown = await run([...sides, '--method', 'other']);
    expect(unknown.stderr).toContain('evidently, nannyml');
  });
});
