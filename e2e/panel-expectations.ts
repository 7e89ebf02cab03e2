import type { Choice } from './grafana.js';
import { counts, priceErrors, thresholds } from './scenario.js';
import {
  allModels,
  around,
  callsOf,
  type Facts,
  figures,
  type Labels,
  models,
  nextDriftRun,
  tolerance,
} from './scenario-figures.js';

/** The expected value of one series of a panel. */
export interface Expectation {
  readonly refId: string;
  /** Labels that distinguish it from the other series of the query. */
  readonly labels: Readonly<Record<string, string>>;
  /** The value at the end of the traffic, or the sum of a rate over the shown time. */
  readonly of: 'value' | 'total';
  readonly low: number;
  readonly high: number;
}

/** The expected series of a panel, and the values of the variables of its dashboard. */
export interface PanelExpectation {
  readonly unit: string;
  readonly choice?: Choice;
  readonly series: readonly Expectation[];
  /** Why the scenario may leave the panel empty; it has no expected series then. */
  readonly mayBeEmpty?: string;
}

function empty(unit: string, mayBeEmpty: string): PanelExpectation {
  return { unit, series: [], mayBeEmpty };
}

const noCohort = 'A cohort is an hour of predictions, longer than the traffic of the scenario.';
const noEstimate = 'No reference of the scenario has targets.';
const noSegments = 'No model of the scenario is divided into segments.';
const noChallenger = 'No model of the scenario has a champion.';
const noState = 'The exporters of the scenario keep no state.';
const noWebhook = 'The exporters of the scenario have no webhooks.';

/** A detector fires at 1; each of its three alternatives ends at 3. */
const firingLevels = [1, 9] as const;

function value(
  refId: string,
  labels: Labels,
  expected: number,
  relative: number = tolerance.exact,
): Expectation {
  return { refId, labels, of: 'value', ...around(expected, relative) };
}

function total(
  refId: string,
  labels: Labels,
  expected: number,
  relative: number = tolerance.extrapolated,
): Expectation {
  return { refId, labels, of: 'total', ...around(expected, relative) };
}

function between(refId: string, labels: Labels, low: number, high: number): Expectation {
  return { refId, labels, of: 'value', low, high };
}

/** The expectation of every panel, by dashboard and title. */
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
  const failed = ticks * figures.blocksPerTick * figures.block.failed;
  const recent = 300;
  const margin = [
    between(
      'A',
      models.arrivals,
      figures.accuracy - thresholds.accuracy - 0.01,
      figures.accuracy - thresholds.accuracy + 0.01,
    ),
    between('A', models.species, 0.04, 0.065),
  ];
  return {
    'Firing alerts now': { unit: 'none', series: [value('A', {}, firing.length)] },
    'Processes down': { unit: 'none', series: [value('A', {}, 1)] },
    'Models ready': { unit: 'percentunit', series: [value('A', {}, 1)] },
    'Prediction calls': {
      unit: 'reqps',
      series: [value('A', {}, allCalls / recent, tolerance.extrapolated)],
    },
    'Failed calls': {
      unit: 'percentunit',
      series: [value('A', {}, failed / allCalls, tolerance.unsynchronized)],
    },
    'Drifted features': { unit: 'none', series: [value('A', {}, 1)] },
    Models: {
      unit: 'none',
      series: [
        ...allModels.map((labels) => value('A', labels, 1)),
        ...calls.map(({ labels, calls: some }) =>
          value('B', labels, some / recent, tolerance.extrapolated),
        ),
        between('C', models.arrivals, 0, 4),
        between('C', models.arrivalsV1, 30, 60),
        value('D', models.arrivals, figures.failedRatio),
        value('D', models.arrivalsV1, 0),
        value('E', models.arrivals, figures.failedRatio / thresholds.errorRate),
        value('F', models.arrivals, figures.p99),
        value('F', models.arrivalsV1, figures.p99OfBurst),
        value('G', models.arrivals, figures.p99 / thresholds.latencySeconds),
        value('H', models.arrivals, figures.accuracy, tolerance.unsynchronized),
        value('H', models.species, figures.speciesAccuracy, tolerance.unsynchronized),
        ...margin.map((expectation) => ({ ...expectation, refId: 'I' })),
        value('J', models.arrivals, 1),
        value('J', models.price, 0),
        value('K', models.arrivals, firing.filter(({ model }) => model === 'arrivals').length),
        value('K', models.arrivalsV1, 0),
      ],
    },
    'Firing alerts': {
      unit: 'none',
      series: firing.map(({ alertname, feature }) =>
        value(
          'A',
          { alertname, runbook: alertname, ...(feature === undefined ? {} : { feature }) },
          1,
        ),
      ),
    },
    'Prediction calls by model': {
      unit: 'reqps',
      series: calls.map(({ labels, calls: some, steady }) =>
        total('A', labels, some, steady ? tolerance.extrapolated : tolerance.burst),
      ),
    },
    'Error rate relative to the threshold': {
      unit: 'percentunit',
      series: [
        value('A', models.arrivals, figures.failedRatio / thresholds.errorRate),
        value('A', models.served, 0),
      ],
    },
    'p99 relative to the threshold': {
      unit: 'percentunit',
      series: [value('A', models.arrivals, figures.p99 / thresholds.latencySeconds)],
    },
    'Accuracy above the threshold': { unit: 'percentunit', series: margin },
    'Drifted features by model': {
      unit: 'none',
      series: [value('A', models.arrivals, 1), value('A', models.price, 0)],
    },
    'Targets by model': {
      unit: 'short',
      series: [
        value(
          'A',
          models.arrivals,
          ticks * figures.blocksPerTick * figures.block.targets,
          tolerance.extrapolated,
        ),
        value('A', models.price, counts.prices, tolerance.extrapolated),
        value('A', models.species, figures.speciesCalls, tolerance.extrapolated),
      ],
    },
  };
}

function modelPerformance({ ticks, instances }: Facts): Record<string, PanelExpectation> {
  const { tp, fp, fn } = figures.fleet;
  const fleetAccuracy = [
    value('A', models.arrivals, figures.accuracy, tolerance.unsynchronized),
    value('A', models.species, figures.speciesAccuracy, tolerance.unsynchronized),
  ];
  const targets = ticks * figures.blocksPerTick * figures.block.targets;
  const [small, large] = priceErrors;
  return {
    'Accuracy of the fleet': {
      unit: 'percentunit',
      series: [...fleetAccuracy, value('B', models.arrivals, thresholds.accuracy)],
    },
    'Accuracy now': { unit: 'percentunit', series: fleetAccuracy },
    'Level of the quality detector': {
      unit: 'short',
      series: [between('A', { ...models.arrivals, score: 'accuracy' }, ...firingLevels)],
    },
    Precision: {
      unit: 'percentunit',
      series: [
        value('A', models.arrivals, tp / (tp + fp), tolerance.unsynchronized),
        value('A', models.species, figures.speciesMean, tolerance.unsynchronized),
      ],
    },
    Recall: {
      unit: 'percentunit',
      series: [
        value('A', models.arrivals, tp / (tp + fn), tolerance.unsynchronized),
        value('A', models.species, figures.speciesMean, tolerance.unsynchronized),
      ],
    },
    F1: {
      unit: 'percentunit',
      series: [
        value('A', models.arrivals, (2 * tp) / (2 * tp + fp + fn), tolerance.unsynchronized),
        value('A', models.species, figures.speciesF1, tolerance.unsynchronized),
      ],
    },
    'Outcomes of binary classifiers': {
      unit: 'short',
      series: Object.entries(figures.fleet).map(([outcome, perTick]) =>
        value('A', { ...models.arrivals, outcome }, ticks * perTick, tolerance.extrapolated),
      ),
    },
    'F1 by class': {
      unit: 'percentunit',
      series: ['cat', 'dog'].map((name) =>
        value('A', { ...models.species, class: name }, figures.speciesF1, tolerance.unsynchronized),
      ),
    },
    'Accuracy by process': {
      unit: 'percentunit',
      series: [
        value('A', { ...models.arrivals, instance: instances.a }, 0.9),
        value('A', { ...models.arrivals, instance: instances.b }, 0.6),
        value('A', { ...models.species, instance: instances.a }, 120 / 140),
        value('A', { ...models.species, instance: instances.b }, 1),
      ],
    },
    'Mean absolute error': {
      unit: 'short',
      series: [value('A', models.price, (small + large) / 2)],
    },
    'Root mean squared error': {
      unit: 'short',
      series: [value('A', models.price, Math.sqrt((small ** 2 + large ** 2) / 2))],
    },
    'Means of the fleet': {
      unit: 'short',
      series: [
        value('A', { ...models.price, score: 'mean_error' }, -(small + large) / 2),
        value('A', { ...models.price, score: 'mean_squared_error' }, (small ** 2 + large ** 2) / 2),
      ],
    },
    'Further scores by process': {
      unit: 'short',
      // All predictions are equal, so they explain less than the mean of the targets would.
      series: [
        value(
          'A',
          { ...models.price, score: 'r2' },
          1 - (small ** 2 + large ** 2) / 2 / ((large - small) / 2) ** 2,
        ),
      ],
    },
    'Interval of the accuracy by process': {
      unit: 'percentunit',
      series: [
        between('A', { ...models.arrivals, instance: instances.a, bound: 'low' }, 0.8, 0.9),
        between('A', { ...models.arrivals, instance: instances.a, bound: 'high' }, 0.9, 0.97),
        between('A', { ...models.species, instance: instances.b, bound: 'low' }, 0.9, 1),
      ],
    },
    'Targets of the last hour': {
      unit: 'short',
      series: [
        value('A', models.arrivals, targets, tolerance.extrapolated),
        value('A', models.species, figures.speciesCalls, tolerance.extrapolated),
        value('B', models.arrivals, thresholds.targets),
      ],
    },
    'Targets by status': {
      unit: 'cps',
      series: [
        total('A', { ...models.arrivals, status: 'matched' }, targets),
        total(
          'A',
          { ...models.arrivals, status: 'duplicate' },
          ticks * counts.astray,
          tolerance.perTick,
        ),
        total(
          'A',
          { ...models.arrivals, status: 'unmatched' },
          ticks * counts.astray,
          tolerance.perTick,
        ),
        total('A', { ...models.arrivals, status: 'invalid' }, 0),
      ],
    },
    'Delay of targets': {
      unit: 's',
      // All targets arrive within the first bucket, from 0 to 60 seconds.
      series: [models.arrivals, models.price, models.species].flatMap((labels) => [
        value('A', labels, 30),
        value('B', labels, 57),
      ]),
    },
    'Coverage by process': {
      unit: 'percentunit',
      series: [
        ...[instances.a, instances.b].map((instance) =>
          value(
            'A',
            { ...models.arrivals, instance },
            figures.block.targets / figures.block.succeeded,
          ),
        ),
        value('A', { ...models.price, instance: instances.a }, 1),
        value('A', { ...models.arrivalsV1, instance: instances.b }, 0),
      ],
    },
    'Pending predictions': {
      unit: 'short',
      series: [
        value(
          'A',
          models.arrivals,
          ticks * figures.blocksPerTick * (figures.block.succeeded - figures.block.targets),
        ),
        value('A', models.arrivalsV1, counts.firstVersion),
        value('A', models.served, ticks * counts.served.calls * counts.served.rowsPerCall),
        value('B', { ...models.arrivals, reason: 'capacity' }, 0),
      ],
    },
    'Scores of the newest cohort': empty('short', noCohort),
    'Age of the cohort': empty('s', noCohort),
    'Coverage of the cohort': empty('percentunit', noCohort),
    'Overdue targets': empty('short', noCohort),
    'Estimated and realised accuracy': empty('percentunit', noEstimate),
    'Further estimated scores': empty('short', noEstimate),
    'Withdrawn estimates': empty('none', noEstimate),
    Segments: empty('none', noSegments),
    'Change of the score by its cause': empty('short', noSegments),
    'Differences between groups': empty('percentunit', noSegments),
    'Difference from the champion': empty('short', noChallenger),
    'Targets of challengers': empty('cps', noChallenger),
  };
}

function servingLatency(facts: Facts): Record<string, PanelExpectation> {
  const { ticks, instances, rateSeconds } = facts;
  const calls = ticks * figures.blocksPerTick * figures.block.calls;
  const failed = ticks * figures.blocksPerTick * figures.block.failed;
  const servedCalls = ticks * counts.served.calls;
  const allowedSlowRatio = 0.01;
  return {
    p99: {
      unit: 's',
      series: [
        value('A', models.arrivals, figures.p99),
        value('A', models.price, figures.p99OfBurst),
      ],
    },
    'Slow calls now': {
      unit: 'percentunit',
      series: [value('A', models.arrivals, figures.slowRatio), value('A', models.price, 0)],
    },
    'Failed calls': {
      unit: 'percentunit',
      series: [value('A', models.arrivals, figures.failedRatio), value('A', models.price, 0)],
    },
    'Latency budget left': {
      unit: 'percentunit',
      series: [
        value('A', models.arrivals, 1 - figures.slowRatio / allowedSlowRatio),
        value('A', models.price, 1),
      ],
    },
    'Error budget left': {
      unit: 'percentunit',
      series: [
        value('A', models.arrivals, 1 - figures.failedRatio / thresholds.errorRate),
        value('A', models.price, 1),
      ],
    },
    'Latency: p50, p95, p99': {
      unit: 's',
      series: [
        value('A', models.arrivals, figures.p50),
        value('B', models.arrivals, figures.p95),
        value('C', models.arrivals, figures.p99),
        value('D', models.arrivals, thresholds.latencySeconds),
      ],
    },
    'Calls by latency': {
      unit: 's',
      choice: models.arrivals,
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
      series: [instances.a, instances.b].map((instance) =>
        value('A', { ...models.arrivals, instance }, figures.p99),
      ),
    },
    'Slow calls': {
      unit: 'percentunit',
      series: [value('A', models.arrivals, figures.slowRatio), value('A', models.served, 0)],
    },
    'Burn rate over an hour': {
      unit: 'short',
      series: [
        value('A', models.arrivals, figures.slowRatio / allowedSlowRatio),
        value('B', models.arrivals, figures.failedRatio / thresholds.errorRate),
        value(
          'C',
          models.arrivals,
          (1 - figures.accuracy) / (1 - thresholds.quality),
          tolerance.unsynchronized,
        ),
      ],
    },
    'Level of the call detector': {
      unit: 'short',
      series: [between('A', { ...models.arrivals, slo: 'errors' }, ...firingLevels)],
    },
    'Prediction calls': {
      unit: 'reqps',
      series: [
        total('A', { ...models.arrivals, status: 'success' }, calls - failed),
        total('A', { ...models.arrivals, status: 'error' }, failed),
        total('A', { ...models.served, status: 'success' }, servedCalls),
      ],
    },
    'Error rate': {
      unit: 'percentunit',
      series: [
        value('A', models.arrivals, figures.failedRatio),
        value('B', models.arrivals, thresholds.errorRate),
      ],
    },
    'Failed calls by reason': {
      unit: 'reqps',
      series: [
        total('A', { ...models.arrivals, reason: 'runtime' }, failed),
        total('A', { ...models.arrivals, reason: 'timeout' }, 0),
      ],
    },
    'Calls in progress': {
      unit: 'short',
      series: allModels.map((labels) => value('A', labels, 0)),
    },
    'Rows per second': {
      unit: 'cps',
      series: [
        total('A', models.arrivals, calls - failed),
        total('A', models.served, servedCalls * counts.served.rowsPerCall),
      ],
    },
    'Rows per call': {
      unit: 'short',
      series: [
        value('A', models.arrivals, 1),
        value('A', models.served, counts.served.rowsPerCall),
      ],
    },
    'Calls by batch size': {
      unit: 'short',
      choice: models.served,
      series: [
        total('A', { le: '4.0' }, 0),
        total('A', { le: '8.0' }, servedCalls * rateSeconds),
        total('A', { le: '+Inf' }, servedCalls * rateSeconds),
      ],
    },
  };
}

function dataDrift({ endSeconds }: Facts): Record<string, PanelExpectation> {
  const choice: Choice = { ...models.arrivals, feature: 'size' };
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
    'Drifted features': { unit: 'none', series: [value('A', models.arrivals, 1)] },
    'Undecided features': { unit: 'none', series: [value('A', models.arrivals, 0)] },
    'Time since the last successful run': {
      unit: 's',
      series: [between('A', models.arrivals, 8, 25)],
    },
    'Time until the next run': {
      unit: 's',
      series: [between('A', models.arrivals, nextRun - 1, nextRun + 1)],
    },
    'Rows of the reference': {
      unit: 'short',
      series: [value('A', models.arrivals, referenceRows)],
    },
    Features: {
      unit: 'none',
      series: [
        value('A', { ...origin, state: 'drift' }, 1),
        // Its finding, values out of range, is worth investigating.
        value('A', { ...size, state: 'investigate' }, 1),
        value('B', origin, figures.psi, 0.05),
        between('C', origin, 0.3, figures.psi),
        between('D', origin, figures.psi, 0.9),
        value('E', origin, figures.shareMoved, 0.08),
        between('F', origin, 0.2, figures.shareMoved),
        between('G', origin, figures.shareMoved, 0.4),
        between('H', origin, 0, 1e-20),
        between('H', size, 0.00001, 1),
        value('I', origin, 2),
        value('I', size, 0),
        value('J', origin, 1000),
        value('J', size, 1000),
      ],
    },
    'Population stability index': {
      unit: 'none',
      series: [
        value('A', origin, figures.psi, 0.05),
        between('A', size, 0, 0.1),
        ...[origin, size].flatMap((feature) => [
          value('B', { ...feature, level: 'investigate' }, 0.1),
          value('B', { ...feature, level: 'drift' }, 0.25),
        ]),
      ],
    },
    'Share moved': {
      unit: 'percentunit',
      series: [
        value('A', origin, figures.shareMoved, 0.08),
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
      series: [value('A', origin, figures.jensenShannon, 0.03), between('A', size, 0, 0.1)],
    },
    'Other statistics': {
      unit: 'none',
      choice: { model_name: 'price', feature: 'size' },
      series: [
        // The only difference is that the window has no missing rows.
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
    'Consecutive runs in drift': {
      unit: 'none',
      series: [value('A', origin, 2), value('A', size, 0)],
    },
    'Population stability index of the fleet': {
      unit: 'none',
      series: [value('A', origin, figures.psi, 0.05), between('A', size, 0, 0.1)],
    },
    'Share moved of the fleet': {
      unit: 'percentunit',
      series: [value('A', origin, figures.shareMoved, 0.03), between('A', size, 0, 0.1)],
    },
    'Kolmogorov-Smirnov distance of the fleet': {
      unit: 'none',
      series: [between('A', size, 0, 0.05)],
    },
    'Jensen-Shannon distance of the fleet': {
      unit: 'none',
      series: [value('A', origin, figures.jensenShannon, 0.03), between('A', size, 0, 0.1)],
    },
    'PSI and its interval': {
      unit: 'none',
      choice: { ...models.arrivals, ...origin },
      series: [
        value('A', models.arrivals, figures.psi, 0.05),
        between('B', models.arrivals, 0.3, figures.psi),
        between('C', models.arrivals, figures.psi, 0.9),
        value('D', { ...models.arrivals, level: 'drift' }, 0.25),
      ],
    },
    'Share moved and its interval': {
      unit: 'percentunit',
      choice: { ...models.arrivals, ...origin },
      series: [
        value('A', models.arrivals, figures.shareMoved, 0.08),
        between('B', models.arrivals, 0.2, figures.shareMoved),
        between('C', models.arrivals, figures.shareMoved, 0.4),
        value('D', { ...models.arrivals, level: 'drift' }, 0.25),
      ],
    },
    'Rows in the drift window': { unit: 'short', series: [value('A', models.arrivals, 1000)] },
    'Numeric: current and reference': {
      unit: 'percentunit',
      series: bins.flatMap((labels) => [
        // One of 49 rows is out of range, in the last bin; another one is missing.
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
      choice: { ...models.arrivals, ...origin },
      series: figures.shares.flatMap(({ name, before, now }) => [
        value('A', { category: name }, now, 0.01),
        value('B', { category: name }, before),
      ]),
    },
    'Missing values': {
      unit: 'percentunit',
      series: [
        value('A', size, figures.block.missing / figures.block.succeeded),
        value('A', origin, 0),
      ],
    },
    'Invalid values': {
      unit: 'percentunit',
      series: [
        value(
          'A',
          { ...size, reason: 'range' },
          figures.block.outOfRange / figures.block.succeeded,
        ),
        value('A', { ...size, reason: 'type' }, 0),
      ],
    },
    Findings: {
      unit: 'percentunit',
      series: [
        value('A', { ...size, finding: 'out_of_range' }, figures.block.outOfRange / 48, 0.1),
      ],
    },
    'Drifted features by segment': {
      unit: 'none',
      series: figures.shares.map(({ name }) => value('A', { segment: name }, 0)),
    },
    'State by segment': {
      unit: 'none',
      // A finding of the feature size makes every segment worth investigating.
      series: figures.shares.map(({ name }) =>
        value('A', { segment: name, state: 'investigate' }, 1),
      ),
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
    'Models ready': { unit: 'none', series: allModels.map((labels) => value('A', labels, 1)) },
    'Loaded models': {
      unit: 'none',
      series: processes.flatMap((labels) => [
        value('A', { ...labels, ...models.arrivals, runtime: 'external' }, 1),
        value('A', { ...labels, ...models.served, runtime: 'onnx' }, 1),
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
    'Host memory': {
      unit: 'percentunit',
      series: processes.map((labels) => between('A', labels, 0.001, 1)),
    },
    // Measured from each scrape to the next: one right after another has no sample yet.
    'Event loop delay, p99': { unit: 's', series: each(1e-9, 5) },
    'Garbage collection': {
      unit: 'percentunit',
      series: processes.map((labels) => between('A', { ...labels, kind: 'minor' }, 0, 0.5)),
    },
    'Open file descriptors': { unit: 'short', series: asExposed('A', 'process_open_fds', 0.3) },
    Uptime: { unit: 's', series: each(age - 5, age + 1) },
    'Monitoring errors': {
      unit: 'cps',
      series: [
        total('A', { ...models.arrivals, stage: 'features' }, 0),
        total('A', { ...models.arrivals, stage: 'outputs' }, 0),
      ],
    },
    'Series in the metric store': {
      unit: 'short',
      series: [
        ...asExposed('A', 'model_monitor_series', 0),
        ...asExposed('B', 'model_monitor_series_limit', 0),
      ],
    },
    'Rejected requests': {
      unit: 'reqps',
      // The first request creates the series, so Prometheus sees no increase.
      series: [
        total(
          'A',
          { code: 'INPUT_INVALID', route: '/v1/predictions' },
          astray - 1,
          tolerance.perTick,
        ),
        total(
          'A',
          { code: 'TARGET_UNMATCHED', route: '/v1/targets' },
          astray - 1,
          tolerance.perTick,
        ),
      ],
    },
    'Scrape duration': { unit: 's', series: each(0.0005, 1) },
    'Samples per scrape': { unit: 'short', series: each(500, 3000) },
    'Drift runs': {
      unit: 'short',
      series: [
        value('A', { ...models.arrivals, status: 'success' }, 2, tolerance.extrapolated),
        value('A', { ...models.arrivals, status: 'error' }, 0),
        value('A', { ...models.price, status: 'success' }, 2, tolerance.extrapolated),
      ],
    },
    'Duration of drift runs, p95': {
      unit: 's',
      series: [between('A', models.arrivals, 0.0001, 1)],
    },
    'Dropped series': { unit: 'short', series: each(0, 0) },
    'Calls with skipped features': {
      unit: 'reqps',
      series: [
        total('A', { ...models.arrivals, reason: 'sampling' }, 0),
        total('A', { ...models.arrivals, reason: 'busy' }, 0),
      ],
    },
    'State on disk': empty('short', noState),
    'Last write and inputs in memory only': empty('short', noState),
    'Events that wait': empty('short', noWebhook),
    'Events and failures': empty('cps', noWebhook),
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
