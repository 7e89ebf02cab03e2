import { counts, thresholds } from './scenario.js';
import {
  accuracy,
  around,
  block,
  blocks,
  blocksPerTick,
  callsOf,
  earlier,
  exact,
  extrapolated,
  type Facts,
  failedRatio,
  type Labels,
  late,
  models,
  nextDriftRun,
  ofFleet,
  p99,
  p99AtOnce,
  price,
  psi,
  served,
  slowRatio,
  species,
  speciesAccuracy,
  speciesCalls,
  speciesRight,
  speciesWrong,
} from './scenario-figures.js';

/** What one series of an answer must be. */
export interface ShownValue {
  /** Labels that tell it from the other series of the answer. */
  readonly labels: Labels;
  readonly low: number;
  readonly high: number;
}

/** The number of series of an answer and the values of some, or why there can be no answer. */
export type RunbookExpectation =
  | { readonly count: number; readonly values: readonly ShownValue[] }
  | { readonly emptyBecause: string };

function shows(count: number, ...values: readonly ShownValue[]): RunbookExpectation {
  return { count, values };
}

function empty(emptyBecause: string): RunbookExpectation {
  return { emptyBecause };
}

function value(labels: Labels, expected: number, tolerance: number = exact): ShownValue {
  return { labels, ...around(expected, tolerance) };
}

function between(labels: Labels, low: number, high: number): ShownValue {
  return { labels, low, high };
}

type Sections = Readonly<Record<string, readonly RunbookExpectation[]>>;

/** Features of all models, of those that have a reference, and of those that drift runs judged. */
const allFeatures = 15;
const featuresWithReference = 8;
const judgedFeatures = 4;
const origin = { feature: 'origin' };
const size = { feature: 'size' };

const noHistory = 'the scenario is a minute old, and the query looks further back';

/** What the queries of the runbooks must answer, by alert and heading, in their order. */
export function runbookExpectations(facts: Facts): Readonly<Record<string, Sections>> {
  return {
    ...aboutModels(facts),
    ...aboutDrift(facts),
    ...aboutCalls(facts),
    ...aboutProcesses(facts),
    ...aboutMonitoring(facts),
  };
}

function aboutModels({ ticks }: Facts): Record<string, Sections> {
  const targets = ticks * blocksPerTick * block.targets;
  const astray = ticks * counts.astray;
  // Of models without targets it is not a number.
  const accuracyNow = shows(3, value(late, accuracy, ofFleet));
  const targetsByStatus = shows(
    models.length * 4,
    value({ ...late, status: 'matched' }, targets, extrapolated),
    value({ ...late, status: 'duplicate' }, astray, extrapolated),
    value({ ...late, status: 'unmatched' }, astray, extrapolated),
    value({ ...late, status: 'invalid' }, 0),
    value({ ...price, status: 'matched' }, counts.prices, extrapolated),
    value({ ...species, status: 'matched' }, speciesCalls, extrapolated),
  );
  // All targets come within the first bucket, which reaches from 0 to 60 seconds.
  const delay = (share: number): RunbookExpectation =>
    shows(
      4,
      value({ model_name: 'late' }, 60 * share),
      value(price, 60 * share),
      value(species, 60 * share),
    );
  const psiByFeature = shows(
    judgedFeatures,
    value({ ...late, ...origin }, psi, 0.03),
    between({ ...late, ...size }, 0, 0.1),
    value({ ...price, ...origin }, 0),
  );
  return {
    ModelAccuracyDrop: {
      Diagnosis: [
        accuracyNow,
        shows(
          4,
          ...[late, earlier, species, served].map((labels) => value(labels, thresholds.accuracy)),
        ),
        shows(
          2,
          value({ ...species, class: 'cat' }, 1),
          value(
            { ...species, class: 'dog' },
            speciesRight / (speciesRight + speciesWrong),
            ofFleet,
          ),
        ),
        targetsByStatus,
        psiByFeature,
      ],
      'Verify recovery': [accuracyNow],
      'False positives': [delay(0.5)],
    },
    ModelAccuracyDegrading: {
      Diagnosis: [
        shows(2, value(late, accuracy, ofFleet), value(species, speciesAccuracy, ofFleet)),
        empty(noHistory),
        shows(
          4,
          value(late, targets, extrapolated),
          value(species, speciesCalls, extrapolated),
          value(served, 0),
        ),
        psiByFeature,
        delay(0.9),
      ],
      'Verify recovery': [empty(noHistory)],
    },
    ModelTargetsMissing: {
      Diagnosis: [
        targetsByStatus,
        shows(models.length * 2, value({ ...late, reason: 'capacity' }, 0)),
        pendingTargets(ticks),
      ],
      'Verify recovery': [
        shows(
          3,
          value(late, targets, extrapolated),
          value(price, counts.prices, extrapolated),
          value(species, speciesCalls, extrapolated),
        ),
      ],
    },
  };
}

/** Of the process that holds the most. */
function pendingTargets(ticks: number): RunbookExpectation {
  return shows(
    models.length,
    value(late, ticks * blocks.a * (block.succeeded - block.targets)),
    value(earlier, counts.firstVersion),
    value(served, ticks * counts.served.calls * counts.served.rowsPerCall),
    value(price, 0),
    value(species, 0),
  );
}

function aboutDrift({ ticks, instances, endSeconds }: Facts): Record<string, Sections> {
  const succeeded = ticks * blocksPerTick * block.succeeded;
  const perHour = (amount: number): number => amount / 3600;
  const untilNextRun = nextDriftRun(endSeconds);
  const withReference = [late, earlier, price, species];
  const nextRun = shows(
    withReference.length,
    ...withReference.map((labels) => between(labels, untilNextRun - 1, untilNextRun + 1)),
  );
  const psiOfFleet = shows(
    featuresWithReference,
    value({ ...late, ...origin }, psi, 0.03),
    between({ ...late, ...size }, 0, 0.1),
    between({ ...price, ...origin }, 0, 0.001),
    // All its rows have the origin that half of the reference has.
    between({ ...earlier, ...origin }, 1, 5),
  );
  /** The two of three origins that moved: (reference - current) / (reference + current). */
  const moved = (expected: number, category: string): RunbookExpectation =>
    shows(featuresWithReference * 2, value({ ...late, ...origin, category }, expected, 0.02));
  const drifted = (of: Labels): ShownValue => value({ ...of, ...origin }, 2);
  return {
    ModelDataDriftPersistent: {
      Diagnosis: [
        shows(
          judgedFeatures,
          value({ ...late, ...origin }, psi, 0.03),
          between({ ...late, ...size }, 0, 0.1),
          value({ ...price, ...origin }, 0),
        ),
        shows(judgedFeatures, between({ ...late, ...origin }, 0.0001, 0.05)),
        shows(
          // Two levels of PSI, and of the distance that decides for one feature.
          (featuresWithReference + 1) * 2,
          value({ ...late, ...size, statistic: 'psi', level: 'investigate' }, 0.1),
          value({ ...late, ...size, statistic: 'psi', level: 'drift' }, 0.25),
          value({ ...price, ...size, statistic: 'psi', level: 'drift' }, 0.25),
          value({ ...price, ...size, statistic: 'hellinger_distance', level: 'drift' }, 0.3),
        ),
        missingShare(),
        shows(
          allFeatures,
          value({ ...late, ...size }, perHour(ticks * blocksPerTick * block.outOfRange), 0.5),
        ),
        shows(4, value({ ...late, ...origin }, 0)),
      ],
      'Verify recovery': [
        nextRun,
        shows(judgedFeatures, drifted(late), value({ ...late, ...size }, 0)),
      ],
    },
    ModelDataDrift: {
      Diagnosis: [
        psiOfFleet,
        shows(featuresWithReference, between({ ...late, ...origin }, 0.0001, 0.05)),
        shows(
          featuresWithReference,
          value({ ...late, ...origin }, succeeded, extrapolated),
          value({ ...price, ...size }, counts.prices, extrapolated),
        ),
        moved(3 / 7, 'AAA'),
        moved(-3 / 7, 'CCC'),
        nextRun,
      ],
      'Verify recovery': [psiOfFleet, nextRun],
    },
    ModelDriftManyFeatures: {
      Diagnosis: [
        shows(1, drifted(late)),
        // One process has another reference for a model.
        shows(
          models.length + 1,
          value({ ...late, runtime: 'external' }, 1),
          value({ ...served, runtime: 'onnx' }, 1),
        ),
        rowsPerSecond(ticks),
      ],
      'Verify recovery': [shows(2, value(late, 1), value(price, 0))],
    },
    ModelDriftRunFailing: {
      Diagnosis: [
        shows(
          models.length * 2,
          value({ ...late, status: 'success' }, 2, extrapolated),
          value({ ...late, status: 'error' }, 0),
          value({ ...species, status: 'success' }, 0),
        ),
        shows(2, between(late, 8, 60), between(price, 8, 60)),
        shows(models.length, value({ ...late, stage: 'drift' }, 0)),
      ],
      'Verify recovery': [shows(2, value(late, 2, extrapolated), value(price, 2, extrapolated))],
    },
    ModelDriftRunStale: {
      Diagnosis: [
        shows(
          withReference.length,
          ...withReference.map((labels) => between(labels, -untilNextRun - 1, 1 - untilNextRun)),
        ),
        shows(4, between({ model_name: 'late' }, 0.0001, 1)),
        shows(2, ...[instances.a, instances.b].map((instance) => between({ instance }, 0.001, 5))),
      ],
      'Verify recovery': [nextRun],
    },
  };
}

function rowsPerSecond(ticks: number): RunbookExpectation {
  return shows(
    models.length,
    value(late, (ticks * blocksPerTick * block.succeeded) / 3600, extrapolated),
    value(served, (ticks * counts.served.calls * counts.served.rowsPerCall) / 3600, extrapolated),
  );
}

function missingShare(): RunbookExpectation {
  return shows(
    featuresWithReference,
    value({ ...late, ...size }, block.missing / block.succeeded, ofFleet),
    value({ ...late, ...origin }, 0),
    value({ ...price, ...size }, 30 / counts.prices),
  );
}

function aboutCalls({ ticks, instances }: Facts): Record<string, Sections> {
  const served_ = ticks * counts.served.calls;
  const calls = callsOf(ticks);
  const failed = ticks * blocksPerTick * block.failed;
  const outOfRange = ticks * blocksPerTick * block.outOfRange;
  const reasons = 6;
  const a = { instance: instances.a };
  const b = { instance: instances.b };
  const callsPerSecond = (seconds: number): ShownValue[] =>
    calls.map(({ labels, calls: some }) => value(labels, some / seconds, extrapolated));
  /** Per process and model; of a model that a process never called it is not a number. */
  const p99ByProcess = shows(
    models.length * 2,
    value({ ...late, ...a }, p99),
    value({ ...late, ...b }, p99),
    value({ ...price, ...a }, p99AtOnce),
  );
  const latencyThreshold = shows(
    models.length,
    ...models.map((labels) => value(labels, thresholds.latencySeconds)),
  );
  const share = (ofLate: number): RunbookExpectation =>
    shows(models.length, value(late, ofLate), value(served, 0), value(price, 0));
  /** The rule looks at seconds here, in which only two models are called. */
  const recentShare = (ofLate: number): RunbookExpectation =>
    shows(2, value(late, ofLate), value(served, 0));
  const allowed = shows(models.length, ...models.map((labels) => value(labels, 0.01)));
  return {
    ModelErrorRateHigh: {
      Diagnosis: [
        shows(
          models.length * reasons,
          value({ ...late, reason: 'runtime' }, failed / 300, extrapolated),
          value({ ...late, reason: 'timeout' }, 0),
        ),
        shows(
          models.length * 2,
          value({ ...late, ...a }, failedRatio),
          value({ ...late, ...b }, failedRatio),
          value({ ...served, ...a }, 0),
        ),
        shows(allFeatures, value({ ...late, ...size }, outOfRange / 300, extrapolated)),
      ],
      'Verify recovery': [share(failedRatio)],
    },
    ModelLatencyHigh: {
      Diagnosis: [
        p99ByProcess,
        latencyThreshold,
        shows(models.length, ...callsPerSecond(300)),
        shows(
          models.length,
          value(late, 1),
          value(price, 1),
          value(served, counts.served.rowsPerCall, ofFleet),
        ),
        shows(2, between(a, 0.0001, 2), between(b, 0.0001, 2)),
        shows(2, between(a, 0.001, 5), between(b, 0.001, 5)),
      ],
      'Verify recovery': [share(slowRatio)],
    },
    ModelErrorBudgetBurn: {
      Diagnosis: [
        share(failedRatio),
        recentShare(failedRatio),
        allowed,
        shows(
          models.length * reasons,
          value({ ...late, reason: 'runtime' }, failed, extrapolated),
          value({ ...price, reason: 'runtime' }, 0),
        ),
        shows(
          models.length * 2,
          value({ ...late, ...a }, ticks * blocks.a * block.failed, extrapolated),
          value({ ...late, ...b }, ticks * blocks.b * block.failed, extrapolated),
        ),
      ],
      'Verify recovery': [recentShare(failedRatio)],
    },
    ModelLatencyBudgetBurn: {
      Diagnosis: [
        share(slowRatio),
        recentShare(slowRatio),
        allowed,
        p99ByProcess,
        latencyThreshold,
        shows(models.length, ...callsPerSecond(300)),
        shows(2, between(a, 0.001, 5), between(b, 0.001, 5)),
      ],
      'Verify recovery': [recentShare(slowRatio)],
    },
    ModelFeatureQuality: {
      Diagnosis: [
        missingShare(),
        shows(
          featuresWithReference,
          value({ ...late, ...size }, 0.025),
          value({ ...late, ...origin }, 0),
          // The larger of two references, of which one process has another one.
          value({ ...species, ...size }, 100 / 3000),
        ),
        shows(
          allFeatures,
          value({ ...late, ...size }, outOfRange, extrapolated),
          value({ ...late, ...origin }, 0),
        ),
        shows(
          4,
          value({ ...size, ...a }, ticks * blocks.a * block.missing + 30, extrapolated),
          value({ ...size, ...b }, ticks * blocks.b * block.missing, extrapolated),
        ),
      ],
      'Verify recovery': [missingShare()],
    },
    ModelTrafficAbsent: {
      Diagnosis: [
        shows(
          4,
          value(
            { model_name: 'late' },
            (ticks * blocksPerTick * block.calls + counts.firstVersion) / 600,
            extrapolated,
          ),
          value(served, served_ / 600, extrapolated),
          value(price, counts.prices / 600, extrapolated),
        ),
        empty(noHistory),
        shows(8, value({ model_name: 'late', ...a }, 1), value({ ...served, ...b }, 1)),
        shows(
          2,
          value(
            { code: 'INPUT_INVALID', route: '/v1/predictions' },
            ticks * counts.astray,
            extrapolated,
          ),
          value(
            { code: 'TARGET_UNMATCHED', route: '/v1/targets' },
            ticks * counts.astray,
            extrapolated,
          ),
        ),
      ],
      'Verify recovery': [
        shows(
          4,
          value(served, served_, extrapolated),
          value(price, counts.prices, extrapolated),
          value(species, speciesCalls, extrapolated),
        ),
      ],
    },
  };
}

function aboutProcesses(facts: Facts): Record<string, Sections> {
  const { ticks, instances, startSeconds, endSeconds, exposed } = facts;
  const [a, b] = [{ instance: instances.a }, { instance: instances.b }];
  const down = { instance: instances.down };
  const each = (low: number, high: number): RunbookExpectation =>
    shows(2, between(a, low, high), between(b, low, high));
  const asExposed = (metric: string, tolerance: number): RunbookExpectation =>
    shows(2, ...[a, b].map((labels) => value(labels, exposed(labels.instance, metric), tolerance)));
  const scrapes = shows(
    3,
    between(a, 0.0005, 1),
    between(b, 0.0005, 1),
    // It refuses the connection.
    between(down, 0, 1),
  );
  const age = endSeconds - startSeconds;
  const perGpu = (first: number, second: number): RunbookExpectation =>
    shows(2, value({ gpu: '0', ...a }, first), value({ gpu: '1', ...a }, second));
  const gibibyte = 2 ** 30;
  const hostBytes = (state: string): number =>
    exposed(instances.a, `system_memory_usage_bytes{state="${state}"}`);
  const hostMemory = hostBytes('used') / (hostBytes('used') + hostBytes('free'));
  const watchdog = shows(1, value({ alertname: 'Watchdog', alertstate: 'firing' }, 1));
  const pendingOfA = ticks * blocks.a * (block.succeeded - block.targets);
  const readyModels = shows(models.length, ...models.map((labels) => value(labels, 1)));
  const rowsOfA =
    ticks * blocks.a * block.succeeded +
    ticks * counts.served.calls * counts.served.rowsPerCall +
    counts.prices +
    2 * counts.species.a.right +
    counts.species.a.wrong;
  return {
    ModelExporterDown: {
      Diagnosis: [
        shows(3, value(a, 1), value(b, 1), value(down, 0)),
        scrapes,
        asExposed('process_resident_memory_bytes', 0.2),
      ],
      'Verify recovery': [shows(2, value(a, 1), value(b, 1))],
    },
    ModelExporterAbsent: {
      Diagnosis: [shows(1, value({ job: 'modelmeter' }, 3))],
      'Verify recovery': [shows(1, value({}, 2))],
    },
    ModelNotReady: {
      Diagnosis: [
        shows(models.length, ...models.map((labels) => value(labels, 2))),
        shows(
          models.length * 2,
          value({ ...late, ...a, runtime: 'external' }, 1),
          value({ ...served, ...b, runtime: 'onnx' }, 1),
        ),
      ],
      'Verify recovery': [readyModels],
    },
    ModelEventLoopBlocked: {
      Diagnosis: [
        each(0.001, 5),
        each(0.0001, 2),
        shows(2, value(a, rowsOfA / 300, extrapolated), between(b, 5, 50)),
        scrapes,
        shows(4, between({ model_name: 'late' }, 0.0001, 1)),
        shows(
          8,
          between({ ...a, kind: 'minor' }, 0, 0.5),
          between({ ...b, kind: 'minor' }, 0, 0.5),
        ),
      ],
      'Verify recovery': [each(0.001, 0.1)],
    },
    ModelHostMemoryHigh: {
      Diagnosis: [
        each(0.001, 1),
        asExposed('process_resident_memory_bytes', 0.2),
        asExposed('nodejs_heap_size_used_bytes', 0.5),
        shows(8, value({ model_name: 'late', ...a }, pendingOfA), value({ ...price, ...a }, 0)),
        asExposed('model_monitor_series', 0),
        each(age - 5, age + 1),
      ],
      'Verify recovery': [
        hostMemory < 0.9 ? each(0.001, 0.9) : empty('the memory of this machine is in use'),
      ],
    },
    ModelGpuMemoryHigh: {
      Diagnosis: [
        perGpu(6 * gibibyte, 2 * gibibyte),
        perGpu(8 * gibibyte, 8 * gibibyte),
        perGpu(0.75, 0.25),
        shows(
          models.length,
          value({ ...late, reason: 'runtime' }, ticks * blocksPerTick * block.failed, extrapolated),
        ),
      ],
      'Verify recovery': [perGpu(0.75, 0.25)],
    },
    Watchdog: {
      Diagnosis: [watchdog, shows(1, value({}, 2))],
      'Verify recovery': [watchdog],
    },
    InfoInhibitor: {
      Diagnosis: [empty('no alert of severity info fires')],
      'Verify recovery': [empty('it fires beside alerts of severity info only')],
    },
  };
}

function aboutMonitoring(facts: Facts): Record<string, Sections> {
  const { ticks, instances, startSeconds, endSeconds, exposed } = facts;
  const processes = [{ instance: instances.a }, { instance: instances.b }];
  const stages = 7;
  const ofLimit = shows(
    2,
    ...processes.map((labels) =>
      value(
        labels,
        exposed(labels.instance, 'model_monitor_series') /
          exposed(labels.instance, 'model_monitor_series_limit'),
      ),
    ),
  );
  const none = shows(2, ...processes.map((labels) => value(labels, 0)));
  const noneOfModels = shows(models.length, ...models.map((labels) => value(labels, 0)));
  return {
    ModelThresholdsMissing: {
      Diagnosis: [empty('every model has its thresholds'), shows(1, value({ kernel: 'wasm' }, 1))],
      'Verify recovery': [shows(models.length, ...models.map((labels) => value(labels, 2)))],
    },
    ModelMonitorErrors: {
      Diagnosis: [shows(models.length * stages, value({ ...late, stage: 'features' }, 0))],
      'Verify recovery': [empty('the monitoring has had no error')],
    },
    ModelMonitorSeriesDropped: {
      Diagnosis: [ofLimit, shows(2, value(late, 2), value(price, 2))],
      'Verify recovery': [none],
    },
    ModelMonitorDroppingEvents: {
      Diagnosis: [
        pendingTargets(ticks),
        shows(models.length * 2, value({ ...late, reason: 'capacity' }, 0)),
        shows(models.length * 2, value({ ...late, reason: 'busy' }, 0)),
        rowsPerSecond(ticks),
        shows(4, value({ model_name: 'late' }, 54), value(price, 54)),
      ],
      'Verify recovery': [noneOfModels],
    },
    ModelMonitorCardinalityLimit: {
      Diagnosis: [ofLimit, shows(4, value(late, 32), value(price, 32))],
      'Verify recovery': [ofLimit],
    },
    ModelMonitorConfigReloadFailed: {
      Diagnosis: [
        empty('both processes have read their configuration'),
        shows(2, ...processes.map((labels) => between(labels, 0, endSeconds - startSeconds))),
      ],
      'Verify recovery': [shows(2, ...processes.map((labels) => value(labels, 1)))],
    },
  };
}
