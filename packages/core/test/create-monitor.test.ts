import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../src/clock.js';
import { CoreError } from '../src/errors.js';
import { createMonitor } from '../src/monitor.js';
import type { MonitorOptions } from '../src/monitor-options.js';
import { buildReference } from '../src/reference.js';
import { hourMs, startMs } from './support.js';

const valid: MonitorOptions = {
  model: { name: 'a' },
  features: [{ name: 'size', type: 'numeric' }],
  outputs: { task: 'binary', score: 'p' },
  registry: new Registry(),
};

/** The problems for which options are refused, as `path: message`. */
function refusalOf(changes: Record<string, unknown>): string {
  try {
    createMonitor({ ...valid, registry: new Registry(), ...changes }).close();
  } catch (error) {
    if (!CoreError.isInstance(error)) throw error;
    expect(error.code).toBe('CONFIG_INVALID');
    return error.problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
  }
  return '(accepted)';
}

describe('createMonitor refuses', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown option', { driftDetektion: {} }, 'driftDetektion: is not a setting'],
    ['a setting in snake_case', { drift_detection: {} }, 'drift_detection: is not a setting'],
    [
      'an unknown setting',
      { driftDetection: { psiTreshold: 0.2 } },
      'driftDetection.psiTreshold: is not a setting',
    ],
    ['an empty model name', { model: { name: '' } }, 'model.name: must be 1 to 63'],
    ['a version that is a number', { model: { name: 'a', version: 1 } }, 'write it in quotes'],
    ['an empty feature name', { features: [{ name: '', type: 'numeric' }] }, 'must not be empty'],
    ['no features', { features: [] }, 'features: must name at least one feature'],
    [
      'a feature that is declared twice',
      {
        features: [
          { name: 'size', type: 'numeric' },
          { name: 'size', type: 'categorical' },
        ],
      },
      'features[1].name: "size" is declared twice; keep one',
    ],
    [
      'a class that is declared twice',
      { outputs: { task: 'multiclass', class: 'c', classes: ['x', 'y', 'x'] } },
      'outputs.classes[2]: "x" is declared twice; keep one',
    ],
    [
      'values of outcomes that do not fit the classes',
      {
        outputs: {
          task: 'multiclass',
          class: 'c',
          classes: ['x', 'y'],
          businessValue: [[1, 2], [3]],
        },
      },
      'outputs.businessValue: has rows of 2, 1 numbers; give 2 rows of 2 numbers',
    ],
    [
      'values of three of the four outcomes',
      { outputs: { task: 'binary', score: 's', businessValue: { tp: 1, fp: 0, tn: 0 } } },
      'outputs.businessValue.fn',
    ],
    [
      'a label that is declared twice',
      { outputs: { task: 'multilabel', scores: 's', labels: ['x', 'x'] } },
      'outputs.labels[1]: "x" is declared twice; keep one',
    ],
    ['a ranking of no items', { outputs: { task: 'ranking', items: 'i', k: 0 } }, 'outputs.k'],
    [
      'a task of another name',
      { outputs: { task: 'clustering', items: 'i' } },
      'must be binary, multiclass, multilabel, regression or ranking',
    ],
    ['an interval of another kind', { quality: { interval: 'bayes' } }, 'quality.interval'],
    ['a missing registry', { registry: undefined }, 'registry: must be a prom-client Registry'],
    ['a registry of another kind', { registry: {} }, 'pass new Registry()'],
    ['a reference that is still JSON text', { reference: '{}' }, 'referenceFromJson'],
    [
      'an invalid schedule',
      { driftDetection: { schedule: '61 * * * *' } },
      'driftDetection.schedule: "61 * * * *" in time zone "UTC" is not a valid schedule',
    ],
    [
      'an unknown time zone',
      { driftDetection: { timezone: 'Mars/Olympus' } },
      'in time zone "Mars/Olympus" is not a valid schedule',
    ],
    [
      'a schedule with a clock without timers',
      { driftDetection: { schedule: '0 * * * *' }, clock: { now: () => startMs } },
      'driftDetection.schedule: needs a clock with timers',
    ],
    [
      'the path of a module as a statistic',
      { driftDetection: { statistics: ['./mine.mjs'] } },
      'pass its statistics in the option "statistics"',
    ],
    [
      'a statistic without its function',
      { statistics: [{ name: 'mine', appliesTo: ['numeric'], input: 'bins' }] },
      '"mine" is not a statistic: compute must be a function',
    ],
  ])('%s', (_, changes, message) => {
    expect(refusalOf(changes)).toContain(message);
  });

  it('settings with several problems, and names the path of each', () => {
    const problems = refusalOf({ model: { name: '' }, validation: 'maybe', warmUpCalls: -1 });
    expect(problems.split('\n').map((line) => line.split(':')[0])).toEqual([
      'model.name',
      'validation',
      'warmUpCalls',
    ]);
  });

  it('invalid settings without changing the registry', async () => {
    const registry = new Registry();
    refusalOf({ registry, driftDetection: { psiThreshold: -1 } });
    expect(await registry.metrics()).toBe('\n');
  });
});

describe('a monitor whose start fails', () => {
  it('leaves no series behind and releases its name', async () => {
    const registry = new Registry();
    const failing: Clock = {
      now: () => startMs,
      at() {
        throw new Error('no timers here');
      },
    };
    const options = { ...valid, registry };
    expect(() => createMonitor({ ...options, clock: failing })).toThrow('no timers here');
    expect(await registry.metrics()).not.toContain('model_name="a"');
    const monitor = createMonitor(options);
    expect(await registry.metrics()).toContain('model_name="a"');
    monitor.close();
  });
});

describe('model_ready', () => {
  const ready = 'model_ready{model_name="a",model_version="1"}';
  const lineOf = async (registry: Registry): Promise<string | undefined> =>
    (await registry.metrics()).split('\n').find((line) => line.startsWith(ready));
  const batch = {
    rows: 1,
    features: [{ names: ['size'], data: Float64Array.of(1) }],
    outputs: [{ name: 'p', data: Float64Array.of(0.5) }],
    durationSeconds: 0.001,
  };

  it('is absent before the model is wrapped or called', async () => {
    const registry = new Registry();
    createMonitor({ ...valid, registry });
    expect(await lineOf(registry)).toBeUndefined();
  });

  it('is 1 after the first successful prediction and not after a failed one', async () => {
    const registry = new Registry();
    const monitor = createMonitor({ ...valid, registry });
    monitor.observe({ ...batch, outputs: [], error: { reason: 'runtime' } });
    expect(await lineOf(registry)).toBeUndefined();
    monitor.observe(batch);
    expect(await lineOf(registry)).toBe(`${ready} 1`);
  });

  it('is 1 when an adapter has wrapped the model', async () => {
    const registry = new Registry();
    createMonitor({ ...valid, registry }).wrapped();
    expect(await lineOf(registry)).toBe(`${ready} 1`);
  });

  it('follows setReady from its first call on', async () => {
    const registry = new Registry();
    const monitor = createMonitor({ ...valid, registry });
    monitor.setReady(false);
    monitor.observe(batch);
    expect(await lineOf(registry)).toBe(`${ready} 0`);
    monitor.setReady(true);
    expect(await lineOf(registry)).toBe(`${ready} 1`);
  });
});

describe('drift detection in a service', () => {
  it('runs on the default schedule', () => {
    const timers: { timeMs: number; run: () => void }[] = [];
    let nowMs = startMs;
    const reports: number[] = [];
    const monitor = createMonitor({
      ...valid,
      registry: new Registry(),
      reference: buildReference({
        modelName: 'a',
        modelVersion: '1',
        created: '',
        source: 'test',
        features: valid.features,
        columns: { size: Array.from({ length: 100 }, (_, row) => row) },
      }),
      clock: {
        now: () => nowMs,
        at(timeMs, run) {
          timers.push({ timeMs, run });
          return () => {};
        },
      },
      hooks: { onDrift: ({ timeMs }) => reports.push(timeMs) },
    });
    expect(timers.map(({ timeMs }) => timeMs)).toEqual([startMs + 6 * hourMs]);
    nowMs = timers[0]!.timeMs;
    timers[0]!.run();
    expect(reports).toEqual([startMs + 6 * hourMs]);
    expect(timers[1]?.timeMs).toBe(startMs + 12 * hourMs);
    monitor.close();
  });

  it('runs only on demand with the schedule manual', () => {
    const timers: number[] = [];
    createMonitor({
      ...valid,
      registry: new Registry(),
      driftDetection: { schedule: 'manual' },
      clock: {
        now: () => startMs,
        at(timeMs) {
          timers.push(timeMs);
          return () => {};
        },
      },
    });
    expect(timers).toEqual([]);
  });
});

describe('names that the calls do not have', () => {
  it.each([
    ['features', { features: [{ names: ['sise'], data: Float64Array.of(1) }] }, '"size"', '"sise"'],
    ['outputs', { outputs: [{ name: 'q', data: Float64Array.of(1) }] }, '"p"', '"q"'],
  ] as const)('of %s are reported once, with those that it has', (kind, part, absent, found) => {
    const errors: string[] = [];
    const monitor = createMonitor({
      ...valid,
      registry: new Registry(),
      onMonitorError: (stage, error) => errors.push(`${stage} ${String(error)}`),
    });
    const batch = { rows: 1, features: [], outputs: [], durationSeconds: 0.001, ...part };
    monitor.observe(batch);
    monitor.observe(batch);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`${kind} CoreError: The first call has no ${kind} ${absent}`);
    expect(errors[0]).toContain(found);
  });
});
