import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { vectorData } from '../src/embeddings.js';
import { createMonitor, type Monitor } from '../src/monitor.js';
import type { MonitorOptions } from '../src/monitor-options.js';
import type { FeatureBlock } from '../src/prediction.js';
import { buildReference, type Reference, type ReferenceColumns } from '../src/reference.js';
import { referenceFromJson, referenceToJson } from '../src/reference-json.js';
import type { FeatureConfig } from '../src/settings/features.js';
import { dayMs, seededNormal, startMs } from './support.js';

const dimension = 16;
const text: FeatureConfig = { name: 'text', type: 'embedding', dimension };
const columns: FeatureConfig[] = ['a', 'b', 'c'].map((name) => ({ name, type: 'numeric' }));

function vectors(rows: number, seed: number, shift = 0): Float32Array {
  const normal = seededNormal(seed);
  return Float32Array.from({ length: rows * dimension }, () => normal() + shift);
}

/** Three normal columns row by row, the second with a correlation to the first. */
function table(rows: number, seed: number, correlation = 0): Float64Array {
  const normal = seededNormal(seed);
  const values = Float64Array.from({ length: 3 * rows }, () => normal());
  for (let at = 0; at < values.length; at += 3) {
    values[at + 1] = correlation * values[at]! + Math.sqrt(1 - correlation ** 2) * values[at + 1]!;
  }
  return values;
}

function column(values: Float64Array, position: number): Float64Array {
  return values.filter((_, index) => index % 3 === position);
}

function reference(
  features: FeatureConfig[],
  given: ReferenceColumns,
  multivariate = false,
): Reference {
  const built = buildReference({
    modelName: 'a',
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    columns: given,
    multivariate,
  });
  return referenceFromJson(JSON.parse(JSON.stringify(referenceToJson(built))), 'reference.json');
}

interface Watched {
  readonly monitor: Monitor;
  readonly registry: Registry;
  readonly failures: string[];
  /** Observes the rows of a day. */
  day(rows: number, features: readonly FeatureBlock[]): void;
}

function watched(features: FeatureConfig[], options: Partial<MonitorOptions>): Watched {
  const registry = new Registry();
  const failures: string[] = [];
  let nowMs = startMs;
  const monitor = createMonitor({
    model: { name: 'a' },
    features,
    outputs: { task: 'regression', value: 'y' },
    registry,
    clock: { now: () => nowMs },
    onMonitorError: (stage, error) => failures.push(`${stage}: ${(error as Error).message}`),
    ...options,
  });
  return {
    monitor,
    registry,
    failures,
    day(rows, blocks) {
      monitor.observe({
        rows,
        durationSeconds: 0.001,
        features: blocks,
        outputs: [{ name: 'y', data: new Float64Array(rows) }],
      });
      nowMs += dayMs;
    },
  };
}

const block = (data: Float32Array): FeatureBlock => ({ names: ['text'], dimension, data });
const matrix = (data: Float64Array): FeatureBlock => ({ names: ['a', 'b', 'c'], data });
const textReference = reference([text], { text: vectors(3000, 1) });

describe('an embedding in a monitor', () => {
  it('drifts when its vectors move, and is ok again when they move back', async () => {
    const { monitor, day, registry, failures } = watched([text], { reference: textReference });
    day(3000, [block(vectors(3000, 2))]);
    const [quiet] = (await monitor.runDrift())!.features;
    expect(quiet).toMatchObject({ name: 'text', type: 'embedding', state: 'ok', statistic: 'mmd' });
    day(3000, [block(vectors(3000, 3, 0.5))]);
    const [moved] = (await monitor.runDrift())!.features;
    expect(moved).toMatchObject({ state: 'drift', significant: true, currentRows: 3000 });
    expect(moved!.explanation).toMatch(/^Drift: the vectors moved by .* The mean cosine/);
    expect(moved!.effects.mmd!.low).toBeLessThan(moved!.scores.mmd!);
    expect(moved!.embedding!.meanNorm.current).toBeGreaterThan(
      moved!.embedding!.meanNorm.reference,
    );
    const scrape = await registry.metrics();
    expect(scrape).toContain('statistic="mmd"');
    expect(scrape).toMatch(
      /model_feature_drift_state\{[^}]*feature="text"[^}]*state="drift"[^}]*\} 1/,
    );
    expect(scrape).toMatch(/model_feature_reference_samples\{[^}]*feature="text"[^}]*\} 3000/);
    day(3000, [block(vectors(3000, 4))]);
    expect((await monitor.runDrift())!.state).toBe('ok');
    expect(failures).toEqual([]);
  });

  it('counts vectors that are absent or not finite as missing, and says so', async () => {
    const { monitor, day, registry, failures } = watched([text, ...columns], {
      reference: reference([text, ...columns], {
        text: Array.from({ length: 500 }, (_, row) => (row === 0 ? null : vectors(1, row))),
        a: column(table(500, 1), 0),
        b: column(table(500, 1), 1),
        c: column(table(500, 1), 2),
      }),
    });
    const broken = vectors(500, 2);
    for (let row = 0; row < 100; row += 1) broken[row * dimension] = Number.NaN;
    day(500, [block(broken), matrix(table(500, 2))]);
    const found = (await monitor.runDrift())!.features.find(({ name }) => name === 'text')!;
    expect(found.missingRatio).toEqual({ reference: 1 / 500, current: 0.2 });
    expect(found.findings.map(({ kind }) => kind)).toEqual(['missing_increased']);
    day(40, [matrix(table(40, 3))]);
    expect(await registry.metrics()).toMatch(
      /model_feature_missing_total\{[^}]*feature="text"[^}]*\} 140/,
    );
    expect((await monitor.runDrift())!.features.at(-1)).toMatchObject({
      state: 'investigate',
      compared: false,
      explanation: 'Investigate: 100 % of the rows are missing, 0.2 % in the reference.',
    });
    expect(failures).toEqual([]);
  });

  it('says how large a shift may be that so few vectors do not show', async () => {
    const { monitor, day } = watched([text], { reference: textReference });
    day(60, [block(vectors(60, 5))]);
    const [found] = (await monitor.runDrift())!.features;
    expect(found!.state).toBe('insufficient_data');
    expect(found!.reason).toMatch(/^A shift of up to [\d.]+ deviations is possible/);
  });

  it('asks for consecutive runs and for blocks of correlated rows as a column does', async () => {
    const drift = { consecutiveRuns: 2, rowsPerBlock: 10 };
    const { monitor, day } = watched([{ ...text, drift }], { reference: textReference });
    day(3000, [block(vectors(3000, 3, 1))]);
    const [first] = (await monitor.runDrift())!.features;
    expect(first).toMatchObject({ state: 'investigate', consecutiveRuns: 1 });
    expect(first!.explanation).toMatch(/^Drift if further runs confirm it/);
    day(3000, [block(vectors(3000, 4, 1))]);
    const [second] = (await monitor.runDrift())!.features;
    expect(second).toMatchObject({ state: 'drift', consecutiveRuns: 2 });
    const unblocked = watched([text], { reference: textReference });
    unblocked.day(3000, [block(vectors(3000, 4, 1))]);
    const [all] = (await unblocked.monitor.runDrift())!.features;
    expect(all!.effects.mmd!.low).toBeGreaterThan(second!.effects.mmd!.low);
  });

  it('has a window of rows as well', async () => {
    const { monitor, day } = watched([text], {
      reference: textReference,
      driftDetection: { windowRows: 1000 },
    });
    for (let part = 0; part < 12; part += 1) day(100, [block(vectors(100, 10 + part, 0.8))]);
    expect((await monitor.runDrift())!.features[0]).toMatchObject({
      state: 'drift',
      currentRows: 1000,
    });
  });

  it('counts a batch of other dimensions as a failure that does not reach the caller', () => {
    const { day, failures } = watched([text], { reference: textReference });
    day(2, [{ names: ['text'], dimension, data: new Float32Array(2 * dimension + 1) }]);
    expect(failures).toEqual([expect.stringContaining('a vector has 16')]);
  });

  it('refuses a reference of another dimension, and settings that cannot hold', () => {
    expect(() => watched([{ ...text, dimension: 8 }], { reference: textReference })).toThrow(
      'with 16 values per vector, but the configuration declares 8',
    );
    const refused = (feature: Partial<FeatureConfig>): string => {
      try {
        watched([{ ...text, ...feature } as FeatureConfig], {});
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refused({ dimension: undefined })).toContain('features[0].dimension');
    expect(refused({ dimension: 0 })).toContain('features[0].dimension');
    expect(refused({ type: 'numeric' })).toContain('is for embeddings; remove it');
    expect(refused({ minimum: 1 })).toContain('features[0].minimum');
    expect(refused({ drift: { statistic: 'psi' } })).toContain('features[0].drift.statistic');
    expect(refused({ drift: { driftThreshold: 0.2 } })).toContain('must be below');
    for (const driftDetection of [{ recordReference: true }, { source: 'prometheus' as const }]) {
      expect(() => watched([text], { driftDetection, queryPrometheus: async () => [] })).toThrow(
        'the embedding "text"',
      );
    }
  });
});

describe('the numeric features together', () => {
  const features = [...columns];
  const before = table(4000, 1);
  const data = { a: column(before, 0), b: column(before, 1), c: column(before, 2) };
  const driftDetection = { multivariate: true };

  it('show a correlation that no column shows', async () => {
    const together = reference(features, data, true);
    const { monitor, day, failures } = watched(features, { reference: together, driftDetection });
    day(4000, [matrix(table(4000, 2))]);
    expect((await monitor.runDrift())!.features.map(({ name, state }) => [name, state])).toEqual([
      ['a', 'ok'],
      ['b', 'ok'],
      ['c', 'ok'],
      ['multivariate', 'ok'],
    ]);
    const related = table(4000, 3, 0.8);
    // The columns may come in blocks of their own, in any order.
    day(4000, [
      { names: ['c'], data: column(related, 2) },
      { names: ['b'], data: column(related, 1) },
      { names: ['a'], data: column(related, 0) },
    ]);
    const report = (await monitor.runDrift())!;
    expect(report.driftedFeatures).toEqual(['multivariate']);
    expect(report.features.at(-1)!.findings).toEqual([
      {
        kind: 'correlation_changed',
        ratio: expect.closeTo(0.8, 1),
        message: expect.stringMatching(
          /^The correlation of "a" and "b" went from -?0\.\d+ to 0\.(79|8\d?)\.$/,
        ),
        state: 'investigate',
      },
    ]);
    expect(failures).toEqual([]);
  });

  it('make one changed correlation among many columns worth investigating', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `x${at}`);
    const many = names.map((name): FeatureConfig => ({ name, type: 'numeric' }));
    const wide = (rows: number, seed: number, correlation: number): Float64Array => {
      const normal = seededNormal(seed);
      const values = Float64Array.from({ length: 40 * rows }, () => normal());
      const rest = Math.sqrt(1 - correlation ** 2);
      for (let at = 0; at < values.length; at += 40) {
        values[at + 9] = correlation * values[at + 7]! + rest * values[at + 9]!;
      }
      return values;
    };
    const rows = wide(1500, 1, 0);
    const given = Object.fromEntries(
      names.map((name, at) => [name, rows.filter((_, index) => index % 40 === at)]),
    );
    const together = reference(many, given, true);
    const { monitor, day } = watched(many, { reference: together, driftDetection });
    day(1500, [{ names, data: wide(1500, 2, 0.5) }]);
    const { features: found, driftedFeatures } = (await monitor.runDrift())!;
    expect(driftedFeatures).toEqual([]);
    expect(found.at(-1)).toMatchObject({ name: 'multivariate', state: 'investigate' });
    expect(found.at(-1)!.explanation).toMatch(
      /^Investigate: .*The correlation of "x7" and "x9" went from -?0\.\d+ to 0\.\d+\.$/,
    );
    day(1500, [{ names, data: wide(1500, 4, 0) }]);
    expect((await monitor.runDrift())!.features.at(-1)!.findings).toEqual([]);
  });

  it('need a reference that was built with them, and a free name', () => {
    expect(() =>
      watched(features, { reference: reference(features, data), driftDetection }),
    ).toThrow('has no profile of the numeric features together');
    const fewer = reference(features.slice(0, 2), data, true);
    expect(() => watched(features, { reference: fewer, driftDetection })).toThrow('"c"');
    expect(() => watched([{ name: 'multivariate', type: 'numeric' }], { driftDetection })).toThrow(
      'rename the feature',
    );
    expect(() => watched([text], { driftDetection })).toThrow('needs numeric features');
    expect(() => reference([text], { text: vectors(5, 1) }, true)).toThrow('no numeric feature');
  });
});

describe('vectorData', () => {
  it('reads one array of vectors, lists of vectors and missing ones', () => {
    const flat = Float32Array.of(1, 2, 3, 4);
    expect(vectorData(flat, 2, 'x')).toBe(flat);
    expect(vectorData([1, 2n, null, 'four'], 2, 'x')).toEqual(
      Float64Array.of(1, 2, Number.NaN, Number.NaN),
    );
    expect(vectorData([[1, 2], null, flat.subarray(2)], 2, 'x')).toEqual(
      Float64Array.of(1, 2, Number.NaN, Number.NaN, 3, 4),
    );
    expect(vectorData([null, undefined], 2, 'x')).toEqual(new Float64Array(4).fill(Number.NaN));
    expect(vectorData([], 2, 'x')).toHaveLength(0);
  });

  it('names the embedding whose vector has another length', () => {
    for (const value of [flatOf(3), [[1, 2, 3]], [1, 2, 3], 'text', null]) {
      expect(() => vectorData(value, 2, 'x')).toThrow('The embedding "x" has');
    }
  });
});

function flatOf(length: number): Float32Array {
  return new Float32Array(length);
}
