import { counts, thresholds } from './scenario.js';
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

/** The expected value of one series of a result. */
export interface ShownValue {
  /** Labels that distinguish it from the other series of the result. */
  readonly labels: Labels;
  readonly low: number;
  readonly high: number;
}

/** The number of series of a result and the values of some, or the reason for an empty result. */
export type RunbookExpectation =
  | { readonly count: number; readonly values: readonly ShownValue[] }
  | { readonly emptyBecause: string };

function shows(count: number, ...values: readonly ShownValue[]): RunbookExpectation {
  return { count, values };
}

function empty(emptyBecause: string): RunbookExpectation {
  return { emptyBecause };
}

function value(labels: Labels, expected: number, relative: number = tolerance.exact): ShownValue {
  return { labels, ...around(expected, relative) };
}

function between(labels: Labels, low: number, high: number): ShownValue {
  return { labels, low, high };
}

type Sections = Readonly<Record<string, readonly RunbookExpectation[]>>;

/** Features of all models, of models with a reference, and of models with drift runs. */
const allFeatures = 15;
const featuresWithReference = 8;
const evaluatedFeatures = 4;
/** Two sizes decide for every evaluated feature but one, for which one statistic was chosen. */
const decidingSizes = 2 * evaluatedFeatures - 1;
const origin = { feature: 'origin' };
const size = { feature: 'size' };

/** Seconds for which a feature has been in drift at most: the scenario lasts a few minutes. */
const shiftAge = 3600;

/** The lag is measured from one scrape to the next: one right after another has no sample yet. */
const leastLag = 1e-9;

const noHistory = 'the scenario is a minute old, and the query looks further back';
const noState = 'the exporters of the scenario keep no state';

/** The expected results of the runbook queries, by alert and heading, in order. */
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
  const targets = ticks * figures.blocksPerTick * figures.block.targets;
  const astray = ticks * counts.astray;
  // It is NaN for models without targets.
  const accuracyNow = shows(3, value(models.arrivals, figures.accuracy, tolerance.unsynchronized));
  const targetsByStatus = shows(
    allModels.length * 5,
    value({ ...models.arrivals, status: 'matched' }, targets, tolerance.extrapolated),
    value({ ...models.arrivals, status: 'duplicate' }, astray, tolerance.extrapolated),
    value({ ...models.arrivals, status: 'unmatched' }, astray, tolerance.extrapolated),
    value({ ...models.arrivals, status: 'invalid' }, 0),
    value({ ...models.price, status: 'matched' }, counts.prices, tolerance.extrapolated),
    value({ ...models.species, status: 'matched' }, figures.speciesCalls, tolerance.extrapolated),
  );
  // All targets arrive within the first bucket, from 0 to 60 seconds.
  const delay = (share: number): RunbookExpectation =>
    shows(
      4,
      value({ model_name: 'arrivals' }, 60 * share),
      value(models.price, 60 * share),
      value(models.species, 60 * share),
    );
  const psiByFeature = shows(
    evaluatedFeatures,
    value({ ...models.arrivals, ...origin }, figures.psi, 0.03),
    between({ ...models.arrivals, ...size }, 0, 0.1),
    value({ ...models.price, ...origin }, 0),
  );
  const expiredTargets = shows(
    allModels.length * 2,
    value({ ...models.arrivals, reason: 'capacity' }, 0),
  );
  const outcomes = shows(
    12,
    ...Object.entries(figures.fleet).map(([outcome, perTick]) =>
      value({ ...models.arrivals, outcome }, ticks * perTick, tolerance.extrapolated),
    ),
  );
  const matchedTargets = shows(
    3,
    value(models.arrivals, targets, tolerance.extrapolated),
    value(models.price, counts.prices, tolerance.extrapolated),
    value(models.species, figures.speciesCalls, tolerance.extrapolated),
  );
  return {
    ModelAccuracyDrop: {
      Diagnosis: [
        // A detector alerts at 1; each of its two alternatives ends at 3.
        shows(4, between(models.arrivals, 1, 9)),
        // Nats; the accuracy of arrivals is below its threshold, that of the others is not.
        shows(4, between(models.arrivals, 1, 10_000)),
        empty(noHistory),
        accuracyNow,
        shows(
          4,
          ...[models.arrivals, models.arrivalsV1, models.species, models.served].map((labels) =>
            value(labels, thresholds.accuracy),
          ),
        ),
        shows(
          2,
          value({ ...models.species, class: 'cat' }, 1),
          value(
            { ...models.species, class: 'dog' },
            figures.speciesRight / (figures.speciesRight + figures.speciesWrong),
            tolerance.unsynchronized,
          ),
        ),
        targetsByStatus,
        psiByFeature,
      ],
      'Verify recovery': [accuracyNow],
      'False positives': [delay(0.5)],
    },
    ModelQualityDrop: {
      Diagnosis: [
        shows(
          2,
          value(
            { ...models.arrivals, score: 'accuracy' },
            figures.accuracy,
            tolerance.unsynchronized,
          ),
        ),
        shows(
          4,
          value({ ...models.arrivals, score: 'accuracy' }, thresholds.accuracy),
          value({ ...models.species, score: 'accuracy' }, thresholds.accuracy),
        ),
        outcomes,
      ],
      'Verify recovery': [outcomes],
    },
    ModelAccuracyDegrading: {
      Diagnosis: [
        shows(
          2,
          value(models.arrivals, figures.accuracy, tolerance.unsynchronized),
          value(models.species, figures.speciesAccuracy, tolerance.unsynchronized),
        ),
        empty(noHistory),
        shows(
          4,
          value(models.arrivals, targets, tolerance.stepped),
          value(models.species, figures.speciesCalls, tolerance.stepped),
          value(models.served, 0),
        ),
        psiByFeature,
        delay(0.9),
      ],
      'Verify recovery': [empty(noHistory)],
    },
    ModelTargetsMissing: {
      Diagnosis: [targetsByStatus, expiredTargets, pendingTargets(ticks)],
      'Verify recovery': [matchedTargets],
    },
    ModelTargetsUnmatched: {
      Diagnosis: [targetsByStatus, expiredTargets],
      'Verify recovery': [matchedTargets],
    },
    ModelTargetsNeverMatched: {
      Diagnosis: [targetsByStatus, pendingTargets(ticks)],
      'Verify recovery': [matchedTargets],
    },
  };
}

/** The larger value of the two processes. */
function pendingTargets(ticks: number): RunbookExpectation {
  return shows(
    allModels.length,
    value(
      models.arrivals,
      ticks * figures.blocks.a * (figures.block.succeeded - figures.block.targets),
    ),
    value(models.arrivalsV1, counts.firstVersion),
    value(models.served, ticks * counts.served.calls * counts.served.rowsPerCall),
    value(models.price, 0),
    value(models.species, 0),
  );
}

function aboutDrift({ ticks, instances, endSeconds }: Facts): Record<string, Sections> {
  const succeeded = ticks * figures.blocksPerTick * figures.block.succeeded;
  const perHour = (amount: number): number => amount / 3600;
  const untilNextRun = nextDriftRun(endSeconds);
  const withReference = [models.arrivals, models.arrivalsV1, models.price, models.species];
  const nextRun = shows(
    withReference.length,
    ...withReference.map((labels) => between(labels, untilNextRun - 1, untilNextRun + 1)),
  );
  const psiOfFleet = shows(
    featuresWithReference,
    value({ ...models.arrivals, ...origin }, figures.psi, 0.05),
    between({ ...models.arrivals, ...size }, 0, 0.1),
    between({ ...models.price, ...origin }, 0, 0.001),
    // All its rows have an origin with half of the rows of the reference.
    between({ ...models.arrivalsV1, ...origin }, 1, 5),
  );
  /** The two origins that changed, as (reference - current) / (reference + current). */
  const moved = (expected: number, category: string): RunbookExpectation =>
    shows(
      featuresWithReference * 2,
      value({ ...models.arrivals, ...origin, category }, expected, 0.02),
    );
  const drifted = (of: Labels): ShownValue => value({ ...of, ...origin }, 2);
  return {
    ModelDataDriftPersistent: {
      Diagnosis: [
        shows(
          // The estimate and both ends of the interval.
          decidingSizes * 3,
          value(
            { ...models.arrivals, ...origin, statistic: 'psi', bound: 'estimate' },
            figures.psi,
            0.05,
          ),
          between(
            { ...models.arrivals, ...origin, statistic: 'psi', bound: 'high' },
            figures.psi,
            0.9,
          ),
          between({ ...models.arrivals, ...size, statistic: 'psi', bound: 'estimate' }, 0, 0.1),
        ),
        shows(
          // Two levels of PSI and of the share moved, and of the statistic that decides for one feature.
          (featuresWithReference * 2 + 1) * 2,
          value({ ...models.arrivals, ...size, statistic: 'psi', level: 'investigate' }, 0.1),
          value({ ...models.arrivals, ...size, statistic: 'psi', level: 'drift' }, 0.25),
          value({ ...models.price, ...size, statistic: 'psi', level: 'drift' }, 0.25),
          value({ ...models.price, ...size, statistic: 'hellinger_distance', level: 'drift' }, 0.3),
        ),
        missingShare(),
        shows(
          allFeatures,
          value(
            { ...models.arrivals, ...size },
            perHour(ticks * figures.blocksPerTick * figures.block.outOfRange),
            0.5,
          ),
        ),
        shows(4, value({ ...models.arrivals, ...origin }, 0)),
      ],
      'Verify recovery': [
        nextRun,
        shows(
          evaluatedFeatures,
          drifted(models.arrivals),
          value({ ...models.arrivals, ...size }, 0),
        ),
        shows(1, between({ ...models.arrivals, ...origin }, 0, shiftAge)),
      ],
    },
    ModelReferenceOld: {
      Diagnosis: [shows(1, between({ ...models.arrivals, ...origin }, 0, shiftAge / 86_400))],
      'Verify recovery': [shows(1, value(models.arrivals, 1))],
    },
    ModelDataDrift: {
      Diagnosis: [
        psiOfFleet,
        shows(
          featuresWithReference,
          value({ ...models.arrivals, ...origin }, figures.shareMoved, 0.03),
        ),
        shows(
          featuresWithReference,
          value({ ...models.arrivals, ...origin }, succeeded, tolerance.stepped),
          value({ ...models.price, ...size }, counts.prices, tolerance.stepped),
        ),
        moved(3 / 7, 'AAA'),
        moved(-3 / 7, 'CCC'),
        nextRun,
      ],
      'Verify recovery': [psiOfFleet, nextRun],
    },
    ModelDriftManyFeatures: {
      Diagnosis: [
        shows(1, drifted(models.arrivals)),
        // One process has a different reference for a model.
        shows(
          allModels.length + 1,
          value({ ...models.arrivals, runtime: 'external' }, 1),
          value({ ...models.served, runtime: 'onnx' }, 1),
        ),
        rowsPerSecond(ticks),
      ],
      'Verify recovery': [shows(2, value(models.arrivals, 1), value(models.price, 0))],
    },
    ModelDriftUndecided: {
      Diagnosis: [
        empty('every feature is decided'),
        shows(evaluatedFeatures, value({ ...models.arrivals, ...origin }, 1000)),
        shows(featuresWithReference, between({ ...models.arrivals, ...size }, 1000, 10_000)),
        shows(
          decidingSizes,
          between({ ...models.arrivals, ...origin, statistic: 'psi' }, figures.psi, 0.9),
        ),
      ],
      'Verify recovery': [empty('every feature is decided')],
    },
    ModelDriftRunFailing: {
      Diagnosis: [
        shows(
          allModels.length * 2,
          value({ ...models.arrivals, status: 'success' }, 2, tolerance.extrapolated),
          value({ ...models.arrivals, status: 'error' }, 0),
          value({ ...models.species, status: 'success' }, 0),
        ),
        shows(2, between(models.arrivals, 8, 60), between(models.price, 8, 60)),
        shows(allModels.length, value({ ...models.arrivals, stage: 'drift' }, 0)),
      ],
      'Verify recovery': [
        shows(
          2,
          value(models.arrivals, 2, tolerance.extrapolated),
          value(models.price, 2, tolerance.extrapolated),
        ),
      ],
    },
    ModelDriftRunStale: {
      Diagnosis: [
        shows(
          withReference.length,
          ...withReference.map((labels) => between(labels, -untilNextRun - 1, 1 - untilNextRun)),
        ),
        shows(4, between({ model_name: 'arrivals' }, 0.0001, 1)),
        shows(
          2,
          ...[instances.a, instances.b].map((instance) => between({ instance }, leastLag, 5)),
        ),
      ],
      'Verify recovery': [nextRun],
    },
  };
}

function rowsPerSecond(ticks: number): RunbookExpectation {
  return shows(
    allModels.length,
    value(
      models.arrivals,
      (ticks * figures.blocksPerTick * figures.block.succeeded) / 3600,
      tolerance.extrapolated,
    ),
    value(
      models.served,
      (ticks * counts.served.calls * counts.served.rowsPerCall) / 3600,
      tolerance.extrapolated,
    ),
  );
}

function missingShare(): RunbookExpectation {
  return shows(
    featuresWithReference,
    value(
      { ...models.arrivals, ...size },
      figures.block.missing / figures.block.succeeded,
      tolerance.unsynchronized,
    ),
    value({ ...models.arrivals, ...origin }, 0),
    value({ ...models.price, ...size }, 30 / counts.prices),
  );
}

function aboutCalls({ ticks, instances }: Facts): Record<string, Sections> {
  const servedCalls = ticks * counts.served.calls;
  const calls = callsOf(ticks);
  const failed = ticks * figures.blocksPerTick * figures.block.failed;
  const outOfRange = ticks * figures.blocksPerTick * figures.block.outOfRange;
  const reasons = 6;
  const a = { instance: instances.a };
  const b = { instance: instances.b };
  const callsPerSecond = (seconds: number): ShownValue[] =>
    calls.map(({ labels, calls: some }) => value(labels, some / seconds, tolerance.extrapolated));
  /** Per process and model; NaN for a model without calls in a process. */
  const p99ByProcess = shows(
    allModels.length * 2,
    value({ ...models.arrivals, ...a }, figures.p99),
    value({ ...models.arrivals, ...b }, figures.p99),
    value({ ...models.price, ...a }, figures.p99OfBurst),
  );
  const latencyThreshold = shows(
    allModels.length,
    ...allModels.map((labels) => value(labels, thresholds.latencySeconds)),
  );
  const share = (ofLate: number): RunbookExpectation =>
    shows(
      allModels.length,
      value(models.arrivals, ofLate),
      value(models.served, 0),
      value(models.price, 0),
    );
  /** The window of the rule is a few seconds here, in which only two models have calls. */
  const recentShare = (ofLate: number): RunbookExpectation =>
    shows(2, value(models.arrivals, ofLate), value(models.served, 0));
  const allowed = shows(allModels.length, ...allModels.map((labels) => value(labels, 0.01)));
  // In every block, half of the rows have one origin.
  const findings = shows(
    2,
    value(
      { ...models.arrivals, ...size, finding: 'out_of_range' },
      figures.block.outOfRange / 48,
      0.1,
    ),
    value({ ...models.arrivals, ...origin, finding: 'stuck' }, 0.5),
  );
  const arrivalsQuality = { ...models.arrivals, slo: 'quality' };
  const wrong = shows(1, value(arrivalsQuality, 1 - figures.accuracy, tolerance.unsynchronized));
  const recentlyWrong = shows(1, value(arrivalsQuality, 1 - figures.accuracy, tolerance.stepped));
  return {
    ModelErrorRateHigh: {
      Diagnosis: [
        shows(allModels.length, between(models.arrivals, 1, 9)),
        empty(noHistory),
        shows(
          allModels.length * reasons,
          value({ ...models.arrivals, reason: 'runtime' }, failed / 300, tolerance.extrapolated),
          value({ ...models.arrivals, reason: 'timeout' }, 0),
        ),
        shows(
          allModels.length * 2,
          value({ ...models.arrivals, ...a }, figures.failedRatio),
          value({ ...models.arrivals, ...b }, figures.failedRatio),
          value({ ...models.served, ...a }, 0),
        ),
        shows(
          allFeatures,
          value({ ...models.arrivals, ...size }, outOfRange / 300, tolerance.extrapolated),
        ),
      ],
      'Verify recovery': [share(figures.failedRatio)],
    },
    ModelLatencyHigh: {
      Diagnosis: [
        p99ByProcess,
        latencyThreshold,
        shows(allModels.length, ...callsPerSecond(300)),
        shows(
          allModels.length,
          value(models.arrivals, 1),
          value(models.price, 1),
          value(models.served, counts.served.rowsPerCall, tolerance.unsynchronized),
        ),
        shows(2, between(a, 0.0001, 2), between(b, 0.0001, 2)),
        shows(2, between(a, leastLag, 5), between(b, leastLag, 5)),
      ],
      'Verify recovery': [share(figures.slowRatio)],
    },
    ModelErrorBudgetBurn: {
      Diagnosis: [
        share(figures.failedRatio),
        recentShare(figures.failedRatio),
        allowed,
        shows(
          allModels.length * reasons,
          value({ ...models.arrivals, reason: 'runtime' }, failed, tolerance.extrapolated),
          value({ ...models.price, reason: 'runtime' }, 0),
        ),
        shows(
          allModels.length * 2,
          value(
            { ...models.arrivals, ...a },
            ticks * figures.blocks.a * figures.block.failed,
            tolerance.extrapolated,
          ),
          value(
            { ...models.arrivals, ...b },
            ticks * figures.blocks.b * figures.block.failed,
            tolerance.extrapolated,
          ),
        ),
      ],
      'Verify recovery': [recentShare(figures.failedRatio)],
    },
    ModelLatencyBudgetBurn: {
      Diagnosis: [
        share(figures.slowRatio),
        recentShare(figures.slowRatio),
        allowed,
        p99ByProcess,
        latencyThreshold,
        shows(allModels.length, ...callsPerSecond(300)),
        shows(2, between(a, leastLag, 5), between(b, leastLag, 5)),
      ],
      'Verify recovery': [recentShare(figures.slowRatio)],
    },
    ModelObjectiveBudgetBurn: {
      Diagnosis: [wrong, recentlyWrong, shows(1, value(arrivalsQuality, 1 - thresholds.quality))],
      'Verify recovery': [wrong],
    },
    ModelFeatureQuality: {
      Diagnosis: [
        missingShare(),
        shows(
          featuresWithReference,
          value({ ...models.arrivals, ...size }, 0.025),
          value({ ...models.arrivals, ...origin }, 0),
          // The larger of the two references of the processes.
          value({ ...models.species, ...size }, 100 / 3000),
        ),
        shows(
          allFeatures,
          value({ ...models.arrivals, ...size }, outOfRange, tolerance.extrapolated),
          value({ ...models.arrivals, ...origin }, 0),
        ),
        shows(
          4,
          value(
            { ...size, ...a },
            ticks * figures.blocks.a * figures.block.missing + 30,
            tolerance.extrapolated,
          ),
          value(
            { ...size, ...b },
            ticks * figures.blocks.b * figures.block.missing,
            tolerance.extrapolated,
          ),
        ),
      ],
      'Verify recovery': [missingShare()],
    },
    ModelFeatureFinding: {
      Diagnosis: [findings, shows(4, value({ ...models.arrivals, ...origin }, 0))],
      'Verify recovery': [findings],
    },
    ModelTrafficAbsent: {
      Diagnosis: [
        shows(
          4,
          value(
            { model_name: 'arrivals' },
            (ticks * figures.blocksPerTick * figures.block.calls + counts.firstVersion) / 600,
            tolerance.extrapolated,
          ),
          value(models.served, servedCalls / 600, tolerance.extrapolated),
          value(models.price, counts.prices / 600, tolerance.extrapolated),
        ),
        empty(noHistory),
        shows(8, value({ model_name: 'arrivals', ...a }, 1), value({ ...models.served, ...b }, 1)),
        shows(
          2,
          value(
            { code: 'INPUT_INVALID', route: '/v1/predictions' },
            ticks * counts.astray,
            tolerance.extrapolated,
          ),
          value(
            { code: 'TARGET_UNMATCHED', route: '/v1/targets' },
            ticks * counts.astray,
            tolerance.extrapolated,
          ),
        ),
      ],
      'Verify recovery': [
        shows(
          4,
          value(models.served, servedCalls, tolerance.extrapolated),
          value(models.price, counts.prices, tolerance.extrapolated),
          value(models.species, figures.speciesCalls, tolerance.extrapolated),
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
    // The connection is refused.
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
  const pendingOfA = ticks * figures.blocks.a * (figures.block.succeeded - figures.block.targets);
  const exportersUp = shows(3, value(a, 1), value(b, 1), value(down, 0));
  const loadedModels = shows(
    allModels.length * 2,
    value({ ...models.arrivals, ...a, runtime: 'external' }, 1),
    value({ ...models.served, ...b, runtime: 'onnx' }, 1),
  );
  const readyModels = shows(allModels.length, ...allModels.map((labels) => value(labels, 1)));
  const rowsOfA =
    ticks * figures.blocks.a * figures.block.succeeded +
    ticks * counts.served.calls * counts.served.rowsPerCall +
    counts.prices +
    2 * counts.species.a.right +
    counts.species.a.wrong;
  return {
    ModelExporterDown: {
      Diagnosis: [exportersUp, scrapes, asExposed('process_resident_memory_bytes', 0.2)],
      'Verify recovery': [shows(2, value(a, 1), value(b, 1))],
    },
    ModelExportersDown: {
      Diagnosis: [exportersUp, asExposed('process_resident_memory_bytes', 0.2)],
      'Verify recovery': [shows(1, value({}, 2))],
    },
    ModelExporterAbsent: {
      Diagnosis: [shows(1, value({ job: 'modelmeter' }, 3))],
      'Verify recovery': [shows(1, value({}, 2))],
    },
    ModelNotReady: {
      Diagnosis: [
        shows(allModels.length, ...allModels.map((labels) => value(labels, 2))),
        loadedModels,
      ],
      'Verify recovery': [readyModels],
    },
    ModelVanished: {
      Diagnosis: [loadedModels, shows(2, value(a, 0), value(b, 0))],
      'Verify recovery': [loadedModels],
    },
    ModelEventLoopBlocked: {
      Diagnosis: [
        each(leastLag, 5),
        each(0.0001, 2),
        shows(2, value(a, rowsOfA / 300, tolerance.extrapolated), between(b, 5, 50)),
        scrapes,
        shows(4, between({ model_name: 'arrivals' }, 0.0001, 1)),
        shows(
          8,
          between({ ...a, kind: 'minor' }, 0, 0.5),
          between({ ...b, kind: 'minor' }, 0, 0.5),
        ),
      ],
      'Verify recovery': [each(leastLag, 0.1)],
    },
    ModelHostMemoryHigh: {
      Diagnosis: [
        each(0.001, 1),
        asExposed('process_resident_memory_bytes', 0.2),
        asExposed('nodejs_heap_size_used_bytes', 0.5),
        shows(
          8,
          value({ model_name: 'arrivals', ...a }, pendingOfA),
          value({ ...models.price, ...a }, 0),
        ),
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
          allModels.length,
          value(
            { ...models.arrivals, reason: 'runtime' },
            ticks * figures.blocksPerTick * figures.block.failed,
            tolerance.extrapolated,
          ),
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
      'Verify recovery': [empty('it fires only for alerts of severity info')],
    },
  };
}

function aboutMonitoring(facts: Facts): Record<string, Sections> {
  const { ticks, instances, startSeconds, endSeconds, exposed } = facts;
  const processes = [{ instance: instances.a }, { instance: instances.b }];
  const stages = 8;
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
  const noneOfModels = shows(allModels.length, ...allModels.map((labels) => value(labels, 0)));
  return {
    ModelThresholdsMissing: {
      Diagnosis: [empty('every model has its thresholds'), shows(1, value({ kernel: 'wasm' }, 1))],
      'Verify recovery': [shows(allModels.length, ...allModels.map((labels) => value(labels, 2)))],
    },
    ModelMonitorErrors: {
      Diagnosis: [
        shows(allModels.length * stages, value({ ...models.arrivals, stage: 'features' }, 0)),
      ],
      'Verify recovery': [empty('the monitoring has had no error')],
    },
    ModelMonitorSeriesDropped: {
      Diagnosis: [ofLimit, shows(2, value(models.arrivals, 2), value(models.price, 2))],
      'Verify recovery': [none],
    },
    ModelMonitorDroppingEvents: {
      Diagnosis: [
        pendingTargets(ticks),
        shows(allModels.length * 2, value({ ...models.arrivals, reason: 'capacity' }, 0)),
        shows(allModels.length * 2, value({ ...models.arrivals, reason: 'busy' }, 0)),
        rowsPerSecond(ticks),
        shows(4, value({ model_name: 'arrivals' }, 54), value(models.price, 54)),
      ],
      'Verify recovery': [noneOfModels],
    },
    ModelMonitorCardinalityLimit: {
      Diagnosis: [ofLimit, shows(4, value(models.arrivals, 32), value(models.price, 32))],
      'Verify recovery': [ofLimit],
    },
    ModelMonitorConfigReloadFailed: {
      Diagnosis: [
        empty('both processes have read their configuration'),
        shows(2, ...processes.map((labels) => between(labels, 0, endSeconds - startSeconds))),
      ],
      'Verify recovery': [shows(2, ...processes.map((labels) => value(labels, 1)))],
    },
    ModelMonitorStateNotKept: {
      Diagnosis: [empty(noState), empty(noState), empty(noState)],
      'Verify recovery': [empty(noState)],
    },
  };
}
