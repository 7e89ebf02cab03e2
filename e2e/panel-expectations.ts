import type { Choice } from './grafana.js';
import { counts, priceErrors, thresholds } from './scenario.js';
import {
  accuracy,
  around,
  atOnce,
  block,
  blocksPerTick,
  callsOf,
  earlier,
  exact,
  extrapolated,
  type Facts,
  failedRatio,
  few,
  fleet,
  jensenShannon,
  type Labels,
  late,
  models,
  nextDriftRun,
  ofFleet,
  p50,
  p95,
  p99,
  p99AtOnce,
  price,
  psi,
  served,
  shares,
  slowRatio,
  species,
  speciesAccuracy,
  speciesCalls,
  speciesF1,
  speciesMean,
} from './scenario-figures.js';

/** What one series of a panel must show. */
export interface Expectation {
  readonly refId: string;
  /** Labels that tell it from the other series of the query. */
  readonly labels: Readonly<Record<string, string>>;
  /** The value at the end of the traffic, or all values of a rate added up over the shown time. */
  readonly of: 'value' | 'total';
  readonly low: number;
  readonly high: number;
}

/** What a panel must show, and what is chosen at the top of its dashboard for it. */
export interface PanelExpectation {
  readonly unit: string;
  readonly choice?: Choice;
  readonly series: readonly Expectation[];
}

function value(
  refId: string,
  labels: Labels,
  expected: number,
  tolerance: number = exact,
): Expectation {
  return { refId, labels, of: 'value', ...around(expected, tolerance) };
}

function total(
  refId: string,
  labels: Labels,
  expected: number,
  tolerance: number = extrapolated,
): Expectation {
  return { refId, labels, of: 'total', ...around(expected, tolerance) };
}

function between(refId: string, labels: Labels, low: number, high: number): Expectation {
  return { refId, labels, of: 'value', low, high };
}

/** What every panel must show, by dashboard and title. */
export function panelExpectations(
  facts: Facts,
): Readonly<Record<string, Readonly<Record<string, PanelExpectation>>>> {
  return {
    overview: overview(facts),
    model_performance: modelPerformance(facts),
    serving_latency: servingLatency(facts),
    data_drift: dataDrift(facts),
    system_health: systemHealth(facts),
  };
}

function overview(facts: Facts): Record<string, PanelExpectation> {
  const { ticks, firing } = facts;
  const calls = callsOf(ticks);
  const allCalls = calls.reduce((sum, { calls: some }) => sum + some, 0);
  const failed = ticks * blocksPerTick * block.failed;
  const recent = 300;
  const margin = [
    between(
      'A',
      late,
      accuracy - thresholds.accuracy - 0.01,
      accuracy - thresholds.accuracy + 0.01,
    ),
    between('A', species, 0.07, 0.095),
  ];
  return {
    'Alerts firing': { unit: 'none', series: [value('A', {}, firing.length)] },
    'Processes down': { unit: 'none', series: [value('A', {}, 1)] },
    'Models ready': { unit: 'percentunit', series: [value('A', {}, 1)] },
    'Prediction calls': {
      unit: 'reqps',
      series: [value('A', {}, allCalls / recent, extrapolated)],
    },
    'Failed calls': { unit: 'percentunit', series: [value('A', {}, failed / allCalls, ofFleet)] },
    'Features in drift': { unit: 'none', series: [value('A', {}, 1)] },
    Models: {
      unit: 'none',
      series: [
        ...models.map((labels) => value('A', labels, 1)),
        ...calls.map(({ labels, calls: some }) => value('B', labels, some / recent, extrapolated)),
        between('C', late, 0, 4),
        between('C', earlier, 30, 60),
        value('D', late, failedRatio),
        value('D', earlier, 0),
        value('E', late, failedRatio / thresholds.errorRate),
        value('F', late, p99),
        value('F', earlier, p99AtOnce),
        value('G', late, p99 / thresholds.latencySeconds),
        value('H', late, accuracy, ofFleet),
        value('H', species, speciesAccuracy, ofFleet),
        ...margin.map((expectation) => ({ ...expectation, refId: 'I' })),
        value('J', late, 1),
        value('J', price, 0),
        value('K', late, firing.filter(({ model }) => model === 'late').length),
        value('K', earlier, 0),
      ],
    },
    'Firing alerts': {
      unit: 'none',
      series: firing.map(({ alertname }) => value('A', { alertname, runbook: alertname }, 1)),
    },
    'Prediction calls by model': {
      unit: 'reqps',
      series: calls.map(({ labels, calls: some, steady }) =>
        total('A', labels, some, steady ? extrapolated : atOnce),
      ),
    },
    'Failed calls against the threshold': {
      unit: 'percentunit',
      series: [value('A', late, failedRatio / thresholds.errorRate), value('A', served, 0)],
    },
    'p99 against the objective': {
      unit: 'percentunit',
      series: [value('A', late, p99 / thresholds.latencySeconds)],
    },
    'Accuracy above the threshold': { unit: 'percentunit', series: margin },
    'Features in drift by model': {
      unit: 'none',
      series: [value('A', late, 1), value('A', price, 0)],
    },
    'Targets by model': {
      unit: 'short',
      series: [
        value('A', late, ticks * blocksPerTick * block.targets, extrapolated),
        value('A', price, counts.prices, extrapolated),
        value('A', species, speciesCalls, extrapolated),
      ],
    },
  };
}

function modelPerformance({ ticks, instances }: Facts): Record<string, PanelExpectation> {
  const { tp, fp, fn } = fleet;
  const fleetAccuracy = [
    value('A', late, accuracy, ofFleet),
    value('A', species, speciesAccuracy, ofFleet),
  ];
  const targets = ticks * blocksPerTick * block.targets;
  const [small, large] = priceErrors;
  return {
    'Accuracy of the fleet': {
      unit: 'percentunit',
      series: [...fleetAccuracy, value('B', late, thresholds.accuracy)],
    },
    'Accuracy now': { unit: 'percentunit', series: fleetAccuracy },
    Precision: {
      unit: 'percentunit',
      series: [
        value('A', late, tp / (tp + fp), ofFleet),
        value('A', species, speciesMean, ofFleet),
      ],
    },
    Recall: {
      unit: 'percentunit',
      series: [
        value('A', late, tp / (tp + fn), ofFleet),
        value('A', species, speciesMean, ofFleet),
      ],
    },
    F1: {
      unit: 'percentunit',
      series: [
        value('A', late, (2 * tp) / (2 * tp + fp + fn), ofFleet),
        value('A', species, speciesF1, ofFleet),
      ],
    },
    'Outcomes of binary classifiers': {
      unit: 'short',
      series: Object.entries(fleet).map(([outcome, perTick]) =>
        value('A', { ...late, outcome }, ticks * perTick, extrapolated),
      ),
    },
    'F1 by class': {
      unit: 'percentunit',
      series: ['cat', 'dog'].map((name) =>
        value('A', { ...species, class: name }, speciesF1, ofFleet),
      ),
    },
    'Accuracy by process': {
      unit: 'percentunit',
      series: [
        value('A', { ...late, instance: instances.a }, 0.9),
        value('A', { ...late, instance: instances.b }, 0.6),
        value('A', { ...species, instance: instances.a }, 120 / 140),
        value('A', { ...species, instance: instances.b }, 1),
      ],
    },
    'Mean absolute error': { unit: 'short', series: [value('A', price, (small + large) / 2)] },
    'Root mean squared error': {
      unit: 'short',
      series: [value('A', price, Math.sqrt((small ** 2 + large ** 2) / 2))],
    },
    'Targets of the last hour': {
      unit: 'short',
      series: [
        value('A', late, targets, extrapolated),
        value('A', species, speciesCalls, extrapolated),
        value('B', late, thresholds.targets),
      ],
    },
    'Targets by what became of them': {
      unit: 'cps',
      series: [
        total('A', { ...late, status: 'matched' }, targets),
        total('A', { ...late, status: 'duplicate' }, ticks * counts.astray, few),
        total('A', { ...late, status: 'unmatched' }, ticks * counts.astray, few),
        total('A', { ...late, status: 'invalid' }, 0),
      ],
    },
    'Delay of targets': {
      unit: 's',
      // All targets come within the first bucket, which reaches from 0 to 60 seconds.
      series: [late, price, species].flatMap((labels) => [
        value('A', labels, 30),
        value('B', labels, 57),
      ]),
    },
    'Coverage by process': {
      unit: 'percentunit',
      series: [
        ...[instances.a, instances.b].map((instance) =>
          value('A', { ...late, instance }, block.targets / block.succeeded),
        ),
        value('A', { ...price, instance: instances.a }, 1),
        value('A', { ...earlier, instance: instances.b }, 0),
      ],
    },
    'Predictions that wait for their target': {
      unit: 'short',
      series: [
        value('A', late, ticks * blocksPerTick * (block.succeeded - block.targets)),
        value('A', earlier, counts.firstVersion),
        value('A', served, ticks * counts.served.calls * counts.served.rowsPerCall),
        value('B', { ...late, reason: 'capacity' }, 0),
      ],
    },
  };
}

function servingLatency(facts: Facts): Record<string, PanelExpectation> {
  const { ticks, instances, rateSeconds } = facts;
  const calls = ticks * blocksPerTick * block.calls;
  const failed = ticks * blocksPerTick * block.failed;
  const served_ = ticks * counts.served.calls;
  const allowedSlowRatio = 0.01;
  return {
    p99: { unit: 's', series: [value('A', late, p99), value('A', price, p99AtOnce)] },
    'Slower than the objective now': {
      unit: 'percentunit',
      series: [value('A', late, slowRatio), value('A', price, 0)],
    },
    'Failed calls': {
      unit: 'percentunit',
      series: [value('A', late, failedRatio), value('A', price, 0)],
    },
    'Latency budget left': {
      unit: 'percentunit',
      series: [value('A', late, 1 - slowRatio / allowedSlowRatio), value('A', price, 1)],
    },
    'Error budget left': {
      unit: 'percentunit',
      series: [value('A', late, 1 - failedRatio / thresholds.errorRate), value('A', price, 1)],
    },
    'Latency: p50, p95, p99': {
      unit: 's',
      series: [
        value('A', late, p50),
        value('B', late, p95),
        value('C', late, p99),
        value('D', late, thresholds.latencySeconds),
      ],
    },
    'Calls by latency': {
      unit: 's',
      choice: late,
      series: (
        [
          ['0.01', 0],
          ['0.025', 0.9],
          ['0.1', 0.98],
          ['0.2', 0.98],
          ['0.5', 1],
          ['+Inf', 1],
        ] as const
      ).map(([le, share]) => total('A', { le }, share * calls * rateSeconds)),
    },
    'p99 by process': {
      unit: 's',
      series: [instances.a, instances.b].map((instance) => value('A', { ...late, instance }, p99)),
    },
    'Slower than the objective': {
      unit: 'percentunit',
      series: [value('A', late, slowRatio), value('A', served, 0)],
    },
    'Burn rate over an hour': {
      unit: 'short',
      series: [
        value('A', late, slowRatio / allowedSlowRatio),
        value('B', late, failedRatio / thresholds.errorRate),
      ],
    },
    'Prediction calls': {
      unit: 'reqps',
      series: [
        total('A', { ...late, status: 'success' }, calls - failed),
        total('A', { ...late, status: 'error' }, failed),
        total('A', { ...served, status: 'success' }, served_),
      ],
    },
    'Share of failed calls': {
      unit: 'percentunit',
      series: [value('A', late, failedRatio), value('B', late, thresholds.errorRate)],
    },
    'Failed calls by reason': {
      unit: 'reqps',
      series: [
        total('A', { ...late, reason: 'runtime' }, failed),
        total('A', { ...late, reason: 'timeout' }, 0),
      ],
    },
    'Calls in flight': { unit: 'short', series: models.map((labels) => value('A', labels, 0)) },
    'Rows per second': {
      unit: 'cps',
      series: [
        total('A', late, calls - failed),
        total('A', served, served_ * counts.served.rowsPerCall),
      ],
    },
    'Rows per call': {
      unit: 'short',
      series: [value('A', late, 1), value('A', served, counts.served.rowsPerCall)],
    },
    'Calls by batch size': {
      unit: 'short',
      choice: served,
      series: [
        total('A', { le: '4.0' }, 0),
        total('A', { le: '8.0' }, served_ * rateSeconds),
        total('A', { le: '+Inf' }, served_ * rateSeconds),
      ],
    },
  };
}

function dataDrift({ endSeconds }: Facts): Record<string, PanelExpectation> {
  const choice: Choice = { ...late, feature: 'size' };
  const origin = { feature: 'origin' };
  const size = { feature: 'size' };
  const nextRun = nextDriftRun(endSeconds);
  const referenceRows = 4000;
  const referenceMissing = 100 / referenceRows;
  const sizeShare = (1 - referenceMissing) / 10;
  const bounds = [9, 19, 29, 39, 49, 59, 69, 79, 89].map((bound) => `${bound}.0`);
  const bins = [...bounds, '+Inf'].map((upper, index) => ({
    upper,
    lower: bounds[index - 1] ?? '-1e308',
  }));
  const panels: Record<string, Omit<PanelExpectation, 'choice'> & { choice?: Choice }> = {
    'Features in drift': { unit: 'none', series: [value('A', late, 1)] },
    'Age of the last good run': { unit: 's', series: [between('A', late, 8, 25)] },
    'Next run in': { unit: 's', series: [between('A', late, nextRun - 1, nextRun + 1)] },
    'Rows of the reference': { unit: 'short', series: [value('A', late, referenceRows)] },
    Features: {
      unit: 'none',
      series: [
        value('A', { ...origin, state: 'drift' }, 1),
        value('A', { ...size, state: 'ok' }, 1),
        value('B', origin, psi, 0.03),
        between('C', origin, 0.0001, 0.05),
        between('D', origin, 0, 1e-20),
        between('D', size, 0.05, 1),
        value('E', origin, 2),
        value('E', size, 0),
        value('F', origin, 1000),
        value('F', size, 1000),
      ],
    },
    'Population stability index': {
      unit: 'none',
      series: [
        value('A', origin, psi, 0.03),
        between('A', size, 0, 0.1),
        ...[origin, size].flatMap((feature) => [
          value('B', { ...feature, level: 'investigate' }, 0.1),
          value('B', { ...feature, level: 'drift' }, 0.25),
        ]),
      ],
    },
    'Kolmogorov-Smirnov distance': { unit: 'none', series: [between('A', size, 0, 0.05)] },
    'Jensen-Shannon distance': {
      unit: 'none',
      series: [value('A', origin, jensenShannon, 0.03), between('A', size, 0, 0.1)],
    },
    'Other statistics': {
      unit: 'none',
      choice: { model_name: 'price', feature: 'size' },
      series: [
        // All that differs is that no row of the window is missing.
        value(
          'A',
          { ...size, statistic: 'hellinger_distance' },
          Math.sqrt(1 - Math.sqrt(1 - referenceMissing)),
          0.03,
        ),
        value('B', { ...size, statistic: 'hellinger_distance', level: 'investigate' }, 0.2),
        value('B', { ...size, statistic: 'hellinger_distance', level: 'drift' }, 0.3),
      ],
    },
    'Adjusted p-value': {
      unit: 'none',
      series: [between('A', origin, 0, 1e-20), between('A', size, 0.05, 1)],
    },
    'Runs in a row in drift': {
      unit: 'none',
      series: [value('A', origin, 2), value('A', size, 0)],
    },
    'Population stability index of the fleet': {
      unit: 'none',
      series: [
        value('A', origin, psi, 0.03),
        between('A', size, 0, 0.1),
        between('B', origin, 0.0001, 0.05),
      ],
    },
    'Kolmogorov-Smirnov distance of the fleet': {
      unit: 'none',
      series: [between('A', size, 0, 0.05)],
    },
    'Jensen-Shannon distance of the fleet': {
      unit: 'none',
      series: [value('A', origin, jensenShannon, 0.03), between('A', size, 0, 0.1)],
    },
    'Score against its noise': {
      unit: 'none',
      choice: { ...late, ...origin },
      series: [value('A', late, psi, 0.03), between('B', late, 0.0001, 0.05)],
    },
    'Rows in the drift window': { unit: 'short', series: [value('A', late, 1000)] },
    'Numeric: current and reference': {
      unit: 'percentunit',
      series: bins.flatMap((labels) => [
        // One of 49 rows is out of range and falls into the last bin, another is missing.
        value(
          'A',
          labels,
          labels.upper === '+Inf' ? 0.1 * (47 / 49) + 1 / 49 : 0.1 * (47 / 49),
          0.02,
        ),
        value('B', labels, sizeShare),
      ]),
    },
    'Categorical: current and reference': {
      unit: 'percentunit',
      choice: { ...late, ...origin },
      series: shares.flatMap(({ name, before, now }) => [
        value('A', { category: name }, now, 0.01),
        value('B', { category: name }, before),
      ]),
    },
    'Missing values': {
      unit: 'percentunit',
      series: [value('A', size, block.missing / block.succeeded), value('A', origin, 0)],
    },
    'Invalid values': {
      unit: 'percentunit',
      series: [
        value('A', { ...size, reason: 'range' }, block.outOfRange / block.succeeded),
        value('A', { ...size, reason: 'type' }, 0),
      ],
    },
    Findings: {
      unit: 'percentunit',
      series: [value('A', { ...size, finding: 'out_of_range' }, block.outOfRange / 48, 0.1)],
    },
    'Features in drift by segment': {
      unit: 'none',
      series: shares.map(({ name }) => value('A', { segment: name }, 0)),
    },
    'State by segment': {
      unit: 'none',
      series: shares.map(({ name }) => value('A', { segment: name, state: 'ok' }, 1)),
    },
  };
  return Object.fromEntries(
    Object.entries(panels).map(([title, panel]) => [title, { choice, ...panel }]),
  );
}

function systemHealth(facts: Facts): Record<string, PanelExpectation> {
  const { ticks, instances, startSeconds, endSeconds, exposed } = facts;
  const astray = ticks * counts.astray;
  const processes = [{ instance: instances.a }, { instance: instances.b }];
  const age = endSeconds - startSeconds;
  const asExposed = (refId: string, metric: string, tolerance: number): Expectation[] =>
    processes.map((labels) => value(refId, labels, exposed(labels.instance, metric), tolerance));
  const each = (low: number, high: number): Expectation[] =>
    processes.map((labels) => between('A', labels, low, high));
  const gibibyte = 2 ** 30;
  const perGpu = (refId: string, first: number, second: number): Expectation[] => [
    value(refId, { gpu: '0', instance: instances.a }, first),
    value(refId, { gpu: '1', instance: instances.a }, second),
  ];
  return {
    Processes: {
      unit: 'none',
      series: [
        ...processes.map((labels) => value('A', labels, 1)),
        value('A', { instance: instances.down }, 0),
      ],
    },
    'Models ready': { unit: 'none', series: models.map((labels) => value('A', labels, 1)) },
    'Loaded models': {
      unit: 'none',
      series: processes.flatMap((labels) => [
        value('A', { ...labels, ...late, runtime: 'external' }, 1),
        value('A', { ...labels, ...served, runtime: 'onnx' }, 1),
      ]),
    },
    CPU: { unit: 'short', series: each(0.0001, 2) },
    Memory: {
      unit: 'bytes',
      series: [
        ...asExposed('A', 'process_resident_memory_bytes', 0.2),
        ...processes.map((labels) => between('B', labels, 1e7, 5e8)),
      ],
    },
    'Memory of the host': {
      unit: 'percentunit',
      series: processes.map((labels) => between('A', labels, 0.001, 1)),
    },
    'Event loop lag, p99': { unit: 's', series: each(0.001, 5) },
    'Garbage collection': {
      unit: 'percentunit',
      series: processes.map((labels) => between('A', { ...labels, kind: 'minor' }, 0, 0.5)),
    },
    'Open file descriptors': { unit: 'short', series: asExposed('A', 'process_open_fds', 0.3) },
    'Time since the start': { unit: 's', series: each(age - 5, age + 1) },
    'Failures of the monitoring': {
      unit: 'cps',
      series: [
        total('A', { ...late, stage: 'features' }, 0),
        total('A', { ...late, stage: 'outputs' }, 0),
      ],
    },
    'Series in the metric store': {
      unit: 'short',
      series: [
        ...asExposed('A', 'model_monitor_series', 0),
        ...asExposed('B', 'model_monitor_series_limit', 0),
      ],
    },
    'Refused requests': {
      unit: 'reqps',
      // The first request of a kind makes the series, so Prometheus sees no increase.
      series: [
        total('A', { code: 'INPUT_INVALID', route: '/v1/predictions' }, astray - 1, few),
        total('A', { code: 'TARGET_UNMATCHED', route: '/v1/targets' }, astray - 1, few),
      ],
    },
    'Duration of scrapes': { unit: 's', series: each(0.0005, 1) },
    'Samples per scrape': { unit: 'short', series: each(500, 3000) },
    'Drift runs': {
      unit: 'short',
      series: [
        value('A', { ...late, status: 'success' }, 2, extrapolated),
        value('A', { ...late, status: 'error' }, 0),
        value('A', { ...price, status: 'success' }, 2, extrapolated),
      ],
    },
    'Time of a drift run, p95': { unit: 's', series: [between('A', late, 0.0001, 1)] },
    'Refused series': { unit: 'short', series: each(0, 0) },
    'Calls that were not read': {
      unit: 'reqps',
      series: [
        total('A', { ...late, reason: 'sampling' }, 0),
        total('A', { ...late, reason: 'busy' }, 0),
      ],
    },
    'GPU utilization': { unit: 'percentunit', series: perGpu('A', 0.75, 0.25) },
    'GPU memory': {
      unit: 'bytes',
      series: [
        ...perGpu('A', 6 * gibibyte, 2 * gibibyte),
        ...perGpu('B', 8 * gibibyte, 8 * gibibyte),
      ],
    },
    'GPU temperature': { unit: 'celsius', series: perGpu('A', 61, 47) },
    'GPU power': { unit: 'watt', series: perGpu('A', 180, 90) },
  };
}
