import type { Statistic } from '@modelmeter/kernel/statistics';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../../../src/monitor.js';
import type { MonitorOptions } from '../../../src/monitor-options.js';
import { outputFeature, type Reference } from '../../../src/reference.js';
import type { FeatureConfig } from '../../../src/settings/features.js';
import { dayMs, referenceOf, seededNormal, startMs } from '../../support.js';

const features: FeatureConfig[] = [{ name: 'size', type: 'numeric' }];
const rows = 4000;

function normals(seed: number, shift = 0): Float32Array {
  const normal = seededNormal(seed);
  return Float32Array.from({ length: rows }, () => normal() + shift);
}

function referenceTo(size: Float32Array, probability?: Float32Array): Reference {
  const output = outputFeature({ task: 'binary', score: 'probability', decisionThreshold: 0.5 });
  return probability === undefined
    ? referenceOf(features, { size })
    : referenceOf([...features, output], { size, probability });
}

function watched(options: Partial<MonitorOptions>): {
  monitor: Monitor;
  registry: Registry;
  failures: string[];
  day(size: Float32Array, probability?: Float32Array): void;
  series(name: string): Promise<Record<string, string | number>[]>;
} {
  const registry = new Registry();
  const failures: string[] = [];
  let nowMs = startMs;
  const monitor = createMonitor({
    model: { name: 'a' },
    features,
    outputs: { task: 'binary', score: 'probability' },
    registry,
    clock: { now: () => nowMs },
    onMonitorError: (stage, error) => failures.push(`${stage}: ${(error as Error).message}`),
    ...options,
  });
  return {
    monitor,
    registry,
    failures,
    day(size, probability = new Float32Array(size.length)) {
      monitor.observe({
        rows: size.length,
        durationSeconds: 0.001,
        features: [{ names: ['size'], data: size }],
        outputs: [{ name: 'probability', data: probability }],
      });
      nowMs += dayMs;
    },
    async series(name) {
      const metrics = await registry.getMetricsAsJSON();
      const metric = metrics.find((one) => one.name === name);
      return (metric?.values ?? []).map(({ labels, value }) => ({ ...labels, value }));
    },
  };
}

/** A monitor with a clock that does not advance. */
function stopped(options: Partial<MonitorOptions>) {
  const { monitor } = watched({ clock: { now: () => startMs }, ...options });
  return {
    monitor,
    observe(size: Float32Array) {
      monitor.observe({
        rows: size.length,
        durationSeconds: 0.001,
        features: [{ names: ['size'], data: size }],
        outputs: [{ name: 'probability', data: new Float32Array(size.length) }],
      });
    },
  };
}

describe('the output of a model', () => {
  it('drifts like a feature when the reference has it', async () => {
    const { monitor, day, series } = watched({ reference: referenceTo(normals(1), normals(2)) });
    day(normals(3), normals(4, 1));
    const report = await monitor.runDrift();
    expect(report?.features.map(({ name, state }) => [name, state])).toEqual([
      ['size', 'ok'],
      ['probability', 'drift'],
    ]);
    const states = await series('model_feature_drift_state');
    expect(states).toContainEqual(
      expect.objectContaining({ feature: 'probability', state: 'drift', value: 1 }),
    );
  });

  it('is read from the last of two columns', async () => {
    const { monitor, day } = watched({ reference: referenceTo(normals(1), normals(2)) });
    const probability = normals(4);
    const both = Float32Array.from({ length: 2 * rows }, (_, index) =>
      index % 2 === 0 ? 99 : probability[index >> 1]!,
    );
    day(normals(3), both);
    expect((await monitor.runDrift())?.features[1]).toMatchObject({
      currentRows: rows,
      findings: [],
    });
  });

  it('is left out when the reference lacks it', async () => {
    const { monitor, day } = watched({ reference: referenceTo(normals(1)) });
    day(normals(3), normals(4, 1));
    expect((await monitor.runDrift())?.features.map(({ name }) => name)).toEqual(['size']);
  });

  it('must not have the name of a feature', () => {
    expect(() => watched({ outputs: { task: 'binary', score: 'size' } })).toThrow(
      /outputs: "size" is also the name of a feature/,
    );
  });
});

describe('setReference', () => {
  it('starts new windows and puts the new id on every series', async () => {
    const first = referenceTo(normals(1));
    const second = referenceTo(normals(2, 3));
    const { monitor, day, series, failures } = watched({ reference: first });
    day(normals(3));
    expect((await monitor.runDrift())?.state).toBe('ok');
    monitor.setReference(second);
    expect(monitor.reference?.id).toBe(second.id);
    expect(monitor.lastDrift).toBeUndefined();
    // What was counted against the first is not compared with the second.
    expect(await monitor.runDrift()).toMatchObject({
      referenceId: second.id,
      state: 'insufficient_data',
    });
    day(new Float32Array(0));
    day(normals(4));
    expect(await monitor.runDrift()).toMatchObject({ referenceId: second.id, state: 'drift' });
    for (const name of [
      'model_info',
      'model_feature_value',
      'model_feature_reference_ratio',
      'model_feature_drift_psi',
    ]) {
      const ids = new Set((await series(name)).map(({ reference_id: id }) => id));
      expect([name, ...ids]).toEqual([name, second.id]);
    }
    expect(failures).toEqual([]);
  });

  it('sets a first reference later, and refuses one that does not fit while keeping the first', async () => {
    const { monitor, day } = watched({});
    day(normals(3));
    expect(await monitor.runDrift()).toBeUndefined();
    const reference = referenceTo(normals(1));
    monitor.setReference(reference);
    const foreign = referenceOf([{ name: 'other', type: 'numeric' }], { other: normals(1) });
    expect(() => monitor.setReference(foreign)).toThrow(/has no profile of the feature "size"/);
    expect(monitor.reference).toBe(reference);
    day(new Float32Array(0));
    day(normals(4));
    expect((await monitor.runDrift())?.state).toBe('ok');
  });
});

describe('a custom statistic', () => {
  const share: Statistic = {
    name: 'share_below_zero',
    appliesTo: ['numeric'],
    input: 'profile',
    compute: (reference, current) => {
      const below = (sample: typeof reference): number =>
        sample.counts.reduce(
          (sum, count, bin) => (sample.grid[bin >> 1]! < 0 ? sum + count : sum),
          0,
        ) / Math.max(1, sample.count);
      return { score: Math.abs(below(current) - below(reference)) };
    },
    levels: { investigate: 0.1, drift: 0.2 },
  };

  it('has a gauge, a threshold and an entry in the report without further code', async () => {
    const { monitor, day, series } = watched({
      reference: referenceTo(normals(1)),
      statistics: [share],
      driftDetection: { statistic: 'share_below_zero' },
    });
    day(normals(3, 1));
    expect((await monitor.runDrift())?.features[0]).toMatchObject({
      statistic: 'share_below_zero',
      state: 'drift',
    });
    const [score] = (await series('model_feature_drift_score')).filter(
      ({ statistic }) => statistic === 'share_below_zero',
    );
    expect(score!.value).toBeGreaterThan(0.2);
    expect(await series('model_feature_drift_threshold')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          feature: 'size',
          statistic: 'share_below_zero',
          level: 'drift',
          value: 0.2,
        }),
      ]),
    );
  });

  it('is counted and reported once when it fails, and the run continues', async () => {
    const broken: Statistic = {
      ...share,
      compute: () => {
        throw new Error('no luck');
      },
    };
    const { monitor, day, series, failures } = watched({
      reference: referenceTo(normals(1)),
      statistics: [broken],
    });
    day(normals(3, 1));
    expect((await monitor.runDrift())?.state).toBe('drift');
    expect((await monitor.runDrift())?.state).toBe('drift');
    expect(failures).toEqual(['drift: The drift statistic "share_below_zero" failed: no luck']);
    const errors = await series('model_monitor_errors_total');
    expect(errors).toContainEqual(expect.objectContaining({ stage: 'drift', value: 2 }));
  });
});

describe('a finding', () => {
  it('is exported as a gauge that returns to 0 once it is gone', async () => {
    const { monitor, day, series } = watched({ reference: referenceTo(normals(1)) });
    day(normals(3).map((value, row) => (row % 4 === 0 ? Number.NaN : value)));
    await monitor.runDrift();
    expect(await series('model_feature_finding_ratio')).toEqual([
      expect.objectContaining({ finding: 'missing_increased', value: 0.25 }),
    ]);
    day(normals(4));
    await monitor.runDrift();
    expect(await series('model_feature_finding_ratio')).toEqual([
      expect.objectContaining({ finding: 'missing_increased', value: 0 }),
    ]);
  });
});

describe('drift with consecutiveRuns', () => {
  it('is counted across the runs of a monitor', async () => {
    const { monitor, day, series } = watched({
      reference: referenceTo(normals(1)),
      driftDetection: { consecutiveRuns: 2 },
    });
    const states = [];
    for (const size of [normals(3, 1), normals(4, 1), normals(5)]) {
      day(size);
      states.push((await monitor.runDrift())?.state);
    }
    expect(states).toEqual(['investigate', 'drift', 'ok']);
    expect(await series('model_feature_drift_consecutive_runs')).toEqual([
      expect.objectContaining({ value: 0 }),
    ]);
  });
});

describe('a window of rows', () => {
  const driftDetection = { windowRows: 2000 };

  it('is complete after its number of rows, whatever the time, and advances by tenths', async () => {
    const { monitor, observe } = stopped({ reference: referenceTo(normals(1)), driftDetection });
    const moved = normals(2, 1);
    const still = normals(3);
    observe(moved.subarray(0, 1990));
    expect((await monitor.runDrift())?.features[0]).toMatchObject({
      state: 'insufficient_data',
      reason: 'The window of 2000 rows is not complete yet',
    });
    observe(moved.subarray(1990, 2000));
    const [full] = (await monitor.runDrift())!.features;
    expect(full).toMatchObject({ currentRows: 2000, state: 'drift' });
    const whole = full?.scores.psi;
    for (let row = 0; row < 2000; row += 100) observe(still.subarray(row, row + 100));
    expect((await monitor.runDrift())?.features[0]).toMatchObject({
      currentRows: 2000,
      state: 'ok',
    });
    observe(moved.subarray(0, 1000));
    // Panes of 200 rows: five of them are of the last thousand, five of before.
    const psi = (await monitor.runDrift())?.features[0]?.scores.psi;
    expect(psi).toBeGreaterThan(0.1);
    expect(psi).toBeLessThan(whole! / 2);
  });

  it('excludes features with a cycle', () => {
    const hour = { name: 'size', type: 'numeric' as const, cycle: 'day' as const };
    expect(() => watched({ features: [hour], driftDetection })).toThrow(
      /features\[0\]\.cycle: "size" has a cycle of time, but driftDetection\.windowRows counts rows/,
    );
  });

  it('spends a yearly budget in scheduled runs, and corrects other runs on their own', async () => {
    const reference = referenceTo(normals(1));
    const significantWith = async (driftDetection: MonitorOptions['driftDetection']) => {
      const { monitor, day } = watched({ reference, driftDetection });
      const found: boolean[] = [];
      for (const shift of [0.08, 1, 0.08]) {
        day(normals(2, shift));
        const report = await monitor.runDrift();
        const { pValue, significant } = report!.features[0]!;
        if (shift < 1) expect(pValue).toSatisfy((p: number) => p > 4e-5 && p < 1e-2);
        found.push(significant);
      }
      monitor.close();
      return found;
    };
    // The last run is a shift that lasts, which may be small.
    expect(await significantWith({})).toEqual([false, true, true]);
    expect(await significantWith({ schedule: 'manual' })).toEqual([true, true, true]);
    expect(await significantWith({ correction: 'holm' })).toEqual([true, true, true]);
  });
});

describe('a shift that lasts', () => {
  const since = 'model_feature_drift_since_timestamp_seconds';
  const sinceOf = async (run: ReturnType<typeof watched>): Promise<unknown> =>
    (await run.series(since))[0]?.value;

  it('has the time of the run that first found it, and pauses of a week at most', async () => {
    const run = watched({ reference: referenceTo(normals(1)) });
    const day = async (shift: number): Promise<void> => {
      run.day(normals(2, shift));
      await run.monitor.runDrift();
    };
    await day(0);
    expect(await sinceOf(run)).toBeUndefined();
    await day(2);
    const first = startMs / 1000 + 2 * 86_400;
    expect(await sinceOf(run)).toBe(first);
    for (let quiet = 0; quiet < 6; quiet += 1) await day(0);
    expect(await sinceOf(run)).toBeUndefined();
    await day(2);
    expect(await sinceOf(run)).toBe(first);
    for (let quiet = 0; quiet < 7; quiet += 1) await day(0);
    await day(2);
    expect(await sinceOf(run)).toBe(startMs / 1000 + 17 * 86_400);
  });
});
