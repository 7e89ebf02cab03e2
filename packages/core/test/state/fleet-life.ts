import { deserialize, serialize } from 'node:v8';
import { Registry } from 'prom-client';
import { renderMetrics } from '../../src/metrics/render-metrics.js';
import { createMonitor, type Monitor } from '../../src/monitor.js';
import type { MonitorOptions } from '../../src/monitor-options.js';
import type { PredictionBatch, Target } from '../../src/prediction.js';
import { measureReferenceQuality } from '../../src/quality/reference-quality.js';
import { buildReference } from '../../src/reference.js';
import type { OutputsOptions } from '../../src/settings/outputs.js';
import type { MonitorInput, MonitorSnapshot, MonitorState } from '../../src/state/monitor-state.js';
import { seededRandom, startMs } from '../support.js';

/** What happens to a monitor, drawn from a seed. */
export type Step =
  | { readonly kind: 'wait'; readonly lengthMs: number }
  | { readonly kind: 'predict'; readonly batch: PredictionBatch }
  | { readonly kind: 'duplicates'; readonly rows: number }
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'drift' | 'scrape' | 'swap' };

const features = [
  { name: 'size', type: 'numeric' as const },
  { name: 'hour', type: 'numeric' as const },
  { name: 'city', type: 'categorical' as const },
];
const cities = ['a', 'b', 'c'];

interface Life {
  readonly options: Omit<MonitorOptions, 'registry' | 'features'>;
  /** The output of a row, and a target of it, from numbers in [0, 1). */
  output(draw: number): PredictionBatch['outputs'][number]['data'];
  target(draw: number): Target['value'];
}

const outputsOf = {
  binary: { task: 'binary', score: 'p' },
  multiclass: { task: 'multiclass', class: 'p', classes: ['x', 'y', 'z'] },
  multilabel: { task: 'multilabel', scores: 'p', labels: ['x', 'y'] },
  regression: { task: 'regression', value: 'p' },
  ranking: { task: 'ranking', items: 'p' },
} as const satisfies Record<string, OutputsOptions>;

/** One model of each task, with settings that differ in what they keep. */
export const lives: Readonly<Record<string, Life>> = {
  'a binary classifier with segments and corrections': {
    options: options('binary', {
      driftDetection: { segment: 'city', recordReference: true, multivariate: false },
      quality: { corrections: 'last', segments: ['city', 'channel'], holdTargets: '2h' },
      alerts: { accuracyThreshold: 0.7 },
    }),
    output: (draw) => [draw],
    target: (draw) => draw < 0.4,
  },
  'a classifier of several classes in windows of rows': {
    options: options('multiclass', { driftDetection: { windowRows: 200, minimumRows: 50 } }),
    output: (draw) => [['x', 'y', 'z'][Math.floor(draw * 3)]!],
    target: (draw) => ['x', 'y', 'z'][Math.floor(draw * 3)]!,
  },
  'a classifier of labels with its features together': {
    options: options('multilabel', { driftDetection: { multivariate: true } }),
    output: (draw) => [draw, 1 - draw],
    target: (draw) => (draw < 0.5 ? ['x'] : ['x', 'y']),
  },
  'a regression with little room for predictions': {
    options: options('regression', {
      quality: { maximumPendingTargets: 40 },
      alerts: { freshnessObjective: 0.9, expectedTargetDelay: '10m' },
    }),
    output: (draw) => [draw * 10],
    target: (draw) => draw * 10,
  },
  'a ranking that knows its expected delay': {
    options: options('ranking', { alerts: { expectedTargetDelay: '10m' } }),
    output: (draw) => [`i${Math.floor(draw * 4)}`, `i${4 + Math.floor(draw * 4)}`],
    target: (draw) => ({ [`i${Math.floor(draw * 8)}`]: 1 }),
  },
};

function options(
  task: keyof typeof outputsOf,
  settings: Pick<MonitorOptions, 'driftDetection' | 'quality' | 'alerts'>,
): Life['options'] {
  return {
    model: { name: 'm' },
    outputs: outputsOf[task],
    reference: referenceOf(task, 1, settings.driftDetection?.multivariate),
    ...settings,
    driftDetection: {
      window: '2h',
      minimumRows: 30,
      schedule: '0 * * * *',
      ...settings.driftDetection,
    },
    quality: { minimumSamples: 5, segmentMinimumSamples: 5, ...settings.quality },
  };
}

function referenceOf(task: keyof typeof outputsOf, seed: number, multivariate = false) {
  const random = seededRandom(seed);
  const draws = Array.from({ length: 2000 }, random);
  const measured =
    task === 'binary' || task === 'regression'
      ? measureReferenceQuality({
          outputs:
            task === 'binary' ? { ...outputsOf.binary, decisionThreshold: 0.5 } : outputsOf[task],
          predictions: draws,
          targets: draws.map((draw) =>
            task === 'binary' ? random() < draw : draw + random() / 10,
          ),
        })
      : undefined;
  return buildReference({
    modelName: 'm',
    modelVersion: '1',
    created: '2024-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    columns: {
      size: draws,
      hour: draws.map((_, row) => row % 24),
      city: draws.map((_, row) => cities[row % 3]!),
    },
    segment: 'city',
    multivariate,
    ...(measured === undefined ? {} : { quality: measured }),
  });
}

/** The steps of a life; the last ones show everything that was counted. */
export function stepsOf(life: Life, seed: number, count: number): Step[] {
  const random = seededRandom(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  const sent: string[] = [];
  const idOf = (): string =>
    random() < 0.05 && sent.length > 0 ? sent[whole(sent.length)]! : `p${sent.length}`;
  const predict = (): Step => {
    const rows = whole(8);
    const ids = Array.from({ length: rows }, () => {
      const id = idOf();
      sent.push(id);
      return id;
    });
    const isFailed = random() < 0.05;
    const shift = random() < 0.3 ? 0.5 : 0;
    return {
      kind: 'predict',
      batch: {
        rows,
        features: [
          {
            names: ['size', 'hour'],
            data: Float64Array.from({ length: 2 * rows }, () => random() + shift),
          },
          {
            names: ['city'],
            data: Array.from({ length: rows }, () => [...cities, null, 'new'][whole(5)]!),
          },
        ],
        outputs: isFailed
          ? []
          : [
              {
                name: 'p',
                data: Array.from({ length: rows }, () => [
                  ...life.output(random()),
                ]).flat() as string[],
              },
            ],
        ...(random() < 0.8 ? { predictionIds: ids } : {}),
        segments: { channel: Array.from({ length: rows }, () => ['web', 'shop'][whole(2)]!) },
        durationSeconds: random() / 4,
        ...(isFailed ? { error: { reason: 'timeout' as const, cause: new Error('slow') } } : {}),
        context: { notCloned: () => {} },
      },
    };
  };
  const targets = (): Step => ({
    kind: 'targets',
    targets: Array.from({ length: whole(6) }, () => ({
      predictionId: `p${whole(sent.length + 10)}`,
      value: random() < 0.05 ? 'of no task' : life.target(random()),
    })),
  });
  const steps = Array.from({ length: count }, (): Step => {
    const draw = random();
    if (draw < 0.35) return { kind: 'wait', lengthMs: whole(random() < 0.02 ? 3e8 : 600_000) };
    if (draw < 0.65) return predict();
    if (draw < 0.9) return targets();
    if (draw < 0.92) return { kind: 'duplicates', rows: whole(3) };
    if (draw < 0.96) return { kind: 'drift' };
    if (draw < 0.99) return { kind: 'scrape' };
    return { kind: 'swap' };
  });
  return [...steps, predict(), { kind: 'drift' }];
}

/** A monitor of a life on a clock of its own. */
export interface Living {
  readonly monitor: Monitor;
  readonly registry: Registry;
  readonly failures: string[];
  readonly time: { nowMs: number; monotonicMs: number };
  take(step: Step): Promise<void>;
}

export function start(
  life: Life,
  time = { nowMs: startMs, monotonicMs: 0 },
  state?: MonitorState,
): Living {
  const registry = new Registry();
  const failures: string[] = [];
  const monitor = createMonitor({
    ...life.options,
    features,
    registry,
    clock: { now: () => time.nowMs, monotonic: () => time.monotonicMs },
    onMonitorError: (stage, error) => failures.push(`${stage}: ${error}`),
    state,
    driftDetection: { ...life.options.driftDetection, schedule: 'manual' },
  });
  const { task } = monitor.outputs;
  const take = async (step: Step): Promise<void> => {
    if (step.kind === 'wait') {
      time.nowMs += step.lengthMs;
      time.monotonicMs += step.lengthMs;
    } else if (step.kind === 'predict') monitor.observe(step.batch);
    else if (step.kind === 'targets') monitor.recordTargets(step.targets);
    else if (step.kind === 'duplicates') monitor.countDuplicatePredictions(step.rows);
    else if (step.kind === 'drift') await monitor.runDrift();
    else if (step.kind === 'scrape') await renderMetrics(registry, 'prometheus');
    else {
      const { multivariate } = monitor.settings.driftDetection;
      monitor.setReference(referenceOf(task, 2, multivariate));
    }
  };
  return { monitor, registry, failures, time, take };
}

/**
 * All that a monitor shows, but what a process does not inherit: how long its drift runs took, how
 * many series it has, and findings of earlier runs that are gone.
 */
export async function shown({ monitor, registry }: Living): Promise<object> {
  const { body } = await renderMetrics(registry, 'prometheus');
  const lines = body
    .split('\n')
    .filter(
      (line) =>
        !/^(#|model_drift_run_seconds|model_monitor_series|model_feature_finding_ratio.* 0$)/.test(
          line,
        ),
    );
  return {
    lines: lines.sort(),
    drift: monitor.lastDrift,
    quality: monitor.quality(),
    recorded: monitor.recordedReference()?.id,
    reference: monitor.reference?.id,
  };
}

/** A state in the memory of the test, in the bytes that an exporter writes. */
export function keptInMemory(): MonitorState & {
  readonly dropped: (problems: unknown) => void;
  readonly problems: unknown[];
} {
  let snapshot: Buffer | undefined;
  let input: Buffer[] = [];
  const problems: unknown[] = [];
  return {
    problems,
    load: () => ({
      snapshot: snapshot && (deserialize(snapshot) as MonitorSnapshot),
      input: input.map((one) => deserialize(one) as MonitorInput),
    }),
    append(one) {
      input.push(serialize(one));
    },
    save(one) {
      snapshot = serialize(one);
      input = [];
    },
    dropped: (found) => problems.push(found),
  };
}
